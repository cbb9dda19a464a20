"""Promises to pay: kept, kept in part or broken, by the amount, within two days of grace and one per cent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.commands.loan_books import Do, check_refused

PROMISE = "promise add L-00001 --amount 412 --by 2026-02-10 --on 2026-02-05"


def states(do: Do, on: str) -> list[tuple[Any, ...]]:
    return [(line["received"], line["state"]) for line in do(f"promise list --all --as-of {on}")]


@pytest.mark.parametrize(
    ("amount", "paid_on", "as_of", "expected"),
    [
        ("412", "2026-02-10", "2026-02-10", ("412.00", "kept")),
        ("412", "2026-02-12", "2026-02-13", ("412.00", "kept")),  # two days of grace
        ("412", "2026-02-13", "2026-02-13", ("0.00", "broken")),
        ("407.88", "2026-02-10", "2026-02-13", ("407.88", "kept")),  # 412.00 less one per cent
        ("407.87", "2026-02-10", "2026-02-13", ("407.87", "part_kept")),
        ("407.87", "2026-02-10", "2026-02-12", ("407.87", "open")),
        ("412", "2026-02-04", "2026-02-13", ("0.00", "broken")),  # before it was promised
    ],
)
def test_a_promise_is_kept_by_what_comes_in_time(
    paid_out: Do, amount: str, paid_on: str, as_of: str, expected: tuple[str, str]
) -> None:
    paid_out(PROMISE)
    assert states(paid_out, "2026-02-05") == [("0.00", "open")]
    paid_out(f"loan pay L-00001 {amount} --on {paid_on}")
    assert states(paid_out, as_of) == [expected]


def test_only_what_is_open_or_broken_is_listed_unless_all_is_asked(paid_out: Do) -> None:
    paid_out(PROMISE)
    paid_out("loan pay L-00001 412 --on 2026-02-06")
    assert paid_out("promise list --as-of 2026-02-06") == []
    [line] = paid_out("promise list --all --customer C-00001")
    assert (line["promise"], line["loan"], line["state"]) == ("R-00001", "L-00001", "kept")
    paid_out("promise void R-00001 --why typo")
    assert paid_out("promise list --all") == []
    paid_out("undo --yes")
    assert len(paid_out("promise list --all")) == 1


def test_of_a_loan_kept_elsewhere_the_fall_of_its_arrears_counts(do: Do) -> None:
    """Overdue 400.00 and 12.00 before; 300.00 after: 112.00 came."""
    do("loan add C-00001 --number JJ-1 --product other --principal 1200 --disbursed-on 2026-01-01")
    do("promise add JJ-1 --amount 412 --by 2026-02-10 --on 2026-02-05")
    assert states(do, "2026-02-13") == [(None, "unknown")]
    sum_of = "--outstanding 1200 --overdue-principal"
    do(f"snapshot add JJ-1 --on 2026-02-04 {sum_of} 400 --unpaid-interest 12")
    do(f"snapshot add JJ-1 --on 2026-02-11 {sum_of} 300 --unpaid-interest 0")
    assert states(do, "2026-02-13") == [("112.00", "part_kept")]


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("promise add L-00001 --amount 0 --by 2026-03-01", 4, "--amount"),
        ("promise add L-00001 --amount 5 --by 2026-02-01 --on 2026-02-05", 4, "--by is before"),
        ("promise add L-00009 --amount 5 --by 2026-03-01", 3, "there is no loan L-00009"),
        ("promise add L-00001 --amount 5 --by 2027-03-01 --contact K-00009", 3, "K-00009"),
        ("promise void R-00009", 3, "there is no promise R-00009"),
    ],
)
def test_a_promise_that_cannot_be_is_refused(
    paid_out: Do, refused: Any, line: str, code: int, said: str
) -> None:
    check_refused(paid_out, refused, line, code, said)
