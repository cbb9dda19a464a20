"""loancrm guarantor: add, list, void."""

from __future__ import annotations

from loancrm.dossier.assets import GUARANTOR
from loancrm.shell.facts import fact_app

app = fact_app(GUARANTOR)
