"""Draw docs/today.svg: real output of the sample book, on a terminal of 80 columns.

Usage: python scripts/picture.py FILE.svg. The day and the seed are fixed, so that the picture is too.
"""

from __future__ import annotations

import re
import sys
import tempfile
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

sys.path.insert(0, str(Path(__file__).resolve().parent))
from tour import environment, on_a_terminal

TODAY = "2026-11-20"
COMMANDS = ("loancrm today --officer {officer} --limit 8", "loancrm report delinquency")
FONTS = "'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', 'Microsoft YaHei Mono', Menlo, Consolas, monospace"


def output() -> str:
    """Return what the commands show, each after its prompt."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = environment(folder, LOANCRM_NOW=TODAY, LOANCRM_STORE="demo.db", LOANCRM_LANG="en")
        on_a_terminal("loancrm --quiet demo --keep demo.db > walk.txt", folder, environ)
        walk = (folder / "walk.txt").read_text(encoding="utf-8")
        officer = re.search(r"--officer (\S+)", walk)
        assert officer is not None, walk
        environ.pop("NO_COLOR")
        shown = ""
        for words in COMMANDS:
            command = words.format(officer=officer[1])
            shown += f"\x1b[1m$ {command}\x1b[0m\n{on_a_terminal(command, folder, environ)[0]}\n"
    return shown.rstrip()


def picture(shown: str) -> str:
    """Return terminal output as an SVG that asks nobody for a font."""
    console = Console(record=True, width=80, file=StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(shown), soft_wrap=True)
    template = re.sub(r"@font-face\s*\{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    template = re.sub(r"<!--.*?-->", "", template)
    template = re.sub(r"font-family: Fira Code, monospace", f"font-family: {FONTS}", template)
    return console.export_svg(title="loancrm", theme=MONOKAI, code_format=template)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(exist_ok=True)
    target.write_text(picture(output()), encoding="utf-8")
