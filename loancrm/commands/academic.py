"""loancrm academic: add, list, void."""

from __future__ import annotations

from loancrm.dossier.studies import ACADEMIC
from loancrm.shell.facts import fact_app

app = fact_app(ACADEMIC)
