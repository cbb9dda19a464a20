"""loancrm proceeds: add, list, void."""

from __future__ import annotations

from loancrm.dossier.proceeds import PROCEEDS
from loancrm.shell.facts import fact_app

app = fact_app(PROCEEDS)
