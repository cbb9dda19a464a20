"""loancrm series: add, list, void."""

from __future__ import annotations

from loancrm.dossier.views import SERIES
from loancrm.shell.facts import fact_app

app = fact_app(SERIES)
