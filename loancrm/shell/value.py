"""The worth of customers on the command line: the report, one customer's page, RFM, hints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from loancrm.errors import InvalidInput, NotFound
from loancrm.i18n import N_, _, language, listed, n_
from loancrm.lending.contribution import YEAR
from loancrm.numerals import format_money, format_ratio, plain_millionths, plain_money
from loancrm.parsing import day
from loancrm.render.columns import Column
from loancrm.shell.queries import say_unjudged
from loancrm.shell.reports import basis_json, basis_words, group_words
from loancrm.vocabulary import code_of, label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.customer_value import CustomerValue
    from loancrm.reports.value import Value
    from loancrm.view import View

VALUE = (
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("customers", N_("customers"), "int"),
    Column("unknown", N_("unknown"), "int", table=False),
    Column("average_balance", N_("average balance"), "money", table=False),
    Column("interest", N_("interest"), "money"),
    Column("funding", N_("funding"), "money"),
    Column("expected_loss", N_("expected loss"), "money", table=False),
    Column("service", N_("service"), "money", table=False),
    Column("deposits", N_("deposits"), "money", table=False),
    Column("contribution", N_("contribution"), "money"),
    Column("lifetime_value", N_("lifetime value"), "money", table=False),
    Column("basis", N_("basis"), "code", vocabulary="position_basis", table=False),
    Column("missing", N_("missing"), "nested", table=False),
)
TOTALS = (
    Column("customers", N_("customers"), "int"),
    Column("unknown", N_("unknown"), "int"),
    Column("contribution", N_("contribution"), "money"),
    Column("lifetime_value", N_("lifetime value"), "money"),
    Column("from_on", N_("period from"), "date"),
    Column("to_on", N_("period until"), "date"),
    Column("basis", N_("basis"), "nested"),
)
RFM = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("segment", N_("segment"), "code", vocabulary="segment", table=False),
    Column("recency", N_("days since"), "int"),
    Column("frequency", N_("draws"), "int"),
    Column("monetary", N_("monetary value"), "money"),
    Column("recency_rank", "R", "int"),
    Column("frequency_rank", "F", "int"),
    Column("monetary_rank", "M", "int"),
    Column("rfm", "RFM", table=False),
)
HINTS = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("rule", N_("rule"), table=False),
    Column("offer", N_("offer")),
    Column("reason", N_("why"), fold=True),
)
FORMULAS = (
    N_(
        "contribution: interest − funding − expected loss − service + margin on deposits where they are known"
    ),
    N_("interest: each known balance by its nights at its rate; ledger where the loan is serviced here"),
    N_("funding: the same balances at the policy's rate for the term of the loan"),
    N_("expected loss: a year's default of the stage · what is lost of the security, by the nights"),
    N_("service: conversations by channel, and a year's cost of looking after a loan, by its nights"),
    N_("lifetime value: contribution of a year · r ÷ (1 + d − r), less what winning a new customer cost"),
    N_("unknown: loans without balance or rate on too many nights, or without a position; not in the sums"),
)


def show_value(
    crm: Context, officer: str | None, *, by: str, from_: str | None, to: str | None, explain: bool
) -> None:
    """Show what the book brings, in groups."""
    from loancrm.reports.value import value

    by = code_of("grouping", by, "--by")
    with crm.view() as view:
        until, days = _period(view, from_, to)
        officer_id = crm.officer_id(view, officer) if officer else None
        found = value(until, crm.policy(view), by=by, days=days, officer_id=officer_id)
    totals = _totals(found)
    title = _("Contribution by {by}, {first} to {last}").format(
        by=label("grouping", by), first=totals["from_on"], last=totals["to_on"]
    )
    sum_ = _("in all {contribution} · lifetime value {lifetime}").format(
        contribution=format_money(totals["contribution"]), lifetime=format_money(totals["lifetime_value"])
    )
    crm.show(
        _rows(found, is_page=crm.format in ("table", "html")),
        VALUE,
        title=title,
        header=[title, basis_words(found.basis), ""],
        footer=["", sum_, *_unknown(totals["unknown"]), *_formulas(explain=explain)],
        totals=totals,
        totals_columns=TOTALS,
    )


def _period(view: View, from_: str | None, to: str | None) -> tuple[View, int]:
    """Return the view at the end of the period, and how many nights it has; ``--to`` is not in it."""
    last = view.as_of if to is None else day(to, "--to")
    first = last - timedelta(days=YEAR) if from_ is None else day(from_, "--from")
    if last > view.as_of:
        raise InvalidInput(_("--to is after the day of the report"), field="--to")
    if first >= last:
        raise InvalidInput(_("--from must be before --to"), field="--from")
    return view if last == view.as_of else view.at(last), (last - first).days


def _totals(found: Value) -> dict[str, Any]:
    last: date = found.basis.as_of
    return {
        "customers": sum(line.customers for line in found.lines),
        "unknown": sum(line.unknown for line in found.lines),
        "contribution": sum(line.contribution or 0 for line in found.lines),
        "lifetime_value": sum(line.lifetime_value or 0 for line in found.lines),
        "from_on": last - timedelta(days=found.days),
        "to_on": last,
        "basis": basis_json(found.basis),
    }


def _rows(found: Value, *, is_page: bool) -> Iterator[dict[str, Any]]:
    for line in found.lines:
        row = asdict(line) | {"missing": list(line.missing)}
        yield {**row, "key": group_words(found.by, row)} if is_page else row


def _unknown(count: int) -> list[str]:
    text = n_("{n} without a known contribution", "{n} without a known contribution", count)
    return [text.format(n=count)] if count else []


def _formulas(*, explain: bool) -> list[str]:
    return ["", *(_(one) for one in FORMULAS)] if explain else [_("how it is computed: --explain")]


def show_rfm(crm: Context, officer: str | None) -> None:
    """Show customers by recency, frequency and monetary value."""
    from loancrm.reports.rfm import rfm

    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        title = _("Recency, frequency, monetary value on {day}").format(day=view.as_of)
        note = _("ranks from 1 to 5 among the whole book, 5 being the best; equal figures share a rank")
        crm.show(rfm(view, crm.policy(view), officer_id), RFM, title=title, header=[title, note, ""])


def show_next_products(crm: Context, officer: str | None, rule: str | None) -> None:
    """Show which product may come next for whom, and why."""
    from loancrm.reports.next_products import next_products, unjudged

    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        policy = crm.policy(view)
        known = [one.rule for one in policy.value.next_products]
        if rule is not None and rule not in known:
            message = _("the policy has no rule {rule} of next products").format(rule=rule[:40])
            raise NotFound(message, field="--rule", hint=_("there are: {names}").format(names=listed(known)))
        rows = next_products(view, policy, language(), officer_id=officer_id, rule=rule)
        crm.show(rows, HINTS, title=_("next products"))
        say_unjudged(crm, unjudged(view, policy, officer_id=officer_id, rule=rule))


ONE = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("segment", N_("segment"), "code", vocabulary="segment"),
    Column("from_on", N_("period from"), "date"),
    Column("to_on", N_("period until"), "date"),
    Column("interest", N_("interest"), "money"),
    Column("funding", N_("funding"), "money"),
    Column("expected_loss", N_("expected loss"), "money"),
    Column("service", N_("service"), "money"),
    Column("deposits", N_("deposits"), "money"),
    Column("contribution", N_("contribution"), "money"),
    Column("average_balance", N_("average balance"), "money"),
    Column("position", N_("basis"), "code", vocabulary="position_basis"),
    Column("lifetime_value", N_("lifetime value"), "money"),
    Column("retention", N_("retention"), "ratio"),
    Column("discount", N_("discount"), "ratio"),
    Column("recency", N_("days since"), "int"),
    Column("frequency", N_("draws"), "int"),
    Column("monetary", N_("monetary value"), "money"),
    Column("missing", N_("missing"), "nested"),
    Column("years", N_("years to come"), "nested"),
    Column("next_products", N_("next products"), "nested"),
    Column("basis", N_("basis"), "nested"),
)


def show_customer_value(crm: Context, customer: str, from_: str | None, to: str | None) -> None:
    """Show what a customer brings and is worth, how each figure comes about, and what to offer next."""
    from loancrm.reports.customer_value import customer_value

    with crm.view() as view:
        until, days = _period(view, from_, to)
        found = customer_value(until, crm.policy(view), customer, language(), days)
    if found is None:
        raise NotFound(_("on that day nothing was known of this customer yet"), field="CUSTOMER")
    last = found.basis.as_of
    values = {name: getattr(found, name) for name in found.__slots__ if name not in ("rules", "days")}
    values |= {
        "from_on": last - timedelta(days=days),
        "to_on": last,
        "years": [_year(one) for one in found.years],
        "next_products": [_hint(one) for one in found.next_products],
        "missing": list(found.missing),
        "basis": basis_json(found.basis),
    }
    title = _("{customer} {name}: contribution, {first} to {last}").format(
        customer=found.customer, name=found.name, first=values["from_on"], last=last
    )
    crm.show_one(values, ONE, title=title, header=[title, basis_words(found.basis), ""], footer=_how(found))


def _year(one: Any) -> dict[str, Any]:
    return {
        "year": one.number,
        "retained": plain_millionths(one.retained),
        "present_value": plain_money(one.present_value),
        "so_far": plain_money(one.so_far),
    }


def _hint(one: Any) -> dict[str, str]:
    return {"rule": one.rule, "offer": one.offer, "reason": one.reason}


def _how(found: CustomerValue) -> list[str]:
    lines = ["", *(_(one) for one in FORMULAS[:-1])]
    if found.missing:
        lines.append(_("missing: {names}").format(names=listed(_(one) for one in _words(found.missing))))
    lines += [_year_words(one) for one in found.years]
    next_ = _("next: {offer}, because {reason}")
    return lines + [next_.format(offer=hint.offer, reason=hint.reason) for hint in found.next_products]


def _year_words(one: Any) -> str:
    return _("year {n}: {share} still there, worth {amount} today, {sum} so far").format(
        n=one.number,
        share=format_ratio(one.retained),
        amount=format_money(one.present_value),
        sum=format_money(one.so_far),
    )


def _words(names: tuple[str, ...]) -> list[str]:
    labels = {column.key: column.label for column in ONE}
    return [labels[name] for name in names]
