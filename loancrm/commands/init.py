"""loancrm init: make a new book."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.i18n import N_, _
from loancrm.shell.app import App

app = App()


@app.verb("change", help=N_("Make a new book; one that is there already is left as it is."))
def init(
    ctx: typer.Context,
    zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help=N_("zone of the business day, such as Asia/Shanghai"))
    ] = None,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help=N_("currency, such as CNY"))] = None,
) -> None:
    """Make the store of --store, with the policy of --policy or the example."""
    from loancrm.services.books import BookIn, create

    crm: Any = ctx.obj
    crm.refuse_looking_back()
    settings = crm.settings
    book = BookIn(
        path=str(crm.store_place),
        zone=zone or settings.zone,
        currency=currency or settings.currency,
        policy=settings.policy,
        is_explicit=zone is not None or currency is not None,
    )
    receipt = create(book, lambda place: crm.order("init", crm.clock_in(place)))
    made = _("made {path}") if receipt.is_new else _("{path} is there already; it was left as it is")
    next_step = _("next: loancrm officer add li.wei --name 李伟")
    crm.receipt(receipt, made.format(path=receipt.path), next_step)
