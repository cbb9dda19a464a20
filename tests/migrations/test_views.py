"""The views: codes and names for keys, amounts as text, only what stands; made anew after an upgrade."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from loancrm.dossier import KINDS
from loancrm.engine import make_engine, reading, writing
from loancrm.migrations.views import MEANINGS, VIEWS, create_views, drop_views
from loancrm.services.dossier import FactIn, add_fact
from tests import places
from tests.support import Book


def seen(book: Book, view: str, *columns: str) -> list[tuple[Any, ...]]:
    path = places.path_of(book.store)
    rows = places.asked(path, f"select {', '.join(columns)} from {view}")
    return [tuple(value.isoformat() if isinstance(value, date) else value for value in row) for row in rows]


def test_a_loan_is_shown_with_its_customer_officer_amount_and_rate(book: Book) -> None:
    customer = book.customer(
        name="华达机械有限公司",
        officer=book.officer(),
        industry="C34",
        region="北京",
        uscc="91110000600037341L",
    )
    line = book.facility(customer, "3000000.05", "2027-03-31")
    book.loan(customer, "JJ-1", principal="1250000.07", annual_rate=34_500, contract="HT-1", facility=line)
    assert seen(
        book, "v_loan", "loan", "customer", "customer_name", "officer", "officer_name", "contract",
        "facility", "principal", "annual_rate", "industry", "region", "status", "disbursed_on",
    ) == [
        ("JJ-1", "C-00001", "华达机械有限公司", "li.wei", "李伟", "HT-1", line, "1250000.07", "0.034500",
         "C34", "北京", "live", "2026-01-15"),
    ]  # fmt: skip
    assert seen(book, "v_facility", "facility", "limit_amount", "expires_on") == [
        (line, "3000000.05", "2027-03-31")
    ]
    assert seen(book, "v_customer", "customer", "name", "officer", "uscc") == [
        ("C-00001", "华达机械有限公司", "li.wei", "91110000600037341L")
    ]
    assert seen(book, "v_officer", "officer", "name") == [("li.wei", "李伟")]


@pytest.mark.parametrize(
    ("yuan", "text"), [("0", "0.00"), ("0.05", "0.05"), ("12.30", "12.30"), ("9999999999999.99",) * 2]
)
def test_an_amount_is_decimal_text_and_nothing_stays_nothing(book: Book, yuan: str, text: str) -> None:
    book.loan(book.customer(), "JJ-1", principal="9999999999999.99")
    book.snapshot("JJ-1", "2026-11-19", outstanding=yuan, overdue=None, dpd=None)
    assert seen(book, "v_snapshot", "loan", "outstanding_principal", "overdue_principal", "annual_rate") == [
        ("JJ-1", text, None, None)
    ]


def test_what_was_voided_is_not_shown(book: Book) -> None:
    customer = book.customer()
    book.loan(customer, "JJ-1")
    book.snapshot("JJ-1", "2026-11-19")
    book.snapshot("JJ-1", "2026-11-18")
    book.void_snapshot("JJ-1", "2026-11-18")
    kept, gone = book.contact(customer).contact, book.contact(customer).contact
    book.void_contact(gone)
    assert seen(book, "v_snapshot", "effective_on") == [("2026-11-19",)]
    assert seen(book, "v_contact", "contact", "customer") == [(kept, customer)]


def test_a_next_step_and_a_ticket_say_how_far_they_are(book: Book) -> None:
    customer = book.customer(officer=book.officer())
    step = book.follow_up(customer, "2026-12-01", "送合同", officer="li.wei")
    book.snooze(step, "2026-12-05")
    other = book.follow_up(customer, "2026-12-02")
    book.done(other)
    ticket = book.feedback(customer)
    book.step("assign", ticket, to="li.wei")
    book.step("answer", ticket, text="已说明")
    columns = ("follow_up", "what", "officer", "first_due_on", "snoozed_until_on", "done_on")
    assert sorted(seen(book, "v_follow_up", *columns)) == [
        (step, "送合同", "li.wei", "2026-12-01", "2026-12-05", None),
        (other, "送合同", None, "2026-12-02", None, "2026-11-20"),
    ]
    assert seen(book, "v_feedback", "feedback", "assigned_to", "answered_on", "resolved_on") == [
        (ticket, "li.wei", "2026-11-20", None)
    ]
    changes = seen(book, "v_change", "subject", "action", "customer")
    assert ("customer", "create", customer) in changes
    assert ("officer", "create", None) in changes, "what is about no customer names none"


def test_a_code_grows_beyond_five_digits(book: Book) -> None:
    book.customer()
    path = places.path_of(book.store)
    places.put(path, "update customer set number = 1234567")
    assert seen(book, "v_customer", "customer") == [("C-1234567",)]
    places.put(path, "update customer set number = 1")


def test_views_are_taken_away_and_made_again_and_others_are_left(empty_store: Path, tmp_path: Path) -> None:
    path = tmp_path / "views.db"
    places.copy(empty_store, path)
    places.put(path, "create view mine as select code from officer")
    where = places.place(path)
    engine = make_engine(where if "://" in where else path)

    def names() -> set[str]:
        from sqlalchemy import inspect

        with reading(engine) as connection:
            return set(inspect(connection).get_view_names())

    assert names() == {*VIEWS, "mine"}
    with writing(engine) as connection:
        drop_views(connection)
    assert names() == {"mine"}
    with writing(engine) as connection:
        create_views(connection)
    assert names() == {*VIEWS, "mine"}
    engine.dispose()


def test_every_view_has_a_meaning_for_the_documentation() -> None:
    assert list(MEANINGS) == list(VIEWS)


def test_a_fact_of_the_file_is_shown_with_signs_ratios_and_what_it_refers_to(book: Book) -> None:
    customer = book.customer()
    book.loan(customer, "JJ-1")

    def add(kind: str, owner: str | None, on: str | None = None, /, **values: Any) -> None:
        day = None if on is None else date.fromisoformat(on)
        book.do(add_fact, FactIn(kind=kind, owner=owner, on=day, values=values))

    end = date(2025, 12, 31)
    add("statement", customer, period_end=end, months=12, operating_cash_flow=-5, net_profit=-123456, cash=7)
    add("collateral", customer, "2026-02-01", kind="vehicle", description="货车", loan="JJ-1")
    add("appraisal", customer, collateral="CO-1", on=date(2026, 2, 1), value=100, prior_claims=0)
    add("series", None, name="growth", key="", on=date(2026, 9, 30), value=-1_500_000)
    add("person", customer, "2026-02-01", name="张敏", role="finance", share=1_000_000, calendar="solar")
    columns = ("number", "customer", "period_end", "operating_cash_flow", "net_profit", "cash", "equity")
    assert seen(book, "v_statement", *columns) == [
        ("FS-00001", customer, "2025-12-31", "-0.05", "-1234.56", "0.07", None)
    ]
    assert seen(book, "v_collateral", "number", "loan", "effective_on") == [
        ("CO-00001", "JJ-1", "2026-02-01")
    ]
    assert seen(book, "v_appraisal", "collateral", "value", '"on"') == [("CO-00001", "1.00", "2026-02-01")]
    assert seen(book, "v_series", "name", "value") == [("growth", "-1.500000")]
    assert seen(book, "v_person", "share", "email") == [("1.000000", None)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fact_has_a_view_that_can_be_read(book: Book, kind: str) -> None:
    assert seen(book, f"v_{kind}", "number") == []


SURVEY = "code: S-1\ntitle: 满意度\nopens: 2026-11-01\ncloses: 2026-11-30\ndimensions: [speed]\n"


def test_surveys_points_and_offers_are_shown_with_codes_and_days(book: Book) -> None:
    from loancrm.services import offers, points, surveys
    from loancrm.services.survey_answers import AnswersIn, record

    customer = book.customer()
    book.do(surveys.define, surveys.SurveyIn(text=SURVEY, source="S"))
    book.do(surveys.draw, surveys.DrawIn(survey="S-1", customers=(customer,)))
    book.do(record, AnswersIn(survey="S-1", customer=customer, values={"speed": "4"}))
    book.do(points.adjust, points.AdjustIn(customer=customer, points=60, why="补记"))
    book.do(points.redeem, points.RedeemIn(customer=customer, reward="fee_voucher"))
    offered = {"customer": customer, "what": "免评估费", "cost": 60_050, "valid_until": date(2026, 12, 31)}
    book.do(offers.add, offers.OfferIn(**offered))
    assert seen(book, "v_survey", "survey", "opens_on", "invited", "responses") == [
        ("S-1", "2026-11-01", 1, 1)
    ]
    columns = ("survey", "invitation_number", "customer", "answered_on")
    assert seen(book, "v_survey_invitation", *columns) == [("S-1", 1, customer, "2026-11-20")]
    assert seen(book, "v_survey_response", "response", "customer") == [("SR-00001", customer)]
    assert sorted(seen(book, "v_loyalty_entry", "entry", "customer", "kind", "points", "reward", "cost")) == [
        ("Y-00001", customer, "adjustment", 60, None, None),
        ("Y-00002", customer, "redemption", -50, "fee_voucher", "20.00"),
    ]
    columns = ("offer", "customer", "cost", "valid_until", "approved_on", "used_on")
    assert seen(book, "v_offer", *columns) == [
        ("O-00001", customer, "600.50", "2026-12-31", None, None),
    ]
