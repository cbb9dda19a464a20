"""For whom the rules of warnings hold: a rule of each form, as of days, with what was known."""

from __future__ import annotations

import re

import pytest

from loancrm.errors import InvalidInput
from loancrm.policy.policy import Policy, example, read_policy
from loancrm.policy.warnings import WarningRule
from loancrm.reports import alerts
from loancrm.reports.alerts import firing
from tests.indicators.case import fact
from tests.support import Book, policy_of

RULES = """  rules:
    - {rule: late, kind: credit, severity: high, horizon_days: 90, en: late, zh_CN: 逾期,
       when: {days_past_due: ">= 1"}}
    - {rule: later, kind: credit, severity: high, horizon_days: 90, en: later, zh_CN: 更久,
       when: {any: [{days_past_due.difference_1m: ">= 20"}, {not: {days_past_due: "<= 40"}}]}}
    - {rule: drained, kind: liquidity, severity: low, horizon_days: 90, en: drained, zh_CN: 存款下降,
       when: {all: [{average_deposits.falls_2_months: yes}, {days_past_due: 0}]}}
    - {rule: ended, kind: legal, severity: low, horizon_days: 30, en: ended, zh_CN: 结清,
       when: {live_loans: 0}}
"""


def policy() -> Policy:
    text = example().text
    start = text.index("  rules:\n", text.index("\nwarnings:\n"))
    return policy_of((text[start : text.index("\n# What growth")], RULES))


def held(book: Book, **when: str) -> set[tuple[str, str]]:
    def ask(view):  # type: ignore[no-untyped-def]
        return {(row.rule, f"C-{row.customer_id:05d}") for row in view.rows(firing(view, policy()))}

    return book.ask(ask, **when)


def test_each_rule_names_whom_it_holds_for_as_of_the_day(book: Book) -> None:
    firm, other = book.on("2025-01-05").customer(), book.customer()
    book.on("2026-11-20")
    book.owing(firm, "1", on="2026-10-15", dpd=0)
    book.snapshot("1", on="2026-11-18", dpd=25)
    for day, average in (("2026-08-31", 300), ("2026-09-30", 200), ("2026-10-31", 100)):
        fact(book, "turnover", firm, period_end=day, months="1", average_deposits=average)
    assert held(book) == {("late", firm), ("later", firm), ("ended", other)}
    assert held(book, as_of="2026-11-17") == {("drained", firm), ("ended", other)}
    assert held(book, known_at="2026-11-01") == {("ended", firm), ("ended", other)}


def test_as_many_parts_as_are_needed_say_the_same(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    firm = book.on("2025-01-05").customer()
    book.on("2026-11-20")
    book.owing(firm, "1", on="2026-11-18", dpd=45)
    book.customer()
    whole = held(book)
    monkeypatch.setattr(alerts, "MOST_JOINED", 1)
    assert held(book) == whole
    assert ("later", firm) in whole


def test_no_rules_hold_for_nobody(book: Book) -> None:
    book.customer()
    assert book.ask(lambda view: view.rows(firing(view, example(), ()))) == []


def test_a_rule_says_what_it_is() -> None:
    rule = policy().warnings.rule("later")
    assert isinstance(rule, WarningRule)
    assert (rule.kind, rule.severity, rule.horizon_days, rule.playbook) == ("credit", "high", 90, None)
    assert (rule.label.said("en"), rule.label.said("zh_CN")) == ("later", "更久")
    assert policy().warnings.rule("nothing") is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: legal", "kind: weather", "rules[3].kind"),
        ("horizon_days: 30", "horizon_days: 0", "rules[3].horizon_days"),
        ("rule: ended", "rule: late", "this rule's name is taken above"),
        ("live_loans: 0", "live_lones: 0", "there is no indicator live_lones"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(says)):
        read_policy(policy().text.replace(old, new), "p.yaml")
