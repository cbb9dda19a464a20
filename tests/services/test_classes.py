"""Classes given, typed, kept, shown, undone: a small bank by hand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from loancrm.models import Customer, CustomerAttribute, CustomerClass, table
from loancrm.policy.policy import Policy
from loancrm.reports.classification import Classification
from loancrm.reports.customer_page import page
from loancrm.reports.digest import content
from loancrm.reports.history import history
from loancrm.reports.segments import classes, moves
from loancrm.services.undo import UndoIn, undo
from tests.support import EXAMPLE_TEXT, TODAY, Book, changed, day


def bank(book: Book) -> None:
    """Five companies and a student, each for a rule of its own.

    1 owes 6,000,000 and was never late in three years: excellent, key. 2 is 9 days late: watch. 3 never
    borrowed: prospect. 4 repaid 100 days ago: leaving. 5 repaid 400 days ago: lost. 6 is a student in
    hardship with a loan of half a year.
    """
    with book.batch():
        sound = book.customer()
        book.loan(sound, "A", principal=7_000_000, disbursed="2023-11-20", matures="2028-01-01")
        book.snapshot("A", "2026-05-30", outstanding=6_500_000, dpd=0)
        book.snapshot("A", outstanding=6_000_000, dpd=0)
        book.owing(book.customer(), "B", dpd=9, overdue=100, outstanding=50_000)
        book.customer()
        for number, ended in (("D", "2026-08-12"), ("E", "2025-10-16")):
            book.loan(book.customer(), number, disbursed="2024-01-15")
            book.close(number, on=ended)
        student = book.student(is_hardship=True, study_level="master")
        book.owing(student, "F", product="tuition", disbursed="2026-05-20")


def given(book: Book, **when: Any) -> dict[str, dict[str, str]]:
    """Return the classes of each customer as figures."""
    names = (
        "credit_standing",
        "life_cycle",
        "service_tier",
        "student_level",
        "student_means",
        "student_credit_file",
    )
    rows = book.figures(*names, **when)
    return {code: {n: v for n, v in zip(names, row, strict=True) if v} for code, row in rows.items()}


EXPECTED = {
    "C-00001": {"credit_standing": "excellent", "life_cycle": "established", "service_tier": "key"},
    "C-00002": {"credit_standing": "watch", "life_cycle": "new", "service_tier": "general"},
    "C-00003": {"life_cycle": "prospect", "service_tier": "prospective"},
    "C-00004": {"credit_standing": "good", "life_cycle": "leaving", "service_tier": "leaving"},
    "C-00005": {"credit_standing": "good", "life_cycle": "lost", "service_tier": "leaving"},
    "C-00006": {"credit_standing": "good", "life_cycle": "new", "service_tier": "general",
                "student_level": "master", "student_means": "in_hardship", "student_credit_file": "yes"},
}  # fmt: skip


def test_each_customer_gets_the_classes_of_the_rules(book: Book) -> None:
    bank(book)
    receipt = book.classify()
    assert given(book) == EXPECTED
    assert receipt.classes["life_cycle"].counts == {
        "prospect": 1, "new": 2, "established": 1, "leaving": 1, "lost": 1,
    }  # fmt: skip
    moved = {move.customer: move for move in receipt.classes["service_tier"].moved}
    assert moved["C-00001"].rule == "large_and_sound"
    assert moved["C-00001"].reason == (
        "credit_standing excellent = excellent, outstanding_principal 6,000,000.00 ≥ 5000000"
    )
    assert {move.customer for move in receipt.moved} == set(EXPECTED)  # segments, as ever


def test_a_second_run_moves_nobody_though_tiers_read_what_the_first_gave(book: Book) -> None:
    bank(book)
    book.classify()
    again = book.classify()
    assert (again.moved, [one.moved for one in again.classes.values()]) == ((), [()] * 7)


def test_a_dry_look_finds_what_the_run_writes(book: Book) -> None:
    bank(book)
    with book.view() as view:
        expected = [(m.scheme, m.customer, m.value, m.rule) for m in seen(view, book.policy())]
    book.classify()
    rows, people = table(CustomerClass), table(Customer)
    query = select(rows.c.scheme, people.c.number, rows.c.value, rows.c.rule)
    found = book.ask(lambda view: view.rows(query.join(people, people.c.id == rows.c.customer_id)))
    written = [(scheme, f"C-{n:05d}", value, rule) for scheme, n, value, rule in map(tuple, found)]
    assert sorted(written) == sorted(line for line in expected if line[0] != "segment")


def seen(view: Any, policy: Policy) -> list[Any]:
    return list(Classification(view, policy).moves())


def test_a_tier_that_an_officer_typed_holds_until_it_is_cleared(book: Book) -> None:
    bank(book)
    book.edit("C-00002", service_tier="key")
    receipt = book.classify()
    assert given(book)["C-00002"]["service_tier"] == "key"
    assert receipt.classes["service_tier"].typed == 1
    assert receipt.classes["service_tier"].counts["key"] == 2
    assert "C-00002" not in {move.customer for move in receipt.classes["service_tier"].moved}
    with book.view() as view:
        found = Classification(view, book.policy(), [2])
        assert found.is_typed("service_tier")
        assert not any(line.decides for line in found.explain("service_tier"))
    book.edit("C-00002", clear=("service_tier",))
    assert [m.customer for m in book.classify().classes["service_tier"].moved] == ["C-00002"]
    assert given(book)["C-00002"]["service_tier"] == "general"


def test_a_tier_of_the_rules_moves_with_them_and_is_a_dated_attribute(book: Book) -> None:
    bank(book)
    book.classify()
    book.on("2026-12-01")
    book.snapshot("A", outstanding=4_000_000, dpd=0)
    (move,) = book.classify().classes["service_tier"].moved
    assert (move.customer, move.previous, move.value) == ("C-00001", "key", "general")
    rows = table(CustomerAttribute)
    query = select(rows.c.value, rows.c.effective_on).where(rows.c.customer_id == 1).order_by(rows.c.id)
    dated = [(row.value, str(row.effective_on)) for row in book.ask(lambda view: view.rows(query))]
    assert dated == [(None, "1900-01-01"), ("key", "2026-11-20"), ("general", "2026-12-01")]
    assert given(book, as_of=TODAY)["C-00001"]["service_tier"] == "key"
    assert given(book, as_of="2026-11-19")["C-00001"] == {}


def test_one_scheme_alone_is_decided_and_the_others_stay(book: Book) -> None:
    from loancrm.services.classification import ClassifyIn, classify

    bank(book)
    receipt = book.do(classify, ClassifyIn(schemes=("life_cycle",)))
    assert (receipt.moved, receipt.segments, list(receipt.classes)) == ((), {}, ["life_cycle"])
    assert receipt.customers == 6
    assert given(book)["C-00001"] == {"life_cycle": "established"}


def test_undo_takes_every_class_back_and_leaves_the_book_as_it_was(book: Book) -> None:
    bank(book)
    book.classify()
    book.on("2026-12-01")
    book.snapshot("A", outstanding=4_000_000, dpd=8)
    before = book.ask(lambda view: content(view.connection))
    book.classify()
    assert given(book)["C-00001"]["credit_standing"] == "watch"
    book.do(undo, UndoIn())
    assert given(book) == EXPECTED
    assert book.ask(lambda view: content(view.connection)) == before
    assert book.classify().classes["credit_standing"].moved[0].customer == "C-00001"


def test_history_names_each_scheme_with_before_and_after(book: Book) -> None:
    bank(book)
    book.classify()
    lines = {line.field: (line.before, line.after) for line in book.ask(history, "C-00006")}
    assert lines["credit_standing"] == (None, "good")
    assert lines["student_means"] == (None, "in_hardship")


def test_the_page_of_a_customer_shows_each_class_with_its_rule_and_treatment(book: Book) -> None:
    bank(book)
    book.classify()
    book.edit("C-00002", service_tier="leaving")
    shown = {one.scheme: one for one in book.ask_policy(page, "C-00002").classes}
    assert (shown["credit_standing"].value, shown["credit_standing"].rule) == ("watch", "late_or_lost")
    assert shown["credit_standing"].treatment == "no new limit; talk before each due date"
    assert (shown["service_tier"].value, shown["service_tier"].rule) == ("leaving", None)


# ── segment show and moves ──────────────────────────────────────────────────────────────────────


def looks(book: Book, **when: Any) -> tuple[Any, Any]:
    schemes = ("segment", "life_cycle", "service_tier", "credit_standing")
    shown = book.ask_policy(classes, schemes, **when)
    moved = book.ask(moves, day("2026-01-01"), schemes=schemes, **when)
    return shown, moved


def test_a_class_is_shown_with_rules_treatment_customers_and_balance(book: Book) -> None:
    bank(book)
    book.classify()
    found = {(one.scheme, one.value): one for one in looks(book)[0]}
    key = found["service_tier", "key"]
    assert (key.customers, key.outstanding_principal) == (1, 600_000_000)
    assert [(rule.rule, rule.kind, rule.when) for rule in key.rules] == [
        ("large_and_sound", "enterprise", "credit_standing = excellent and outstanding_principal >= 5000000")
    ]
    assert (key.cadence, key.target_days, key.maximum_days) == ("key_customers", 30, 60)
    assert found["life_cycle", "lost"].customers == 1
    assert found["segment", "risk"].customers == 1


def test_only_an_officers_customers_are_counted(book: Book) -> None:
    bank(book)
    book.officer()
    book.edit("C-00001", officer="li.wei")
    book.classify()
    officer = book.officer_id("li.wei")
    found = book.ask_policy(classes, ("segment",), officer_id=officer)
    assert sum(one.customers for one in found) == 1
    assert {
        m.customer for m in book.ask(moves, day("2026-01-01"), schemes=("segment",), officer_id=officer)
    } == {"C-00001"}


def test_moves_say_from_where_to_where_by_which_rule_and_why(book: Book) -> None:
    bank(book)
    book.classify()
    book.on("2026-12-01")
    book.snapshot("A", outstanding=4_000_000, dpd=8)
    book.classify()
    found = book.ask(moves, day("2026-12-01"), schemes=("credit_standing",))
    assert [(m.customer, m.previous, m.value, m.rule, m.reason, m.policy) for m in found] == [
        ("C-00001", "excellent", "watch", "late_or_lost", "days_past_due 8 ≥ 8", "example 2026-11")
    ]


def test_what_was_shown_of_classes_and_moves_is_shown_again_after_later_facts(book: Book) -> None:
    bank(book)
    book.classify()
    then = looks(book, as_of=TODAY, known_at=TODAY)
    book.on("2026-12-05")
    book.snapshot("A", "2026-11-19", outstanding=1, dpd=40)
    book.close("B", "written_off", "2026-11-10", amount=1)
    book.edit("C-00003", service_tier="key")
    book.classify()
    assert looks(book, as_of=TODAY, known_at=TODAY) == then
    assert looks(book) != then


def test_a_move_by_a_policy_that_was_not_kept_shows_its_figures(book: Book, tmp_path: Any) -> None:
    bank(book)
    file = tmp_path / "mine.yaml"
    file.write_text(changed(EXAMPLE_TEXT, ("name: example 2026-11", "name: mine")), "utf-8")
    book.classify("C-00002", policy=str(file))
    (move,) = book.ask(moves, TODAY, schemes=("segment",))
    assert (move.rule, move.reason, move.policy) == ("past_due", "days_past_due 9", None)
