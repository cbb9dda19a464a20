"""loancrm policy: show, check, diff, try, adopt, list, indicators."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import OnOption
from loancrm.i18n import N_, _, listed
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("The bank's rules."))
VERSION_COLUMNS = (
    Column("version", N_("version"), "int"),
    Column("name", N_("name")),
    Column("effective_on", N_("rules from"), "date"),
    Column("recorded_at", N_("adopted"), "instant"),
    Column("digest", N_("digest")),
    Column("in_force", N_("in force"), "bool"),
    Column("review_by", N_("review by"), "date"),
    Column("review_due", N_("review due"), "bool", table=False),
)
INDICATOR_COLUMNS = (
    Column("name", N_("indicator")),
    Column("group", N_("group"), "code", vocabulary="indicator_group"),
    Column("level", N_("figure of"), "code", vocabulary="indicator_level", table=False),
    Column("unit", N_("unit"), "code", vocabulary="unit"),
    Column("meaning", N_("meaning"), below=True),
    Column("formula", N_("formula"), table=False),
    Column("source", N_("source"), table=False),
    Column("kinds", N_("applies to"), "nested"),
    Column("missing", N_("missing when"), table=False),
)
FileArgument = Annotated[str, typer.Argument(metavar="FILE", help=N_("a policy file"))]


@app.verb("plain", help=N_("Print the policy in force, or that of --policy, as YAML."))
def show(ctx: typer.Context) -> None:
    """Print the policy."""
    crm: Any = ctx.obj
    with crm.view() as view:
        typer.echo(crm.policy(view).text, nl=False)


@app.verb("plain", help=N_("Check a policy file: every problem with file, line and column."))
def check(ctx: typer.Context, file: FileArgument) -> None:
    """Check a policy file."""
    from pathlib import Path

    from loancrm.policy.policy import read_file

    policy = read_file(Path(file))
    ctx.obj.say(_("{file}: policy {name} is in order").format(file=file, name=policy.name))
    ctx.obj.say(_("scorecards: {names}").format(names=listed(tuple(policy.cards)) or "–"))


@app.verb("rows", help=N_("How two policies differ, in words: files, or versions that were adopted."))
def diff(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(help=N_("a version or a file"))],
    new: Annotated[str, typer.Argument(help=N_("a version or a file"))],
) -> None:
    """Show how two policies differ."""
    from loancrm.shell.policies import show_differences

    crm: Any = ctx.obj
    show_differences(crm, old, new)


@app.verb("rows", name="try", help=N_("What a policy would change on the book: classes, scores, daily list."))
def try_(
    ctx: typer.Context,
    file: FileArgument,
    officer: Annotated[str | None, typer.Option(help=N_("only this officer's customers"))] = None,
) -> None:
    """Try a policy on the book."""
    from loancrm.shell.policies import show_trial

    crm: Any = ctx.obj
    show_trial(crm, file, officer)


@app.verb("change", help=N_("Adopt a policy file: it rules from a day on, today unless said."))
def adopt(ctx: typer.Context, file: FileArgument, on: OnOption = None) -> None:
    """Adopt a policy file."""
    from loancrm.services.policies import adopt as work
    from loancrm.services.policies import policy_in

    crm: Any = ctx.obj
    receipt = crm.change(work, policy_in(file, on), "policy adopt")
    new, known = _("policy {version} rules from {day}"), _("policy {version} is in force already")
    words = new if receipt.is_new else known
    sentence = words.format(version=receipt.version, day=receipt.effective_on)
    crm.receipt(receipt, sentence, _("next: loancrm classify"))


@app.verb("rows", name="list", help=N_("List the policies that were adopted."))
def list_(ctx: typer.Context) -> None:
    """List adopted policies."""
    from loancrm.reports.policies import versions

    crm: Any = ctx.obj
    with crm.view() as view:
        crm.show(versions(view), VERSION_COLUMNS, title=_("policies"))


@app.verb("rows", help=N_("List the figures that policy may use, with unit, meaning, formula and source."))
def indicators(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help=N_("show this one in full"))] = None,
) -> None:
    """List indicators."""
    from loancrm.shell.indicators import show_catalogue

    show_catalogue(ctx.obj, name, INDICATOR_COLUMNS)
