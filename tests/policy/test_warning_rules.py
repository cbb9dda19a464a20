"""Rules of warnings in a policy: what they name must be there."""

from __future__ import annotations

import pytest

from loancrm.errors import InvalidInput
from loancrm.policy.policy import read_policy
from tests.support import EXAMPLE_TEXT, changed


def test_a_rule_names_a_playbook_of_the_policy() -> None:
    found = read_policy(EXAMPLE_TEXT, "policy.yaml").warnings.rule("newly_past_due")
    assert found is not None
    assert found.playbook == "payment_trouble"
    rule = "newly_past_due, kind: credit, severity: high, horizon_days: 90, playbook: {}, when"
    other = changed(EXAMPLE_TEXT, (rule.format("payment_trouble"), rule.format("payment_troble")))
    said = r"policy.yaml:\d+:\d+: .*playbook.*did you mean 'payment_trouble'"
    with pytest.raises(InvalidInput, match=said):
        read_policy(other, "policy.yaml")
