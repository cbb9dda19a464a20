"""loancrm completion: the script that lets a shell complete commands and options."""

from __future__ import annotations

from typing import Annotated

import typer

from loancrm.errors import UsageFault
from loancrm.i18n import N_, _, listed
from loancrm.shell.app import App

app = App()
SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


@app.verb("plain", help=N_("Print the completion script of a shell: loancrm completion bash >> ~/.bashrc"))
def completion(
    ctx: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help=N_("bash, zsh, fish, powershell or pwsh"))],
) -> None:
    """Print the completion script of a shell."""
    from typer._completion_shared import get_completion_script

    del ctx
    if shell not in SHELLS:
        message = _("SHELL: known are {known}").format(known=listed(SHELLS))
        raise UsageFault(message, field="SHELL")
    script = get_completion_script(prog_name="loancrm", complete_var="_LOANCRM_COMPLETE", shell=shell)
    typer.echo(script)
