"""What an answer does to a line: done, skipped, put off, waits for data; and who stands in for whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from loancrm.agenda.alike import Alike, alike, opened
from loancrm.agenda.due import DueLine, due, load_of, of_kind, team_of
from loancrm.agenda.reasons import own_ref
from loancrm.errors import Conflict, InvalidInput, NotFound
from loancrm.reports.workload import stand_ins, workload
from loancrm.services.agenda import (
    AnswerIn,
    LineKey,
    StandInFor,
    StandInVoid,
    answer,
    hand_in,
    take_back,
)
from tests.support import TODAY, Book


def in_days(n: int) -> date:
    return TODAY + timedelta(days=n)


def lines(book: Book, officer: str | None = None, **more: Any) -> list[DueLine]:
    key = None if officer is None else book.officer_id(officer)
    return book.ask_policy(due, officer_id=key, **more)  # type: ignore[no-any-return]


def names(book: Book, officer: str | None = None, **more: Any) -> list[str]:
    return [line.name for line in lines(book, officer, **more)]


def say(book: Book, line: DueLine, action: Any, **more: Any) -> Any:
    first = line.reasons[0]
    key = LineKey(customer=line.customer, kind=first.kind, rule=first.rule, ref=first.ref,
                  own_ref=own_ref(first.kind, first.ref), due_on=first.due_on)  # fmt: skip
    return book.do(answer, AnswerIn(lines=(key,), action=action, **more))


def three_overdue(book: Book) -> None:
    with book.batch():
        for place, name in enumerate("甲乙丙"):
            book.owing(book.customer(name=name), name, dpd=5, overdue=900 - place)


def test_a_line_that_is_done_or_skipped_does_not_come_back_for_that_day(book: Book) -> None:
    three_overdue(book)
    first, second, _third = lines(book)
    say(book, first, "done")
    say(book, second, "skipped", why="已起诉")
    assert names(book) == ["丙"]
    assert names(book, as_of=in_days(3)) == ["丙"]
    # Newly overdue of another day is another line.
    book.on(in_days(30))
    with book.batch():
        book.snapshot("甲", in_days(10), dpd=0)
        book.snapshot("甲", in_days(30), dpd=2, overdue=900)
    assert "甲" in names(book, as_of=in_days(30))


def test_the_list_of_a_past_day_does_not_know_later_answers(book: Book) -> None:
    book.on(in_days(-2))
    three_overdue(book)
    book.on(TODAY)
    say(book, lines(book)[0], "done")
    assert names(book, as_of=in_days(-1)) == ["甲", "乙", "丙"]
    assert names(book) == ["乙", "丙"]
    assert names(book, known_at=in_days(-1)) == ["甲", "乙", "丙"]


def test_a_line_that_is_put_off_comes_back_on_its_day(book: Book) -> None:
    three_overdue(book)
    assert say(book, lines(book)[0], "snoozed", until_on=in_days(4)).until_on == in_days(4)
    assert [names(book, as_of=in_days(n)) for n in (0, 3, 4)] == [
        ["乙", "丙"],
        ["乙", "丙"],
        ["甲", "乙", "丙"],
    ]
    with pytest.raises(InvalidInput, match="--until"):
        say(book, lines(book)[0], "snoozed", until_on=TODAY)


def test_a_line_waits_for_the_next_data_and_not_for_longer_than_the_policy_says(book: Book) -> None:
    """Friday the 20th and three working days: Wednesday the 25th."""
    three_overdue(book)
    assert say(book, lines(book)[0], "awaits_data", why="客户说已还").until_on == date(2026, 11, 25)
    assert names(book) == ["乙", "丙"]
    assert [names(book, as_of=in_days(n)) for n in (4, 5)] == [["乙", "丙"], ["甲", "乙", "丙"]]
    book.on(in_days(1)).snapshot("乙", in_days(1), dpd=6, overdue=899)  # data of a later day
    assert names(book, as_of=in_days(1)) == ["甲", "乙", "丙"]


def test_a_next_step_is_done_or_put_off_itself(book: Book) -> None:
    with book.batch():
        for name in "甲乙":
            book.follow_up(book.customer(name=name), TODAY)
    first, second = lines(book)
    say(book, first, "done")
    say(book, second, "snoozed", until_on=in_days(2))
    assert names(book) == []
    assert names(book, as_of=in_days(2)) == ["乙"]


# ── shapes of the list ──────────────────────────────────────────────────────────────────────────


def test_many_alike_are_one_line_in_the_place_of_the_first_and_open_again(book: Book) -> None:
    with book.batch():
        book.owing(book.customer(name="甲"), "A", dpd=5, overdue=900)
        for n in range(4):
            book.owing(book.customer(name=f"生{n}"), f"S{n}", matures=in_days(20), outstanding=1_000 + n)
        book.owing(book.customer(name="乙"), "B", matures=in_days(21), outstanding=5)
    found = lines(book)
    shown = alike(found, 4)
    assert [item.rank for item in shown] == [1, 2, 6]
    group = shown[1]
    assert isinstance(group, Alike)
    assert ([line.name for line in group.lines], group.amount) == (["生3", "生2", "生1", "生0"], 4_006_00)
    assert [line.name for line in opened(found, 2)] == ["生3", "生2", "生1", "生0"]
    assert alike(found, 5) == found
    assert alike(found, None) == found


def test_many_alike_are_nobodys_where_they_are_several_officers(book: Book) -> None:
    with book.batch():
        for code in ("li.wei", "wang.fang"):
            book.officer(code, code)
        for n, officer in enumerate(("li.wei", "wang.fang", "li.wei", "li.wei")):
            who = book.customer(name=f"生{n}", officer=officer)
            book.owing(who, f"S{n}", matures=in_days(20 + n // 2), outstanding=1_000)
    mixed, own = (one for one in alike(lines(book), 2) if isinstance(one, Alike))
    assert (mixed.officer, own.officer) == (None, "li.wei")


def test_only_one_kind_of_reason_leads_where_it_is_asked_for(book: Book) -> None:
    with book.batch():
        who = book.customer(name="甲")
        book.owing(who, "A", dpd=5, overdue=900)
        book.follow_up(who, TODAY)
        book.owing(book.customer(name="乙"), "B", dpd=5, overdue=900)
    (line,) = of_kind(lines(book), "follow_up")
    assert (line.name, line.kind, line.band, len(line.reasons)) == ("甲", "follow_up", 3, 1)


# ── standing in ─────────────────────────────────────────────────────────────────────────────────


def two_officers(book: Book) -> None:
    with book.batch():
        for code in ("li.wei", "wang.fang", "zhao.lei"):
            book.officer(code, code, branch=None if code == "zhao.lei" else "城东")
        for name, officer in (("甲", "li.wei"), ("乙", "wang.fang")):
            who = book.customer(name=name, officer=officer)
            book.owing(who, name, dpd=5, overdue=900)
        given = book.customer(name="丙", officer="zhao.lei")
        book.follow_up(given, TODAY, officer="li.wei")


def test_who_stands_in_sees_the_others_list_on_these_days_only(book: Book) -> None:
    two_officers(book)
    request = StandInFor(officer="li.wei", stand_in="wang.fang", from_on=in_days(1), until_on=in_days(5))
    receipt = book.do(hand_in, request)
    assert (receipt.number, receipt.officer, receipt.stand_in) == ("A-00001", "li.wei", "wang.fang")
    seen = [names(book, "wang.fang", as_of=in_days(n)) for n in (0, 1, 5, 6)]
    assert seen == [["乙"], ["甲", "乙", "丙"], ["甲", "乙", "丙"], ["乙"]]
    assert names(book, "li.wei", as_of=in_days(1)) == ["甲", "丙"]  # the own list stays
    assert [one.number for one in book.ask(stand_ins)] == ["A-00001"]
    book.do(take_back, StandInVoid(stand_in="A-00001"))
    assert names(book, "wang.fang", as_of=in_days(1)) == ["乙"]


def test_nobody_stands_in_twice_for_oneself_or_in_the_past(book: Book) -> None:
    two_officers(book)
    days = {"from_on": TODAY, "until_on": in_days(5)}
    with pytest.raises(InvalidInput, match="--to"):
        book.do(hand_in, StandInFor(officer="li.wei", stand_in="li.wei", **days))
    with pytest.raises(InvalidInput, match="--until"):
        book.do(
            hand_in,
            StandInFor(officer="li.wei", stand_in="wang.fang", from_on=in_days(-3), until_on=in_days(-1)),
        )
    with pytest.raises(NotFound):
        book.do(hand_in, StandInFor(officer="li.wei", stand_in="nobody", **days))
    book.do(hand_in, StandInFor(officer="li.wei", stand_in="wang.fang", **days))
    with pytest.raises(Conflict, match="A-00001"):
        book.do(
            hand_in,
            StandInFor(officer="li.wei", stand_in="zhao.lei", from_on=in_days(5), until_on=in_days(9)),
        )


def test_the_team_is_the_branch(book: Book) -> None:
    two_officers(book)

    def team(view: Any, policy: Any, code: str) -> list[str]:
        scope = team_of(view, book.officer_id(code))
        return [line.name for line in due(view, policy, scope=scope)]

    assert book.ask_policy(team, code="li.wei") == ["甲", "乙", "丙"]
    with pytest.raises(NotFound, match="branch"):
        book.ask_policy(team, code="zhao.lei")


def test_the_load_counts_what_the_lists_hold(book: Book) -> None:
    two_officers(book)
    found = {
        line.officer: (line.customers, line.to_do, line.late, line.amount)
        for line in book.ask_policy(workload)
    }
    assert found == {"li.wei": (1, 1, 1, 900_00), "wang.fang": (1, 1, 1, 900_00), "zhao.lei": (1, 1, 0, 0)}
    assert sum(n for n, _late, _sum in book.ask_policy(load_of, within=0).values()) == len(lines(book))
