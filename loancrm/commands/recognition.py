"""loancrm recognition: add, list, void."""

from __future__ import annotations

from loancrm.dossier.people import RECOGNITION
from loancrm.shell.facts import fact_app

app = fact_app(RECOGNITION)
