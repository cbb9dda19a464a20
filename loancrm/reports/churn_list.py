"""Customers who may leave, are leaving or were just lost, by what they take along, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, and_, case, func, or_, select

from loancrm.dialect import among
from loancrm.dossier import KINDS
from loancrm.i18n import _, language
from loancrm.indicators.facts import customer_ids
from loancrm.indicators.figures import Figures
from loancrm.models import WinBack, table
from loancrm.policy.policy import Policy
from loancrm.policy.unjudged import Rules, open_columns
from loancrm.reports import lookup
from loancrm.reports.undecided import by_rule
from loancrm.view import View

STAKE = "contribution_12m"  # what leaves with the customer: a year of it
FIGURES = (
    "days_since_maturity",
    "is_churned",
    "days_to_last_maturity",
    "live_loans",
    "written_off_loans",
    STAKE,
)
ATTRIBUTES = ("name", "officer_id", "archived_on", "graduates_on", "graduated_on")


@dataclass(frozen=True, slots=True)
class ChurnCandidate:
    """A customer of the list.

    ``state``: ``at_risk`` (a loan lives, and a signal of the policy speaks for it), ``leaving`` (none lives,
    the window runs) or ``lost`` (it is over). ``since_on``: when the last loan is or was over.
    ``value_at_stake``: the contribution of a year, minor units. ``grade`` and ``probability`` (millionths)
    are the policy's card's, where there is one. ``reasons``: codes; ``reason`` says them in words.
    """

    customer: str
    name: str
    officer: str | None
    kind: str
    state: str
    since_on: date | None
    days: int | None
    value_at_stake: int | None
    grade: str | None
    probability: int | None
    win_back: str | None
    reasons: tuple[str, ...]
    reason: str


def churn_list(view: View, policy: Policy, *, officer_id: int | None = None) -> list[ChurnCandidate]:
    """Return who is at risk, leaving or just lost: the most at stake first, then by code."""
    rows = view.rows(_statement(view, policy, officer_id))
    codes, graded = lookup.officers(view), _graded(view, policy, [row.id for row in rows])
    tried = _tried(view, [row.id for row in rows])
    return [_line(view, policy, row, codes, graded, tried) for row in rows]


def unjudged(view: View, policy: Policy, *, officer_id: int | None = None) -> dict[str, int]:
    """Return of how many with a live loan a signal cannot be judged, by signal: they may be at risk too.

    Who is on the list for another signal is one of them, since its reasons may not be all.
    """
    rules: Rules = [(signal.rule, signal.when) for signal in policy.churn.signals]
    names = {"live_loans", *(name for _rule, when in rules for name in when.indicators())}
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    figures = Figures(view, policy.terms, sorted(names), attributes=("archived_on",), scope=scope)
    lives = figures.columns["live_loans"] > 0, figures.customers.c.archived_on.is_(None)
    return by_rule(view, figures.select(*open_columns(rules, figures)).where(*lives), rules)


def _statement(view: View, policy: Policy, officer_id: int | None) -> Any:
    rules = policy.churn
    names = {*FIGURES, *(name for signal in rules.signals for name in signal.when.indicators())}
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    figures = Figures(view, policy.terms, sorted(names), attributes=ATTRIBUTES, scope=scope)
    people, value = figures.customers.c, figures.columns
    flags = {f"signal_{n}": _holds(signal.when.sql(value)) for n, signal in enumerate(rules.signals)}
    since, window = value["days_since_maturity"], rules.shape.window_days
    state = case(
        (
            since <= window + rules.shape.listed_days,
            case((value["is_churned"].is_(True), "lost"), else_="leaving"),
        ),
        (and_(value["live_loans"] > 0, or_(*(flag == 1 for flag in flags.values()))), "at_risk"),
    )
    who = (people.id, people.number, people.kind, *(people[name] for name in ATTRIBUTES))
    shown = ("days_since_maturity", "days_to_last_maturity", "written_off_loans", STAKE)
    found = (
        figures.select(*who, *(value[name].label(name) for name in shown), state.label("state"),
                       *(flag.label(name) for name, flag in flags.items()))
        .where(people.archived_on.is_(None), state.is_not(None))
        .subquery("found")
    )  # fmt: skip
    query = select(found).where(*_counted(view, policy, found.c))
    amount = found.c[STAKE]
    return query.order_by(amount.is_(None), amount.desc(), found.c.number)


def _holds(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0).cast(Integer)


def _counted(view: View, policy: Policy, c: Any) -> list[ColumnElement[bool]]:
    """Return the conditions that whom the policy leaves out of the count is not on the list."""
    left, found = policy.churn.shape.not_counted, []
    if "graduated" in left:
        gone = and_(c.kind == "student", func.coalesce(c.graduated_on, c.graduates_on) <= view.as_of)
        found.append(~func.coalesce(and_(c.state != "at_risk", gone), False))
    if "written_off" in left:
        found.append(~func.coalesce(and_(c.state != "at_risk", c.written_off_loans > 0), False))
    return found


def _line(
    view: View,
    policy: Policy,
    row: Row[Any],
    codes: dict[int, str],
    graded: dict[int, tuple[str | None, int | None]],
    tried: dict[int, str],
) -> ChurnCandidate:
    signals = [one for n, one in enumerate(policy.churn.signals) if row._mapping[f"signal_{n}"]]
    days = row.days_since_maturity if row.state != "at_risk" else row.days_to_last_maturity
    ahead = 1 if row.state == "at_risk" else -1
    gone = () if row.state == "at_risk" else ("no_live_loan",)
    said = [_("no live loan for {n} d").format(n=days) for _code in gone]
    grade, probability = graded.get(row.id, (None, None))
    return ChurnCandidate(
        customer=lookup.customer_code(row.number),
        name=row.name,
        officer=codes.get(row.officer_id),
        kind=row.kind,
        state=row.state,
        since_on=None if days is None else view.as_of + timedelta(days=ahead * days),
        days=days,
        value_at_stake=row._mapping[STAKE],
        grade=grade,
        probability=probability,
        win_back=tried.get(row.id),
        reasons=(*gone, *(one.rule for one in signals)),
        reason=" · ".join((*said, *(one.text.said(language()) for one in signals))),
    )


def _graded(view: View, policy: Policy, ids: list[int]) -> dict[int, tuple[str | None, int | None]]:
    """Return what the policy's card of leaving says of these customers: grade and probability."""
    name = policy.churn.shape.card
    if name is None or name not in policy.cards or not ids:
        return {}
    from loancrm.reports.scores import Scoring

    scoring = Scoring(view, policy, policy.cards[name], customer_ids(view, ids=ids))
    return {
        one.customer_id: (
            None if one.result.grade is None else one.result.grade.grade,
            one.result.probability,
        )
        for one in scoring.book()
    }


def _tried(view: View, ids: list[int]) -> dict[int, str]:
    """Return the newest attempt to win each of these customers back."""
    rows = table(WinBack)
    query = select(rows.c.customer_id, func.max(rows.c.number).label("number")).where(view.sees(rows))
    query = query.where(among(view.connection, rows.c.customer_id, ids)).group_by(rows.c.customer_id)
    return {row.customer_id: KINDS["win_back"].code(row.number) for row in view.rows(query)}
