"""The statements of a command, to be run again without the program.

``python -m benchmarks.capture FILE WORDS…`` runs the command and writes them into the file. Only what
reads rows is kept: no pragma, no transaction.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from loancrm.cli import run


def main(file: Path, words: list[str]) -> int:
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_more: Any) -> None:
        if sql.split(None, 1)[0] in ("SELECT", "WITH") or "_check" in sql:
            statements.append((sql, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    code = run(words)
    file.write_text(json.dumps(statements), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
