"""What may be one customer, what files lack, who hands over to whom: on a screen and to scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, listed
from loancrm.render.columns import Column
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context

DUPLICATE_COLUMNS = (
    Column("customer", N_("code")),
    Column("name", N_("name")),
    Column("other", N_("other code")),
    Column("other_name", N_("other name")),
    Column("kind", N_("kind"), "code", vocabulary="customer_kind", table=False),
    Column("score", N_("score"), "int"),
    Column("signs", N_("signs"), "nested"),
    Column("why", N_("why"), below=True),
    Column("command", N_("next"), table=False),
)


def show_duplicates(crm: Context, named: str | None) -> None:
    """Show pairs of customers that may be one."""
    from loancrm.reports.duplicates import duplicates

    with crm.view() as view:
        found = duplicates(view, crm.policy(view), named)
    rows = [_duplicate(pair) for pair in found]
    title = _("perhaps one customer")
    crm.show(rows, DUPLICATE_COLUMNS, title=title, footer=_next(rows))


def _duplicate(pair: Any) -> dict[str, Any]:
    signs = [(sign.sign, label("duplicate_sign", sign.sign), sign.points) for sign in pair.signs]
    return {
        **{name: getattr(pair, name) for name in pair.__slots__ if name != "signs"},
        "signs": [{"sign": code, "reason": words, "points": points} for code, words, points in signs],
        "why": listed(f"{words} {points:+d}" for _code, words, points in signs),
        "command": f"loancrm customer merge {pair.customer} {pair.other}",
    }


def _next(rows: Sequence[dict[str, Any]]) -> Sequence[str]:
    """Return the next command of the first pair."""
    return [_("next: {command}").format(command=rows[0]["command"])] if rows else []
