"""loancrm need: add, list, void."""

from __future__ import annotations

from loancrm.dossier.wishes import NEED
from loancrm.shell.facts import fact_app

app = fact_app(NEED)
