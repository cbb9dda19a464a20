"""Invitations and campaigns: who is held back and why, whose turn it is by lot, and what followed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from loancrm.errors import Conflict, InvalidInput
from loancrm.models import CampaignMember, EventGuest, table
from loancrm.reports.campaigns import members, result
from loancrm.reports.events import event_page, guests
from loancrm.services.campaigns import start
from loancrm.services.dossier import FactIn, FactVoid, add_fact, void_fact
from loancrm.services.events import FollowIn, InviteIn, StepIn, follow, invite, take_step
from loancrm.services.undo import UndoIn, undo
from tests.indicators.case import fact
from tests.support import EXAMPLE_TEXT, TODAY, Book, changed


def consent(book: Book, customer: str, on: str = "2026-01-05", **more: Any) -> None:
    fact(book, "consent", customer, person="张敏", purpose="marketing", on=on, **more)


def firm(book: Book, region: str = "郑州", **more: Any) -> str:
    code = book.customer(region=region, **more)
    consent(book, code)
    return code


def seminar(book: Book, held_on: str = "2026-11-18") -> str:
    values = {"title": "讲座", "kind": "seminar", "held_on": date.fromisoformat(held_on), "cost": 300_00}
    return str(book.do(add_fact, FactIn(kind="event", owner=None, on=None, values=values)).number)


def asked(book: Book, event: str, *customers: str, where: str | None = None, **more: Any) -> Any:
    return book.do(invite, InviteIn(event=event, customers=customers, where=where), **more)


def stepped(book: Book, event: str, step: str, *customers: str, **more: Any) -> Any:
    return book.do(take_step, StepIn(event=event, customers=customers, step=step, **more))


def states(book: Book, event: str) -> dict[str, str]:
    return {line.customer: line.state for line in book.ask(guests, event)}


# ── who is held back ────────────────────────────────────────────────────────────────────────────


def test_only_who_consented_to_marketing_is_invited_and_the_others_are_listed_with_the_reason(
    book: Book,
) -> None:
    yes, never, back, old = firm(book), book.customer(), firm(book), book.customer()
    consent(book, back, on="2026-06-01", is_withdrawn="yes")
    consent(book, old, on="2025-01-05", expires_on="2026-11-19")
    receipt = asked(book, seminar(book), where="kind = enterprise")
    assert (receipt.invited, receipt.held_back) == (1, 3)
    assert receipt.held_back_by == {"expired": 1, "no_consent": 1, "withdrawn": 1}
    found = {line.customer: (line.state, line.reason) for line in book.ask(guests, "EV-1")}
    assert found == {
        yes: ("invited", None),
        never: ("held_back", "no_consent"),
        back: ("held_back", "withdrawn"),
        old: ("held_back", "expired"),
    }


def test_the_last_day_of_a_consent_still_counts(book: Book) -> None:
    customer = book.customer()
    consent(book, customer, on="2025-01-05", expires_on="2026-11-20")
    assert asked(book, seminar(book), customer).invited == 1


def test_the_policy_may_ask_for_less_and_hold_back_by_its_own_rules(book: Book) -> None:
    text = changed(EXAMPLE_TEXT, ("  consent: given\n", "  consent: not_withdrawn\n"))
    book.adopt(text)
    never, late = book.customer(), book.customer()
    book.owing(late, "JJ-1", dpd=1)
    receipt = asked(book, seminar(book), never, late)
    assert (receipt.invited, receipt.held_back_by) == (1, {"in_arrears": 1})


def test_who_was_contacted_often_enough_is_held_back_until_the_days_have_passed(book: Book) -> None:
    customer = firm(book)
    book.contact(customer, "2026-11-20", purpose="marketing")  # one
    book.contact(customer, "2026-11-20", purpose="service")  # is no marketing
    book.contact(customer, "2026-11-20", purpose="marketing", direction="in")  # the customer's own
    assert asked(book, seminar(book), customer).invited == 1  # two
    book.on("2026-11-21")
    assert asked(book, seminar(book, "2026-12-01"), customer).held_back_by == {"contacted_enough": 1}
    book.on("2026-12-20")  # 30 days from 20 November on are over
    assert asked(book, seminar(book, "2026-12-30"), customer).invited == 1


def test_inviting_again_adds_only_who_is_new_and_who_may_be_by_now(book: Book) -> None:
    yes, later = firm(book), book.customer()
    event = seminar(book)
    asked(book, event, where="kind = enterprise")
    again = asked(book, event, where="kind = enterprise")
    assert (again.invited, again.held_back, again.known) == (0, 0, 1)
    consent(book, later, on="2026-11-19")
    assert asked(book, event, where="kind = enterprise").invited == 1
    assert states(book, event) == {yes: "invited", later: "invited"}
    assert book.ask(event_page, event).held_back == 0


def test_an_invitation_needs_somebody(book: Book) -> None:
    with pytest.raises(InvalidInput, match="--where"):
        asked(book, seminar(book))


# ── what became of it ───────────────────────────────────────────────────────────────────────────


def test_the_newest_word_counts_and_the_page_counts_each_guest_once(book: Book) -> None:
    a, b, c, walk_in = (firm(book) for _n in range(4))
    event = seminar(book)
    asked(book, event, a, b, c)
    stepped(book, event, "accepted", a, b)
    stepped(book, event, "declined", b)
    stepped(book, event, "accepted", b)
    assert states(book, event)[b] == "accepted"
    done = stepped(book, event, "attended", a, walk_in)
    assert (done.customers, done.uninvited) == (2, 1)
    rest = stepped(book, event, "no_show", rest=True)
    assert rest.customers == 2  # b said yes, c nothing
    page = book.ask(event_page, event)
    assert (page.invited, page.attended, page.uninvited, page.no_show) == (3, 2, 1, 2)
    assert page.cost_per_guest == 150_00  # 300.00 for two
    assert page.cost == 300_00


def test_nobody_comes_to_an_event_that_is_still_to_come(book: Book) -> None:
    customer = firm(book)
    event = seminar(book, "2026-11-21")
    asked(book, event, customer)
    with pytest.raises(InvalidInput, match="nobody came yet"):
        stepped(book, event, "attended", customer)
    with pytest.raises(InvalidInput, match="nobody came yet"):
        stepped(book, event, "no_show", rest=True)


def test_those_who_came_are_followed_up_once(book: Book) -> None:
    book.officer()
    a, b = firm(book, officer="li.wei"), firm(book)
    event = seminar(book)
    asked(book, event, a, b)
    stepped(book, event, "attended", a)
    request = FollowIn(event=event, next_on=date(2026, 12, 1), next_what="送授信方案")
    first, second = book.do(follow, request), book.do(follow, request)
    assert (first.contacts, first.follow_ups) == (1, 1)
    assert (second.contacts, second.follow_ups) == (0, 0)
    page = book.ask(event_page, event)
    assert (page.attended, page.followed) == (1, 1)
    stepped(book, event, "attended", b)
    assert book.do(follow, FollowIn(event=event)).contacts == 1


def test_an_event_is_void_with_its_guests_and_an_undo_brings_both_back(book: Book) -> None:
    customer = firm(book)
    event = seminar(book)
    asked(book, event, customer)
    book.do(void_fact, FactVoid(kind="event", fact=event))
    rows = table(EventGuest)
    standing = select(func.count()).select_from(rows).where(rows.c.voided_at.is_(None))
    with book.view() as view:
        assert view.connection.scalar(standing) == 0
    book.do(undo, UndoIn())
    assert states(book, event) == {customer: "invited"}


def test_the_same_event_is_not_planned_twice(book: Book) -> None:
    seminar(book)
    with pytest.raises(Conflict):
        seminar(book)


# ── campaigns ───────────────────────────────────────────────────────────────────────────────────


def campaign(book: Book, **values: Any) -> Any:
    given = {"title": "宣传", "condition": "kind = enterprise", "hold_out": 0, "seed": 1, **values}
    return book.do(start, FactIn(kind="campaign", owner=None, on=given.pop("on", None), values=given))


@pytest.fixture
def twenty(book: Book) -> list[str]:
    book.on("2026-09-01")
    with book.batch():
        found = [firm(book) for _n in range(20)]
    book.on(TODAY)
    return found


def arms(book: Book, number: str = "CA-1") -> dict[str, str]:
    return {line.customer: line.arm for line in book.ask(members, number)}


def test_the_share_left_out_is_exact_and_the_seed_draws_it_again(book: Book, twenty: list[str]) -> None:
    receipt = campaign(book, hold_out=250_000, cost=100_00)
    assert (receipt.members, receipt.comparison, receipt.held_back) == (15, 5, 0)
    first = arms(book)
    book.do(undo, UndoIn())
    assert campaign(book, hold_out=250_000).comparison == 5
    assert arms(book, "CA-2") == first
    book.do(undo, UndoIn())
    campaign(book, hold_out=250_000, seed=2)
    assert arms(book, "CA-3") != first


def test_at_most_so_many_are_written_to_and_the_rest_compares(book: Book, twenty: list[str]) -> None:
    receipt = campaign(book, most=8)
    assert (receipt.members, receipt.comparison) == (8, 12)


def test_members_are_frozen_on_the_day_and_later_customers_are_none(book: Book, twenty: list[str]) -> None:
    campaign(book)
    late = firm(book)
    assert late not in arms(book)


def test_what_followed_is_counted_once_a_customer_after_the_day_and_within_the_days(
    book: Book, twenty: list[str]
) -> None:
    campaign(book, hold_out=500_000, cost=90_00, on=date(2026, 10, 1))
    found = arms(book)
    ours = [code for code, arm in found.items() if arm == "member"]
    others = [code for code, arm in found.items() if arm == "comparison"]
    for code in ours[:9]:
        book.contact(code, "2026-10-02", direction="in")
        book.contact(code, "2026-10-03", direction="in")
    for code in others[:3]:
        book.contact(code, "2026-10-31", direction="in")
    book.contact(ours[9], "2026-10-01", direction="in")  # the day itself
    book.contact(others[9], "2026-11-01", direction="in")  # a day too late
    book.contact(others[8], "2026-10-02")  # we called
    answer = book.ask(result, "CA-1", 30)
    line = {one.outcome: one for one in answer.outcomes}["contact"]
    assert (answer.basis, answer.members, answer.compared, answer.until) == (
        "lot",
        10,
        10,
        date(2026, 10, 31),
    )
    assert (line.member_hits, line.compared_hits) == (9, 3)
    # Newcombe's table II (b): 9/10 - 3/10, 0.1705 to 0.8090
    assert (line.difference, round(line.low / 100), round(line.high / 100)) == (600_000, 1705, 8090)
    assert line.cost_per_hit == 10_00  # 90.00 for nine
    assert line.cost_per_more == 15_00  # ten members, 60 % more: six
    assert answer.is_over
    nothing = {one.outcome: one for one in answer.outcomes}["disbursement"]
    assert (nothing.member_hits, nothing.difference, nothing.cost_per_hit, nothing.cost_per_more) == (
        0, 0, None, None,
    )  # fmt: skip


def test_each_outcome_is_what_it_says(book: Book) -> None:
    customer = firm(book.on("2026-09-01"))
    book.on(TODAY)
    campaign(book, on=date(2026, 10, 1))
    book.loan(customer, "JJ-1", disbursed="2026-10-10")
    fact(book, "holding", customer, product="存款", opened_on="2026-10-11")
    book.feedback(customer, on="2026-10-12")
    consent(book, customer, on="2026-10-13", is_withdrawn="yes")
    answer = book.ask(result, "CA-1", 30)
    hits = {line.outcome: line.member_hits for line in answer.outcomes}
    assert hits == {
        "contact": 0, "application": 0, "disbursement": 1, "holding": 1, "feedback": 1, "complaint": 1,
        "opt_out": 1,
    }  # fmt: skip
    assert (answer.basis, answer.compared) == ("none", 0)
    assert all(line.difference is None and line.low is None for line in answer.outcomes)


def test_without_a_lot_those_held_back_compare_and_it_says_so(book: Book) -> None:
    firm(book)
    book.customer()
    campaign(book)
    answer = book.ask(result, "CA-1", 30)
    assert (answer.basis, answer.members, answer.compared, answer.is_over) == ("held_back", 1, 1, False)


def test_a_campaign_is_void_with_its_members(book: Book, twenty: list[str]) -> None:
    campaign(book)
    book.do(void_fact, FactVoid(kind="campaign", fact="CA-1"))
    rows = table(CampaignMember)
    with book.view() as view:
        standing = select(func.count()).select_from(rows).where(rows.c.voided_at.is_(None))
        assert view.connection.scalar(standing) == 0
    book.do(undo, UndoIn())
    assert len(arms(book)) == 20


@pytest.mark.parametrize(
    ("values", "match"),
    [({"condition": "turnover_of_the_moon > 1"}, "moon"), ({"hold_out": 1_000_000}, "--hold-out")],
)
def test_a_campaign_that_cannot_be_is_refused(book: Book, values: dict[str, Any], match: str) -> None:
    with pytest.raises(Exception, match=match):
        campaign(book, **values)
