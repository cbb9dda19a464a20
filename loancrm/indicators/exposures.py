"""What may be lost of each live loan, in SQL: exposure, how often it defaults, what is lost then.

IFRS 9 and the policy's section ``expected_loss``. PD is the first known of ``default_from``, else that of the
stage; what is in stage 3 has defaulted. LGD = max(floor, 1 − (collateral·(1−haircut) − costs) ÷ EAD) of a
loan that is secured by a mortgage or pledge and whose collateral was appraised, else by what secures it. A
customer's collateral covers all of these loans in proportion to their balances.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)

from loancrm import models
from loancrm.dialect import MILLION, add_days, days_between, found_first, greatest, rounded_millionths, total
from loancrm.indicators.contribution import portion
from loancrm.indicators.facts import SNAPSHOT, customer_ids, customers_at, loans_at
from loancrm.indicators.standing import standing_at
from loancrm.lending.expected_loss import DEFAULTED, LIFELONG, ProvisionRules
from loancrm.lending.standing import Rules
from loancrm.models import table
from loancrm.view import View

SECURED = ("mortgage", "pledge")
DAYS_OF_A_YEAR = 365
CARRIED = (
    "number", "matures_on", "security", "annual_rate", "industry", "region", "product", "status", "extra",
    "is_ledger",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shock:
    """What is assumed to happen; factors and shares in millionths.

    Attributes:
        default: multiplies how often all loans default.
        industries: (beginning of a code, factor): the longest beginning that fits, instead of ``default``.
        collateral: what appraised values become.
        floating: multiplies how often loans default whose rate follows a published one.
        students: multiplies how often students default.
    """

    default: int = MILLION
    industries: tuple[tuple[str, int], ...] = ()
    collateral: int = MILLION
    floating: int = MILLION
    students: int = MILLION


NO_SHOCK = Shock()


@dataclass(frozen=True, slots=True)
class LossTerms:
    """What the policy says: of class and stage, of losses, and of what is got back from collateral.

    Attributes:
        standing: rules of class and stage.
        stale_after_days: older snapshots are no position.
        losses: by stage and security.
        default_from: ``grade`` and ``segment``, in the order in which they are asked.
        by_segment: how often loans default in a year, by segment and stage.
        by_grade: the same by grade.
        floor: the least that is lost of a secured loan; None: collateral is not looked at.
        costs: of getting it back, of the collateral's value.
        haircuts: by kind of collateral, with ``other``.
    """

    standing: Rules
    stale_after_days: int
    losses: ProvisionRules
    default_from: tuple[str, ...]
    by_segment: Mapping[str, Mapping[int, int]]
    by_grade: Mapping[str, int]
    floor: int | None
    costs: int
    haircuts: Mapping[str, int]


def exposures(view: View, terms: LossTerms, shock: Shock = NO_SHOCK, officer_id: int | None = None) -> CTE:
    """Return the live loans with what may be lost of each.

    Columns: those that loans are grouped by, five_tier (the class that counts), ifrs9_stage, is_floating
    (1/0), owed, years (left, of stage 2), default_rate and lost_rate, and the same under the shock as
    default_after and lost_after; millionths, missing where the stage is.
    """
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    loans = loans_at(view, stale_after_days=terms.stale_after_days, scope=scope)
    stands = standing_at(view, terms.standing, loans, only=CARRIED)
    people = customers_at(view, "segment", "industry", scope=scope)
    s = stands.c
    secured = case((s.security.in_(SECURED), s.outstanding_principal), else_=0)
    query = select(
        s.id, s.customer_id, *(s[name] for name in CARRIED), s.class_that_counts.label("five_tier"),
        s.computed_five_tier, s.ifrs9_stage, s.outstanding_principal.label("owed"),
        people.c.kind, func.coalesce(s.industry, people.c.industry).label("lent_to"),
        _years(view, s).label("years"), _default(view, terms, s, people.c).label("default_rate"),
        func.sum(secured).over(partition_by=s.customer_id).label("secured"),
        case((s.security.in_(SECURED), _collateral(view, terms, s.customer_id))).label("collateral"),
        case((_follows(view, s), 1), else_=0).label("is_floating"),
    ).join_from(stands, people, people.c.id == s.customer_id).where(s.is_live == 1)  # fmt: skip
    found = found_first(query, "owing")
    f = found.c
    return select(
        *f,
        _lost(terms, f, MILLION).label("lost_rate"),
        _shocked(f, shock).label("default_after"),
        _lost(terms, f, shock.collateral).label("lost_after"),
    ).cte("exposures")


def _years(view: View, s: Any) -> ColumnElement[Any]:
    left = days_between(s.matures_on, literal(view.as_of, Date()))
    is_long = and_(s.ifrs9_stage == LIFELONG, left > DAYS_OF_A_YEAR)
    return case((is_long, (left + DAYS_OF_A_YEAR - 1) // DAYS_OF_A_YEAR), else_=1)


def _default(view: View, terms: LossTerms, s: Any, people: Any) -> ColumnElement[Any]:
    stages = terms.losses.default
    by_stage = case(
        {stage: literal(rate, Integer()) for stage, rate in stages.items()},
        value=s.ifrs9_stage,
        else_=MILLION,
    )
    told = {"segment": _by_segment, "grade": _by_grade}
    asked = [told[name](view, terms, s, people) for name in terms.default_from]
    found = func.coalesce(*asked, by_stage) if asked else by_stage
    return case((s.ifrs9_stage == DEFAULTED, MILLION), (s.ifrs9_stage.is_not(None), found))


def _by_segment(view: View, terms: LossTerms, s: Any, people: Any) -> ColumnElement[Any]:
    del view
    cases = [
        (and_(people.segment == segment, s.ifrs9_stage == stage), literal(rate, Integer()))
        for segment, rates in terms.by_segment.items()
        for stage, rate in rates.items()
    ]
    return case(*cases) if cases else null()


def _by_grade(view: View, terms: LossTerms, s: Any, people: Any) -> ColumnElement[Any]:
    """Return the rate of the newest kept grade; in stage 2 it is no less than that of the stage."""
    del people
    rows = table(models.Assessment)
    grade = (
        select(rows.c.grade)
        .where(rows.c.customer_id == s.customer_id, view.sees(rows), rows.c.grade.is_not(None))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )
    least = terms.losses.default.get(LIFELONG, MILLION)
    stage_2 = {name: literal(max(rate, least), Integer()) for name, rate in terms.by_grade.items()}
    stage_1 = {name: literal(rate, Integer()) for name, rate in terms.by_grade.items()}
    return case((s.ifrs9_stage == LIFELONG, case(stage_2, value=grade)), else_=case(stage_1, value=grade))


def _collateral(view: View, terms: LossTerms, customer_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what would be got back from a customer's collateral; missing where nothing was appraised.

    By two keys, of the customer and of the piece, so that no plan pairs all pieces with all appraisals.
    """
    if terms.floor is None:
        return null().cast(BigInteger)
    pieces, told = table(models.Collateral), table(models.Appraisal)
    newest, worth = told.alias("newest_appraisal"), told.alias("worth")
    c = pieces.c
    last = (
        select(newest.c.id)
        .where(newest.c.customer_id == c.customer_id, newest.c.collateral_id == c.id, view.sees(newest))
        .order_by(newest.c.effective_on.desc(), newest.c.id.desc())
        .limit(1)
        .correlate_except(newest)
        .scalar_subquery()
    )
    left = worth.c.value - worth.c.prior_claims
    kept = {
        kind: literal(max(0, MILLION - cut - terms.costs), Integer()) for kind, cut in terms.haircuts.items()
    }
    back = portion(case((left > 0, left), else_=0), case(kept, value=c.kind, else_=kept["other"]), MILLION)
    return (
        select(total(back))
        .select_from(pieces.join(worth, worth.c.id == last))
        .where(c.customer_id == customer_id, view.sees(pieces))
        .where(or_(c.released_on.is_(None), c.released_on > view.as_of))
        .correlate_except(pieces, worth)
        .scalar_subquery()
    )


def _follows(view: View, s: Any) -> ColumnElement[bool]:
    """Return whether a loan's rate follows a published one: by its terms, or its extract's repricing day."""
    told = SNAPSHOT.alias("repriced")
    elsewhere = exists().where(
        told.c.loan_id == s.id, view.sees(told), told.c.reprices_on.is_not(None), s.is_ledger == 0
    )
    if not view.has_applications:
        return elsewhere
    agreed = table(models.LoanTerms).alias("newest_terms")
    newest = (
        select(agreed.c.reference)
        .where(agreed.c.loan_id == s.id, view.sees(agreed))
        .order_by(agreed.c.version.desc(), agreed.c.id.desc())
        .limit(1)
        .correlate_except(agreed)
        .scalar_subquery()
    )
    return or_(and_(s.is_ledger == 1, newest.is_not(None)), elsewhere)


def _lost(terms: LossTerms, f: Any, values: int) -> ColumnElement[Any]:
    """Return what is lost of a loan that defaults, collateral being worth ``values`` of what it was."""
    usual = {name: literal(part, Integer()) for name, part in terms.losses.lost.items()}
    by_security = case(usual, value=f.security, else_=MILLION) if usual else literal(MILLION, Integer())
    known = case((f.ifrs9_stage.is_not(None), by_security))
    if terms.floor is None:
        return known
    back = portion(f.collateral, values, MILLION)
    open_ = MILLION - case((back >= f.secured, MILLION), else_=rounded_millionths(back, f.secured))
    covered = and_(f.ifrs9_stage.is_not(None), f.collateral.is_not(None), f.secured > 0)
    return case((covered, greatest(open_, literal(terms.floor, Integer()))), else_=known)


def _shocked(f: Any, shock: Shock) -> ColumnElement[Any]:
    """Return how often a loan defaults under the shock, each factor rounded to a millionth; one at most."""
    longest = sorted(shock.industries, key=lambda one: -len(one[0]))
    fits = [
        (func.substr(f.lent_to, 1, len(code)) == code, literal(times, Integer())) for code, times in longest
    ]
    rate = portion(f.default_rate, case(*fits, else_=shock.default) if fits else shock.default, MILLION)
    for holds, times in ((f.is_floating == 1, shock.floating), (f.kind == "student", shock.students)):
        if times != MILLION:
            rate = case((holds, portion(rate, times, MILLION)), else_=rate)
    return case((f.ifrs9_stage == DEFAULTED, f.default_rate), (rate > MILLION, MILLION), else_=rate)


def with_years(view: View, found: CTE, most: int) -> Any:
    """Return ``found`` (``exposures``) once for each year left, with ``year`` and ``exposed`` in it.

    Of a loan that is serviced here the balance that its schedule leaves at the year's beginning is exposed;
    of another what is owed today, until its end.
    """
    years = select(literal(1, Integer()).label("year")).cte("years", recursive=True)
    years = years.union_all(select(years.c.year + 1).where(years.c.year < most))
    f, year = found.c, years.c.year
    exposed: ColumnElement[Any] = f.owed
    if view.has_applications and most > 1:
        left = _left_by_schedule(
            view, f.id, add_days(literal(view.as_of, Date()), (year - 1) * DAYS_OF_A_YEAR)
        )
        later = case((left < f.owed, left), else_=f.owed)
        exposed = case((and_(year > 1, f.is_ledger == 1), later), else_=f.owed)
    columns = (*found.c, year, exposed.label("exposed"))
    return select(*columns).join_from(found, years, year <= f.years).cte("exposed_years")


def _left_by_schedule(view: View, loan_id: ColumnElement[Any], day: ColumnElement[Any]) -> ColumnElement[Any]:
    position = table(models.LoanPosition).alias("position_of_terms")
    rows = table(models.InstalmentRow).alias("fell_due_by_then")
    newest: Select[Any] = (
        select(position.c.terms_id)
        .where(position.c.loan_id == loan_id, view.sees(position))
        .order_by(position.c.effective_on.desc(), position.c.id.desc())
        .limit(1)
        .correlate_except(position)
    )
    return (
        select(rows.c.balance)
        .where(rows.c.terms_id == newest.scalar_subquery(), rows.c.due_on <= day)
        .order_by(rows.c.due_on.desc())
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )


def lost_in(exposed: ColumnElement[Any], rate: ColumnElement[Any], times: int) -> ColumnElement[Any]:
    """Return what is lost of an exposure in a default, the rate times ``times`` millionths, at most all."""
    scaled = rate if times == MILLION else portion(rate, times, MILLION)
    return portion(exposed, case((scaled > MILLION, MILLION), else_=scaled), MILLION)
