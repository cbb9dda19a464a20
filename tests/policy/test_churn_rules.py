"""The sections of churn and growth: what cannot be read has its place; unsaid, the example holds."""

from __future__ import annotations

import pytest

from loancrm.errors import InvalidInput
from loancrm.policy.policy import example, read_policy
from tests.support import EXAMPLE_TEXT, changed


def place_of(text: str, word: str) -> str:
    """Return line:column of the only place of ``word``."""
    (line,) = [n for n, one in enumerate(text.splitlines(), 1) if word in one]
    return f"policy.yaml:{line}:"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("window_days: 90", "window_days: 0"),
        ("not_counted: [graduated, written_off]", "not_counted: [gone]"),
        ("{days_to_last_maturity: \"0..90\"}", "{days_to_last_maturitty: \"0..90\"}"),
        ("owner: second, en", "owner: third, en"),
        ("- rule: student\n      when: {kind: student}", "- rule: student\n      when: {kind: pupil}"),
        ("market_unit: 100000000", "market_unit: -1"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_line(right: str, wrong: str) -> None:
    text = changed(EXAMPLE_TEXT, (right, wrong))
    with pytest.raises(InvalidInput) as fault:
        read_policy(text, "policy.yaml")
    assert place_of(text, wrong.splitlines()[-1].strip()) in fault.value.message


def test_a_step_stands_once_in_a_playbook() -> None:
    text = changed(EXAMPLE_TEXT, ("{step: offer, after_days: 7", "{step: call, after_days: 7"))
    with pytest.raises(InvalidInput):
        read_policy(text, "policy.yaml")


def test_an_older_policy_has_the_examples_churn_and_no_market() -> None:
    start, end = EXAMPLE_TEXT.index("\nchurn:\n"), EXAMPLE_TEXT.index("# The least that a loan must earn")
    older = read_policy(EXAMPLE_TEXT[:start] + "\n" + EXAMPLE_TEXT[end:], "policy.yaml")
    assert older.churn.shape == example().churn.shape
    assert older.terms.lost_after_days is not None
    assert older.terms.lost_after_days() == 90
