"""loancrm turnover: add, list, void."""

from __future__ import annotations

from loancrm.dossier.finance import TURNOVER
from loancrm.shell.facts import fact_app

app = fact_app(TURNOVER)
