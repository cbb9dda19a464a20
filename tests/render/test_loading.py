from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import io, sys
from loancrm.render.columns import Column
from loancrm.render.output import Options, write
write([{{'n': 1}}], [Column('n', 'n', 'int')], io.BytesIO(), Options({format!r}))
heavy = ('rich', 'xlsxwriter', 'jinja2', 'sqlmodel', 'sqlalchemy', 'pydantic')
print(' '.join(name for name in heavy if name in sys.modules))
"""


@pytest.mark.parametrize(
    ("format", "loaded"),
    [
        ("table", "rich"),
        ("tsv", ""),
        ("json", ""),
        ("jsonl", ""),
        ("csv", ""),
        ("xlsx", "xlsxwriter"),
        ("html", "jinja2"),
    ],
)
def test_a_format_loads_only_its_own_library(format: str, loaded: str) -> None:
    program = PROGRAM.format(format=format)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert run.stdout.strip() == loaded
