"""loancrm warning: what the policy warns of; its rules and their back-test are in warning_backtest."""

from __future__ import annotations

from loancrm.i18n import N_
from loancrm.shell.app import App

app = App(help=N_("Warnings by the policy's rules."))

# The rules, and what they would have told, are in a file of their own, which declares its commands on import.
from loancrm.commands import warning_backtest  # noqa: E402, F401  # isort: skip
