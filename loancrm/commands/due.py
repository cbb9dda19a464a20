"""loancrm due: the same list as loancrm today."""

from __future__ import annotations

from loancrm.commands.today import show
from loancrm.i18n import N_
from loancrm.shell.app import App

app = App()
app.verb("rows", help=N_("The list: whom to talk to, why and in what order; one line is one customer."))(show)
