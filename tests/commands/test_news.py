"""What the heading of the day calls new agrees with the list and with `changes`, for loans serviced here too.

The small loan: 400.00 beside 12.00 of interest due on 2026-02-01, 400.00 beside 8.00 due on 2026-03-01.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run

from .loan_books import Do

KEPT_ELSEWHERE = "loan add C-00001 --number JJ-1 --product working_capital --principal 1000"


def heading(cli: Run, book: Path, day: str) -> str:
    """Return the second line of the page: what is new."""
    answer = cli("--store", book, "today", "--as-of", day, "--format", "table")
    assert answer.code == 0, answer.err
    above = answer.out.decode().split("\n\n")[0].splitlines()
    return " ".join(line.strip() for line in above[1:])


def codes(do: Do, day: str) -> list[str]:
    return [row["reason_code"] for row in do(f"today --as-of {day}") if row["kind"] == "past_due"]


@pytest.mark.parametrize(
    ("day", "overdue", "due", "said"),
    [
        ("2026-02-02", "1 newly overdue 412.00", "due today 0, 0.00", ["newly_past_due"]),
        ("2026-02-03", "0 newly overdue 0.00", "due today 0, 0.00", ["past_due"]),
        ("2026-03-01", "0 newly overdue 0.00", "due today 1, 408.00", ["past_due"]),
        ("2026-03-02", "0 newly overdue 0.00", "due today 0, 0.00", ["past_due"]),  # it was late before
    ],
)
def test_a_ledger_alone_counts_from_the_day_before(
    paid_out: Do, cli: Run, book: Path, day: str, overdue: str, due: str, said: list[str]
) -> None:
    words = heading(cli, book, day)
    assert (overdue in words, due in words) == (True, True), words
    assert codes(paid_out, day) == said


def test_what_was_paid_and_missed_again_is_new_again(paid_out: Do, cli: Run, book: Path) -> None:
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    assert codes(paid_out, "2026-02-20") == []
    assert "since 2026-03-01: 1 newly overdue 408.00" in heading(cli, book, "2026-03-02")
    assert codes(paid_out, "2026-03-02") == ["newly_past_due"]
    assert codes(paid_out, "2026-03-03") == ["past_due"]


def test_beside_loans_kept_elsewhere_it_counts_from_the_data_before(
    paid_out: Do, cli: Run, book: Path
) -> None:
    paid_out(f"{KEPT_ELSEWHERE} --disbursed-on 2026-01-05 --matures-on 2027-01-05")
    for day in ("2026-01-25", "2026-02-10", "2026-02-12"):
        paid_out(f"snapshot add JJ-1 --on {day} --outstanding 1000 --days-past-due 0")
    assert "since 2026-01-25: 1 newly overdue 412.00" in heading(cli, book, "2026-02-10")
    assert codes(paid_out, "2026-02-10") == ["newly_past_due"]
    assert "since 2026-02-10: 0 newly overdue 0.00" in heading(cli, book, "2026-02-12")
    assert codes(paid_out, "2026-02-12") == ["past_due"]
    for day, since in (("2026-02-10", "2026-01-25"), ("2026-02-12", "2026-02-10")):
        kinds = [row["kind"] for row in paid_out(f"changes --as-of {day} --since {since}")]
        assert kinds.count("newly_overdue") == (1 if day == "2026-02-10" else 0)


def test_the_next_talk_is_no_reason_before_its_day(do: Do, cli: Run, book: Path) -> None:
    """Everyone else is talked with every 90 days: of 2026-11-21 by 2027-02-19."""

    def titles(day: str) -> dict[str, str]:
        answer = cli("--store", book, "customer", "show", "C-00001", "--as-of", day, "--format", "table")
        return dict(line.split("   ", 1) for line in answer.out.decode().splitlines() if "   " in line)

    do("contact log C-00001 --channel phone")
    assert "why now" not in titles("2027-02-18")
    assert titles("2027-02-18")["next talk"].strip() == "by 2027-02-19 (cadence everyone_else)"
    assert (
        titles("2027-02-19")["why now"].strip() == "last talked 90 d ago; cadence everyone_else: every 90 d"
    )


def test_the_history_shows_changes_in_full_on_80_columns(do: Do, cli: Run, book: Path) -> None:
    do("customer edit C-00001 --region 北京")
    do("customer edit C-00001 --region 上海 --name 北京华达精密机械制造有限公司")
    do("customer edit C-00001 --clear region")
    do("classify")
    answer = cli("--store", book, "history", "C-00001", "--format", "table", "--lang", "zh_CN")
    shown = answer.out.decode()
    assert "…" not in shown
    rows = [" ".join(line.split()[-3:]) for line in shown.splitlines() if "地区" in line]
    assert rows == ["edit 地区 北京", "北京 → 上海", "上海 → –"]
    assert "华达机械有限公司→北京华达精密机械制造有限公司" in "".join(shown.split())
    for scheme in ("生命周期", "服务层级"):
        assert scheme in shown
    assert "life_cycle" not in shown
    [made] = [one for one in do("history C-00001") if one["field"] == "region" and one["after"] == "上海"]
    assert (made["before"], "change" in made) == ("北京", False)
