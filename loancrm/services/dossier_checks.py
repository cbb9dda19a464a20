"""What a kind of fact means beyond its fields: a balance sheet balances, a consent covers a query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Row

from loancrm.errors import InvalidInput
from loancrm.i18n import _
from loancrm.numerals import format_money
from loancrm.unitofwork import UnitOfWork

Check = Callable[[UnitOfWork, Row[Any] | None, dict[str, Any]], None]


def statement(uow: UnitOfWork, owner: Row[Any] | None, columns: dict[str, Any]) -> None:
    """Refuse a balance sheet that does not balance.

    Raises:
        InvalidInput: assets are not liabilities and equity; the message says the difference.
    """
    del uow, owner
    names = ("total_assets", "total_liabilities", "equity")
    assets, liabilities, equity = (columns[name] for name in names)
    if None in (assets, liabilities, equity) or assets == liabilities + equity:
        return
    message = _("--total-assets is not --total-liabilities and --equity: the difference is {amount}")
    raise InvalidInput(
        message.format(amount=format_money(assets - liabilities - equity)),
        field="--total-assets",
        code="does_not_balance",
    )


CHECKS: Mapping[str, Check] = {"statement": statement}
