"""What the benchmark compares is the same: twelve figures of every customer, and SQL written by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.book import Size, build
from benchmarks.figures import FIGURES, by_hand, ours, with_statements


@pytest.mark.sqlite_only("its book is written into a file")
def test_the_catalogue_and_sql_written_by_hand_give_the_same_figures(tmp_path: Path) -> None:
    build(tmp_path / "b.db", Size("test", 600, 6))
    store = with_statements(tmp_path / "b.db")
    found = list(ours(store))
    assert len(found) == 600
    assert found == list(by_hand(store))
    for place, name in enumerate(FIGURES):
        assert len({row[place] for row in found}) > 1, name
