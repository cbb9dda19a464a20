"""Files and profiles to import, and the folder of real data beside the checkout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Answer, Run

SHARED = Path(__file__).parents[3] / "shared" / "data"
Take = Callable[..., Answer]


@pytest.fixture
def data() -> Path:
    """The real data; a test that needs it is skipped where it is not, which fails in CI."""
    if not SHARED.is_dir():
        pytest.skip("the shared data are not here")
    return SHARED


@pytest.fixture
def take(cli: Run, book: Path, tmp_path: Path) -> Take:
    """Import text or bytes as a file: ``take("loans", "a,b\\n1,2\\n", PROFILE, "--apply")``."""

    def take_(
        kind: str, content: str | bytes | Path, profile: str, *words: str, name: str = "file.csv"
    ) -> Answer:
        file = content if isinstance(content, Path) else tmp_path / name
        if isinstance(content, str):
            file.write_bytes(content.encode())
        elif isinstance(content, bytes):
            file.write_bytes(content)
        (tmp_path / "profile.yaml").write_text(profile, encoding="utf-8")
        call = ("--store", book, "import", kind, file, "--profile", "profile.yaml", "--format", "json")
        return cli(*call, *words)

    return take_


def counts(answer: Answer) -> dict[str, int]:
    """Return what became of the rows."""
    names = ("read", "new", "changed", "known", "rejected")
    return {name: answer.json[name] for name in names if answer.json[name]}


def codes(answer: Answer) -> list[tuple[Any, Any, str]]:
    """Return the problems of a dry run as (row, column, code)."""
    return [(one["row"], one["column"], one["code"]) for one in answer.json["problems"]]
