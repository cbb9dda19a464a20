"""Points, rewards and offers on the command line, and what they show as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

from .helpers import rows_of
from .shapes import misfits
from .shapes_value import COST_LINE, ELSEWHERE, HINT


@pytest.fixture
def do(cli: Run, full: Path) -> Any:
    def run(line: str, *more: str) -> Any:
        answer = cli("--store", full, *line.split(), *more, "--format", "json")
        assert answer.code == 0, (line, answer.err)
        return answer.json

    return run


def test_points_are_adjusted_either_way_and_spent(do: Any, cli: Run, full: Path) -> None:
    assert do("loyalty adjust C-00001 +60 --why gift")["balance"] == 60
    assert do("loyalty adjust C-00001 -7 --why slip")["balance"] == 53
    receipt = do("loyalty redeem C-00001 fee_voucher")
    assert misfits(receipt, ELSEWHERE["loyalty redeem"]) == []
    assert (receipt["points"], receipt["balance"], receipt["cost"]) == (-50, 3, "20.00")
    page = do("loyalty show C-00001")
    assert [one["points"] for one in page["entries"]] == [-50, -7, 60]
    before = rows_of(full)
    refused = cli("--store", full, "loyalty", "redeem", "C-00001", "fee_voucher")
    assert (refused.code, rows_of(full)) == (5, before)
    [line] = [one for one in do("report loyalty") if one["kind"] == "redemption"]
    assert misfits([line], [COST_LINE]) == []
    assert (line["code"], line["cost"]) == ("fee_voucher", "20.00")


def test_a_retry_with_the_same_key_spends_once(do: Any) -> None:
    do("loyalty adjust C-00001 +120 --why gift")
    for _n in range(2):
        do("loyalty redeem C-00001 fee_voucher --idempotency-key spend-1")
    assert do("loyalty show C-00001")["balance"] == 70


def test_an_offer_goes_its_way(do: Any) -> None:
    do("offer add C-00001 --what coupon --cost 500 --until 2027-01-31")
    for verb in ("approve", "use"):
        assert misfits(do(f"offer {verb} O-1"), ELSEWHERE[f"offer {verb}"]) == []
    do("offer add C-00002 --what appraisal --until 2027-01-31")
    assert misfits(do("offer void O-2 --why twice"), ELSEWHERE["offer void"]) == []
    [line] = do("offer list --all")
    assert misfits([line], ELSEWHERE["offer list"]) == []
    assert (line["offer"], line["state"], line["cost"]) == ("O-00001", "used", "500.00")


def test_hints_have_their_shape(do: Any) -> None:
    assert misfits(do("report next-products"), [HINT]) == []
