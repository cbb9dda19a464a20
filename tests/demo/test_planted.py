"""Every planted effect, measured with plain SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from loancrm.demo.planted import PLANTED
from loancrm.indicators.facts import customer_ids
from loancrm.policy.policy import in_force
from loancrm.reports.churn import churn
from loancrm.reports.feedback_causes import causes, period_of
from loancrm.reports.feedback_effect import effect
from loancrm.reports.limits import limits
from loancrm.reports.loans import loans
from loancrm.reports.period import Period
from loancrm.reports.pipeline import stages, stuck
from loancrm.reports.promises import promises
from loancrm.reports.referrals import referrals
from loancrm.reports.satisfaction import satisfaction
from loancrm.reports.standing import differences
from loancrm.reports.win_backs import win_backs
from tests.demo.conftest import TODAY, Book

Measure = Callable[[Book], None]
MEASURES: dict[str, Measure] = {}

pytestmark = pytest.mark.sqlite_only("its questions are SQLite's SQL; test_two_databases compares the books")


def measures(code: str) -> Callable[[Measure], Measure]:
    def keep(function: Measure) -> Measure:
        MEASURES[code] = function
        return function

    return keep


def test_every_planted_effect_is_measured_and_nothing_else() -> None:
    assert [code for code, _sentence in PLANTED] == list(MEASURES)


@pytest.mark.parametrize("code", [code for code, _sentence in PLANTED])
def test_what_is_planted_can_be_found(code: str, book: Book) -> None:
    MEASURES[code](book)


def overdue_share(book: Book, where: str, first: date, last: date) -> float:
    query = f"""SELECT avg(s.days_past_due > 0) FROM snapshot s JOIN loan l ON l.id = s.loan_id
        JOIN customer c ON c.id = l.customer_id
        WHERE s.effective_on = date(s.effective_on, 'start of month', '+1 month', '-1 day')
        AND s.effective_on BETWEEN :first AND :last AND {where}"""
    return float(book.value(query, first=first, last=last))


@measures("industry_shock")
def arrears_rise_in_the_shocked_trade_and_not_in_the_others(book: Book) -> None:
    shock = book.span.shock_on
    before, after = (shock - timedelta(days=125), shock), (shock, shock + timedelta(days=125))
    shocked, others = "c.industry = 'C30'", "c.industry <> 'C30'"
    assert overdue_share(book, shocked, *after) > 2.5 * overdue_share(book, shocked, *before)
    assert overdue_share(book, shocked, *after) > 0.25
    assert overdue_share(book, others, *after) < 1.3 * overdue_share(book, others, *before)


@measures("calls_follow")
def a_call_follows_a_missed_payment(book: Book) -> None:
    query = """SELECT avg(EXISTS (SELECT 1 FROM contact k WHERE k.customer_id = l.customer_id
            AND k.purpose = 'collection' AND k.effective_on <= s.effective_on
            AND julianday(k.effective_on) >= julianday(s.effective_on) - s.days_past_due)), count(*)
        FROM snapshot s JOIN loan l ON l.id = s.loan_id JOIN customer c ON c.id = l.customer_id
        JOIN officer o ON o.id = c.officer_id
        WHERE s.days_past_due BETWEEN 14 AND 60 AND o.code <> 'chen.jie'"""
    ((share, cases),) = book.rows(query)
    assert cases > 100
    assert share > 0.95


@measures("talking_cures")
def who_was_reached_pays_sooner(book: Book) -> None:
    # A landmark: still in arrears in the first data 8 to 45 days after the payment was missed. Was
    # anybody reached until then, and is the loan off the list of the next data, half a month later?
    query = """WITH episode AS (
            SELECT s.loan_id, l.customer_id, s.effective_on AS day, min(s.effective_on),
                date(s.effective_on, '-' || s.days_past_due || ' days') AS since,
                (SELECT min(n.effective_on) FROM snapshot n WHERE n.effective_on > s.effective_on) AS next
            FROM snapshot s JOIN loan l ON l.id = s.loan_id
            WHERE s.days_past_due BETWEEN 8 AND 45 AND s.effective_on < :until
            GROUP BY s.loan_id, since),
        judged AS (SELECT EXISTS (SELECT 1 FROM contact k WHERE k.customer_id = e.customer_id
                AND k.outcome IN ('reached', 'met', 'promised')
                AND k.effective_on BETWEEN e.since AND e.day) AS reached,
            NOT EXISTS (SELECT 1 FROM snapshot n WHERE n.loan_id = e.loan_id
                AND n.effective_on = e.next AND n.days_past_due > 0) AS cured
            FROM episode e)
        SELECT reached, count(*), avg(cured) FROM judged GROUP BY reached ORDER BY reached"""
    (_no, without, alone), (_yes, talked, after_talk) = book.rows(query, until=book.span.month_ends[-1])
    assert without >= 20
    assert talked >= 20
    assert after_talk > alone + 0.15


@measures("promises")
def most_promises_are_kept_and_a_broken_one_brings_a_call(book: Book) -> None:
    notes = dict(book.rows("SELECT substr(note, 1, 4), count(*) FROM follow_up_event GROUP BY 1"))
    assert notes["kept"] > notes["brok"] > 10
    called = """SELECT avg(EXISTS (SELECT 1 FROM contact k WHERE k.customer_id = f.customer_id
            AND k.purpose = 'collection' AND k.effective_on > e.effective_on
            AND k.effective_on <= date(e.effective_on, '+40 days')))
        FROM follow_up_event e JOIN follow_up f ON f.id = e.follow_up_id
        WHERE e.note LIKE 'broken%' AND e.effective_on < :until"""
    assert book.value(called, until=TODAY - timedelta(days=41)) > 0.7
    assert (
        book.value("SELECT count(*) FROM follow_up WHERE what GLOB '承诺 [0-9]* 前还款 [0-9]*.[0-9][0-9]'")
        > 50
    )


@measures("graduates")
def graduates_fall_behind_more_often_than_who_studies(book: Book) -> None:
    student = "c.kind = 'student' AND s.effective_on"
    span = (book.span.start, TODAY)
    gone = overdue_share(book, f"{student} > c.graduates_on", *span)
    studying = overdue_share(book, f"{student} <= c.graduates_on", *span)
    assert gone > 0.02
    assert gone > 2 * studying


def approval_complaints(book: Book, where: str, first: date, until: date) -> int:
    query = f"""SELECT count(*) FROM feedback f JOIN customer c ON c.id = f.customer_id
        WHERE f.kind = 'complaint' AND f.service_stage = 'approval'
        AND f.effective_on >= :first AND f.effective_on < :until AND {where}"""
    return int(book.value(query, first=first, until=until))


@measures("slow_approvals")
def complaints_about_approval_come_from_one_region_in_the_second_half(book: Book) -> None:
    span, here = book.span, "c.region IN ('郑州', '洛阳')"
    assert approval_complaints(book, "1", span.start, span.second_half) == 0
    assert approval_complaints(book, here, span.second_half, TODAY) >= 10
    assert approval_complaints(book, f"NOT {here}", span.second_half, TODAY) == 0


@measures("measure")
def complaints_about_approval_fall_after_the_measure(book: Book) -> None:
    span = book.span
    settling = span.measure_on + timedelta(days=15)  # what was applied for before is decided by then
    before = approval_complaints(book, "1", span.second_half, settling)
    after = approval_complaints(book, "1", settling, TODAY)
    assert before / (settling - span.second_half).days > 5 * after / (TODAY - settling).days
    praise = (
        "SELECT count(*) FROM feedback WHERE kind = 'praise' AND service_stage = 'approval' AND effective_on"
    )
    assert book.value(f"{praise} >= :day", day=span.measure_on) > 0


@measures("cause")
def one_cause_fell_after_its_measure_and_the_other_shows_no_change(book: Book) -> None:
    with book.store.read(TODAY) as view:
        policy = in_force(view)
        fell, same = (effect(view, policy, code).lines for code in ("ME-00001", "ME-00002"))
        lines = {line.key: line for line in causes(view, period_of(view, None, None))}
    assert [(line.source, line.verdict) for line in fell[:2]] == [
        ("feedback", "fell"), ("closing_rating", "rose"),
    ]  # fmt: skip
    asked = fell[2]  # a survey reaches few of them, so that its interval is wide
    assert (asked.source, asked.after > asked.before) == ("survey", True)
    assert {line.verdict for line in same} == {"no_change_shown"}
    assert min(line.n_before for line in (*fell, *same) if line.source != "survey") >= 5
    assert lines["slow_approval"].trend == "fell"
    assert {line.trend for key, line in lines.items() if key != "slow_approval"} == {"no_change_shown"}


@measures("neglect")
def one_officer_neglects_their_customers(book: Book) -> None:
    query = """SELECT o.code, avg(coalesce((SELECT max(k.effective_on) FROM contact k
            WHERE k.customer_id = c.id AND k.outcome IN ('reached', 'met', 'promised')), '') < :day)
        FROM customer c JOIN officer o ON o.id = c.officer_id
        WHERE c.kind <> 'student' AND c.pipeline_stage = 'repayment' GROUP BY 1"""
    shares = dict(book.rows(query, day=TODAY - timedelta(days=120)))
    neglected = shares.pop("chen.jie")
    assert neglected > 0.3
    assert neglected > 3 * max(shares.values())
    about = book.rows(
        """SELECT DISTINCT o.code FROM feedback f JOIN officer o ON o.id = f.about_officer_id"""
    )
    assert about == [("chen.jie",)]


@measures("segments")
def customers_move_between_segments(book: Book) -> None:
    moved = dict(
        book.rows("""SELECT effective_on, sum(previous IS NOT NULL) FROM customer_segment GROUP BY 1""")
    )
    days = [day.isoformat() for day in book.span.classification_days]
    assert list(moved) == days
    assert all(moved[day] >= 10 for day in days[1:])
    assert (
        book.value("SELECT count(*) FROM customer_segment WHERE segment = 'risk' AND previous <> 'risk'") > 30
    )
    assert book.value("SELECT count(*) FROM customer_segment WHERE previous = 'risk'") > 30
    assert book.value("SELECT count(*) FROM customer WHERE segment IS NULL") == 0


@measures("ladder")
def a_loan_matures_on_each_step_of_the_ladder(book: Book) -> None:
    for step in (90, 60, 30, 7, 1):
        query = "SELECT count(*) FROM loan WHERE status = 'live' AND matures_on = :day"
        assert book.value(query, day=TODAY + timedelta(days=step)) >= 1, step


@measures("latest_data")
def the_newest_data_brings_newly_past_due_settled_and_disbursed_loans(book: Book) -> None:
    days = {"new": book.span.last_day, "old": book.span.previous_data}
    newly = """SELECT count(*) FROM snapshot a JOIN snapshot b USING (loan_id)
        WHERE a.effective_on = :new AND b.effective_on = :old
        AND a.days_past_due > 0 AND b.days_past_due = 0"""
    assert book.value(newly, **days) >= 3
    settled = "SELECT count(*) FROM loan_status WHERE status = 'settled' AND effective_on > :old"
    assert book.value(settled, old=days["old"]) >= 1
    assert book.value("SELECT count(*) FROM loan WHERE disbursed_on > :old", old=days["old"]) >= 1


@measures("soon")
def instalments_fall_due_and_lines_end_soon(book: Book) -> None:
    due = """SELECT count(*) FROM snapshot WHERE effective_on = :newest AND days_past_due = 0
        AND next_due_on BETWEEN :today AND :soon"""
    soon = {"today": TODAY, "soon": TODAY + timedelta(days=3)}
    assert book.value(due, newest=book.span.last_day, **soon) >= 3
    ending = "SELECT count(*) FROM facility WHERE expires_on BETWEEN :today AND :soon"
    assert book.value(ending, today=TODAY, soon=TODAY + timedelta(days=90)) >= 3


@measures("next_steps")
def next_steps_are_due_today_late_and_ahead(book: Book) -> None:
    query = """SELECT count(*) FROM follow_up f WHERE {} AND NOT EXISTS (
        SELECT 1 FROM follow_up_event e WHERE e.follow_up_id = f.id)"""
    for condition in ("due_on = :today", "due_on < :today", "due_on > :today"):
        assert book.value(query.format(condition), today=TODAY) >= 1, condition


@measures("hand_overs")
def hand_overs_keep_who_had_whom(book: Book) -> None:
    leaver, active = book.rows("SELECT id, is_active FROM officer WHERE code = 'zhao.lei'")[0]
    assert not active
    assert book.value("SELECT count(*) FROM customer WHERE officer_id = :id", id=leaver) == 0
    assert book.value("SELECT count(*) FROM contact WHERE officer_id = :id", id=leaver) > 50
    before, after = book.span.leaving_on - timedelta(days=1), book.span.leaving_on
    with book.store.read(before) as view:
        assert len(view.rows(customer_ids(view, officer_id=leaver))) >= 20
    with book.store.read(after) as view:
        assert view.rows(customer_ids(view, officer_id=leaver)) == []
    changed = """SELECT effective_on, count(*) FROM customer_attribute
        WHERE name = 'officer_id' AND effective_on > '1900-01-01' GROUP BY 1 ORDER BY 1"""
    days = [day for day, _count in book.rows(changed)]
    assert days == [book.span.leaving_on.isoformat(), book.span.reshuffle_on.isoformat()]


@measures("leading_ratio")
def the_current_ratio_falls_before_the_first_missed_payment(book: Book) -> None:
    # the newest statement before the shock against the year's before, and the day of the first arrears
    shock = book.span.shock_on
    query = """WITH ratio AS (
            SELECT s.customer_id, s.effective_on AS day, s.known_on,
                1.0 * s.current_assets / s.current_liabilities AS value FROM statement s),
        newest AS (SELECT customer_id, max(day) AS day FROM ratio WHERE day < :shock GROUP BY 1),
        moved AS (SELECT r.customer_id, r.known_on, r.value / (
            SELECT o.value FROM ratio o
            WHERE o.customer_id = r.customer_id AND o.day <= date(r.day, '-1 year')
            ORDER BY o.day DESC LIMIT 1) - 1 AS change
            FROM ratio r JOIN newest n ON n.customer_id = r.customer_id AND n.day = r.day),
        missed AS (SELECT l.customer_id, min(s.effective_on) AS day FROM snapshot s
            JOIN loan l ON l.id = s.loan_id WHERE s.days_past_due > 0 AND s.effective_on >= :shock GROUP BY 1)
        SELECT c.industry = 'C30' AND m.day IS NOT NULL, count(*), avg(v.change), avg(v.known_on < m.day)
        FROM moved v JOIN customer c ON c.id = v.customer_id LEFT JOIN missed m ON m.customer_id = c.id
        WHERE c.industry <> 'C30' OR m.day IS NOT NULL GROUP BY 1 ORDER BY 1"""
    (_no, others, calm, _never), (_yes, shocked, fell, before) = book.rows(query, shock=shock)
    assert others > 50
    assert shocked >= 8
    assert fell < -0.15
    assert fell < calm - 0.15
    assert before == 1.0  # the bank had the statement before the payment was missed


@measures("warnings")
def a_rule_warns_of_the_shocked_trade_before_its_payments_are_missed(book: Book) -> None:
    # the scan of the month end before the shock, and the first day of arrears since it
    shock = book.span.shock_on
    query = """WITH missed AS (
            SELECT l.customer_id, min(date(s.effective_on, '-' || s.days_past_due || ' days')) AS day
            FROM snapshot s JOIN loan l ON l.id = s.loan_id
            WHERE s.days_past_due > 0 AND s.effective_on >= :shock GROUP BY 1)
        SELECT julianday(m.day) - julianday(w.effective_on), c.industry = 'C30'
        FROM warning w JOIN customer c ON c.id = w.customer_id JOIN missed m ON m.customer_id = w.customer_id
        WHERE w.rule = 'current_ratio_falls' AND w.effective_on < :shock AND m.day >= :shock"""
    leads = [lead for lead, is_shocked in book.rows(query, shock=shock) if is_shocked]
    assert len(leads) >= 5
    assert sorted(leads)[len(leads) // 2] >= 45
    verdicts = dict(book.rows("SELECT verdict, count(*) FROM warning_step WHERE step = 'closed' GROUP BY 1"))
    assert verdicts["true"] >= 5
    assert verdicts["false"] >= 5
    assert book.value("SELECT count(*) FROM warning_step WHERE step = 'cleared'") > 20
    assert book.value("SELECT count(*) FROM warning_step WHERE step = 'renewed'") > 20
    caused = """SELECT count(*), count(w.id) FROM playbook_run r LEFT JOIN warning w
        ON w.customer_id = r.customer_id AND r.warning = printf('W-%05d', w.number)
        WHERE r.warning IS NOT NULL"""
    ((named, there),) = book.rows(caused)
    assert named == there >= 5  # a playbook that names what caused it names a warning of the customer


@measures("file")
def most_borrowers_have_two_years_of_statements_and_reports_rest_on_consents(book: Book) -> None:
    borrowers = book.value(
        "SELECT count(*) FROM customer WHERE kind <> 'student' AND pipeline_stage = 'repayment'"
    )
    two_years = """SELECT count(*) FROM (SELECT customer_id FROM statement GROUP BY 1
        HAVING count(DISTINCT CASE WHEN months = 12 THEN effective_on END) >= 2)"""
    assert book.value(two_years) > 0.6 * borrowers
    unbalanced = "SELECT count(*) FROM statement WHERE total_assets <> total_liabilities + equity"
    assert book.value(unbalanced) == 0
    uncovered = """SELECT count(*) FROM bureau_report b JOIN consent n ON n.id = b.consent_id
        WHERE n.customer_id <> b.customer_id OR n.purpose <> 'bureau_query'
        OR b.effective_on NOT BETWEEN n.effective_on AND n.expires_on"""
    assert book.value(uncovered) == 0
    for name, least in (
        ("bureau_report", 100), ("collateral", 20), ("appraisal", 30), ("legal_clock", 30), ("need", 30),
        ("service_plan", 30), ("service_plan_step", 15), ("person", 500), ("academic_record", 200),
    ):  # fmt: skip
        assert book.value(f"SELECT count(*) FROM {name}") >= least, name


@measures("relations")
def takings_fall_with_the_shock_and_students_come_from_partners(book: Book) -> None:
    # takings of the newest quarter against the one before the shock, by whether the trade was hit
    query = """WITH before AS (SELECT customer_id, sales_inflow AS taken FROM turnover
            WHERE period_end = (SELECT max(period_end) FROM turnover WHERE period_end < :shock)),
        now AS (SELECT customer_id, sales_inflow AS taken FROM turnover
            WHERE period_end = (SELECT max(period_end) FROM turnover))
        SELECT c.industry = 'C30', count(*), avg(1.0 * n.taken / b.taken) FROM now n
        JOIN before b ON b.customer_id = n.customer_id JOIN customer c ON c.id = n.customer_id
        GROUP BY 1 ORDER BY 1"""
    query = query.replace("period_end", "effective_on")
    (_no, others, calm), (_yes, shocked, fell) = book.rows(query, shock=book.span.shock_on)
    assert others > 50
    assert shocked >= 8
    assert fell < calm - 0.05
    sent = """SELECT count(*) FROM referral r JOIN customer c ON c.id = r.customer_id
        WHERE r.partner_id IS NOT NULL AND c.kind = 'student'"""
    assert book.value(sent) > 20
    backwards = """SELECT count(*) FROM referral r JOIN customer c ON c.id = r.customer_id
        JOIN customer b ON b.id = r.referrer_id WHERE b.since_on >= c.since_on"""
    assert book.value(backwards) == 0
    for name, least in (
        ("holding", 100), ("guarantor", 40), ("rating", 100), ("income", 100), ("series_value", 12),
        ("partner", 6), ("training", 11), ("recognition", 1), ("turnover", 300),
    ):  # fmt: skip
        assert book.value(f"SELECT count(*) FROM {name}") >= least, name


@measures("checks")
def loans_are_checked_and_those_of_one_officer_are_not(book: Book) -> None:
    query = """SELECT o.code = 'chen.jie', avg(EXISTS (SELECT 1 FROM post_loan_check p
            WHERE p.customer_id = l.customer_id AND (p.loan_id = l.id OR p.loan_id IS NULL)
            AND p.effective_on BETWEEN l.disbursed_on AND date(l.disbursed_on, '+75 days'))), count(*)
        FROM loan l JOIN customer c ON c.id = l.customer_id JOIN officer o ON o.id = c.officer_id
        WHERE c.kind <> 'student' AND l.disbursed_on BETWEEN :start AND :last GROUP BY 1 ORDER BY 1"""
    last = book.span.last_day - timedelta(days=75)
    (_no, others, many), (_yes, chen, some) = book.rows(query, start=book.span.start, last=last)
    assert many > 100
    assert some > 20
    assert others > 0.85
    assert chen < 0.2
    alone = "SELECT count(*) FROM post_loan_check WHERE is_on_site AND second_officer_id IS NULL"
    assert book.value(alone) == 0


@measures("campaign")
def members_of_the_campaign_get_in_touch_more_often_than_those_left_out_by_lot(book: Book) -> None:
    query = """SELECT m.arm, count(*), sum(EXISTS (SELECT 1 FROM contact k
            WHERE k.customer_id = m.customer_id AND k.direction = 'in'
            AND k.effective_on > m.effective_on AND k.effective_on <= date(m.effective_on, '+60 days')))
        FROM campaign_member m WHERE m.arm <> 'held_back' GROUP BY 1 ORDER BY 1"""
    (_comparison, left_out, of_them), (_member, members, of_these) = book.rows(query)
    assert left_out >= 20
    assert members >= 50
    assert of_these / members > of_them / left_out + 0.1
    without = """SELECT count(*) FROM campaign_member m WHERE m.arm = 'member' AND NOT EXISTS
        (SELECT 1 FROM consent s WHERE s.customer_id = m.customer_id AND s.purpose = 'marketing')"""
    assert book.value(without) == 0


@measures("satisfaction")
def the_report_finds_the_measure_where_it_was_taken_and_nowhere_else(book: Book) -> None:
    with book.store.read(TODAY, None) as view:
        newest, oldest = satisfaction(view, in_force(view), by="region")
    assert {m.change.kind for m in oldest.whole.measures} == {"first"}
    speed = {
        part.group: next(m.change.kind for m in part.measures if m.question.code == "speed")
        for part in newest.parts
    }
    assert {region for region, kind in speed.items() if kind == "rose"} == {"郑州", "洛阳"}
    assert "fell" not in speed.values()
    control = next(part for part in newest.parts if part.group == "苏州")
    assert {m.change.kind for m in control.measures} == {"none"}  # enough answers, and no change in any
    along = [
        driver.question.code for driver in newest.drivers if driver.role == "overall" and driver.is_shown
    ]
    assert set(along) == {"speed", "attitude", "process"}
    assert 0.4 < newest.whole.answered / newest.whole.invited < 0.8


@measures("events")
def guests_accept_come_or_stay_away(book: Book) -> None:
    query = "SELECT step, count(*) FROM event_guest GROUP BY 1"
    steps = dict(book.rows(query))
    assert steps["invited"] > 100
    assert {"accepted", "declined", "attended", "no_show", "held_back"} <= set(steps)
    ahead = "SELECT count(*) FROM event WHERE held_on > :today"
    assert book.value(ahead, today=book.span.today) == 1


@measures("churn")
def firms_are_lost_and_who_is_won_back_has_a_loan_again(book: Book) -> None:
    eve, window = date(2025, 11, 20), timedelta(days=90)
    # the ends of all loans by customer, as the loans themselves say them: an independent count
    ends: dict[int, list[tuple[date, date | None]]] = {}
    written_off = set()
    query = """SELECT l.customer_id, l.disbursed_on, coalesce(l.closed_on, '') , l.status, c.kind
        FROM loan l JOIN customer c ON c.id = l.customer_id
        WHERE l.disbursed_on IS NOT NULL AND l.voided_at IS NULL AND c.kind <> 'student'"""
    for customer, begun, ended, status, _kind in book.rows(query):
        span = (date.fromisoformat(begun), date.fromisoformat(ended) if ended else None)
        ends.setdefault(customer, []).append(span)
        if status == "written_off":
            written_off.add(customer)
    lost = {
        customer
        for customer, loans_ in ends.items()
        if customer not in written_off
        and any(begun <= eve and (ended is None or ended > eve) for begun, ended in loans_)
        for _begun, ended in loans_
        if ended is not None and eve < ended <= TODAY - window
        and not any(b <= ended + window and (e is None or e > ended) for b, e in loans_)
    }  # fmt: skip
    with book.store.read(TODAY) as view:
        policy = in_force(view)
        report = churn(view, policy, Period(date(2025, 11, 21), TODAY), by="kind")
        (found,) = win_backs(view, policy, Period(date(2025, 11, 21), TODAY))
    firms = sum(line.lost for line in report.lines if line.key != "student")
    assert firms == len(lost) >= 5
    again = """SELECT r.outcome, count(*), sum(EXISTS (SELECT 1 FROM loan l
            WHERE l.customer_id = r.customer_id AND l.disbursed_on <= r.effective_on
            AND coalesce(l.closed_on, '9999-12-31') > r.effective_on))
        FROM win_back_result r WHERE r.voided_at IS NULL GROUP BY 1 ORDER BY 1"""
    (_lost, gone, none), (_won, won, with_loan) = book.rows(again)
    assert (none, with_loan) == (0, won)
    assert (found.lost, found.won_back) == (gone, won)
    assert gone >= 3
    assert won >= 1


@measures("playbooks")
def who_was_cured_has_nothing_past_due_when_the_playbook_ended(book: Book) -> None:
    ends = book.rows(
        """SELECT e.outcome, r.customer_id, e.effective_on FROM playbook_event e
        JOIN playbook_run r ON r.id = e.run_id WHERE e.action = 'ended' AND e.voided_at IS NULL"""
    )
    outcomes = [outcome for outcome, _customer, _on in ends]
    assert outcomes.count("cured") >= 3
    assert set(outcomes) == {"cured", "restructured", "legal"}
    for outcome, customer, on in ends:
        past_due = book.value(
            f"""SELECT count(*) FROM loan l JOIN snapshot s ON s.loan_id = l.id AND s.effective_on =
            (SELECT max(t.effective_on) FROM snapshot t WHERE t.loan_id = l.id AND t.voided_at IS NULL
            AND t.effective_on <= '{on}') WHERE l.customer_id = {customer} AND s.voided_at IS NULL
            AND s.days_past_due > 0 AND (l.closed_on IS NULL OR l.closed_on > '{on}')"""
        )
        assert (past_due == 0) == (outcome == "cured"), (outcome, customer, on)
    explained = """SELECT count(*) FROM playbook_event e JOIN contact k ON k.id = e.contact_id
        JOIN playbook_run r ON r.id = e.run_id WHERE k.effective_on >= r.effective_on"""
    assert book.value(explained) >= 3


@measures("control")
def two_of_three_findings_are_put_right_and_a_limit_is_broken(book: Book) -> None:
    done = "SELECT count(DISTINCT finding_id) FROM control_rectification WHERE state = 'done'"
    assert (book.value("SELECT count(*) FROM control_finding"), book.value(done)) == (3, 2)
    assert book.value("SELECT count(*) FROM control_incident") == 1
    with book.store.read(TODAY) as view:
        lines = limits(view, in_force(view)).lines
    assert [line.limit for line in lines if line.state == "breach"] == ["industry"]
    assert lines[0].action == "no_new_loans"


@measures("referral_chain")
def one_firm_brought_the_next_and_the_chain_counts_once(book: Book) -> None:
    chain = book.rows(
        "SELECT referrer_id, customer_id FROM referral WHERE note = '转介绍' ORDER BY effective_on"
    )
    assert len(chain) == 3
    assert [by for by, _who in chain[1:]] == [who for _by, who in chain[:-1]]
    (first, _second), _link, (_third, last) = chain
    assert first != last
    code = f"C-{book.value('SELECT number FROM customer WHERE id = :id', id=first):05d}"
    with book.store.read(TODAY) as view:
        report = referrals(view, in_force(view))
    line = next(line for line in report.lines if line.referrer == code)
    assert line.further >= 2
    assert report.brought == book.value(
        "SELECT count(DISTINCT customer_id) FROM referral WHERE voided_at IS NULL"
    )


@measures("points")
def points_are_earned_in_order_capped_and_partly_spent(book: Book) -> None:
    """Months count from the policy's first day, 1 January 2026; who was late in one earned nothing for it."""
    earned = "e.rule = 'month_in_order' AND e.voided_at IS NULL"
    assert book.value(f"SELECT count(*) FROM loyalty_entry e WHERE {earned}") > 2_000
    late = f"""SELECT count(*) FROM loyalty_entry e WHERE {earned} AND EXISTS (SELECT 1 FROM snapshot s
        JOIN loan l ON l.id = s.loan_id WHERE l.customer_id = e.customer_id AND s.days_past_due > 0
        AND strftime('%Y%m', s.effective_on) = e.fact)"""
    assert book.value(late) == 0
    most = f"""SELECT max(points) FROM (SELECT sum(e.points) AS points FROM loyalty_entry e WHERE {earned}
        GROUP BY e.customer_id, strftime('%Y', e.effective_on))"""
    assert book.value(most) == 100  # January to October, ten points each
    spent = "SELECT count(*) FROM loyalty_entry WHERE kind = 'redemption'"
    assert book.value(spent) >= 5
    least = "SELECT min(points) FROM (SELECT sum(points) AS points FROM loyalty_entry GROUP BY customer_id)"
    assert book.value(least) >= 0


@measures("carried")
def loans_that_are_carried_here_are_paid_in_time_early_and_late(book: Book) -> None:
    paid_out = "SELECT count(*) FROM loan_stage WHERE stage = 'disbursement'"
    assert book.value(paid_out) >= 12
    assert book.value("SELECT count(*) FROM payment") > 50
    kinds = dict(book.rows("SELECT kind, count(*) FROM payment GROUP BY 1"))
    assert (kinds["prepayment"], kinds["payoff"]) == (1, 1)
    reasons = dict(book.rows("SELECT reason, count(*) FROM loan_terms GROUP BY 1"))
    assert reasons["extension"] == 2
    with book.store.read(TODAY) as view:
        lines = [line for line in loans(view, in_force(view), all_=True) if line.number.startswith("ZY")]
    by_days = Counter(
        "ended" if line.days_past_due is None else "late" if line.days_past_due else "in order"
        for line in lines
        if line.pipeline_stage in ("repayment", "closed")
    )
    assert by_days["ended"] == 1
    assert 3 <= by_days["late"] <= 4
    assert by_days["in order"] >= 8
    assert [line.days_past_due for line in lines].count(2) == 1  # since the day before yesterday
    observed = [line for line in lines if line.days_past_due == 0 and line.five_tier == "special_mention"]
    assert len(observed) == 2
    anew = "SELECT count(*) FROM loan_standing WHERE trigger = 'missed' AND voided_at IS NULL"
    assert book.value(anew) == 1


@measures("promises_here")
def one_promise_was_kept_and_one_is_broken(book: Book) -> None:
    with book.store.read(TODAY) as view:
        states = Counter(line.state for line in promises(view, in_force(view), all_=True))
    assert states == {"kept": 1, "broken": 1}


@measures("applications")
def applications_stand_at_every_stage_and_some_are_stuck(book: Book) -> None:
    with book.store.read(TODAY) as view:
        found = {line.stage: line for line in stages(view, in_force(view))}
        waiting = list(stuck(view, in_force(view)))
    for name in ("application", "investigation", "review", "approval", "contract"):
        assert found[name].loans >= 1, name
    assert {line.stage for line in waiting} == {"application", "investigation", "approval", "contract"}
    ends = dict(book.rows("SELECT stage, count(*) FROM loan_stage GROUP BY 1"))
    assert (ends["declined"], ends["withdrawn"]) == (1, 1)


@measures("misuse")
def a_mark_makes_our_class_differ_from_the_banks(book: Book) -> None:
    with book.store.read(TODAY) as view:
        found = [line for line in differences(view, in_force(view)) if line.trigger == "misuse"]
    assert found
    assert {(line.five_tier, line.computed_five_tier) for line in found} == {("normal", "special_mention")}


@measures("losses")
def insolvent_firms_roll_to_the_end_and_are_written_off(book: Book) -> None:
    query = "SELECT count(*) FROM loan WHERE status = 'written_off' AND written_off_amount > 0"
    assert 3 <= book.value(query) <= 15
    for low, high in ((1, 30), (31, 60), (61, 90), (91, 180), (181, 270), (271, 999)):
        bucket = "SELECT count(*) FROM snapshot WHERE days_past_due BETWEEN :low AND :high"
        assert book.value(bucket, low=low, high=high) > 0, low
    tiers = book.rows("SELECT DISTINCT five_tier FROM snapshot")
    assert {"normal", "special_mention", "substandard", "doubtful"} <= {tier for (tier,) in tiers}
