"""loancrm income: add, list, void."""

from __future__ import annotations

from loancrm.dossier.studies import INCOME
from loancrm.shell.facts import fact_app

app = fact_app(INCOME)
