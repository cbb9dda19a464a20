"""Loans that follow a published rate, from the quote to the repricing day: every figure by hand.

120,000.00 in twelve months of equal principal, drawn on 1 November 2025, LPR 1Y and 50 basis points, looked
up anew each 1 January. The values of the series are invented.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.commands.loan_books import Do, check_refused, shown
from tests.conftest import Run

TERMS = "--principal 120000 --instalments 12 --repayment equal_principal"
FOLLOWS = "--reference LPR-1Y --spread +50bp"
LPR = (("2025-10-20", "3.00%"), ("2025-11-20", "3.00%"), ("2025-12-22", "2.90%"))
OWED = ("outstanding_principal", "unpaid_interest", "next_due_on", "next_due_amount", "annual_rate")


@pytest.fixture
def published(do: Do) -> Do:
    for on, rate in LPR:
        do(f"rate add LPR-1Y {rate} --on {on}")
    return do


@pytest.fixture
def followed(published: Do) -> Do:
    pay_out(published, f"{FOLLOWS} --reprice yearly")
    return published


def pay_out(do: Do, what: str, more: str = "", number: str = "L-00001") -> None:
    do(f"loan apply C-00001 --product working_capital {TERMS} {what} --on 2025-10-25 {more}")
    for step, on in (("approve", "2025-10-27"), ("sign", "2025-10-28"), ("disburse", "2025-11-01")):
        do(f"loan {step} {number} --on {on} {more}")


def instalments(do: Do, on: str = "2026-11-20") -> list[tuple[str, str, int]]:
    rows = do(f"loan schedule L-00001 --as-of {on}")
    return [(row["due_on"], row["interest_due"], row["version"]) for row in rows]


def test_published_rates_are_written_down_listed_and_taken_back(published: Do, refused: Any) -> None:
    lines = published("rate list")
    assert [(line["on"], line["annual_rate"], line["change"]) for line in lines] == [
        ("2025-12-22", "0.029000", "-0.001000"),
        ("2025-11-20", "0.030000", "0.000000"),
        ("2025-10-20", "0.030000", None),
    ]
    assert [line["on"] for line in published("rate list --as-of 2025-11-30")] == ["2025-11-20", "2025-10-20"]
    assert published("rate list --series LPR-5Y") == []
    assert "is known already: 2.90 %" in refused("rate add LPR-1Y 2.8% --on 2025-12-22").err
    published("rate void LPR-1Y --on 2025-12-22 --why Tippfehler")
    assert refused("rate void LPR-1Y --on 2025-12-22").code == 3
    published("rate add LPR-1Y 2.8% --on 2025-12-22")
    assert published("rate list")[0]["annual_rate"] == "0.028000"
    published("undo --yes")
    published("undo --yes")
    assert published("rate list") == lines


def test_a_quote_looks_the_rate_up(published: Do, cli: Run, book: Path) -> None:
    """3.00 % and 0.50 %: 350.00 of interest in the first month; from 1 January 2026 3.40 %: 340.00."""
    assert published(f"loan quote {TERMS} {FOLLOWS} --from 2025-11-01")[0]["interest_due"] == "350.00"
    assert published(f"loan quote {TERMS} {FOLLOWS} --from 2026-01-01")[0]["interest_due"] == "340.00"
    page = cli(
        "--store", book, *f"loan quote {TERMS} {FOLLOWS} --from 2025-11-01 --format table".split()
    ).text
    assert "LPR-1Y of 2025-11-01 and 0.50 %: 3.50 % a year; looked up anew: each 1 January" in page


def test_a_loan_takes_its_new_rate_on_its_day(followed: Do) -> None:
    """350.00, 110,000 · 3.5 % ÷ 12 = 320.83; from January 100,000 · 3.4 % ÷ 12 = 283.33 for 291.67."""
    assert followed("loan reprice-due --as-of 2025-12-31") == []
    (line,) = followed("loan reprice-due --as-of 2026-01-01")
    assert line == {
        "loan": "L-00001", "customer": "C-00001", "name": "华达机械有限公司", "officer": "li.wei",
        "on": "2026-01-01", "reference": "LPR-1Y", "spread": "0.005000", "published": "0.029000",
        "old_rate": "0.035000", "new_rate": "0.034000", "old_instalment": "10291.67",
        "new_instalment": "10283.33", "next_due_on": "2026-02-01", "why": None,
    }  # fmt: skip
    receipt = followed("loan reprice-due --apply --on 2026-01-01")
    assert receipt["waiting"] == []
    (letter,) = receipt["repriced"]
    assert (letter["old_instalment"], letter["new_instalment"]) == ("10291.67", "10283.33")
    assert instalments(followed)[:4] == [
        ("2025-12-01", "350.00", 1),
        ("2026-01-01", "320.83", 1),
        ("2026-02-01", "283.33", 2),
        ("2026-03-01", "255.00", 2),
    ]
    assert followed("loan reprice-due") == []  # the next day is after the last instalment
    assert shown(followed, "2025-12-31", "annual_rate") == ["0.035000"]
    assert shown(followed, "2026-01-01", "annual_rate") == ["0.034000"]
    followed("undo --yes")
    assert [line["on"] for line in followed("loan reprice-due")] == ["2026-01-01"]


def test_money_that_came_after_the_day_pays_by_the_new_rate(followed: Do) -> None:
    """10,291.67 came for February, where 10,283.33 are due: 8.34 go off March's 255.00 of interest."""
    for on, amount in (("2025-12-01", "10350"), ("2026-01-01", "10320.83"), ("2026-02-01", "10291.67")):
        followed(f"loan pay L-00001 {amount} --on {on}")
    followed("loan reprice-due --apply --on 2026-02-10")
    assert shown(followed, "2026-02-10", *OWED) == [
        "90000.00", "0.00", "2026-03-01", "10246.66", "0.034000",
    ]  # fmt: skip
    assert followed("loan payoff L-00001 --on 2026-03-01")["amount"] == "90246.66"


def test_several_days_that_went_by_are_taken_one_after_the_other(published: Do) -> None:
    """1 January: 3.40 %; 1 April (2.70 % published on 20 March): 3.20 %; after 15 May nothing is known."""
    published("rate add LPR-1Y 2.70% --on 2026-03-20")
    pay_out(published, f"{FOLLOWS} --reprice quarterly")
    answer = published("loan reprice-due --apply --on 2026-06-30")
    assert [(one["on"], one["new_rate"]) for one in answer["repriced"]] == [
        ("2026-01-01", "0.034000"),
        ("2026-04-01", "0.032000"),
    ]
    # 100,000 and 90,000 at 3.4 %; 80,000 · 3.4 % ÷ 12 = 226.67; 70,000 · 3.2 % ÷ 12 = 186.67
    assert [line[1] for line in instalments(published)[2:6]] == ["283.33", "255.00", "226.67", "186.67"]


def test_a_missing_value_is_said_and_the_loan_waits(
    published: Do, cli: Run, book: Path, refused: Any
) -> None:
    """The newest value before 1 July is of December: more than 45 days old."""
    pay_out(published, f"{FOLLOWS} --reprice half_yearly")
    line = "loan reprice-due --apply --on 2026-07-01 --format json"
    answer = cli("--store", book, *line.split())
    assert (answer.code, answer.json["repriced"][0]["on"]) == (9, "2026-01-01")
    (waits,) = answer.json["waiting"]
    assert waits["why"] == ("no value of LPR-1Y is known for 2026-07-01: the newest one is of 2025-12-22")
    (shown_,) = published("loan reprice-due --as-of 2026-07-01")
    assert (shown_["new_rate"], shown_["new_instalment"], shown_["why"]) == (None, None, waits["why"])
    check_refused(published, refused, "loan prepay L-00001 90000 --on 2026-07-02", 5, "takes another rate on")
    check_refused(published, refused, "loan payoff L-00001 --on 2026-07-02", 5, "takes another rate on")
    published("loan pay L-00001 100 --on 2026-07-02")
    published("rate add LPR-1Y 3.10% --on 2026-06-22")
    assert published("loan reprice-due --apply --on 2026-07-02")["repriced"][0]["new_rate"] == "0.036000"


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (f"loan quote {TERMS} --rate 3% {FOLLOWS}", 4, "--rate or --reference"),
        (f"loan quote {TERMS} --rate 3% --spread 50bp", 4, "--spread: goes with --reference"),
        (f"loan quote {TERMS}", 4, "--rate: is missing"),
        (f"loan quote {TERMS} --reference LPR-1Y --spread 50", 4, "--spread: not a spread"),
        (f"loan quote {TERMS} --reference LPR-1Y --reprice sometimes", 2, "--reprice"),
        (f"loan quote {TERMS} --reference LPR-9Y", 5, "no value of LPR-9Y is known"),
        (f"loan quote {TERMS} --reference LPR-1Y --from 2025-10-19", 5, "no value of LPR-1Y is known"),
        (f"loan quote {TERMS} --reference LPR-1Y --spread 99% --from 2025-11-01", 4, "100 % or more"),
        (f"loan apply C-00001 --product working_capital {TERMS} --reference LPR-1Y", 5, "is known for"),
        ("loan reprice-due --on 2026-01-01", 2, "--on goes with --apply"),
        ("loan reprice L-00001", 4, "write --rate, or --reference"),
        ("loan reprice L-00001 --fixed --reference LPR-1Y", 4, "--fixed: goes with --rate"),
        ("rate add LPR-1Y 4.35 --on 2026-01-20", 4, "RATE: not a rate"),
        ("rate add LPR-1Y 3% --on 2027-01-20", 4, "is still to come"),
    ],
)
def test_what_cannot_be_is_refused(followed: Do, refused: Any, line: str, code: int, said: str) -> None:
    check_refused(followed, refused, line, code, said)


def test_the_rate_of_the_draw_counts_not_that_of_the_application(published: Do) -> None:
    published("rate add LPR-1Y 2.50% --on 2025-10-31")
    pay_out(published, f"{FOLLOWS} --reprice at_draw")
    assert instalments(published)[0] == ("2025-12-01", "300.00", 1)  # 3.00 % of 120,000 in a month
    assert published("loan reprice-due") == []


def test_another_rate_by_hand_is_another_spread(followed: Do) -> None:
    """3.50 % becomes 3.20 % on 1 December: the spread is 20 basis points; in January 2.90 and 0.20 %."""
    followed("loan reprice L-00001 --rate 3.20% --on 2025-12-01")
    (line,) = followed("loan reprice-due")
    assert (line["spread"], line["new_rate"]) == ("0.002000", "0.031000")


def test_a_rate_can_become_fixed_and_follow_again(followed: Do) -> None:
    followed("loan reprice L-00001 --rate 3.20% --fixed --on 2026-01-10")
    assert followed("loan reprice-due") == []
    followed("rate add LPR-1Y 2.80% --on 2026-01-20")
    receipt = followed(f"loan reprice L-00001 {FOLLOWS} --reprice monthly --on 2026-02-01")
    assert receipt["new_rate"] == "0.033000"
    assert [line["on"] for line in followed("loan reprice-due")] == ["2026-03-01"]


def test_a_product_follows_a_rate_where_the_application_says_nothing(published: Do, tmp_path: Path) -> None:
    config = tmp_path / "loancrm.yaml"
    config.write_text(
        "products:\n  working_capital: {rate: 9%, reference: LPR-1Y, spread: -30bp, reprice: anniversary}\n",
        "utf-8",
    )
    config.chmod(0o600)
    pay_out(published, "", f"--config {config}")
    assert instalments(published)[0] == ("2025-12-01", "270.00", 1)  # 2.70 % of 120,000 in a month
    line = f"loan apply C-00001 --product working_capital {TERMS} --rate 6% --on 2025-11-01 --config {config}"
    published(line)
    assert shown_rate(published, "L-00002") == "0.060000"


def shown_rate(do: Do, number: str) -> Any:
    return do(f"loan show {number} --as-of 2026-11-20")["annual_rate"]


def test_overdue_interest_and_principal_cost_by_the_rate_of_their_day(published: Do, tmp_path: Path) -> None:
    """150 % of 3.50 % until the new year, then of 3.40 %, on 10,000.00 overdue since 1 December.

    A month on 10,000.00 is 10,000 · 5.25 % ÷ 12 = 43.75; in January the second instalment is overdue too:
    20,000 · 5.10 % ÷ 12 = 85.00. Overdue interest bears none.
    """
    config = tmp_path / "loancrm.yaml"
    config.write_text("products:\n  working_capital: {penalty: 150}\n", "utf-8")
    config.chmod(0o600)
    pay_out(published, f"{FOLLOWS}", f"--config {config}")
    published("loan reprice-due --apply --on 2026-01-01")
    receipt = published("loan pay L-00001 50000 --on 2026-02-01")
    assert receipt["penalty"] == "128.75"


def test_an_early_repayment_keeps_the_rates_that_the_loan_had(paid_out: Do) -> None:
    """12 % until 16 January, then 6 %. 206.00 on the 16th: 6.00 of interest to the day, 200.00 early.

    1,000.00 over three: the rest of January bears 2.50, half of February 666.67 · 6 % ÷ 24 = 1.67.
    """
    paid_out("loan reprice L-00001 --rate 6% --on 2026-01-16")
    paid_out("loan prepay L-00001 206 --on 2026-01-16")
    rows = paid_out("loan schedule L-00001")
    assert [(row["due_on"], row["interest_due"]) for row in rows][1:] == [
        ("2026-02-01", "2.50"),
        ("2026-03-01", "3.33"),
        ("2026-04-01", "1.67"),
    ]
    paid_out("loan pay L-00001 335.83 --on 2026-02-01")
    receipt = paid_out("loan payoff L-00001 --on 2026-02-16")
    assert (receipt["interest"], receipt["status"]) == ("1.67", "settled")


def test_rates_of_a_file_are_those_that_loans_follow(do: Do, cli: Run, book: Path, tmp_path: Path) -> None:
    file = tmp_path / "lpr.csv"
    file.write_text("series,on,annual_rate\nLPR-1Y,2025-10-20,3.00\nLPR-1Y,2025-12-22,2.90\n", "utf-8")
    profile = tmp_path / "lpr.yaml"
    profile.write_text(
        "kind: rates\ncolumns: {rate.series: series, rate.on: on, "
        "rate.annual_rate: {column: annual_rate, rate: percent}}\n",
        "utf-8",
    )
    answer = cli("--store", book, "import", "rates", file, "--profile", profile, "--apply")
    assert answer.code == 0, answer.err
    assert do(f"loan quote {TERMS} {FOLLOWS} --from 2025-11-01")[0]["interest_due"] == "350.00"


def lines(do: Do, on: str) -> list[tuple[Any, ...]]:
    """Return what the customer's agenda says of rates."""
    return [
        (reason["reason_code"], reason["due_on"], reason["command"])
        for reason in do(f"agenda C-00001 --within 0d --as-of {on}")
        if reason["kind"] == "rate_change"
    ]


PROFILE = """\
kind: snapshots
columns:
  loan.number: 借据号
  snapshot.on: 数据日期
  snapshot.outstanding_principal: 贷款余额
  snapshot.reprices_on: 下次重定价日
"""
RATE = ("reference", "spread", "repricing", "reprices_on")


def test_the_loan_shows_what_its_rate_follows_and_when_it_changes(followed: Do, cli: Run, book: Path) -> None:
    assert shown(followed, "2025-10-26", *RATE) == ["LPR-1Y", "0.005000", "yearly", None]
    assert shown(followed, "2025-12-01", *RATE) == ["LPR-1Y", "0.005000", "yearly", "2026-01-01"]
    followed("loan reprice L-00001 --fixed --rate 3.3% --on 2025-12-10")
    assert shown(followed, "2025-12-10", *RATE) == [None, None, None, None]
    assert shown(followed, "2025-12-09", *RATE)[3] == "2026-01-01"
    for form in ("table", "tsv", "csv", "html"):
        line = f"loan show L-00001 --as-of 2025-12-09 --format {form}".split()
        text = cli("--store", book, *line).text
        assert "LPR-1Y" in text
        assert "2026-01-01" in text


def test_a_loan_kept_elsewhere_shows_the_day_that_its_snapshot_says(
    do: Do, cli: Run, book: Path, tmp_path: Path
) -> None:
    file = tmp_path / "snapshots.csv"
    file.write_text("借据号,数据日期,贷款余额,下次重定价日\nB,2026-10-31,900.00,2027-01-01\n", "utf-8")
    do("loan add C-00001 --number B --product working_capital --principal 1000 --disbursed-on 2025-01-15")
    profile = tmp_path / "P.yaml"
    profile.write_text(PROFILE, "utf-8")
    answer = cli("--store", book, "import", "snapshots", file, "--profile", profile, "--apply")
    assert answer.code == 0, answer.err
    found = do("loan show B --as-of 2026-11-01")
    assert [found[name] for name in RATE] == [None, None, None, "2027-01-01"]


def test_a_change_ahead_is_on_the_agenda_until_somebody_talks_and_then_until_it_is_agreed_on(
    followed: Do,
) -> None:
    """The example's ladder has ten days: from 22 December on; from the day on the rate is to be taken."""
    assert lines(followed, "2025-12-21") == []
    [(code, due_on, command)] = lines(followed, "2025-12-22")
    assert (code, due_on) == ("rate_change", "2026-01-01")
    assert command.startswith("loancrm contact log C-00001")
    followed(
        "contact log C-00001 --channel phone --outcome reached --on 2025-12-23", "--note", "重定价已说明"
    )
    assert lines(followed, "2025-12-24") == []
    waiting = ("rate_due", "2026-01-01", "loancrm loan reprice-due L-00001 --apply")
    assert lines(followed, "2026-01-01") == [waiting]
    assert lines(followed, "2026-01-20") == [waiting]
    followed("loan reprice-due --apply --on 2026-01-20")
    assert lines(followed, "2026-01-20") == []
