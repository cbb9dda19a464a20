"""loancrm holding: add, list, void."""

from __future__ import annotations

from loancrm.dossier.finance import HOLDING
from loancrm.shell.facts import fact_app

app = fact_app(HOLDING)
