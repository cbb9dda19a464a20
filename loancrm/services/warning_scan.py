"""The scan for warnings: whom a rule holds for newly is warned of; others are renewed, or cleared.

Reading is one statement over the book and one more for what the rules read of a thousand customers that
something is new of; those are what is written. Whoever scans again finds everything done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Any

from pydantic import Field
from sqlalchemy import Integer, and_, exists, func, null, or_, select, union_all

from loancrm.dialect import among
from loancrm.engine import over_the_book
from loancrm.errors import NotFound, did_you_mean
from loancrm.i18n import _, language
from loancrm.indicators.facts import CUSTOMER
from loancrm.indicators.figures import find
from loancrm.indicators.warnings import is_running, state_columns
from loancrm.models import RiskWarning, WarningStep, table
from loancrm.policy import policy as policies
from loancrm.policy.conditions import said
from loancrm.policy.policy import Policy
from loancrm.policy.warnings import WarningRule
from loancrm.reports.alerts import packed, verdicts
from loancrm.reports.indicators import as_data
from loancrm.reports.lookup import customer_code
from loancrm.reports.warnings import open_warnings, warning_code
from loancrm.services.inputs import ByName, Input, Receipt
from loancrm.unitofwork import Change, UnitOfWork
from loancrm.view import View

CHUNK = 1_000
Hit = tuple[str, int]  # rule, customer's key
Values = Mapping[int, Mapping[str, Any]]  # by customer's key, by figure


class ScanIn(Input):
    """By which rules to scan; empty: all of the policy in force."""

    rules: tuple[str, ...] = ()
    language: str = "en"


class Raised(Receipt):
    """A warning that is new; ``text`` says what it is, ``figures`` what they were."""

    warning: str
    customer: str
    rule: str
    kind: str
    severity: str
    text: str
    expected_by: date
    figures: dict[str, str | None]


class ScanReceipt(Receipt):
    """What was raised; how many were renewed and cleared, how many are open now, of how many rules.

    ``undecided``: of how many customers a rule could not be judged, since a figure is missing.
    """

    raised: tuple[Raised, ...]
    renewed: int
    cleared: int
    open: int
    rules: int
    policy: str
    undecided: ByName = Field(default_factory=dict)


@dataclass
class _Found:
    """What a scan found: by customer the rules that hold, each with the warning to renew, None for a new one.

    ``cleared`` are the warnings that run and whose rule says no; ``undecided`` counts customers by rule.
    """

    hits: dict[int, list[tuple[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    cleared: list[Any] = field(default_factory=list)
    undecided: dict[str, int] = field(default_factory=dict)


def scan(uow: UnitOfWork, request: ScanIn) -> ScanReceipt:
    """Raise, renew and clear warnings as of today.

    A rule and a customer have one running warning: it runs from the day on which it was raised until the rule
    says no; an officer who closes it before does not make it come back the next day. Where a figure that the
    rule reads is missing, it stays. Of a customer who was put away, and of a rule that the policy has no
    more, nobody asks again: such a warning is cleared.

    Raises:
        NotFound: the policy has no such rule.
    """
    view = uow.view()
    policy = policies.in_force(view)
    rules = _rules(policy, request.rules)
    with over_the_book(view.connection):
        found = _compare(view, policy, rules)
    found.cleared += _without_a_judge(view, policy, None if not request.rules else rules)
    raised: list[Raised] = []
    renewed = 0
    for some in _pieces(sorted(found.hits)):
        hits = _by_rule(found, rules, some)
        values = _values(view, policy, tuple(rule for rule, _hits in hits), some)
        steps = []
        for rule, of_it in hits:
            new = [customer_id for customer_id, row in of_it if row is None]
            raised += _raise(uow, policy, rule, new, values, request.language)
            again = (row for _id, row in of_it if row is not None)
            steps += [step(row, "renewed", _evidence(view, rule, values[row.customer_id])) for row in again]
        write_steps(uow, steps)
        renewed += len(steps)
    write_steps(uow, [step(row, "cleared") for row in found.cleared])
    return ScanReceipt(
        raised=tuple(raised),
        renewed=renewed,
        cleared=len(found.cleared),
        open=open_warnings(view),
        rules=len(rules),
        policy=policy.name,
        undecided=found.undecided,
    )


def scan_in(rules: Sequence[str] | None) -> ScanIn:
    """Return what was typed."""
    return ScanIn(rules=tuple(rules or ()), language=language())


def _rules(policy: Policy, names: tuple[str, ...]) -> tuple[WarningRule, ...]:
    known = policy.warnings.rules
    for name in names:
        if policy.warnings.rule(name) is None:
            raise NotFound(
                _("the policy has no rule of warnings {name}").format(name=name),
                field="--rule",
                hint=did_you_mean(name, tuple(rule.rule for rule in known))
                or _("a policy file says them under warnings: rules"),
            )
    return tuple(rule for rule in known if not names or rule.rule in names)


def _compare(view: View, policy: Policy, rules: tuple[WarningRule, ...]) -> _Found:
    """Put what the rules say beside the warnings that run."""
    rows, found = table(RiskWarning), _Found()
    judged = verdicts(view, policy, rules)
    said_by, open_ = judged.subquery("said"), judged.subquery("open")
    of_it = and_(rows.c.rule == said_by.c.rule, rows.c.customer_id == said_by.c.customer_id)
    runs = exists().where(of_it, view.stands(rows), is_running(view, rows))
    decided = select(said_by.c.rule, said_by.c.customer_id, said_by.c.holds)
    decided = decided.where(or_(said_by.c.holds == 1, and_(said_by.c.holds == 0, runs)))
    counted = select(open_.c.rule, func.count(), null().cast(Integer))
    counted = counted.where(open_.c.holds.is_(None), open_.c.applies == 1).group_by(open_.c.rule)
    said_now: dict[Hit, int] = {}
    for name, number, holds in map(tuple, view.rows(union_all(decided, counted))):
        if holds is None:
            found.undecided[name] = number
        else:
            said_now[name, number] = holds
    running: dict[Hit, list[Any]] = defaultdict(list)
    for row in _running(view, [rule.rule for rule in rules]):
        running[row.rule, row.customer_id].append(row)
    since = view.as_of - timedelta(days=policy.warnings.renew_after_days)
    for (rule, customer_id), holds in sorted(said_now.items()):
        there = running.get((rule, customer_id), [])
        if not there and holds:
            found.hits[customer_id].append((rule, None))
        if not holds:
            found.cleared += there
            continue
        for row in there:
            if row.verdict is None and (row.renewed_on or row.effective_on) <= since:
                found.hits[customer_id].append((rule, row))
    return found


def _running(view: View, rules: list[str]) -> list[Any]:
    rows = table(RiskWarning)
    query = select(rows, *state_columns(view, rows)).where(
        view.stands(rows), rows.c.rule.in_(rules), is_running(view, rows)
    )
    return view.rows(query.order_by(rows.c.id))


def _without_a_judge(view: View, policy: Policy, only: tuple[WarningRule, ...] | None) -> list[Any]:
    """Return what runs of customers who were put away, and, of a whole scan, of rules that are gone."""
    rows = table(RiskWarning)
    put_away = rows.c.customer_id.in_(select(CUSTOMER.c.id).where(CUSTOMER.c.archived_on.is_not(None)))
    query = select(rows).where(view.stands(rows), is_running(view, rows))
    if only is None:
        query = query.where(or_(put_away, rows.c.rule.not_in([one.rule for one in policy.warnings.rules])))
    else:
        query = query.where(put_away, rows.c.rule.in_([one.rule for one in only]))
    return view.rows(query.order_by(rows.c.id))


def _by_rule(
    found: _Found, rules: Iterable[WarningRule], ids: list[int]
) -> list[tuple[WarningRule, list[tuple[int, Any]]]]:
    """Return what was found of these customers by rule, in the order of the rules' names."""
    hits: dict[str, list[tuple[int, Any]]] = defaultdict(list)
    for customer_id in ids:
        for name, row in found.hits[customer_id]:
            hits[name].append((customer_id, row))
    return [(rule, hits[rule.rule]) for rule in sorted(rules, key=lambda one: one.rule) if rule.rule in hits]


def _raise(
    uow: UnitOfWork, policy: Policy, rule: WarningRule, ids: list[int], values: Values, lang: str
) -> Iterator[Raised]:
    if not ids:
        return
    view, expected_by = uow.view(), uow.today + timedelta(days=rule.horizon_days)
    first = uow.next_numbers("warning", len(ids))
    rows: list[dict[str, Any]] = [
        {
            "number": number,
            "live_key": str(number),
            "customer_id": customer_id,
            "rule": rule.rule,
            "kind": rule.kind,
            "severity": rule.severity,
            "expected_by": expected_by,
            "playbook": rule.playbook,
            "evidence": _evidence(view, rule, values[customer_id]),
            "policy_version_id": policy.version_id,
            "effective_on": uow.today,
        }
        for number, customer_id in enumerate(ids, first)
    ]
    uow.insert_many(RiskWarning, rows)
    keys = uow.ids_from(RiskWarning, first)
    uow.record(
        *(
            Change("create", RiskWarning, key, row["customer_id"], {}, _shown(row))
            for key, row in zip(keys, rows, strict=True)
        )
    )
    codes = _codes(uow, ids)
    for row in rows:
        yield Raised(
            warning=warning_code(row["number"]),
            customer=codes[row["customer_id"]],
            rule=rule.rule,
            kind=rule.kind,
            severity=rule.severity,
            text=rule.label.said(lang),
            expected_by=expected_by,
            figures={one["name"]: one["value"] for one in row["evidence"]["figures"]},
        )


def end_doubles(uow: UnitOfWork, customer_id: int) -> None:
    """Clear what runs beside an older warning of the same rule: two customers that are one had one each."""
    view, rows = uow.view(), table(RiskWarning)
    query = select(rows).where(rows.c.customer_id == customer_id, view.stands(rows), is_running(view, rows))
    first: set[str] = set()
    doubles = []
    for row in view.rows(query.order_by(rows.c.effective_on, rows.c.id)):
        if row.rule in first:
            doubles.append(step(row, "cleared"))
        first.add(row.rule)
    if doubles:
        write_steps(uow, doubles)


def step(
    row: Any, what: str, evidence: Any = None, *, verdict: str | None = None, note: str | None = None
) -> dict[str, Any]:
    """Return a step of the warning ``row`` (its ``id`` and ``customer_id``) for ``write_steps``."""
    said = {"step": what, "verdict": verdict, "note": note, "evidence": evidence}
    return {"customer_id": row.customer_id, "warning_id": row.id, **said}


def write_steps(uow: UnitOfWork, steps: list[dict[str, Any]]) -> None:
    """Write many steps of warnings at once, of today."""
    for some in _pieces(steps):
        first = uow.next_numbers("warning_step", len(some))
        numbered = [
            {**one, "number": number, "live_key": str(number), "effective_on": uow.today}
            for number, one in enumerate(some, first)
        ]
        uow.insert_many(WarningStep, numbered)
        keys = uow.ids_from(WarningStep, first)
        uow.record(
            *(
                Change("create", WarningStep, key, row["customer_id"], {}, {"step": row["step"]})
                for key, row in zip(keys, numbered, strict=True)
            )
        )


def _values(view: View, policy: Policy, rules: tuple[WarningRule, ...], ids: list[int]) -> Values:
    """Return what the rules read of each of these customers: by the customer's key, by figure."""
    scope = select(CUSTOMER.c.id).where(among(view.connection, CUSTOMER.c.id, ids))
    found: dict[int, dict[str, Any]] = {customer_id: {} for customer_id in ids}
    for _some, figures in packed(view, policy, rules, scope):
        columns = [column.label(f"f{n}") for n, column in enumerate(figures.columns.values())]
        with over_the_book(view.connection):
            for row in view.rows(figures.select(figures.customers.c.id, *columns)):
                found[row[0]] |= dict(zip(figures.columns, row[1:], strict=True))
    return found


def _evidence(view: View, rule: WarningRule, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the rule read of a customer, as data."""
    names = sorted(rule.when.indicators())
    return {
        "as_of": view.as_of.isoformat(),
        "condition": said(rule.when),
        "figures": [_figure(name, values[name]) for name in names],
    }


def _figure(name: str, value: Any) -> dict[str, Any]:
    unit = find(name).unit
    return {"name": name, "unit": unit, "value": None if value is None else as_data(unit, value)}


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the history shows of a new warning."""
    return {name: row[name] for name in ("rule", "kind", "severity", "expected_by", "effective_on")}


def _codes(uow: UnitOfWork, ids: list[int]) -> dict[int, str]:
    query = select(CUSTOMER.c.id, CUSTOMER.c.number).where(among(uow.connection, CUSTOMER.c.id, ids))
    return {row.id: customer_code(row.number) for row in uow.connection.execute(query)}


def _pieces(items: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(items)
    while piece := list(islice(remaining, CHUNK)):
        yield piece
