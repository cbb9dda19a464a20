"""loancrm loyalty: show, accrue, adjust, redeem, reward."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import CustomerArgument, NoteOption, WhyOption
from loancrm.i18n import N_, _
from loancrm.shell.app import App

app = App(help=N_("Loyalty points: earned, spent, expiring; tiers and rewards."))
reward = App(help=N_("What points buy."))
app.add_typer(reward, name="reward")


@app.verb("one", help=N_("A customer's points, tier and benefits, and what earned them."))
def show(ctx: typer.Context, customer: CustomerArgument) -> None:
    """Show points."""
    from loancrm.shell.loyalty import show_points

    show_points(ctx.obj, customer)


@app.verb("change", help=N_("Give points for what earned some by the policy; each fact once."))
def accrue(ctx: typer.Context) -> None:
    """Give points."""
    from loancrm.shell.loyalty import show_accrued

    show_accrued(ctx.obj)


@app.verb("change", signed=True, help=N_("Give or take points by hand, with the reason."))
def adjust(
    ctx: typer.Context,
    customer: CustomerArgument,
    points: Annotated[str, typer.Argument(metavar="POINTS", help=N_("such as +50 or -20"))],
    why: WhyOption = None,
) -> None:
    """Give or take points."""
    from loancrm.services.points import adjust as work
    from loancrm.services.points import adjust_in

    crm: Any = ctx.obj
    receipt = crm.change(work, adjust_in(customer, points, why), "loyalty adjust")
    text = _("{customer}: {points} points, {balance} now")
    said = text.format(customer=receipt.customer, points=f"{receipt.points:+d}", balance=receipt.balance)
    crm.receipt(receipt, said)


@app.verb("change", help=N_("Spend points on a reward."))
def redeem(
    ctx: typer.Context,
    customer: CustomerArgument,
    reward: Annotated[
        str, typer.Argument(metavar="REWARD", help=N_("its code: loancrm loyalty reward list"))
    ],
    note: NoteOption = None,
) -> None:
    """Spend points."""
    from loancrm.services.points import redeem as work
    from loancrm.services.points import redeem_in

    crm: Any = ctx.obj
    receipt = crm.change(work, redeem_in(customer, reward, note), "loyalty redeem")
    text = _("{customer}: {points} points, {balance} now")
    said = text.format(customer=receipt.customer, points=f"{receipt.points:+d}", balance=receipt.balance)
    crm.receipt(receipt, said)


@reward.verb("rows", name="list", help=N_("List what points buy, by the policy."))
def list_(ctx: typer.Context) -> None:
    """List rewards."""
    from loancrm.shell.loyalty import show_rewards

    show_rewards(ctx.obj)
