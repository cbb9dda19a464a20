"""Concentration: the book by industry, region, customer, … with shares, default and loss rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select

from loancrm.dialect import count_where, json_text, total
from loancrm.errors import UsageFault, did_you_mean
from loancrm.i18n import _, listed
from loancrm.indicators.facts import customer_ids, customers_at, loans_at
from loancrm.lending.delinquency import hhi
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.lookup import customer_code
from loancrm.reports.officers import officers_known
from loancrm.view import View

# --by -> (column, where it stands, vocabulary of its labels)
KEYS: Mapping[str, tuple[str, str, str | None]] = {
    "industry": ("industry", "loan or customer", None),
    "region": ("region", "loan or customer", None),
    "customer": ("number", "customer", None),
    "officer": ("officer_id", "customer", None),
    "segment": ("segment", "customer", "segment"),
    "service_tier": ("service_tier", "customer", "service_tier"),
    "kind": ("kind", "customer", "customer_kind"),
    "size_class": ("size_class", "customer", "size_class"),
    "school": ("school", "customer", None),
    "product": ("product", "loan", "product"),
    "five_tier": ("five_tier", "loan", "five_tier"),
    "status": ("status", "loan", "loan_status"),
}
EXTRA = "extra."  # --by extra.lender: a column of a file, of the loan, else of its customer
_BY_KEY = ("customer", "officer")  # grouped by a number of ours, of which a part means nothing
MEASURES = ("outstanding", "disbursed", "overdue", "loans")
_SHARED_BY = {
    "outstanding": "outstanding_principal",
    "disbursed": "disbursed",
    "overdue": "overdue_principal",
    "loans": "loans",
}


@dataclass(frozen=True, slots=True)
class ConcentrationLine:
    """A group of loans; ``key`` is None where it is unknown. Shares and rates in millionths."""

    key: str | None
    name: str | None
    loans: int
    live_loans: int
    customers: int
    disbursed: int
    outstanding_principal: int | None
    overdue_principal: int | None
    share: int | None
    settled: int
    written_off: int
    default_rate: int | None
    loss_rate: int | None


@dataclass(frozen=True, slots=True)
class Concentration:
    """The report: lines by share downwards; ``hhi`` and ``effective_names`` in tenths."""

    by: str
    measure: str
    lines: tuple[ConcentrationLine, ...]
    hhi: int | None
    effective_names: int | None
    loans: int
    total: int
    basis: Basis


def concentration(
    view: View,
    policy: Policy,
    *,
    by: str,
    measure: str = "outstanding",
    digits: int | None = None,
    officer_id: int | None = None,
) -> Concentration:
    """Return the loans granted by the view's day in groups; cancelled ones are left out.

    default_rate = written off ÷ (settled + written off); loss_rate = amount written off ÷ disbursed.
    Outcomes count whenever they are known by the day. ``digits`` cuts the key: C34 by 1 is C.

    Raises:
        UsageFault: no such key or measure.
    """
    if not by.startswith(EXTRA):
        _check("--by", by, tuple(KEYS))
    _check("--measure", measure, MEASURES)
    if digits is not None and by in _BY_KEY:
        raise UsageFault(_("--digits does not go with --by {by}").format(by=by), field="--digits")
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    rows = view.rows(_statement(view, policy, by, digits, scope))
    amounts = [getattr(row, _SHARED_BY[measure]) or 0 for row in rows]
    whole = sum(amounts)
    names = _names(view, by)
    lines = [_line(row, amount, whole, by, names) for row, amount in zip(rows, amounts, strict=True)]
    lines.sort(key=lambda line: (-(line.share or 0), line.key is None, line.key or ""))
    index = hhi(amounts)
    return Concentration(
        by=by,
        measure=measure,
        lines=tuple(lines),
        hhi=index[0] if index else None,
        effective_names=index[1] if index else None,
        loans=sum(line.loans for line in lines),
        total=whole,
        basis=basis(view, policy),
    )


def _check(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageFault(
            _("{option}: known are {known}").format(option=option, known=listed(known)),
            field=option,
            hint=did_you_mean(value, known),
        )


def _statement(view: View, policy: Policy, by: str, digits: int | None, scope: Any) -> Any:
    column, where, _vocabulary = KEYS.get(by, ("extra", "extra", None))
    relation = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope)
    wanted = () if where == "loan" else (column,)
    name = by.removeprefix(EXTRA)
    people = customers_at(view, *wanted, scope=scope)
    loan = relation.c
    found = _key(loan, people.c, column, where) if where != "extra" else _extra(loan, people.c, name)
    key = (found if digits is None else func.substr(found, 1, digits)).label("key")
    return (
        select(
            key,
            func.count().label("loans"),
            count_where(loan.is_live == 1).label("live_loans"),
            func.count(loan.customer_id.distinct()).label("customers"),
            total(case((loan.disbursed_on.is_not(None), loan.principal))).label("disbursed"),
            total(loan.outstanding_principal).label("outstanding_principal"),
            total(loan.overdue_principal).label("overdue_principal"),
            count_where(loan.status == "settled").label("settled"),
            count_where(loan.status == "written_off").label("written_off"),
            total(case((loan.status == "written_off", loan.written_off_amount))).label("lost"),
        )
        .select_from(relation.join(people, people.c.id == loan.customer_id))
        .where(loan.status != "cancelled")
        .group_by(key)
    )


def _key(loan: Any, people: Any, column: str, where: str) -> ColumnElement[Any]:
    if where == "loan":
        return loan[column]  # type: ignore[no-any-return]
    if where == "customer":
        return people[column]  # type: ignore[no-any-return]
    return func.coalesce(loan[column], people[column])  # lent to, else the customer's own


def _extra(loan: Any, people: Any, name: str) -> ColumnElement[Any]:
    return func.coalesce(json_text(loan.extra, name), json_text(people.extra, name))


def _names(view: View, by: str) -> dict[Any, tuple[str | None, str | None]]:
    """Return key and name of what is grouped by a number: customers and officers."""
    if by == "officer":
        return {key: (who["code"], who["name"]) for key, who in officers_known(view).items()}
    if by == "customer":
        people = customers_at(view, "name")
        rows = view.rows(select(people.c.number, people.c.name))
        return {row.number: (customer_code(row.number), row.name) for row in rows}
    return {}


def _line(row: Row[Any], amount: int, whole: int, by: str, names: dict[Any, Any]) -> ConcentrationLine:
    key, name = names.get(row.key, (row.key, None)) if names else (row.key, None)
    ended = row.settled + row.written_off
    return ConcentrationLine(
        key=None if key is None else str(key),
        name=name,
        loans=row.loans,
        live_loans=row.live_loans,
        customers=row.customers,
        disbursed=row.disbursed or 0,
        outstanding_principal=row.outstanding_principal,
        overdue_principal=row.overdue_principal,
        share=ratio(amount, whole),
        settled=row.settled,
        written_off=row.written_off,
        default_rate=ratio(row.written_off, ended),
        loss_rate=ratio(row.lost or 0, row.disbursed),
    )
