"""What a customer's file says as of a day, for the page before a call: the newest of each kind, in short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select

from loancrm.calendars import year_of_study
from loancrm.dossier import KINDS
from loancrm.indicators.facts import CUSTOMER
from loancrm.lending.size_class import limits_of, size_class
from loancrm.policy.policy import Policy
from loancrm.reports import dossier
from loancrm.reports.customer_answers import last_answers
from loancrm.reports.events import last_events
from loancrm.reports.lookup import customer_code
from loancrm.reports.post_loan_checks import next_check
from loancrm.reports.warnings import warnings
from loancrm.view import View

Line = dict[str, Any]
# What the page shows of each kind; a script asks `list` for the rest.
PEOPLE = ("number", "name", "role", "position", "phone", "preferred_channel")
CONSENTS = ("number", "person", "purpose", "channel", "on", "expires_on")
NEEDS = ("number", "kind", "amount", "from_on", "months")
PLANS = ("number", "offer", "amount", "state", "state_on")
CONNECTIONS = ("number", "kind", "name", "role")
INCOME = ("number", "on", "earner", "basis", "monthly_amount")
CLOCK = ("number", "kind", "started_on", "expires_on", "loan", "what")
CHECK = ("number", "on", "kind", "loan", "is_on_site", "result", "finding", "next_on")
NEXT_CHECK = ("loan", "kind", "due_on", "days_late", "rule")
STATEMENT = (
    "number",
    "period_end",
    "months",
    "is_audited",
    "total_assets",
    "equity",
    "revenue",
    "net_profit",
)
EVENTS_SHOWN = 3
WARNING = ("warning", "rule", "kind", "severity", "text", "state", "raised_on")
FULL_YEAR = 12  # months; revenue of a shorter period says nothing of a year
CLOSED_PLANS = ("declined", "given")

_SIZE_FIELD = {"assets": "total_assets"}  # as the statement calls it


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """The file in short. ``next_check`` is what the loans want next.

    Collateral is worth its newest appraisals less prior claims, in minor units.
    """

    people: tuple[Line, ...]
    next_clock: Line | None
    last_check: Line | None
    next_check: Line | None
    statement: Line | None
    collateral: Line | None
    consents: tuple[Line, ...]
    needs: tuple[Line, ...]
    plans: tuple[Line, ...]
    connections: tuple[Line, ...]
    referral: Line | None
    income: Line | None
    events: tuple[Line, ...]
    warnings: tuple[Line, ...]
    surveys: tuple[Line, ...]
    size_computed: str | None
    size_computed_from: str | None
    year_of_study: int | None
    size_figures: Line | None


def customer_file(view: View, policy: Policy, row: Row[Any], fields: dict[str, Any]) -> CustomerFile:
    """Return the file of the customer ``row``, whose columns as of the day are ``fields``."""
    statements = _of(view, row, "statement")
    plans = [plan for plan in _of(view, row, "plan") if plan["state"] not in CLOSED_PLANS]
    answered = {plan["need"] for plan in _of(view, row, "plan") if plan["state"] == "given"}
    size = None
    if fields.get("size_class") is None:
        size = _size(fields, [one for one in statements if _is_recent(view, policy, one)])
    return CustomerFile(
        people=_cut(_of(view, row, "person"), PEOPLE),
        next_clock=_next_clock(view, row),
        last_check=next(iter(_cut(_of(view, row, "check")[:1], CHECK)), None),
        next_check=_next_check(view, policy, row),
        statement=next(iter(_cut(statements[:1], STATEMENT)), None),
        collateral=_collateral(view, row),
        consents=_cut(_standing_consents(view, row), CONSENTS),
        needs=_cut([need for need in _of(view, row, "need") if need["number"] not in answered], NEEDS),
        plans=_cut(plans, PLANS),
        connections=_cut(_of(view, row, "connection"), CONNECTIONS),
        referral=_referral(view, row),
        income=next(iter(_cut(_of(view, row, "income")[:1], INCOME)), None),
        events=tuple(last_events(view, row.id, EVENTS_SHOWN)),
        warnings=tuple(_open_warnings(view, policy, row)),
        surveys=tuple(last_answers(view, policy, row.id)),
        size_computed=None if size is None else size[0],
        size_computed_from=None if size is None else size[1],
        year_of_study=year_of_study(fields.get("enrolled_on"), fields.get("graduates_on"), view.as_of),
        size_figures=None if size is None else size[2],
    )


def _of(view: View, row: Row[Any], kind: str) -> list[Line]:
    """Return the facts of a kind, newest first; none where this kind of customer has none."""
    declared = KINDS[kind]
    return list(dossier.facts_of(view, declared, row.id)) if row.kind in declared.kinds else []


def _cut(lines: list[Line], names: tuple[str, ...]) -> tuple[Line, ...]:
    return tuple({name: line[name] for name in names} for line in lines)


def _open_warnings(view: View, policy: Policy, row: Row[Any]) -> Iterator[Line]:
    """Yield the customer's warnings that are open, the gravest first."""
    for one in warnings(view, policy, scope=select(CUSTOMER.c.id).where(CUSTOMER.c.id == row.id)):
        yield {name: getattr(one, name) for name in WARNING}


def _next_clock(view: View, row: Row[Any]) -> Line | None:
    """Return the clock that runs out first, of those that no notice started anew."""
    running = [
        clock
        for clock in _of(view, row, "clock")
        if clock["restarted_by"] is None
        and clock["expires_on"] is not None
        and clock["expires_on"] >= view.as_of
    ]
    running.sort(key=lambda clock: (clock["expires_on"], clock["number"]))
    return next(iter(_cut(running[:1], CLOCK)), None)


def _next_check(view: View, policy: Policy, row: Row[Any]) -> Line | None:
    """Return the post-loan check that the customer's loans want first."""
    found = next_check(view, policy, row.id)
    return None if found is None else {name: getattr(found, name) for name in NEXT_CHECK}


def _standing_consents(view: View, row: Row[Any]) -> list[Line]:
    """Return what holds: the newest word of each person and purpose, unless taken back or expired."""
    newest: dict[tuple[str, str], Line] = {}
    for consent in _of(view, row, "consent"):
        newest.setdefault((consent["person"], consent["purpose"]), consent)
    return [
        consent
        for consent in newest.values()
        if not consent["is_withdrawn"]
        and (consent["expires_on"] is None or consent["expires_on"] >= view.as_of)
    ]


def _referral(view: View, row: Row[Any]) -> Line | None:
    """Return who brought the customer, by the newest word: code and name of a customer or a partner."""
    kind, partner = KINDS["referral"], dossier.fact_table(KINDS["partner"])
    c = dossier.fact_table(kind).c
    query = (
        select(
            c.number, c.effective_on, CUSTOMER.c.number.label("referrer"), partner.c.number.label("partner")
        )
        .add_columns(func.coalesce(CUSTOMER.c.name, partner.c.name).label("name"))
        .outerjoin_from(dossier.fact_table(kind), CUSTOMER, CUSTOMER.c.id == c.referrer_id)
        .outerjoin(partner, partner.c.id == c.partner_id)
        .where(c.customer_id == row.id, view.sees(dossier.fact_table(kind)))
    )
    found = view.one(query.order_by(c.effective_on.desc(), c.id.desc()).limit(1))
    if found is None:
        return None
    referrer, brought = found.referrer, found.partner
    return {
        "number": kind.code(found.number),
        "on": found.effective_on,
        "referrer": None if referrer is None else customer_code(referrer),
        "partner": None if brought is None else KINDS["partner"].code(brought),
        "name": found.name,
    }


def _collateral(view: View, row: Row[Any]) -> Line | None:
    """Return how many pieces of collateral are not released, and what those that were appraised are worth."""
    pieces = dossier.fact_table(KINDS["collateral"])
    appraisal = dossier.fact_table(KINDS["appraisal"])
    held = select(pieces.c.id).where(
        pieces.c.customer_id == row.id,
        view.sees(pieces),
        func.coalesce(pieces.c.released_on, date.max) > view.as_of,
    )
    ids = list(view.connection.scalars(held))
    if not ids:
        return None
    query = (
        select(appraisal.c.collateral_id, appraisal.c.value, appraisal.c.prior_claims)
        .where(appraisal.c.collateral_id.in_(ids), view.sees(appraisal))
        .order_by(appraisal.c.effective_on, appraisal.c.id)
    )
    worth = {one.collateral_id: one.value - one.prior_claims for one in view.rows(query)}
    return {
        "pieces": len(ids),
        "appraised": len(worth),
        "value": sum(worth.values()) if worth else None,
    }


def _is_recent(view: View, policy: Policy, statement: Line) -> bool:
    most = policy.terms.statement_stale_after_days
    return most is None or (view.as_of - statement["period_end"]).days <= most


def _size(fields: dict[str, Any], statements: list[Line]) -> tuple[str, str, Line] | None:
    """Return the class computed from the customer's figures, the fields that decided, and what was read.

    A figure that does not count in the industry, or is missing though another one decides, is None there; so
    is the statement where neither revenue nor assets count.
    """
    yearly = next((one for one in statements if one["months"] == FULL_YEAR), {})
    industry = fields.get("industry")
    values = {
        "employees": fields.get("employees"),
        "revenue": yearly.get("revenue"),
        "assets": yearly.get("total_assets"),
    }
    found, limits = size_class(industry, **values), limits_of(industry)
    if found is None:
        return None
    read = {_SIZE_FIELD.get(name, name): value if getattr(limits, name) is not None else None
            for name, value in values.items()}  # fmt: skip
    is_read = read["revenue"] is not None or read["total_assets"] is not None
    source = {"statement": yearly["number"], "period_end": yearly["period_end"]} if is_read else {}
    deciding = ",".join(_SIZE_FIELD.get(name, name) for name in found.figures)
    figures = {"industry": industry, **read, "statement": None, "period_end": None, **source}
    return found.size_class, deciding, figures
