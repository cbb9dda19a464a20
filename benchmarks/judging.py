"""Every customer classified and scored over twelve figures, as the program does it, nothing being stored.

``python -m benchmarks.judging judge STORE`` asks for everyone who would move and for every score, with the
points of each figure, and keeps neither. The figures are those of ``benchmarks.figures``: segments read five,
the scorecard all twelve. It is compared with SQL written by hand that only fetches the twelve.
``tried FILE`` writes the policy that ``policy try`` is measured with: the example, stricter in two places.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.book import DAY
from benchmarks.figures import with_statements

_RULES = """\
    - {rule: late, segment: risk, when: {days_past_due: ">= 7"}}
    - {rule: often_late, segment: risk, when: {worst_days_past_due_12m: ">= 31"}}
    - rule: proven
      segment: quality
      when: {days_past_due: "= 0", outstanding_principal: ">= 1000000", tenure_days: ">= 365", open_complaints: "= 0"}
    - {rule: growing, segment: potential, when: {tenure_days: ">= 365"}}
    - {rule: everyone_else, segment: mass_market, when: always}
"""  # noqa: E501 - a rule a line
_SEGMENTS = f"segments:\n  enterprise:\n{_RULES}  student:\n{_RULES}"
_CARD = """\
scorecards:
  twelve:
    title: {en: twelve figures, zh_CN: 十二项}
    kind: points
    applies_to: [enterprise, sole_proprietor, student]
    items:
      - {indicator: days_past_due, bands: [{when: "<= 0", points: 20}, {when: "1..30", points: 8.5}, {when: "> 30", points: 0}]}
      - {indicator: outstanding_principal, bands: [{when: "<= 500000", points: 3}, {when: "> 500000", points: 6}]}
      - {indicator: live_loans, bands: [{when: "<= 0", points: 0}, {when: ">= 1", points: 4}]}
      - {indicator: worst_days_past_due_12m, bands: [{when: "<= 0", points: 12}, {when: ">= 1", points: 2}]}
      - {indicator: tenure_days, bands: [{when: "< 365", points: 1}, {when: ">= 365", points: 5}]}
      - {indicator: days_since_contact, bands: [{when: "<= 90", points: 5}, {when: "> 90", points: 1}]}
      - {indicator: contacts_90d, bands: [{when: "<= 0", points: 0}, {when: ">= 1", points: 3}]}
      - {indicator: open_complaints, bands: [{when: "<= 0", points: 5}, {when: ">= 1", points: 0}]}
      - {indicator: current_ratio, bands: [{when: ">= 1.5", points: 10}, {when: "< 1.5", points: 4}]}
      - {indicator: debt_to_assets, bands: [{when: "<= 70%", points: 10}, {when: "> 70%", points: 2}]}
      - {indicator: altman_z2, bands: [{when: "> 2.6", points: 10}, {when: "1.1..2.6", points: 5}, {when: "< 1.1", points: 0}]}
      - {indicator: current_ratio_a_year_ago, bands: [{when: ">= 1.2", points: 10}, {when: "< 1.2", points: 4}]}
    grades:
      - {grade: A, from: 70}
      - {grade: B, from: 40}
screening: {}
"""  # noqa: E501 - a band a line


_STRICTER = (
    ('when: {worst_days_past_due_6m: ">= 31"}', 'when: {worst_days_past_due_6m: ">= 3"}'),
    ('{when: "1..7", points: 8}', '{when: "1..7", points: 6}'),
)


def policy_text(example: str) -> str:
    """Return the example policy with these segments and this card, and without other classes."""
    text = re.sub(r"(?ms)^segments:.*?(?=^treatments:)", _SEGMENTS, example)
    return text[: text.index("\nscorecards:\n") + 1] + _CARD


def judged(store: Path) -> Iterator[Any]:
    """Yield everyone who would move, then every score."""
    from loancrm.policy.policy import EXAMPLE, read_policy
    from loancrm.reports.classification import Classification
    from loancrm.reports.scores import book
    from loancrm.store import Store

    policy = read_policy(policy_text(EXAMPLE.read_text(encoding="utf-8")), "benchmark")
    with Store(store).read(DAY) as view:
        yield from Classification(view, policy).moves()
        yield from book(view, policy, "twelve")


def write_tried(file: Path) -> None:
    """Write the example policy with another bound in a rule for segments and other points on a card."""
    from loancrm.policy.policy import EXAMPLE

    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in _STRICTER:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "tried":
        write_tried(Path(sys.argv[2]))
        print(sys.argv[2])
    else:
        for _found in judged(with_statements(Path(sys.argv[2]))):
            pass
