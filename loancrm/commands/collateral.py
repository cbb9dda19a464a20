"""loancrm collateral: add, list, void."""

from __future__ import annotations

from loancrm.dossier.assets import COLLATERAL
from loancrm.shell.facts import fact_app

app = fact_app(COLLATERAL)
