"""Customers at a limit of the book are on the list of who has them, until it is said what is done by when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from loancrm.agenda import limits as source
from loancrm.agenda.due import due
from loancrm.policy.policy import EXAMPLE
from loancrm.services import limits
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.limits import LimitActIn
from tests.support import Book

FEW = EXAMPLE.read_text("utf-8").replace("least_customers: 200", "least_customers: 4")
CAPITAL = FEW.replace("capital: null", "capital: 1000").replace(
    "{limit: single_name, by: customer, of: book,", "{limit: single_name, by: customer, of: capital,"
)


@pytest.fixture
def lent(book: Book) -> Book:
    """Of 10,000 in all one owes 810 (8.1 %, over 8 %), 725 and 746 are near, 719 is not; ten owe 700."""
    book.adopt(FEW, "2026-01-01")
    book.on("2026-10-05")
    with book.batch():
        book.officer("li.wei", "李伟")
        book.officer("zhao.min", "赵敏")
    for number, owed, officer in (
        ("A", 810, "li.wei"), ("B", 725, "li.wei"), ("C", 719, "li.wei"),
        *((f"Z{n}", 700 if n else 746, "zhao.min") for n in range(11)),
    ):  # fmt: skip
        customer = book.customer(officer=officer)
        book.owing(customer, number, principal=owed, disbursed="2026-10-05", outstanding=owed)
        book.contact(customer)
    book.on("2026-10-20")
    return book


def lines(book: Book, officer: str | None = "li.wei", **more: Any) -> list[tuple[str, str, date, int]]:
    who = None if officer is None else book.officer_id(officer)
    found = book.ask_policy(due, officer_id=who, **more)
    reasons = [(one.customer, reason) for one in found for reason in one.reasons if reason.kind == "limit"]
    return [(who, one.reason_code, one.due_on, one.days_late) for who, one in reasons]


DRAWN = date(2026, 10, 5)


def test_who_is_over_or_near_a_limit_of_the_book_is_on_the_list_since_the_last_draw(lent: Book) -> None:
    """Near from 90 % of 8 % on: 7.2 %; 719 are 7.19 %."""
    assert lines(lent) == [("C-00001", "limit_breach", DRAWN, 0), ("C-00002", "limit_near", DRAWN, 0)]
    assert [one[0] for one in lines(lent, None)] == ["C-00001", "C-00004", "C-00002"]  # by amount
    assert [one[0] for one in lines(lent, None, limit=50)] == ["C-00001", "C-00004", "C-00002"]
    (first, *_more) = lent.ask_policy(due, officer_id=lent.officer_id("li.wei"))
    (reason,) = [one for one in first.reasons if one.kind == "limit"]
    assert reason.reason == "one customer is over its limit: 8.1 %, at most 8.0 %"
    assert reason.command == "loancrm limit act single_name ACTION --key C-00001 --by DAY"
    assert (reason.amount, reason.rule, reason.ref) == (810_00, "due.limit", "single_name")


def test_a_share_of_a_small_book_says_nothing(lent: Book) -> None:
    lent.adopt(FEW.replace("least_customers: 4", "least_customers: 15"), "2026-10-19")
    assert lines(lent) == []
    lent.adopt(FEW.replace("least_customers: 4", "least_customers: 14"), "2026-10-20")
    assert len(lines(lent)) == 2


def test_an_action_answers_it_until_its_day(lent: Book) -> None:
    def act(action: str, by: date | None, on: str) -> None:
        lent.on(on)
        request = LimitActIn(limit="single_name", key="C-00001", action=action, due_on=by)
        lent.do(limits.act, request)

    act("reduce", date(2026, 11, 2), "2026-10-21")
    assert [one[0] for one in lines(lent)] == ["C-00002"]
    lent.on("2026-11-04")
    assert ("C-00001", "limit_action", date(2026, 11, 2), 2) in lines(lent)
    assert ("C-00001", "limit_breach", DRAWN, 0) in lines(lent, as_of="2026-10-20")
    act("exempt", None, "2026-11-05")
    assert [one[0] for one in lines(lent)] == ["C-00002"]
    act("closed", None, "2026-11-06")
    assert ("C-00001", "limit_breach", DRAWN, 0) in lines(lent)


def test_what_is_owed_by_all_of_a_group_is_on_the_list_of_each_of_its_members(lent: Book) -> None:
    """719 + 700 = 14.19 %, over 10 %; the members are of two officers."""
    lent.on("2026-10-06")
    for customer in ("C-00003", "C-00005"):
        values = {"kind": "group", "name": "恒信 集团"}
        lent.do(add_fact, FactIn(kind="connection", owner=customer, on=None, values=values))
    lent.on("2026-10-20")
    for officer, customer in (("li.wei", "C-00003"), ("zhao.min", "C-00005")):
        found = lent.ask_policy(due, officer_id=lent.officer_id(officer))
        (reason,) = [
            one for line in found if line.customer == customer for one in line.reasons if one.kind == "limit"
        ]
        assert reason.reason == "one group of customers 恒信 集团 is over its limit: 14.2 %, at most 10.0 %"
        assert reason.command.endswith("--key '恒信 集团' --by DAY")
        assert reason.amount == 1419_00


def test_a_group_may_have_more_members_than_a_statement_has_parts(lent: Book) -> None:
    """SQLite joins at most 500 selects into one; whoever belongs to the group has the line, owing or not."""
    lent.on("2026-10-06")
    members = ["C-00003", "C-00005"]
    with lent.batch():
        members += [lent.customer(officer="zhao.min") for _n in range(510)]
        for customer in members:
            values = {"kind": "group", "name": "恒信 集团"}
            lent.do(add_fact, FactIn(kind="connection", owner=customer, on=None, values=values))
    lent.on("2026-10-20")
    found = [who for who, code, *_days in lines(lent, None) if code == "limit_breach"]
    assert set(members) <= set(found)


def test_a_limit_of_the_capital_needs_no_book(lent: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most 8 % of 1,000: all are over."""
    lent.adopt(CAPITAL, "2026-01-02")
    monkeypatch.setattr(source, "SAMPLE", 1)
    assert [one[1] for one in lines(lent)] == ["limit_breach"] * 3


@pytest.mark.parametrize("sample", [4, 14])
def test_the_whole_book_is_summed_only_where_a_part_of_it_leaves_somebody_near(
    lent: Book, monkeypatch: pytest.MonkeyPatch, sample: int
) -> None:
    asked: list[str] = []
    owed = source._Book._owed

    def noted(self: Any, scope: Any, name: str) -> Any:
        asked.append(name)
        return owed(self, scope, name)

    monkeypatch.setattr(source._Book, "_owed", noted)
    monkeypatch.setattr(source, "SAMPLE", sample)
    assert len(lines(lent)) == 2
    assert asked == ["loans_of_sample", "loans_of_book"]
    asked.clear()
    lent.adopt(FEW.replace("of: book, at_most: 8%", "of: book, at_most: 50%"), "2026-10-20")
    assert lines(lent) == []  # 810 of the officer's own 2,254 are 36 %
    assert asked == []
    lent.adopt(FEW.replace("of: book, at_most: 8%", "of: book, at_most: 25%"), "2026-10-20")
    assert lines(lent) == []  # of what the first 4 customers owe they are 27 %, of all 8.1 %
    assert asked == ["loans_of_sample", *(["loans_of_book"] if sample == 4 else [])]
