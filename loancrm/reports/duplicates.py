"""Pairs of customers that may be one: found by what they share, scored by the policy's points.

One statement finds the candidates: customers are grouped by each thing that two spellings of one customer
have in common, and paired within a group, never all with all. Python scores the candidates only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, Text, and_, func, literal, or_, select, union_all

from loancrm.dialect import as_text, count_where
from loancrm.indicators.facts import CUSTOMER, customers_at
from loancrm.models import Person, table
from loancrm.policy.care import DuplicatesShape
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.view import View

COMPANIES = ("enterprise", "sole_proprietor")
NUMBERS = ("bank_number", "uscc", "resident_id")
BY_NAME = ("company_name", "pinyin", "similar_name")  # speak for an enterprise alone, for a person never
PERSON = "student"
CERTAIN = 100  # the scale ends there
BLOCK = "name_block"  # the group in which names are compared letter by letter
COLUMNS = (
    *("name", "name_key", "company_key", "pinyin_key", "phone", "email", "region", "archived_on"),
    *("legal_representative", "school", "graduates_on", *NUMBERS),
)
GROUP = ("kind", "sign", "key")
WHOLE = ("company_key", "pinyin_key", "legal_representative", "name_key")  # shared as they stand
COMPARED = ("number", "name", "name_key", "company_key", "region", *NUMBERS)


@dataclass(frozen=True, slots=True)
class Sign:
    """What speaks for two customers being one, or against it, with its points."""

    sign: str
    points: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two customers that may be one; ``customer`` is the older number. ``score`` is 0 to 100."""

    customer: str
    name: str
    other: str
    other_name: str
    kind: str
    score: int
    signs: tuple[Sign, ...]


def duplicates(view: View, policy: Policy, named: str | None = None) -> list[Duplicate]:
    """Return the pairs that reach the policy's ``show_from``, likeliest first: of one customer, or of all."""
    shape = policy.duplicates
    one = None if named is None else int(lookup.customer(view, named).id)
    rows = view.connection.execute(candidates(view, shape, one))
    found = [pair for row in rows if (pair := _scored(row, shape)) is not None]
    return sorted(found, key=lambda pair: (-pair.score, pair.customer, pair.other))


def candidates(view: View, shape: DuplicatesShape, one: int | None = None) -> Select[Any]:
    """Return the statement that finds pairs: what both are, and for each sign whether they share it."""
    everybody = customers_at(view, *COLUMNS, scope=_scope(view, one, shape))
    people = select(everybody).where(everybody.c.archived_on.is_(None)).cte("people")
    keys = union_all(*_keys(view, people, shape)).cte("keys")
    group = tuple(keys.c[name] for name in GROUP)
    shared = select(*group).group_by(*group).having(func.count() > 1, func.count() <= shape.largest_block)
    groups = shared.cte("groups")
    inside = and_(*(keys.c[name] == groups.c[name] for name in GROUP))
    hits = select(keys).select_from(groups.join(keys, inside)).cte("hits")
    first, other = hits.alias("first"), hits.alias("other")
    same = and_(*(first.c[name] == other.c[name] for name in GROUP))
    pairs = (
        select(first.c.customer_id.label("first_id"), other.c.customer_id.label("other_id"))
        .add_columns(*(count_where(first.c.sign == sign).label(sign) for sign in (*shape.points, BLOCK)))
        .select_from(first.join(other, and_(same, first.c.customer_id < other.c.customer_id)))
        .group_by(first.c.customer_id, other.c.customer_id)
    )
    if one is not None:
        pairs = pairs.where(or_(first.c.customer_id == one, other.c.customer_id == one))
    return _with_people(pairs, people, shape)


def _scope(view: View, one: int | None, shape: DuplicatesShape) -> Select[Any] | None:
    """Return the customers who share anything with ``one``: by indexes, where today's copies serve."""
    if one is None or not view.is_current:
        return None
    own, c, person = CUSTOMER.alias("own").c, CUSTOMER.c, table(Person)
    at_it = select(person.c.phone).where(person.c.customer_id == one, person.c.voided_at.is_(None))
    phones = select(own.phone).where(own.id == one).union(at_it)
    others = select(person.c.customer_id).where(person.c.phone.in_(phones))
    mine = (select(own[name]).where(own.id == one).scalar_subquery() for name in WHOLE)
    begins = [func.substr(key, 1, shape.name_block) for key in (own.company_key, c.company_key)]
    head = select(begins[0]).where(own.id == one).scalar_subquery()
    same = [c[name] == value for name, value in zip(WHOLE, mine, strict=True)]
    by_mail = func.lower(c.email) == select(func.lower(own.email)).where(own.id == one).scalar_subquery()
    ways = (*same, by_mail, begins[1] == head, c.phone.in_(phones), c.id.in_(others), c.id == one)
    return select(c.id).where(or_(*ways))


def _with_people(pairs: Select[Any], people: CTE, shape: DuplicatesShape) -> Select[Any]:
    pair, a, b = pairs.subquery("pair"), people.alias("a"), people.alias("b")
    columns = [side.c[name].label(f"{side.name}_{name}") for side in (a, b) for name in COMPARED]
    signs = [pair.c[sign] for sign in (*shape.points, BLOCK)]
    query = select(a.c.kind, *columns, *signs).select_from(pair.join(a, a.c.id == pair.c.first_id))
    return query.join(b, b.c.id == pair.c.other_id)


def _keys(view: View, people: CTE, shape: DuplicatesShape) -> Iterator[Select[Any]]:
    """Yield, sign by sign, the customers with what they would share with themselves written otherwise."""
    c, person = people.c, table(Person)
    is_company = c.kind.in_(COMPANIES)
    yield _key(people, "phone", c.phone)
    yield _key(people, "email", func.lower(c.email))
    yield _key(people, "person_phone", c.phone)
    at_it = select(c.id.label("customer_id"), c.kind, literal("person_phone", Text()).label("sign"))
    at_it = at_it.add_columns(person.c.phone.label("key")).join(person, person.c.customer_id == c.id)
    own = person.c.phone.is_distinct_from(c.phone)
    yield at_it.where(view.sees(person), person.c.phone.is_not(None), own).distinct()
    yield _key(people, "company_name", c.company_key).where(is_company)
    yield _key(people, "pinyin", c.pinyin_key).where(is_company)
    yield _key(people, BLOCK, func.substr(c.company_key, 1, shape.name_block)).where(is_company)
    yield _key(people, "legal_representative", _joined(c.legal_representative, c.region)).where(is_company)
    yield _key(people, "name_and_school", _joined(c.name_key, c.school, as_text(c.graduates_on)))


def _key(people: CTE, sign: str, key: ColumnElement[Any]) -> Select[Any]:
    c = people.c
    query = select(c.id.label("customer_id"), c.kind, literal(sign, Text()).label("sign"), key.label("key"))
    return query.where(key.is_not(None))


def _joined(*parts: ColumnElement[Any]) -> ColumnElement[str]:
    """Return the parts as one text, missing when one of them is."""
    first, *rest = parts
    for part in rest:
        first = first.concat("\n").concat(part)
    return first


def _scored(row: Row[Any], shape: DuplicatesShape) -> Duplicate | None:
    """Return the pair with its score, None where it says too little."""
    seen: Mapping[str, Any] = row._asdict()
    signs = tuple(Sign(sign, shape.points[sign]) for sign in _signs(seen, shape) if sign in shape.points)
    says_more = any(sign.points > 0 and sign.sign not in BY_NAME for sign in signs)
    score = max(0, min(sum(sign.points for sign in signs), CERTAIN))
    if score < shape.show_from or not (says_more or row.kind == "enterprise"):
        return None
    return Duplicate(
        customer=lookup.customer_code(row.a_number),
        name=row.a_name,
        other=lookup.customer_code(row.b_number),
        other_name=row.b_name,
        kind=row.kind,
        score=score,
        signs=signs,
    )


def _signs(seen: Mapping[str, Any], shape: DuplicatesShape) -> Iterator[str]:
    """Yield what speaks for and against a pair; what follows from another sign is not said again."""
    shared: dict[str, bool] = {sign: bool(seen[sign]) for sign in shape.points}
    yield from (sign for sign in ("phone", "email") if shared.get(sign))
    if shared.get("person_phone") and not shared.get("phone"):
        yield "person_phone"
    yield from _by_name(seen, shared, shape)
    yield from (sign for sign in ("name_and_school", "legal_representative") if shared.get(sign))
    if _differ(seen, "region"):
        yield "other_region"
    if any(_differ(seen, name) for name in NUMBERS):
        yield "other_identifier"


def _by_name(seen: Mapping[str, Any], shared: Mapping[str, bool], shape: DuplicatesShape) -> Iterator[str]:
    from rapidfuzz.fuzz import ratio

    if shared.get("company_name"):
        yield "company_name"
    elif shared.get("pinyin"):
        yield "pinyin"
    elif seen[BLOCK] and ratio(seen["a_company_key"], seen["b_company_key"]) >= shape.similar_percent:
        yield "similar_name"
    if (
        seen["kind"] == PERSON
        and seen["a_name_key"] == seen["b_name_key"]
        and not shared.get("name_and_school")
    ):
        yield "person_name"


def _differ(seen: Mapping[str, Any], name: str) -> bool:
    """Say whether both have the value, and not the same."""
    values = (seen[f"a_{name}"], seen[f"b_{name}"])
    return None not in values and values[0] != values[1]
