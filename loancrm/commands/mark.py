"""loancrm mark: add, list, void."""

from __future__ import annotations

from loancrm.dossier.marks import MARK
from loancrm.shell.facts import fact_app

app = fact_app(MARK)
