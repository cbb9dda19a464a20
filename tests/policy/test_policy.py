"""The judgement is in the policy: a changed figure changes the outcome, and the program holds none."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

import loancrm
from loancrm.agenda.due import due
from loancrm.errors import Conflict, InvalidInput, NotFound
from loancrm.policy.model import PolicyShape, SegmentRuleShape
from loancrm.policy.policy import EXAMPLE, choose, example, in_force, read_file
from loancrm.reports.classification import Classification
from loancrm.reports.policies import indicator_lines, versions
from loancrm.strictyaml import load
from tests.support import EXAMPLE_TEXT, TODAY, Book, changed, policy_of

# ── a threshold, and what it changes ────────────────────────────────────────────────────────────


def segments(book: Book, policy: str | None = None, **when: Any) -> dict[str, tuple[str, str]]:
    def moves(view: Any) -> dict[str, tuple[str, str]]:
        found = Classification(view, choose(view, policy)).moves()
        return {move.customer: (move.value, move.rule) for move in found if move.scheme == "segment"}

    return book.ask(moves, **when)  # type: ignore[no-any-return]


def test_the_threshold_of_a_rule_decides_who_is_in_a_segment(book: Book, tmp_path: Path) -> None:
    with book.batch():
        for days in (6, 7, 8):
            book.owing(book.customer(), f"L{days}", dpd=days, overdue=1, outstanding=1_000_000)
    grown = {"C-00001": ("mass_market", "everyone_else")}
    assert segments(book) == grown | dict.fromkeys(("C-00002", "C-00003"), ("risk", "past_due"))
    stricter = tmp_path / "strict.yaml"
    stricter.write_text(
        changed(EXAMPLE_TEXT, ('{days_past_due: ">= 7"}', '{days_past_due: ">= 8"}')), "utf-8"
    )
    assert segments(book, str(stricter)) == {
        "C-00001": ("mass_market", "everyone_else"),
        "C-00002": ("mass_market", "everyone_else"),
        "C-00003": ("risk", "past_due"),
    }


def test_classifying_follows_the_adopted_policy_and_keeps_its_version(book: Book) -> None:
    book.owing(book.customer(), "A", dpd=7, overdue=1)
    assert book.classify().moved[0].segment == "risk"
    book.adopt(changed(EXAMPLE_TEXT, ('{days_past_due: ">= 7"}', '{days_past_due: ">= 8"}')))
    receipt = book.classify()
    (move,) = receipt.moved
    assert (move.previous, move.segment, move.rule) == ("risk", "mass_market", "everyone_else")
    assert receipt.segments == {"quality": 0, "potential": 0, "mass_market": 1, "risk": 0}
    rows = book.ask(lambda view: view.rows(_segments_query()))
    assert [(row.segment, row.previous, row.policy_version_id) for row in rows] == [
        ("risk", None, 1), ("mass_market", "risk", 2),
    ]  # fmt: skip
    assert book.classify().moved == ()  # a second run moves nobody


def _segments_query() -> Any:
    from sqlalchemy import select

    from loancrm.models import CustomerSegment, table

    rows = table(CustomerSegment)
    return select(rows).order_by(rows.c.id)


def test_the_reason_of_a_move_names_the_figures(book: Book) -> None:
    book.owing(book.customer(), "A", dpd=9, overdue=1)
    assert book.classify().moved[0].reason == "days_past_due 9 ≥ 7"


def test_an_explanation_shows_every_test_with_its_value_and_marks_the_deciding_rule(book: Book) -> None:
    customer = book.customer()
    book.owing(customer, "A", dpd=None, overdue=None, outstanding=2_000_000, principal=2_000_000)

    def explain(view: Any) -> Any:
        return Classification(view, in_force(view), [1]).explain()

    lines = {(line.rule, line.indicator): line for line in book.ask(explain)}
    assert (lines["past_due", "days_past_due"].value, lines["past_due", "days_past_due"].outcome) == (
        None, "unknown",
    )  # fmt: skip
    proven = lines["proven", "outstanding_principal"]
    assert (proven.condition, proven.value, proven.outcome) == (
        "outstanding_principal >= 1000000", "2,000,000.00", "yes",
    )  # fmt: skip
    assert lines["proven", "tenure_days"].outcome == "no"  # 309 days
    assert lines["proven", "tenure_days"].value == "309"
    assert [key for key, line in lines.items() if line.decides] == [("everyone_else", "")]


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("past_due: {band: 2, order: amount}", "past_due: {band: 5, order: amount}", "past_due", "follow_up"),
        ("follow_up: {band: 3, order: date}", "follow_up: {band: 1, order: date}", "past_due", "follow_up"),
        ("stale_after_days: 45", "stale_after_days: 1", "past_due", "follow_up"),
    ],
)
def test_a_figure_of_the_policy_changes_who_leads_the_list(
    book: Book, old: str, new: str, before: str, after: str
) -> None:
    book.loan(book.customer(), "A")
    book.snapshot("A", "2026-11-18", dpd=3, overdue=1)
    book.follow_up(book.customer(), TODAY)
    assert book.ask_policy(due)[0].kind == before
    book.adopt(changed(EXAMPLE_TEXT, (old, new)))
    assert book.ask_policy(due)[0].kind == after


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("days_before: [90, 60, 30, 7, 1]", "days_before: [20]", False),
        ("days_before: [90, 60, 30, 7, 1]", "days_before: [21]", True),
        ("real_outcomes: [reached, met, promised]", "real_outcomes: [met]", True),
        ("maturity: {band: 4", "maturity: {band: 9", True),
    ],
)
def test_ladders_and_outcomes_are_the_policys(book: Book, old: str, new: str, shown: bool) -> None:
    book.owing(book.customer(), "A", matures=TODAY + timedelta(days=21))
    book.adopt(changed(EXAMPLE_TEXT, (old, new)))
    assert bool(book.ask_policy(due)) is shown


def test_which_outcome_counts_as_a_talk_is_the_policys(book: Book) -> None:
    customer = book.customer()
    book.contact(customer, outcome="call_back")
    assert book.figure(customer, "contacts_90d") == 0
    book.adopt(changed(EXAMPLE_TEXT, ("real_outcomes: [reached,", "real_outcomes: [call_back, reached,")))
    assert book.figure(customer, "contacts_90d") == 1


def test_service_levels_set_the_deadlines_and_the_first_that_fits_wins(book: Book) -> None:
    """From Friday 20 November: one working day is Monday, two are Tuesday."""
    customer = book.customer()
    expected = {
        ("complaint", "high"): ("urgent_complaint", "2026-11-23", "2026-12-05"),
        ("complaint", "low"): ("complaint", "2026-11-24", "2026-12-05"),
        ("enquiry", "high"): ("enquiry", "2026-11-23", "2026-11-27"),
        ("suggestion", "low"): ("suggestion", "2026-11-27", "2027-01-19"),
        ("praise", "high"): ("praise", "None", "None"),
    }
    from loancrm.services import feedback as service

    for (kind, urgency), (level, answer, resolve) in expected.items():
        request = service.FeedbackIn(
            customer=customer, channel="phone", business_line="other", kind=kind, urgency=urgency, text="x"
        )
        receipt = book.do(service.record, request)
        found = (receipt.service_level, str(receipt.answer_due_on), str(receipt.resolve_due_on))
        assert found == (level, answer, resolve)


def test_treatments_are_said_in_the_language_in_use() -> None:
    policy = example()
    assert policy.treatment("quality", "en") == "decide first, own officer, visit every quarter"
    assert "每季度走访" in (policy.treatment("quality", "zh_CN") or "")
    assert policy.treatment(None, "en") is None


# ── versions ────────────────────────────────────────────────────────────────────────────────────


def renamed(name: str) -> str:
    return changed(EXAMPLE_TEXT, ("name: example 2026-11", f"name: {name}"))


def test_a_policy_rules_from_its_day_on_as_far_as_it_was_known(book: Book) -> None:
    book.on("2026-11-01").adopt(renamed("second"), "2026-11-10")
    book.on("2026-11-15").adopt(renamed("third"), "2026-11-12")

    def ruling(as_of: str, known_at: str | None = None) -> str:
        return str(book.ask(in_force, as_of=as_of, known_at=known_at).name)

    assert [ruling(day) for day in ("2020-01-01", "2026-11-09", "2026-11-10", "2026-11-12")] == [
        "example 2026-11", "example 2026-11", "second", "third",
    ]  # fmt: skip
    assert ruling("2026-11-12", "2026-11-14") == "second"
    assert ruling("2026-11-12", "2026-10-31") == "example 2026-11"
    assert ruling("2026-11-12", "2026-11-15") == "third"
    book.on(TODAY)
    assert [(line.version, line.name, line.in_force) for line in book.ask(versions)] == [
        (1, "example 2026-11", False), (2, "second", False), (3, "third", True),
    ]  # fmt: skip


def test_a_policy_may_be_adopted_for_a_day_to_come(book: Book) -> None:
    book.adopt(renamed("new year"), "2027-01-01")
    assert book.policy().name == "example 2026-11"
    assert book.policy("2027-01-01").name == "new year"


def test_adopting_the_policy_in_force_again_changes_nothing(book: Book) -> None:
    receipt = book.adopt(EXAMPLE_TEXT)
    assert (receipt.version, receipt.is_new) == (1, False)
    assert len(book.ask(versions)) == 1


def test_a_policy_is_never_slipped_in_before_the_newest(book: Book) -> None:
    book.adopt(renamed("second"), "2026-11-10")
    with pytest.raises(InvalidInput) as fault:
        book.adopt(renamed("third"), "2026-11-09")
    assert fault.value.field == "--on"


def test_a_policy_that_cannot_be_read_is_not_adopted(book: Book) -> None:
    with pytest.raises(InvalidInput) as fault:
        book.adopt(changed(EXAMPLE_TEXT, ("stale_after_days: 45", "stale_after_days: x")))
    assert fault.value.message.startswith("test.yaml:")
    assert len(book.ask(versions)) == 1


def test_the_option_takes_a_file_a_version_or_nothing(book: Book, tmp_path: Path) -> None:
    book.adopt(renamed("second"))
    file = tmp_path / "mine.yaml"
    file.write_text(renamed("mine"), "utf-8")
    with book.view() as view:
        found = {wanted: choose(view, wanted) for wanted in (None, "1", "2", str(file))}
        assert {wanted: (policy.name, policy.version_id) for wanted, policy in found.items()} == {
            None: ("second", 2), "1": ("example 2026-11", 1), "2": ("second", 2), str(file): ("mine", None),
        }  # fmt: skip
        with pytest.raises(NotFound) as fault:
            choose(view, "9")
        assert fault.value.field == "--policy"
        with pytest.raises(NotFound):
            choose(view, str(tmp_path / "nothing.yaml"))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gbk.yaml"
    file.write_bytes(EXAMPLE_TEXT.encode("gb18030"))
    with pytest.raises(InvalidInput):
        read_file(file)


def test_a_store_without_a_policy_says_so(book: Book) -> None:
    with book.scratch() as uow:
        uow.connection.exec_driver_sql("delete from policy_version")
        with pytest.raises(Conflict) as fault:
            in_force(uow.view())
        assert fault.value.code == "no_policy"


# ── the example names everything ────────────────────────────────────────────────────────────────


def unnamed(shape: Any, data: Any, place: str = "") -> Iterator[str]:
    """Yield the keys of ``shape`` that ``data`` does not write; every item of a list is looked at."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        for name, field in shape.model_fields.items():
            if name not in data:
                yield f"{place}.{name}"
            else:
                yield from unnamed(field.annotation, data[name], f"{place}.{name}")
    elif get_origin(shape) is tuple and data:
        for index, item in enumerate(data):
            yield from unnamed(get_args(shape)[0], item, f"{place}[{index}]")
    elif get_origin(shape) is dict:
        for key in get_args(get_args(shape)[0]):
            if key not in data:
                yield f"{place}.{key}"
            else:
                yield from unnamed(get_args(shape)[1], data[key], f"{place}.{key}")


def test_the_shipped_example_writes_every_key_with_its_value() -> None:
    data = load(EXAMPLE_TEXT, EXAMPLE.name).data
    assert list(unnamed(PolicyShape, data)) == []
    assert data.keys() == PolicyShape.model_fields.keys()


def test_a_key_left_out_of_the_example_would_be_found() -> None:
    data = load(EXAMPLE_TEXT, EXAMPLE.name).data
    del data["due"]["maturity"]["days_before"]
    del data["treatments"]["risk"]
    del data["segments"]["student"][1]["rule"]
    assert sorted(unnamed(PolicyShape, data)) == [
        ".due.maturity.days_before", ".segments.student[1].rule", ".treatments.risk",
    ]  # fmt: skip


def test_every_level_of_every_list_is_a_shape() -> None:
    assert SegmentRuleShape.model_fields.keys() == {"rule", "segment", "when"}


def test_a_dozen_indicators_and_more_are_listed_with_what_they_are() -> None:
    lines = list(indicator_lines())
    assert len(lines) >= 12
    assert all(line.unit and line.meaning and line.source and line.kinds for line in lines)
    assert "days_past_due" in {line.name for line in lines}


# ── no judgement in code ────────────────────────────────────────────────────────────────────────

ROOMS = ("agenda", "reports", "services", "policy", "indicators", "lending")
HARMLESS = {0, 1, 2, -1}
# Files that only write down what a law or a convention says, with its name.
DEFINED = {
    "lending/daycount.py": "ISDA's day counts",
    "lending/due_dates.py": "months of a year",
    "lending/size_class.py": "the statistical size classes of 2017",
    "lending/terms.py": "what can be typed, and days and months of named frequencies",
    "lending/cost.py": "parts of a year, and how exactly a root is found",
    "lending/repricing.py": "months between repricing days of a named rule",
    "lending/stretch.py": "months and days of a year",
    "lending/quote.py": "unit-periods of a year (Regulation Z)",
    "indicators/lots.py": "a generator of lots",
    "lending/rate_ratio.py": "a fortieth on either side of the 95 %, and how finely an end is found",
    "lending/opinions.py": "the normal distribution's 95 %, and what the adjusted-Wald methods add",
    "lending/correlation.py": "the normal distribution's 95 %, and Fisher's z",
    "policy/survey_shapes.py": "the scales that there are, and the most that may be written",
    "reports/satisfaction.py": "which answers CSAT, CES and the NPS count, by definition",
    "lending/proportions.py": "the normal distribution's 95 %, and Wilson's formula",
}
# (file, number): why it is no judgement about a customer
ALLOWED = {
    ("indicators/exposures.py", 365): "days of a year",
    ("policy/risk.py", 9): "the most scenarios that can be written",
    ("policy/risk.py", 20): "the most edges that can be written",
    ("policy/risk.py", 1200): "the most months that can be written",
    ("policy/risk.py", 9999): "the most days that can be written",
    ("policy/stress.py", 10): "the largest change that can be written, and ten points of a hundred",
    ("policy/stress.py", 16): "the largest file that is read: 2**16 characters",
    ("policy/stress.py", 100): "basis points of a point, and the largest factor that can be written",
    ("reports/cash_flow.py", 10): "loans that are named",
    ("reports/losses.py", 10): "loans that are named",
    ("reports/maturity.py", 10): "loans that are named",
    ("reports/provision.py", 3): "the stages of IFRS 9",
    ("reports/vintage.py", 3): "months of a quarter",
    ("reports/vintage.py", 10): "loans that are named",
    ("reports/vintage.py", 12): "months of a year",
    ("reports/roll_rates.py", 12): "the most months of one statement",
    ("reports/draft_matter.py", 366): "days of a year: how far ahead there is something to write about",
    ("reports/draft_matter.py", 4): "digits of a year",
    ("agenda/whole.py", 200): "customers that are asked for at once",
    ("indicators/sources.py", 9999): "the last year that there is",
    ("reports/loyalty.py", 3): "the order in which kinds are shown",
    ("policy/feedback.py", 9): "the most levels that can be written",
    ("policy/feedback.py", 10_000): "the most hours that can be written",
    ("policy/feedback.py", 3650): "the most days that can be written",
    ("policy/feedback.py", 24): "hours of a day",
    ("policy/feedback.py", 60): "minutes of an hour",
    ("policy/feedback.py", 3): "the levels that there are",
    ("reports/feedback_causes.py", 90): "the days of an option that is not given",
    ("reports/feedback_causes.py", 4): "CSAT counts fours and fives of five",
    ("reports/feedback_causes.py", 1e9): "a ratio that is told as one without end",
    ("reports/feedback_causes.py", 1_000_000): "a share in millionths",
    ("reports/feedback_effect.py", 30): "days of the rate that is shown",
    ("reports/feedback_effect.py", 100): "customers of the rate that is shown",
    ("reports/feedback_summary.py", 7): "edges of the ages that are shown",
    ("reports/feedback_summary.py", 8): "edges of the ages that are shown",
    ("reports/feedback_summary.py", 15): "edges of the ages that are shown",
    ("reports/feedback_summary.py", 16): "edges of the ages that are shown",
    ("reports/feedback_summary.py", 30): "edges of the ages that are shown",
    ("reports/feedback_summary.py", 31): "edges of the ages that are shown",
    ("reports/feedback_summary.py", 60): "edges of the ages that are shown",
    ("reports/feedback_summary.py", 61): "edges of the ages that are shown",
    ("reports/ticket.py", 40): "characters of the text that a message repeats",
    ("services/feedback.py", 500): "tickets that are worked out at once",
    ("services/ticket_requests.py", 5): "ratings go from 1 to 5",
    ("services/ticket_requests.py", 9): "the most levels that can be typed",
    ("services/ticket_requests.py", 3650): "the most days that can be typed",
    ("services/ticket_requests.py", 9999): "the most steps that can be typed",
    ("policy/due.py", 5): "the upper end of the scale of satisfaction",
    ("policy/surveys.py", 18): "the largest file that is read: 2**18 characters",
    ("policy/surveys.py", 40): "how much of a typed name is said again",
    ("reports/surveys.py", 10): "Luhn's sum is a multiple of ten",
    ("reports/surveys.py", 40): "how much of a typed code is said again",
    ("reports/events.py", 3): "the order of steps",
    ("agenda/base.py", 100): "minor units of the currency",
    ("agenda/care.py", 5): "letters of a month and a day",
    ("agenda/care.py", 6): "where the month stands in a date",
    ("agenda/care.py", 11): "where the month of birth stands in a resident ID",
    ("agenda/care.py", 13): "where the day of birth stands in a resident ID",
    ("agenda/papers.py", 12): "months of a year",
    ("agenda/promised.py", 100): "per cent of the whole",
    ("policy/due.py", 3): "months of a quarter",
    ("policy/due.py", 6): "months of a half-year",
    ("policy/due.py", 9): "the bands that there are",
    ("policy/due.py", 10): "the largest amount that may be written",
    ("policy/due.py", 12): "months of a year, and the largest amount that may be written",
    ("policy/due.py", 28): "the last day that every month has",
    ("policy/due.py", 1000): "the most that may be written",
    ("policy/marketing.py", 1000): "the most that may be written",
    ("policy/marketing.py", 3650): "the most days that may be written",
    ("reports/customer_answers.py", 2): "responses that the page before a call shows",
    ("reports/customer_file.py", 3): "events that the page before a call names",
    ("reports/workload.py", 7): "days of a week",
    ("services/campaigns.py", 1_000_000): "a share in millionths",
    ("services/dossier_requests.py", 40): "letters of a name that a fault repeats",
    ("services/follow_ups.py", 12): "months of a year",
    ("services/reminders.py", 500): "rows that are written at once",
    ("services/requests.py", 23): "the last hour of a day",
    ("services/standing.py", 50_000): "rows that are written at once",
    ("policy/checks.py", 10): "the largest amount that can be written: 10**12",
    ("policy/checks.py", 12): "the largest amount that can be written: 10**12",
    ("policy/checks.py", 1200): "the most months that may be written",
    ("policy/checks.py", 3650): "the most days that may be written",
    ("policy/credit.py", 100): "a percentage, and the most periods that may be written",
    ("policy/outreach.py", 50): "the most talks that a page shows",
    ("reports/drafting.py", 50): "loans that a letter lists at most",
    ("policy/credit.py", 1200): "the most months that may be written",
    ("lending/relief.py", 100): "per cent of the whole",
    ("lending/expected_loss.py", 3): "the IFRS 9 stage of what has defaulted",
    ("lending/expected_loss.py", 1_000_000): "a share in millionths",
    ("services/pipeline.py", 100): "a percentage",
    ("services/proceeds.py", 100): "minor units of the currency",
    ("policy/credit.py", 10): "the largest amount that may be written",
    ("policy/credit.py", 12): "the largest amount that may be written",
    ("services/rates.py", 40): "how much of a typed name is said again",
    ("reports/repricing.py", 500): "loans that are worked out at once",
    ("reports/rates.py", 1_000_000): "a rate in millionths",
    ("services/stage_checks.py", 100): "minor units of the currency",
    ("reports/ledger.py", 500): "rows that are read at once",
    ("reports/loans.py", 500): "rows that are read at once",
    ("reports/relief.py", 365): "days of a year",
    ("reports/relief.py", 1_000_000): "a share in millionths",
    ("services/change_requests.py", 360): "the most months that may be typed",
    ("indicators/catalogue/capacity.py", 12): "months of a year",
    ("reports/promises.py", 100): "per cent of the whole",
    ("services/promises.py", 40): "how much of a typed code is said again",
    ("services/payments.py", 40): "how much of a typed code is said again",
    ("reports/pipeline.py", 1_000_000): "a share in millionths",
    ("policy/pipeline.py", 10): "the largest amount that may be written",
    ("policy/pipeline.py", 12): "the largest amount that may be written",
    ("indicators/catalogue/financial.py", 105): "Altman's Z\u2033: 1.05",
    ("indicators/catalogue/financial.py", 326): "Altman's Z\u2033: 3.26",
    ("indicators/catalogue/financial.py", 365): "days of a year",
    ("indicators/catalogue/financial.py", 656): "Altman's Z\u2033: 6.56",
    ("indicators/catalogue/financial.py", 672): "Altman's Z\u2033: 6.72",
    ("indicators/newest.py", 12): "months of a year",
    ("indicators/newest.py", 365): "days of a year",
    ("indicators/past.py", 365): "the year that figures say they look back",
    ("indicators/past.py", 92): "the quarter that worst_days_past_due_3m says it looks back",
    ("indicators/past.py", 730): "the two years that worst_days_past_due_24m says it looks back",
    ("indicators/statements.py", 12): "months of a year",
    ("indicators/statements.py", 76): "a quarter before, half a month around",
    ("indicators/statements.py", 106): "a quarter before, half a month around",
    ("indicators/statements.py", 350): "a year before, half a month around",
    ("indicators/statements.py", 380): "a year before, half a month around",
    ("indicators/past.py", 183): "the half year that worst_days_past_due_6m says it looks back",
    ("indicators/sources.py", 365): "the year that worst_days_past_due_12m says it looks back",
    ("indicators/sources.py", 90): "the span in the name of contacts_90d",
    ("services/standing.py", 1_000): "loans that are worked out at a time",
    ("policy/standing.py", 3): "the stages of IFRS 9",
    ("policy/standing.py", 100): "percent of a whole",
    ("policy/standing.py", 120): "the most periods or months that can be typed",
    ("policy/standing.py", 365): "the most days that can be typed",
    ("lending/schedule.py", 1_000_000): "parts of a rate",
    ("lending/schedule.py", 12): "months of a year",
    ("lending/schedule.py", 28): "days of the shortest month",
    ("lending/schedule.py", 365): "days of a year",
    ("services/quotes.py", 1200): "most instalments that can be typed",
    ("services/quotes.py", 28): "the last day that every month has",
    ("services/scores.py", 1000): "rows of one statement",
    ("policy/model.py", 1200): "most months that can be written",
    ("lending/delinquency.py", 30): "PAR30, a named figure (CGAP)",
    ("lending/delinquency.py", 60): "PAR60",
    ("lending/delinquency.py", 90): "PAR90",
    ("lending/delinquency.py", 10): "rounding to tenths",
    ("lending/delinquency.py", 100_000): "rounding to tenths of 10,000",
    ("policy/care.py", 10): "characters that can make a block",
    ("policy/care.py", 40): "characters of the text that a message repeats",
    ("policy/care.py", 100): "a score is 0 to 100",
    ("policy/care.py", 1000): "largest block that can be written",
    ("policy/care.py", 1200): "most months that can be written",
    ("reports/duplicates.py", 100): "a score is 0 to 100",
    ("lending/discrimination.py", 10): "deciles",
    ("lending/logistic.py", 25): "steps of Newton's method",
    ("lending/logistic.py", 1e-10): "when it has converged",
    ("lending/logistic.py", 1e-9): "what of a column is rounding",
    ("lending/logistic.py", 1e-3): "what of a step is rounding",
    ("lending/logistic.py", 1.0): "of a column that is not standardised",
    ("lending/logistic.py", 0.0): "of a column that is not standardised",
    ("lending/logistic.py", 30): "halvings of a step that went too far",
    ("lending/logistic.py", 5): "columns that a message names",
    ("reports/fit_terms.py", 100): "minor units of the currency",
    ("policy/card_shapes.py", 9): "most digits of a code that can be written",
    ("policy/model.py", 9): "bands are 1 to 9",
    ("policy/model.py", 100): "length of a name",
    ("policy/model.py", 10_000): "most per cent that can be written",
    ("reports/movements.py", 100): "of a per cent",
    ("reports/quality.py", 5): "examples that a check names",
    ("policy/model.py", 9999): "largest edge that can be written",
    ("policy/shapes.py", 36500): "most days that can be written",
    ("policy/card_shapes.py", 6): "decimals of a probability",
    ("policy/card_shapes.py", 20): "length of a grade",
    ("policy/logistic.py", 0.5): "halves go up",
    ("policy/parse.py", 3): "the third group of a pattern",
    ("policy/parse.py", 4): "decimals of a per cent",
    ("policy/parse.py", 6): "decimals of a ratio",
    ("policy/parse.py", 1000): "the largest factor that SQL counts exactly with",
    ("policy/parse.py", 20): "characters of the text that a message repeats",
    ("policy/policy.py", 20): "size limit of a file",
    ("reports/checks.py", 20): "rows that a message names",
    ("reports/checks.py", 5): "rows that a message names",
    ("reports/completion.py", 5): "digits of a code",
    ("reports/completion.py", 9): "digits of the longest code",
    ("reports/completion.py", 10): "what a digit is worth",
    ("reports/completion.py", 50): "words that a shell offers",
    ("reports/customer_file.py", 12): "months of a year",
    ("reports/dossier.py", 42): "an example of a number",
    ("services/dossier_checks.py", 6): "ratings go from 1 to 5, as their kind is declared",
    ("services/dossier_checks.py", 13): "months of a year, and one",
    ("services/dossier_checks.py", 60): "months of a personal bureau report: five years",
    ("services/dossier_checks.py", 1_000_000): "millionths of the whole",
    ("services/dossier_requests.py", 999_999_999): "the largest count that can be typed",
    ("reports/customers.py", 500): "keys bound in one statement",
    ("reports/customer_page.py", 30): "the page before a call looks 30 days ahead",
    ("reports/lookup.py", 10): "candidates that a message names",
    ("reports/lookup.py", 40): "characters of the text that a message repeats",
    ("reports/policies.py", 12): "digits of a digest",
    ("reports/basis.py", 12): "digits of a digest",
    ("services/books.py", 3): "letters of a currency",
    ("services/classification.py", 1000): "rows of one INSERT",
    ("services/customer_fields.py", 10_000_000): "most employees that can be typed",
    ("services/customer_requests.py", 40): "characters of the text that a message repeats",
    ("services/customers.py", 5): "similar customers that a message names",
    ("services/images.py", 1000): "rows of the audit trail that are read at once",
    ("services/archive.py", 5): "loans that a message names",
    ("services/handover.py", 1000): "rows of one statement",
    ("services/moves.py", 1000): "keys bound in one statement",
    ("services/requests.py", 99_999): "most days that can be typed",
    ("agenda/due.py", 5_000): "keys bound in one statement",
    ("policy/loyalty.py", 1461): "days of 48 months",
    ("policy/loyalty.py", 48): "months of four years, of which one is a leap year",
    ("policy/loyalty.py", 24): "half of them, for rounding",
    ("policy/loyalty.py", 240): "most months that can be said",
    ("policy/loyalty.py", 40): "characters of the text that a message repeats",
    ("policy/loyalty.py", 3650): "most days that can be said",
    ("policy/loyalty.py", 10_000_000): "most points that can be said",
    ("indicators/loyalty_facts.py", 61): "years that are counted at most",
    ("indicators/loyalty_facts.py", 1461): "days of four years",
    ("indicators/loyalty_facts.py", 4): "years of them",
    ("indicators/loyalty_facts.py", 100): "a month as one number",
    ("services/loyalty.py", 100): "a month as one number",
    ("services/loyalty.py", 3): "months of a quarter",
    ("services/offers.py", 40): "characters of the text that a message repeats",
    ("policy/value.py", 1461): "days of 48 months",
    ("policy/value.py", 48): "months of four years, of which one is a leap year",
    ("policy/value.py", 24): "half of them, for rounding",
    ("policy/value.py", 240): "most months that can be said",
    ("policy/value.py", 30): "most years that can be said",
    ("policy/value.py", 360): "days of a bank's year",
    ("policy/value.py", 365): "days of a year",
    ("lending/contribution.py", 1_000_000): "parts of a rate",
    ("lending/contribution.py", 360): "ACT/360",
    ("lending/contribution.py", 364): "ACT/364",
    ("lending/contribution.py", 365): "days of a year",
    ("lending/ranks.py", 5): "ranks are 1 to 5",
    ("policy/churn.py", 10): "the largest unit that may be written",
    ("policy/churn.py", 12): "the largest unit that may be written",
    ("policy/churn.py", 3650): "the most days that may be written",
    ("indicators/spells.py", 9999): "the year of a day that never comes",
    ("reports/funnel.py", 365): "the year before, as days",
    ("reports/market.py", 100): "minor units of the currency",
    ("reports/officer_sums.py", 30): "PAR30, a named figure (CGAP)",
    ("reports/officer_sums.py", 100): "per cent of the whole",
    ("reports/period.py", 12): "months of a year",
    ("reports/committee.py", 12): "months of a year",
    ("reports/funnel.py", 3): "the middle of an answer from 1 to 5",
    ("reports/portfolio_flows.py", 10): "the ten largest names, as the figure is called",
    ("reports/replay.py", 5): "what a customer can be at a month end",
    ("reports/portfolio_groups.py", 30): "PAR30, a named figure (CGAP)",
    ("reports/undecided.py", 3): "rules that a sentence names",
    ("reports/replay.py", 12): "month ends that are replayed where nobody says how many",
    ("reports/score_backtest.py", 3): "months of a quarter",
    ("reports/ticket_states.py", 500): "tickets at a time",
    ("policy/playbooks.py", 120): "the most months that may be written",
    ("policy/playbooks.py", 3650): "the most days that may be written",
    ("reports/control.py", 365): "days of a year",
    ("reports/two_days.py", 10): "the largest loans that are named",
    ("agenda/limits.py", 500): "customers whose balance is summed first",
    ("agenda/limits.py", 1000): "the largest names that are looked at",
    ("policy/due.py", 500): "the most customers that may be written",
    ("policy/control.py", 100): "minor units of the currency",
    ("policy/control.py", 10): "the largest unit that may be written",
    ("policy/control.py", 13): "the largest unit that may be written",
    ("policy/control.py", 20): "the most characters of a key that may be written",
    ("policy/control.py", 1000): "the most cases that may be written",
    ("policy/control.py", 3650): "the most days that may be written",
    ("indicators/compared.py", 3): "months of a quarter; quarters below which the upper one lies",
    ("indicators/compared.py", 4): "quarters of the whole",
    ("policy/warnings.py", 5): "characters of an industry",
    ("policy/warnings.py", 1000): "most peers that can be asked for",
    ("policy/warnings.py", 1830): "most days that can be said",
    ("indicators/signs.py", 100): "per cent of the whole",
    ("policy/warnings.py", 366): "most days that can be said",
    ("services/warning_scan.py", 1000): "rows that are written at once",
    ("reports/alerts.py", 32): "relations that are joined at once",
    ("indicators/catalogue/file.py", 12): "months of a year",
    ("agenda/due.py", 2000): "customers of a small book, which is read at once",
}


def numbers() -> Iterator[tuple[str, int]]:
    """Yield the whole numbers in the rooms of judgement, by file."""
    root = Path(loancrm.__file__).parent
    for room in ROOMS:
        deep = "**/*.py" if room == "indicators" else "*.py"
        for path in sorted((root / room).glob(deep)):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and type(node.value) in (int, float):
                    yield path.relative_to(root).as_posix(), node.value


def test_no_number_of_judgement_is_in_code() -> None:
    found = {(file, number) for file, number in numbers() if number not in HARMLESS and file not in DEFINED}
    assert found - ALLOWED.keys() == set(), "a figure that a bank could set differently goes to the policy"


def test_every_allowed_number_is_still_there() -> None:
    assert ALLOWED.keys() - set(numbers()) == set()
    assert DEFINED.keys() - {file for file, _number in numbers()} == set()


def test_no_name_of_a_segment_or_rule_decides_anything_in_code() -> None:
    """Segments are listed where they are counted; nothing compares with one."""
    root = Path(loancrm.__file__).parent
    words = {"quality", "potential", "mass_market", "risk"}
    for room in ROOMS:
        for path in (root / room).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Compare):
                    compared = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
                    assert not compared & words, (path.name, ast.unparse(node))


def test_the_same_text_is_the_same_policy_and_another_is_not() -> None:
    assert policy_of().digest == example().digest
    assert policy_of(("stale_after_days: 45", "stale_after_days: 46")).digest != example().digest
