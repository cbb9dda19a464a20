"""The lists of customers, for ``customer list`` and ``customer find``, and of loans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, listed
from loancrm.parsing import count
from loancrm.render.columns import Column

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.loans import LoanLine


def list_customers(
    crm: Context,
    columns: Sequence[Column],
    *,
    officer: str | None = None,
    kind: str | None = None,
    where: str | None = None,
    find: str | None = None,
    all_: bool = False,
    archived: bool = False,
    unmask: bool = False,
) -> None:
    """Show customers; a look at unmasked data is recorded first."""
    from loancrm.policy.parse import from_text
    from loancrm.reports.customers import customers, left_out
    from loancrm.vocabulary import code_of

    condition = from_text(where) if where else None
    kind = code_of("customer_kind", kind, "--kind") if kind else None
    if unmask:
        record_look(crm, None, "customer list")
    limit = crm.given.get("limit")
    most = None if limit is None or crm.given.get("sort") else count(limit, "--limit")
    with crm.view() as view:
        policy = crm.policy(view)
        wanted: dict[str, Any] = {
            "officer_id": crm.officer_id(view, officer) if officer else None,
            "find": find,
            "kind": kind,
            "archived": None if all_ else archived,
        }
        rows = customers(view, policy, where=condition, limit=most, **wanted)
        crm.show(rows, columns, title=_("customers"))
        if condition is not None:
            say_left_out(crm, left_out(view, policy, condition, **wanted))


LOANS_SUMMED = ("principal", "outstanding_principal", "overdue_principal", "unpaid_interest", "penalty")
LOAN_TOTALS = (
    Column("loans", N_("loans"), "int"),
    Column("without_position", N_("without figures"), "int"),
    Column("principal", N_("principal"), "money"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("overdue_principal", N_("overdue"), "money"),
    Column("unpaid_interest", N_("unpaid interest"), "money"),
    Column("penalty", N_("penalty and compound interest"), "money"),
)


def list_loans(
    crm: Context, columns: Sequence[Column], *, officer: str | None, where: str | None, **more: Any
) -> None:
    """Show loans; ``where`` is a condition over the indicators of loans."""
    from loancrm.policy.parse import LOANS, from_text
    from loancrm.reports.loans import left_out, loans
    from loancrm.reports.undecided import words_of_loans

    crm.know_products()
    condition = from_text(where, LOANS) if where else None
    with crm.view() as view:
        officer_id, policy = crm.officer_id(view, officer) if officer else None, crm.policy(view)
        rows = loans(view, policy, officer_id=officer_id, where=condition, **more)
        totals = None
        if crm.given.get("totals"):
            rows, totals = _summed(rows)
        crm.show(rows, columns, title=_("loans"), totals=totals, totals_columns=LOAN_TOTALS)
        if condition is not None:
            n = left_out(view, policy, condition, officer_id=officer_id, **more)
            if n:
                crm.say(words_of_loans(n))


def _summed(rows: Iterable[LoanLine]) -> tuple[Iterator[LoanLine], dict[str, int]]:
    """Return loans and their sums; ``without_position`` of them have no figures, and are in no sum."""
    kept = list(rows)
    sums = {name: sum(getattr(row, name) or 0 for row in kept) for name in LOANS_SUMMED}
    unknown = sum(row.outstanding_principal is None for row in kept)
    return iter(kept), {"loans": len(kept), "without_position": unknown, **sums}


def say_left_out(crm: Context, n: int, option: str = "--where") -> None:
    """Say beside what was found how many customers are not in it since nobody can tell.

    No condition is silent on that; nothing is said of nobody.
    """
    from loancrm.reports.undecided import words

    if n:
        crm.say(words(n, option))


def say_unjudged(crm: Context, counts: Mapping[str, int]) -> None:
    """Say beside what was done or found which rules could not be judged of how many, if any."""
    from loancrm.reports.undecided import words_by_rule

    if counts:
        crm.say(words_by_rule(counts))


def not_judged(rules: Sequence[str]) -> str:
    """Say of one customer which rules could not be judged."""
    return _("not judged, since a figure is missing: {rules}").format(rules=listed(rules))


def record_look(crm: Context, customer: str | None, what: str) -> None:
    """Record that masked data is about to be shown in full, and let it be shown."""
    from loancrm.services.looks import LookIn, look

    crm.store.change(look, LookIn(customer=customer, what=what), crm.order(what))
    crm.given["unmask"] = True
