"""loancrm measure: add, list, void."""

from __future__ import annotations

from loancrm.dossier.measures import MEASURE
from loancrm.shell.facts import fact_app

app = fact_app(MEASURE)
