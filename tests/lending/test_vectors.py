"""Which published numbers are reproduced, and each that no product can express, with the reason.

The list may not grow: whoever adds a reason here takes another one away. Schedules, day counts,
delinquency and Regulation Z are reproduced whole, in the tests of their own.
"""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from loancrm.lending.cost import Flow, nominal_rate
from loancrm.lending.schedule import schedule
from loancrm.lending.terms import Frequency, Terms

WHOLE = {"schedules.json": 11, "apr_regz.json": 5, "daycount.json": 40, "delinquency.json": 1}
BEGINNING = "payments at the beginning of a period; here interest is always paid for time gone by"
HOW_MANY = "how many payments there are is agreed, and never asked for"
NO_LOAN = "the flows are no loan: money is lent again later, or is never repaid"
SAVINGS = "what savings grow to"
WORTH = "a present value at a rate from outside; the loss of relief is worked by hand instead"
# function and arguments, as the file writes them -> why not
UNSAID = {
    'ppmt {"nper": 60, "per": 1, "pv": 55000, "rate": "0.1/12", "when": "begin"}': BEGINNING,
    'ipmt {"nper": 360, "per": 2, "pv": 300000, "rate": "0.001988079518355057", "when": "begin"}': BEGINNING,
    'nper {"fv": 100000, "pmt": -2000, "pv": 0, "rate": "0.075"}': HOW_MANY,
    'nper {"pmt": -100, "pv": 1000, "rate": "0"}': HOW_MANY,
    'nper {"fv": 1500, "pmt": 0, "pv": -500, "rate": "0.1"}': HOW_MANY,
    'fv {"nper": 20, "pmt": -2000, "pv": 0, "rate": "0.075"}': SAVINGS,
    'irr {"values": [-100, 0, 0, 74]}': NO_LOAN,
    'irr {"values": [-100, 100, 0, -7]}': NO_LOAN,
    'irr {"values": [-5, 10.5, 1, -8, 1]}': NO_LOAN,
    'irr {"values": [1, 2, 3]}': NO_LOAN,
    'npv {"rate": "0.05", "values": [-15000.0, 1500.0, 2500.0, 3500.0, 4500.0, 6000.0]}': WORTH,
}
AT_MOST = 11


def vectors_of(folder: Path, name: str) -> list[dict[str, Any]]:
    data = json.loads((folder / name).read_text("utf-8"))
    return list(data.get("vectors") or data["scenarios"])


def key(case: dict[str, Any]) -> str:
    return f"{case['fn']} {json.dumps(case['args'], sort_keys=True)}"


def test_the_list_of_what_cannot_be_said_does_not_grow(vectors: Path) -> None:
    assert len(UNSAID) <= AT_MOST
    assert {name: len(vectors_of(vectors, name)) for name in WHOLE} == WHOLE
    assert {path.name for path in vectors.glob("*.json")} == {*WHOLE, "annuity.json"}


def test_every_other_annuity_is_reproduced(vectors: Path) -> None:
    cases = vectors_of(vectors, "annuity.json")
    assert UNSAID.keys() <= {key(case) for case in cases}
    said = [case for case in cases if key(case) not in UNSAID]
    assert (len(cases), len(said)) == (31, 20)
    for case in said:
        found, wanted = FOUND[case["fn"]](case["args"], case["expected"])
        # rates are found to a millionth; a row carries the rounding of those before it
        assert abs(found - wanted) <= max(1, case.get("rtol", 0) * 1_000_000), case


def loan(args: dict[str, Any], principal: int) -> Terms:
    """A bare rate is of a year with one instalment, ``0.08/12`` of twelve."""
    rate, _slash, parts = args["rate"].partition("/")
    every = Frequency(0, 1 if parts else 12)
    return Terms(principal, int(Fraction(rate) * 1_000_000), args["nper"], date(2026, 1, 1), frequency=every)


def payment(args: dict[str, Any], expected: float) -> tuple[float, float]:
    return schedule(loan(args, args["pv"] * 100))[0].total_due, -expected * 100


def principal_part(args: dict[str, Any], expected: float) -> tuple[float, float]:
    return schedule(loan(args, args["pv"] * 100))[args["per"] - 1].principal_due, -expected * 100


def interest_part(args: dict[str, Any], expected: float) -> tuple[float, float]:
    return schedule(loan(args, args["pv"] * 100))[args["per"] - 1].interest_due, -expected * 100


def lent(args: dict[str, Any], expected: float) -> tuple[float, float]:
    """What is lent so that each instalment is as given."""
    return schedule(loan(args, round(-expected * 100)))[0].total_due, args["pmt"] * 100


def paid_at_once(args: dict[str, Any], expected: float) -> tuple[float, float]:
    found = nominal_rate(-args["pv"] * 100, [Flow(args["nper"], 0.0, args["fv"] * 100)], 1)
    assert found is not None
    return found, expected * 1_000_000


def of_flows(args: dict[str, Any], expected: float) -> tuple[float, float]:
    advance, *flows = (round(value * 100) for value in args["values"])
    found = nominal_rate(-advance, [Flow(n, 0.0, amount) for n, amount in enumerate(flows, 1)], 1)
    assert found is not None
    return found, expected * 1_000_000


FOUND = {
    "pmt": payment,
    "ppmt": principal_part,
    "ipmt": interest_part,
    "pv": lent,
    "rate": paid_at_once,
    "irr": of_flows,
}
