"""loancrm clock: add, list, void."""

from __future__ import annotations

from loancrm.dossier.clocks import CLOCK
from loancrm.shell.facts import fact_app

app = fact_app(CLOCK)
