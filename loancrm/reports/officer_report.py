"""Each officer's work in a period: how much, how quickly, how well, and with how many each figure is told.

No figure sums the others up: who has the hardest customers would come last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loancrm.agenda.due import load_of
from loancrm.errors import NotFound, UsageFault
from loancrm.i18n import _
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports import officer_sums as sums
from loancrm.reports.basis import Basis, basis
from loancrm.reports.officers import officers_known
from loancrm.reports.period import Period
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class OfficerWork:
    """An officer's figures; those without an officer have the code None.

    Amounts in minor units, shares in millionths, days are calendar days (lower medians). ``…_n`` or the count
    before a figure says how many it rests on.
    """

    officer: str | None
    name: str | None
    branch: str | None
    is_active: bool | None
    customers: int
    live_loans: int
    due_now: int
    late_now: int
    contacts: int
    reached: int
    contacted_customers: int
    feedback: int
    answered: int
    answer_days: int | None
    resolved: int
    resolve_days: int | None
    complaints_about: int
    praise_about: int
    surveyed: int
    surveyed_satisfied: int
    surveyed_share: int | None
    rated: int
    rated_satisfied: int
    rated_share: int | None
    cadence_customers: int
    cadence_kept: int
    cadence_share: int | None
    promises: int
    promises_kept: int
    promises_share: int | None
    new_customers: int
    loans_disbursed: int
    disbursed: int
    known_loans: int
    outstanding_principal: int
    past_due_30: int
    past_due_30_share: int | None
    newly_overdue: int
    newly_overdue_balance: int
    training_due: int
    training_late: int
    training_done: int
    recognitions: int
    recognised_amount: int


@dataclass(frozen=True, slots=True)
class OfficerReport:
    """The report: a line an officer by code, the days that it is about, and what it rests on."""

    period: Period
    lines: tuple[OfficerWork, ...]
    basis: Basis


_COUNTS = tuple(
    name
    for name, kind in OfficerWork.__annotations__.items()
    if kind == "int" and name not in ("due_now", "late_now")
)


def officer_report(
    view: View, policy: Policy, period: Period, *, officer_id: int | None = None, team: bool = False
) -> OfficerReport:
    """Return what each officer did in ``period`` and has at its end: of all, one, or one's branch.

    Raises:
        UsageFault: whose branch is not said.
        NotFound: the officer is in no branch.
    """
    then = view.at(period.last)
    known = officers_known(then)
    wanted = _team(known, officer_id) if team else {officer_id} - {None}
    found = sums.merged(
        sums.customers(then),
        sums.book(then, policy, period),
        sums.talks(then, policy, period),
        sums.answers(then, period),
        sums.voices(then, period),
        sums.surveyed(then, period),
        sums.rated(then, period),
        sums.cadence(then, policy),
        sums.promises(then, policy, period),
        sums.lent(then, policy, period),
        sums.trainings(then, period),
        sums.recognitions(then, period),
        _load(then, policy),
    )
    at_work: sums.Sums = {key: {} for key, who in known.items() if who["is_active"]}
    lines = [
        _line({} if key is None else known.get(key, {}), values)
        for key, values in (at_work | found).items()
        if not wanted or key in wanted
    ]
    lines = [line for line in lines if line.is_active or any(getattr(line, name) for name in _COUNTS)]
    lines.sort(key=lambda line: (line.officer is None, line.officer or ""))
    return OfficerReport(period, tuple(lines), basis(then, policy))


def _load(view: View, policy: Policy) -> sums.Sums:
    """Return how many of each officer's customers are due, and late."""
    load = load_of(view, policy, 0)
    return {key: {"due_now": n, "late_now": late} for key, (n, late, _stake) in load.items()}


def _team(known: Mapping[int, Mapping[str, Any]], officer_id: int | None) -> set[int | None]:
    """Return the officers of somebody's branch, as it was known."""
    if officer_id is None:
        raise UsageFault(_("--team: whose? name --officer or --me"), field="--team")
    branch = known.get(officer_id, {}).get("branch")
    if branch is None:
        hint = _("say which: loancrm officer edit CODE --branch NAME")
        raise NotFound(_("this officer is in no branch"), field="--team", hint=hint)
    return {key for key, who in known.items() if who["branch"] == branch}


def _line(who: dict[str, Any], values: dict[str, Any]) -> OfficerWork:
    numbers = {name: values.get(name, 0) for name in (*_COUNTS, "due_now", "late_now")}
    return OfficerWork(
        officer=who.get("code"),
        name=who.get("name"),
        branch=who.get("branch"),
        is_active=who.get("is_active"),
        answer_days=values.get("answer_days"),
        resolve_days=values.get("resolve_days"),
        surveyed_share=ratio(numbers["surveyed_satisfied"], numbers["surveyed"]),
        rated_share=ratio(numbers["rated_satisfied"], numbers["rated"]),
        cadence_share=ratio(numbers["cadence_kept"], numbers["cadence_customers"]),
        promises_share=ratio(numbers["promises_kept"], numbers["promises"]),
        past_due_30_share=ratio(numbers["past_due_30"], numbers["outstanding_principal"]),
        **numbers,
    )
