"""loancrm rating: add, list, void."""

from __future__ import annotations

from loancrm.dossier.views import RATING
from loancrm.shell.facts import fact_app

app = fact_app(RATING)
