"""A new book: the store, its zone and currency, and the policy that it begins with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.policy.policy import Policy, example, read_file
from loancrm.services.inputs import Input, Receipt
from loancrm.services.policies import adopt_first
from loancrm.store import Order, Store
from loancrm.unitofwork import UnitOfWork


class BookIn(Input):
    """Where the book is, and what it keeps. ``policy`` is a file; None is the example."""

    path: str
    zone: str
    currency: str
    policy: str | None = None
    is_explicit: bool = False


class BookReceipt(Receipt):
    """The book as it is, and whether it was made now."""

    path: str
    zone: str
    currency: str
    policy: str
    is_new: bool


def create(request: BookIn, order: Callable[[str], Order]) -> BookReceipt:
    """Make the book unless it is there.

    Raises:
        InvalidInput: no such zone or currency.
        Conflict: it is there with another zone or currency than asked for.
    """
    _check(request)
    policy = read_file(Path(request.policy)) if request.policy else example()

    def first(uow: UnitOfWork) -> None:
        adopt_first(uow, policy.text, request.policy or "policy.example.yaml")

    path, ordered = Path(request.path), order(request.zone)
    if ordered.dry_run and not path.exists():
        return _receipt(request, request.zone, request.currency, policy, is_new=True)
    if ordered.dry_run:
        store, is_new = Store(path), False
    else:
        store, is_new = Store.create(
            path, zone=request.zone, currency=request.currency, order=ordered, first=first
        )
    store.close()
    if request.is_explicit and (store.zone, store.currency) != (request.zone, request.currency):
        raise Conflict(
            _("the book is there already, in {zone} and {currency}").format(
                zone=store.zone, currency=store.currency
            ),
            hint=_("zone and currency belong to the book and cannot be changed"),
        )
    return _receipt(request, store.zone, store.currency, policy, is_new=is_new)


def _receipt(request: BookIn, zone: str, currency: str, policy: Policy, *, is_new: bool) -> BookReceipt:
    return BookReceipt(path=request.path, zone=zone, currency=currency, policy=policy.name, is_new=is_new)


def _check(request: BookIn) -> None:
    try:
        ZoneInfo(request.zone)
    except (KeyError, ValueError, OSError):
        message = _("--zone: not a time zone; write a name such as Asia/Shanghai")
        raise InvalidInput(message, field="--zone") from None
    if not (len(request.currency) == 3 and request.currency.isascii() and request.currency.isupper()):
        message = _("--currency: three capital letters, such as CNY")
        raise InvalidInput(message, field="--currency")
