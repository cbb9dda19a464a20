"""loancrm plan: add, list, void."""

from __future__ import annotations

from loancrm.dossier.wishes import PLAN
from loancrm.shell.facts import fact_app

app = fact_app(PLAN)
