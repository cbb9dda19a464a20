"""What customers' files lack of what the policy asks for, by every rule that holds for a customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, or_, select

from loancrm.calendars import add_months
from loancrm.dialect import MILLION
from loancrm.dossier import KINDS
from loancrm.indicators.facts import customer_ids
from loancrm.indicators.figures import Figures
from loancrm.models import Officer, table
from loancrm.policy.care import FactNeedShape, column_of
from loancrm.policy.conditions import Asked, Condition, Undecided
from loancrm.policy.file_rules import FileRule
from loancrm.policy.policy import Policy
from loancrm.policy.unjudged import Rules, open_columns, open_rules
from loancrm.reports.dossier import fact_table
from loancrm.reports.lookup import customer_code
from loancrm.reports.undecided import by_rule, how_many
from loancrm.view import View

Need = str | FactNeedShape

# Fields that are there too when the figure of that name can be computed from others of the file.
COMPUTED = frozenset({"size_class"})


@dataclass(frozen=True, slots=True)
class Missing:
    """A field (``fact`` is None), or a kind of fact, that a file lacks; ``item`` is its code."""

    item: str
    fact: FactNeedShape | None


@dataclass(frozen=True, slots=True)
class FileLine:
    """How complete a customer's file is: ``completeness`` in millionths, None where nothing is needed.

    ``undecided``: rules that may ask for more, of which a figure is missing.
    """

    customer: str
    name: str
    kind: str
    officer: str | None
    needed: int
    completeness: int | None
    missing: tuple[Missing, ...]
    undecided: tuple[str, ...]


class Files:
    """The files of customers as of a day: one statement, a column for each rule and for each need."""

    def __init__(self, view: View, policy: Policy, scope: Select[Any] | None, *more: str) -> None:
        self.view, self.rules = view, policy.file
        self.needs = {item_of(need): need for rule in self.rules for need in rule.needs}
        names = {*more, *COMPUTED.intersection(self.needs)}
        names |= {name for rule in self.rules for name in rule.when.indicators()}
        fields = {column_of(need) for need in self.needs.values() if isinstance(need, str)}
        attributes = (*fields, "officer_id", "archived_on")
        self.figures = Figures(view, policy.terms, sorted(names), attributes=attributes, scope=scope)
        self.holds = [func.coalesce(rule.when.sql(self.figures.columns), false()) for rule in self.rules]
        self.asked: Rules = [(rule.rule, rule.when) for rule in self.rules]
        self.has = {item: self._has(need) for item, need in self.needs.items()}

    def statement(self) -> Select[Any]:
        """Return every customer: what holds (``rule_N``), is unknown (``open_N``), is there (``has_N``)."""
        people, officer = self.figures.customers.c, table(Officer)
        code = select(officer.c.code).where(officer.c.id == people.officer_id).scalar_subquery()
        rules = (held.label(f"rule_{place}") for place, held in enumerate(self.holds))
        there = (found.label(f"has_{place}") for place, found in enumerate(self.has.values()))
        named = (people.number, people.name, people.kind, code.label("officer"))
        return self.figures.select(*named, *rules, *there, *open_columns(self.asked, self.figures))

    def lacks(self) -> ColumnElement[bool]:
        """Return the condition that a file lacks anything."""
        return or_(
            false(),
            *(
                and_(held, or_(*(~self.has[item_of(need)] for need in rule.needs)))
                for rule, held in zip(self.rules, self.holds, strict=True)
            ),
        )

    def line(self, row: Row[Any]) -> FileLine:
        """Return what a row says."""
        there = {item: bool(row._mapping[f"has_{place}"]) for place, item in enumerate(self.needs)}
        held = (rule for place, rule in enumerate(self.rules) if row._mapping[f"rule_{place}"])
        needed = _needed(held)
        missing = tuple(missing_of(need) for item, need in needed.items() if not there[item])
        present = len(needed) - len(missing)
        return FileLine(
            customer=customer_code(row.number),
            name=row.name,
            kind=row.kind,
            officer=row.officer,
            needed=len(needed),
            completeness=present * MILLION // len(needed) if needed else None,
            missing=missing,
            undecided=open_rules(self.asked, row),
        )

    def _has(self, need: Need) -> ColumnElement[bool]:
        if isinstance(need, str):
            column: ColumnElement[Any] = self.figures.customers.c[column_of(need)]
            there = column.is_not(None)
            return or_(there, self.figures.columns[need].is_not(None)) if need in COMPUTED else there
        return self._fact(need)

    def _fact(self, need: FactNeedShape) -> ColumnElement[bool]:
        """A fact that is seen, recent enough, not expired, and not taken back since."""
        rows, people = fact_table(KINDS[need.fact]), self.figures.customers.c
        conditions = [rows.c.customer_id == people.id, self.view.sees(rows), *_coded(rows, need)]
        if need.within_months is not None:
            conditions.append(rows.c.effective_on > add_months(self.view.as_of, -need.within_months))
        if "expires_on" in rows.c:
            conditions.append(or_(rows.c.expires_on.is_(None), rows.c.expires_on >= self.view.as_of))
        if "is_withdrawn" in rows.c:
            later = rows.alias("later")
            since = or_(
                later.c.effective_on > rows.c.effective_on,
                and_(later.c.effective_on == rows.c.effective_on, later.c.id > rows.c.id),
            )
            same = [later.c.customer_id == rows.c.customer_id, self.view.sees(later), *_coded(later, need)]
            taken_back = exists().where(*same, since, later.c.is_withdrawn)
            conditions += [rows.c.is_withdrawn.is_not(True), ~taken_back]
        return exists().where(*conditions)


def incomplete(
    view: View, policy: Policy, *, officer_id: int | None = None, where: Condition | None = None
) -> list[FileLine]:
    """Return the customers whose files lack anything, the least complete first, archived ones left out."""
    files, query = _incomplete(view, policy, officer_id, where)
    lines = [files.line(row) for row in view.connection.execute(query)]
    return sorted(lines, key=lambda line: (line.completeness or 0, line.customer))


def left_out(view: View, policy: Policy, where: Condition, *, officer_id: int | None = None) -> int:
    """Return of how many whose files lack anything nobody can say whether ``where`` holds."""
    return how_many(view, _incomplete(view, policy, officer_id, Undecided(where))[1])


def unjudged(view: View, policy: Policy, *, officer_id: int | None = None) -> dict[str, int]:
    """Return of how many customers a rule cannot be judged, by rule: their files may lack more."""
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    files = Files(view, policy, scope)
    there = files.figures.customers.c.archived_on.is_(None)
    query = files.figures.select(*open_columns(files.asked, files.figures)).where(there)
    return by_rule(view, query, files.asked)


def _incomplete(
    view: View, policy: Policy, officer_id: int | None, where: Asked | None
) -> tuple[Files, Select[Any]]:
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    files = Files(view, policy, scope, *(where.indicators() if where else ()))
    query = files.statement().where(files.lacks(), files.figures.customers.c.archived_on.is_(None))
    return files, query if where is None else query.where(where.sql(files.figures.columns))


def file_of(view: View, policy: Policy, customer_id: int) -> FileLine | None:
    """Return how complete the file of one customer is; None where the policy asks for nothing."""
    if not policy.file:
        return None
    files = Files(view, policy, customer_ids(view, ids=[customer_id]))
    row = view.one(files.statement())
    return None if row is None else files.line(row)


def item_of(need: Need) -> str:
    """Return the code of what is needed: a field's name, or that of a fact."""
    return need if isinstance(need, str) else need.code


def missing_of(need: Need) -> Missing:
    """Return what is needed as something that is missing."""
    return Missing(item_of(need), None if isinstance(need, str) else need)


def _needed(rules: Iterator[FileRule]) -> Mapping[str, Need]:
    return {item_of(need): need for rule in rules for need in rule.needs}


def _coded(rows: Any, need: FactNeedShape) -> Sequence[ColumnElement[bool]]:
    return [rows.c[name] == code for name, code in need.with_.items()]
