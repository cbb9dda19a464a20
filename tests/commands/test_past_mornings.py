"""The agenda of a day gone by, with what was known then: what was undone later was on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.loan_books import Do
from tests.conftest import Run

Lines = Callable[..., list[tuple[str, str]]]
PROFILE = """\
kind: snapshots
columns:
  loan.number: 借据号
  snapshot.on: 数据日期
  snapshot.outstanding_principal: 贷款余额
  snapshot.reprices_on: 下次重定价日
"""


@pytest.fixture
def at(cli: Run, book: Path) -> Callable[..., None]:
    """Run a line on a day."""

    def at_(day: str, line: str, *more: str | Path) -> None:
        answer = cli("--store", book, *line.split(), *more, env={"LOANCRM_NOW": f"{day}T09:00+08:00"})
        assert answer.code == 0, answer.err

    return at_


@pytest.fixture
def known(cli: Run, book: Path) -> Lines:
    """Return the reasons of a kind, and their days, as of a day and with what was known by its end."""

    def known_(kind: str, day: str, today: str = "2026-12-22") -> list[tuple[str, str]]:
        words = f"agenda C-00001 --within 0d --as-of {day} --known-at {day} --format json".split()
        answer = cli("--store", book, *words, env={"LOANCRM_NOW": f"{today}T09:00+08:00"})
        assert answer.code == 0, answer.err
        return [(one["reason_code"], one["due_on"]) for one in answer.json if one["kind"] == kind]

    return known_


def test_a_grace_whose_loan_was_undone_later(do: Do, at: Callable[..., None], known: Lines) -> None:
    """Paid out on 2026-12-01 with two months without principal: the first falls due on 2027-03-01."""
    terms = "--principal 1200 --rate 12% --instalments 6 --repayment equal_principal --principal-grace 2"
    do(f"loan apply C-00001 --product working_capital {terms} --on 2026-11-20")
    for step, on in (("approve", "2026-11-23"), ("sign", "2026-11-24")):
        at("2026-11-25", f"loan {step} L-00001 --on {on}")
    at("2026-12-01", "loan disburse L-00001 --on 2026-12-01")
    expected = [("grace_end", "2027-03-01")]
    assert known("grace_end", "2027-01-10", "2027-01-10") == expected
    at("2027-01-12", "undo --yes")
    assert known("grace_end", "2027-01-10", "2027-01-12") == expected
    assert known("grace_end", "2027-01-12", "2027-01-12") == []


def test_a_new_rate_whose_data_was_undone_later(
    do: Do, at: Callable[..., None], known: Lines, tmp_path: Path
) -> None:
    do("loan add C-00001 --number B --product working_capital --principal 1000 --disbursed-on 2026-01-15")
    profile, file = tmp_path / "P.yaml", tmp_path / "snapshots.csv"
    profile.write_text(PROFILE, "utf-8")
    file.write_text("借据号,数据日期,贷款余额,下次重定价日\nB,2026-12-20,900.00,2026-12-24\n", "utf-8")
    at("2026-12-20", "import snapshots --apply", file, "--profile", profile)
    expected = [("rate_change", "2026-12-24")]
    assert known("rate_change", "2026-12-20", "2026-12-20") == expected
    at("2026-12-21", "undo --yes")
    assert known("rate_change", "2026-12-20") == expected
    assert known("rate_change", "2026-12-21") == []


def test_what_can_be_drawn_until_an_end_that_was_learned_later(
    do: Do, at: Callable[..., None], known: Lines
) -> None:
    """By the policy what was signed for on 2026-11-24 can be drawn for 365 days."""
    terms = "--principal 1200 --rate 12% --instalments 6 --repayment equal_principal"
    do(f"loan apply C-00001 --product working_capital {terms} --on 2026-11-20")
    for step in ("approve --on 2026-11-23", "sign --on 2026-11-24"):
        at("2026-11-25", f"loan {step.replace(' ', ' L-00001 ', 1)}")
    at("2026-12-01", "loan disburse L-00001 --on 2026-12-01 --amount 500")
    expected = [("undrawn", "2027-11-24")]
    assert known("approval", "2027-11-01", "2027-11-01") == expected
    at("2027-11-05", "loan payoff L-00001 --on 2027-10-20")
    assert known("approval", "2027-11-01", "2027-11-05") == expected
    assert known("approval", "2027-11-05", "2027-11-05") == []
