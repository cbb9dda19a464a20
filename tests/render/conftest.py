from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from loancrm import i18n


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = i18n.language()
    i18n.set_language("en")
    yield
    i18n.set_language(before)


@pytest.fixture
def chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Chinese with a catalogue of a few words, so that no test waits for a translator."""
    words = Catalog(locale="zh_CN")
    for english, translated, context in (
        ("segment", "客户分层", None),
        ("days past due", "逾期天数", None),
        ("mass market", "大众", "segment"),
    ):
        words.add(english, translated, context=context)
    folder = tmp_path / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "loancrm.mo").open("wb") as file:
        write_mo(file, words)
    monkeypatch.setattr(i18n, "LOCALE_DIR", tmp_path)
    i18n.catalogue.cache_clear()
    i18n.set_language("zh_CN")
    yield
    i18n.catalogue.cache_clear()
