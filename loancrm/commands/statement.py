"""loancrm statement: add, list, void."""

from __future__ import annotations

from loancrm.dossier.finance import STATEMENT
from loancrm.shell.facts import fact_app

app = fact_app(STATEMENT)
