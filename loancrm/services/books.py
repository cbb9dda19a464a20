"""A new book: the store, its zone and currency, and the policy that it begins with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from loancrm.config import without_password
from loancrm.errors import Conflict, InvalidInput, NotFound
from loancrm.i18n import _
from loancrm.policy.policy import Policy, example, read_file
from loancrm.schema import as_place, upgrade_store
from loancrm.services.inputs import Input, Receipt
from loancrm.services.policies import adopt_first
from loancrm.store import Order, Store
from loancrm.unitofwork import UnitOfWork


class BookIn(Input):
    """Where the book is (a path or an address), and what it keeps; without ``policy`` the example's."""

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


class UpgradeReceipt(Receipt):
    """The revision of the schema before and now."""

    before: str
    now: str
    is_upgraded: bool


def upgrade(place: str) -> UpgradeReceipt:
    """Bring the schema of the book at ``place`` up to date; no unit of work, since no row is the book's."""
    before, now = upgrade_store(place)
    return UpgradeReceipt(before=before, now=now, is_upgraded=before != now)


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

    place, ordered = as_place(request.path), order(request.zone)
    if ordered.dry_run:
        found = _open(place)
        if found is None:
            return _receipt(request, request.zone, request.currency, policy, is_new=True)
        store, is_new = found, False
    else:
        store, is_new = Store.create(
            place, zone=request.zone, currency=request.currency, order=ordered, first=first
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


def _open(place: Path | str) -> Store | None:
    """Return the book that is there, or None where one would be made."""
    if isinstance(place, Path):
        return Store(place) if place.exists() else None
    try:
        return Store(place)
    except NotFound as fault:
        if fault.code == "no_store":
            return None
        raise


def _receipt(request: BookIn, zone: str, currency: str, policy: Policy, *, is_new: bool) -> BookReceipt:
    shown = without_password(str(as_place(request.path)))
    return BookReceipt(path=shown, zone=zone, currency=currency, policy=policy.name, is_new=is_new)


def _check(request: BookIn) -> None:
    try:
        ZoneInfo(request.zone)
    except (KeyError, ValueError, OSError):
        message = _("--zone: not a time zone; write a name such as Asia/Shanghai")
        raise InvalidInput(message, field="--zone") from None
    if not (len(request.currency) == 3 and request.currency.isascii() and request.currency.isupper()):
        message = _("--currency: three capital letters, such as CNY")
        raise InvalidInput(message, field="--currency")
