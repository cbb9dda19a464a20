"""Campaigns: members and comparison are frozen on a day, by one statement."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from sqlalchemy import Date, FromClause, Select, case, func, literal, select

from loancrm.dossier import KINDS
from loancrm.indicators.lots import by_lot
from loancrm.models import CampaignMember, table
from loancrm.models.columns import BIG_ID
from loancrm.policy import policy as policies
from loancrm.policy.conditions import Undecided
from loancrm.policy.parse import from_text
from loancrm.reports import dossier
from loancrm.reports.audience import audience, counts_of, unjudged
from loancrm.reports.campaigns import COMPARISON, HELD_BACK, MEMBER
from loancrm.reports.undecided import how_many
from loancrm.services.audiences import insert_selected
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.inputs import ByName, Receipt
from loancrm.unitofwork import Change, UnitOfWork

ROWS = table(CampaignMember)
MILLION = 1_000_000


class CampaignReceipt(Receipt):
    """The campaign, how many of its condition are members, compared, and held back, by reason.

    ``undecided``: of so many a figure is missing that the condition reads,
    ``undecided_rules``: that a rule reads which holds back, of so many whom nothing holds back.
    """

    number: str
    members: int
    comparison: int
    held_back: int
    held_back_by: ByName
    undecided: int = 0
    undecided_rules: ByName = Field(default_factory=dict)


def start(uow: UnitOfWork, request: FactIn) -> CampaignReceipt:
    """Write a campaign and freeze whom it goes to, as of its day.

    Raises:
        InvalidInput: the condition cannot be read, or all would be left out.
    """
    number = add_fact(uow, request).number
    campaign = dossier.fact(uow.view(), KINDS["campaign"], number)
    view = uow.view(campaign.effective_on)
    condition, policy = from_text(campaign.condition), policies.in_force(view)
    unsure = how_many(view, audience(view, policy, Undecided(condition)))
    rules = unjudged(view, policy, condition)
    drawn = _drawn(audience(view, policy, condition), campaign).subquery("drawn")
    columns: dict[str, Any] = {
        "campaign_id": literal(campaign.id, BIG_ID),
        "customer_id": drawn.c.customer_id,
        "arm": _arm(campaign, drawn),
        "reason": drawn.c.reason,
        "effective_on": literal(campaign.effective_on, Date()),
    }
    insert_selected(uow, ROWS, columns, drawn)
    return _receipt(uow, campaign, number, undecided=unsure, undecided_rules=rules)


def _drawn(found: Select[Any], campaign: Any) -> Select[Any]:
    """Return the audience with everybody's place in the lot, and of how many: those held back apart."""
    people = found.subquery("audience")
    held_back = people.c.reason.is_not(None)
    order = (by_lot(people.c.number, campaign.seed), people.c.number)
    return select(
        people,
        func.row_number().over(partition_by=held_back, order_by=order).label("place"),
        func.count().over(partition_by=held_back).label("of"),
    )


def _arm(campaign: Any, drawn: FromClause) -> Any:
    """The first by lot are left out; after them so many are members, and the rest is left out too."""
    share = literal(campaign.hold_out, BIG_ID)
    left_out = (2 * drawn.c.of * share + MILLION) // (2 * MILLION)
    arms = [(drawn.c.reason.is_not(None), HELD_BACK), (drawn.c.place <= left_out, COMPARISON)]
    if campaign.most is not None:
        arms.append((drawn.c.place > left_out + campaign.most, COMPARISON))
    return case(*arms, else_=MEMBER)


def _receipt(uow: UnitOfWork, campaign: Any, number: str, **open_: Any) -> CampaignReceipt:
    mine = ROWS.c.campaign_id == campaign.id
    arms = select(ROWS.c.arm, func.count().label("n")).where(mine).group_by(ROWS.c.arm)
    counts = {row.arm: row.n for row in uow.connection.execute(arms)}
    said = {
        "campaign": number,
        "members": counts.get(MEMBER, 0),
        "comparison": counts.get(COMPARISON, 0),
        "held_back": counts.get(HELD_BACK, 0),
    }
    if counts:
        first = uow.connection.scalar(select(func.min(ROWS.c.id)).where(mine))
        uow.record(Change("create", CampaignMember, first or 0, None, {}, said))
    return CampaignReceipt(
        number=number,
        **{name: said[name] for name in ("members", "comparison", "held_back")},
        held_back_by=counts_of(uow.view(campaign.effective_on), ROWS, mine),
        **open_,
    )
