"""docs/schema.md says what the models say."""

from __future__ import annotations

import re

from loancrm.models import METADATA
from scripts import schema


def test_the_page_is_what_the_models_say() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.text(), "run make schema"


def test_every_table_and_every_column_is_there() -> None:
    page = schema.FILE.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert sections.keys() == METADATA.tables.keys()
    for name, owner in METADATA.tables.items():
        assert re.findall(r"^\| `(\w+)` \|", sections[name], re.MULTILINE) == [c.name for c in owner.columns]
        assert len(sections[name].strip().splitlines()[0]) > 20, f"{name} has no meaning"
    assert "| `outstanding_principal` | amount, minor units |" in sections["snapshot"]
    assert "| `annual_rate` | millionths | yes |" in sections["loan"]
    assert "| `phone` | text | yes | sensitive |" in sections["customer"]
