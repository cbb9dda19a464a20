"""Internal control and limits: days by severity, what follows what, shares by hand, the register."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from loancrm.agenda.due import due
from loancrm.errors import Conflict, InvalidInput, NotFound, UsageFault
from loancrm.reports.control import controlled, sample
from loancrm.reports.grouping import Grouping
from loancrm.reports.limits import limits
from loancrm.reports.register_groups import grouped
from loancrm.reports.risk_register import beside, risk_register
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.limits import LimitActIn, act
from tests.support import EXAMPLE_TEXT, TODAY, Book, changed


def fact(book: Book, kind: str, on: str | None = None, /, **values: Any) -> str:
    day = None if on is None else date.fromisoformat(on)
    values = {"exceptions": 0, **values} if kind == "check" else values
    request = FactIn(kind=f"control_{kind}", owner=None, on=day, values=values)
    return str(book.do(add_fact, request).number)


def register(book: Book, **when: Any) -> list[tuple[str, str, date | None]]:
    return [(line.number, line.state, line.due_on) for line in book.ask_policy(risk_register, **when)]


def test_a_finding_takes_its_step_from_the_check_and_its_day_from_the_severity(book: Book) -> None:
    check = fact(book, "check", "2026-11-02", step="disbursement", cases=10, exceptions=2)
    fact(book, "finding", "2026-11-03", severity="high", what="缺凭证", found_by=check)
    fact(book, "incident", "2026-11-04", kind="systems", severity="critical", what="停机")
    # 14 days from the third, 3 days from the fourth
    assert register(book) == [
        ("IC-00001", "open", date(2026, 11, 7)),
        ("FD-00001", "open", date(2026, 11, 17)),
    ]
    (late,) = [line for line in book.ask_policy(risk_register) if line.kind == "incident"]
    assert late.days_late == (TODAY - date(2026, 11, 7)).days == 13


def test_what_is_put_off_has_its_new_day_and_what_is_done_leaves_the_register(book: Book) -> None:
    finding = fact(book, "finding", "2026-11-03", severity="low", what="档案")
    until = date(2026, 12, 20)
    fact(book, "rectification", "2026-11-10", finding=finding, state="postponed", until_on=until)
    assert register(book) == [("FD-00001", "postponed", until)]
    fact(book, "rectification", "2026-11-15", finding=finding, state="done")
    assert register(book) == []
    assert register(book, as_of=date(2026, 11, 14)) == [("FD-00001", "postponed", until)]
    with pytest.raises(Conflict, match="it is closed"):
        fact(book, "rectification", finding=finding, state="done")
    fact(book, "rectification", finding=finding, state="reopened")
    assert register(book) == [("FD-00001", "reopened", until)]


@pytest.mark.parametrize(
    ("kind", "values", "option"),
    [
        ("check", {"step": "approvall", "cases": 3}, "--step"),
        ("check", {"step": "approval", "cases": 3, "exceptions": 4}, "--exceptions"),
        (
            "incident",
            {"kind": "systems", "severity": "low", "what": "x", "loss": 1, "recovered": 2},
            "--recovered",
        ),
        ("rectification", {"state": "done"}, "--finding"),
        ("finding", {"severity": "low", "what": "x", "due_on": date(2026, 11, 19)}, "--by"),
    ],
)
def test_what_cannot_be_so_is_refused_by_its_option(
    book: Book, kind: str, values: dict[str, Any], option: str
) -> None:
    with pytest.raises(InvalidInput) as fault:
        fact(book, kind, **values)
    assert fault.value.field == option


def test_what_is_put_off_or_to_be_done_has_a_day_still_to_come(book: Book) -> None:
    finding = fact(book, "finding", "2026-11-03", severity="low", what="档案")
    with pytest.raises(InvalidInput) as fault:
        fact(book, "rectification", finding=finding, state="postponed", until_on=date(2026, 11, 1))
    assert fault.value.field == "--until"
    assert register(book) == [("FD-00001", "open", date(2027, 1, 2))]  # 60 days from the third
    owed(book)
    with pytest.raises(InvalidInput) as fault:
        book.do(act, LimitActIn(limit="industry", action="reduce", due_on=date(2026, 11, 1)))
    assert fault.value.field == "--by"


def test_a_finding_in_a_customers_case_reaches_the_list_of_who_puts_it_right(book: Book) -> None:
    with book.batch():
        book.officer("li.wei")
        book.officer("zhao.min", "赵敏")
        customer = book.customer(officer="li.wei")
        book.contact(customer)
    finding = fact(book, "finding", severity="critical", what="缺面签", customer=customer, officer="zhao.min")

    def reasons(officer: str) -> list[str]:
        lines = book.ask_policy(due, officer_id=book.officer_id(officer))
        found = [reason for line in lines for reason in line.reasons if reason.kind == "rectification"]
        return [f"{reason.ref} {reason.due_on}" for reason in found]

    assert reasons("zhao.min") == ["FD-1 2026-11-23"]
    assert reasons("li.wei") == []
    fact(book, "rectification", finding=finding, state="done")
    assert reasons("zhao.min") == []


def test_checks_are_due_by_the_policys_days_and_cases_are_drawn_since_the_last(book: Book) -> None:
    customer = book.customer()
    for n, day in enumerate(("2026-10-01", "2026-11-03", "2026-11-04")):
        book.loan(customer, f"L{n}", disbursed=day)
    fact(book, "check", "2026-11-01", step="disbursement", cases=10, exceptions=2)
    found = {line.step: line for line in book.ask_policy(controlled)}
    line = found["disbursement"]
    assert (line.due_on, line.is_due, line.waiting) == (date(2027, 1, 30), False, 2)
    # 2 of 10: Wilson's interval at 95 % is 5.67 % to 50.98 %
    assert (line.exception_rate, line.low, line.high) == (200_000, 56_682, 509_838)
    assert (found["approval"].due_on, found["approval"].is_due) == (TODAY, True)
    drawn = [case.loan for case in book.ask_policy(sample, "disbursement", 7, None)]
    assert sorted(drawn) == ["L1", "L2"]
    assert drawn == [case.loan for case in book.ask_policy(sample, "disbursement", 7, None)]
    assert len(book.ask_policy(sample, "disbursement", 7, 1)) == 1
    with pytest.raises(NotFound):
        book.ask_policy(sample, "disbursment", None, None)


def owed(book: Book) -> dict[str, str]:
    """A book of 1,000: A owes 349 in C, B 351 in F, C 300 in K; A and B are a group."""
    found = {}
    with book.batch():
        for name, industry, amount in (("A", "C30", 349), ("B", "F51", 351), ("C", "K70", 300)):
            found[name] = book.customer(name=name, industry=industry)
            book.loan(found[name], name)
            book.snapshot(name, "2026-11-19", outstanding=amount)
        for name in "AB":
            values = {"kind": "group", "name": "华集团"}
            book.do(add_fact, FactIn(kind="connection", owner=found[name], on=None, values=values))
    return found


def test_limits_are_broken_beyond_them_and_near_from_the_policys_share_on(book: Book) -> None:
    found = owed(book)
    lines = {(line.limit, line.key): line for line in book.ask_policy(limits, all_=True).lines}
    industry = {key: line for (limit, key), line in lines.items() if limit == "industry"}
    # at most 35 % of 1,000.00: F has 351, C has 349 (near from 315), K has 300
    assert {key: line.state for key, line in industry.items()} == {"F": "breach", "C": "near", "K": "ok"}
    assert {key: line.headroom for key, line in industry.items()} == {"F": -100, "C": 100, "K": 5_000}
    assert (lines["real_estate", "K"].share, lines["real_estate", "K"].state) == (300_000, "breach")
    assert (lines["group", "华集团"].value, lines["group", "华集团"].state) == (70_000, "breach")
    assert lines["single_name", found["C"]].name == "C"


def test_a_limit_of_the_capital_takes_the_capital(book: Book) -> None:
    owed(book)
    pairs = (
        ("capital: null", "capital: 7000"),
        ("by: customer, of: book, at_most: 8%", "by: customer, of: capital, at_most: 5%"),
    )
    book.adopt(changed(EXAMPLE_TEXT, *pairs))
    (first, *_rest) = [line for line in book.ask_policy(limits).lines if line.limit == "single_name"]
    # 351.00 of 7,000.00 is 5.0143 %: beyond 5 % by 1.00
    assert (first.share, first.state, first.headroom) == (50_143, "breach", -100)


def test_what_is_done_about_a_limit_keeps_the_figures_as_they_stood(book: Book) -> None:
    owed(book)
    book.officer("li.wei")
    due_on = date(2026, 12, 31)
    book.do(act, LimitActIn(limit="industry", action="reduce", officer="li.wei", due_on=due_on))
    (line,) = [line for line in book.ask_policy(limits).lines if line.limit == "industry" and line.key == "F"]
    assert (line.action, line.action_by, line.action_due_on) == ("reduce", "li.wei", due_on)
    (kept,) = [line for line in book.ask_policy(risk_register) if line.what.endswith(" F")]
    assert (kept.owner, kept.due_on, kept.state, kept.amount) == ("li.wei", due_on, "breach", 100)
    with pytest.raises(Conflict, match="is not near"):
        book.do(act, LimitActIn(limit="industry", key="K", action="reduce"))
    with pytest.raises(NotFound, match="no such limit"):
        book.do(act, LimitActIn(limit="industri", action="reduce"))
    book.do(act, LimitActIn(limit="industry", key="F", action="closed"))
    (line,) = [line for line in book.ask_policy(limits).lines if line.limit == "industry" and line.key == "F"]
    assert line.action is None


def test_what_is_new_since_a_day_and_what_is_open_no_more(book: Book) -> None:
    old = fact(book, "finding", "2026-11-03", severity="low", what="档案")
    fact(book, "finding", "2026-11-04", severity="low", what="凭证")
    fact(book, "rectification", "2026-11-10", finding=old, state="done")
    fact(book, "incident", "2026-11-12", kind="systems", severity="low", what="停机")
    now, then = book.ask_policy(risk_register), book.ask_policy(risk_register, as_of="2026-11-05")
    found, gone = beside(now, then)
    assert [(line.number, line.is_new) for line in found] == [("IC-00001", True), ("FD-00002", False)]
    assert [line.number for line in gone] == ["FD-00001"]


def test_groups_of_the_register_count_each_customer_once(book: Book) -> None:
    """江苏: two findings of A, who owes 700, one of B, who owes 200 (100 are settled); 浙江: C, 50."""
    book.officer("li.wei", "李伟")
    a, b, c = (book.customer(region=region) for region in ("江苏省", "江苏省", "浙江省"))
    for customer, number, owed in (
        (a, "A1", 600),
        (a, "A2", 100),
        (b, "B1", 200),
        (b, "B2", 100),
        (c, "C1", 50),
    ):
        book.owing(customer, number, outstanding=owed)
    book.close("B2")
    for customer, on in ((a, "2026-11-02"), (a, "2026-11-03"), (b, "2026-11-10"), (c, "2026-11-10")):
        fact(book, "finding", on, severity="high", what="凭证", customer=customer)
    fact(
        book,
        "incident",
        "2026-11-12",
        kind="systems",
        severity="low",
        what="停机",
        loss=800_00,
        officer="li.wei",
    )

    def answer(view: Any, policy: Any, grouping: Grouping) -> Any:
        now, then = (
            [line for line in risk_register(each, policy) if line.kind != "limit"]
            for each in (view, view.at(date(2026, 11, 5)))
        )
        return grouped(view, policy, beside(now, then)[0], grouping)

    lines, groups = book.ask_policy(answer, Grouping("region", 2))
    # A finding of high severity has 14 days: those of the 2nd and the 3rd are late on the 20th.
    assert [
        (one.key, one.open, one.late, one.customers, one.outstanding_principal, one.new) for one in groups
    ] == [
        ("江苏", 3, 2, 2, 900_00, 1),
        ("浙江", 1, 0, 1, 50_00, 1),
        (None, 1, 0, 0, 0, 1),
    ]
    assert [one.amount for one in groups] == [0, 0, 800_00]
    assert [(line.number, line.key) for line in lines] == [
        ("FD-00001", "江苏"),
        ("FD-00002", "江苏"),
        ("FD-00003", "江苏"),
        ("FD-00004", "浙江"),
        ("IC-00001", None),
    ]
    _lines, groups = book.ask_policy(answer, Grouping("officer"))
    assert [(one.key, one.name, one.open) for one in groups if one.key] == [("li.wei", "李伟", 1)]
    with pytest.raises(UsageFault, match="--by"):
        book.ask_policy(answer, Grouping("product"))
