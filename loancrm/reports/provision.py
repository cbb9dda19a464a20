"""Expected losses by IFRS 9 stage, weighed over scenarios, and provisions by five-tier class.

ECL of twelve months = PD·LGD·EAD, of the whole life Σ S(t−1)·h(t)·LGD·EAD(t)/(1+EIR)^t, of a defaulted loan
LGD·EAD (IFRS 9, 5.5). By class: balance × the policy's rate, and of all loans at least the general one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from loancrm.lending.standing import CLASSES, NON_PERFORMING
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import Grouping, named
from loancrm.reports.losses import Book, Sums
from loancrm.reports.provided import provided
from loancrm.view import View

STAGES = (1, 2, 3, None)


@dataclass(frozen=True, slots=True)
class ProvisionLine:
    """A stage (None: not known), or with ``key`` a group: amounts in minor units, shares in millionths.

    ``expected_loss`` is weighed over the scenarios, ``scenarios`` has each of them; ``coverage`` is it ÷
    outstanding principal; ``provision`` goes by the class of each loan. ``expected_loss_before``: on the day
    that is compared with.
    """

    key: str | None
    name: str | None
    ifrs9_stage: int | None
    loans: int
    outstanding_principal: int
    share: int | None
    expected_loss: int
    coverage: int | None
    provision: int
    scenarios: dict[str, int]
    expected_loss_before: int | None


@dataclass(frozen=True, slots=True)
class ClassProvision:
    """A class: what is outstanding, the policy's rate in millionths, and what it provides."""

    five_tier: str
    loans: int
    outstanding_principal: int
    rate: int
    provision: int


@dataclass(frozen=True, slots=True)
class Provision:
    """The report: a line a stage or group; by class; what is provided in all, and how far it goes.

    ``general``: what the general provision adds to that by class. ``provision`` is with it. ``coverage`` and
    ``expected_coverage``: provisions, and expected loss ÷ NPL. ``recorded``: what was booked, ``shortfall``
    what of the greater of the two needs is missing in it (below 0: to spare).
    """

    since: date | None
    lines: tuple[ProvisionLine, ...]
    classes: tuple[ClassProvision, ...]
    loans: int
    outstanding_principal: int
    loans_without_stage: int
    expected_loss: int
    expected_loss_before: int | None
    scenarios: dict[str, int]
    by_class: int
    general: int
    provision: int
    npl: int
    coverage: int | None
    expected_coverage: int | None
    recorded: int | None
    shortfall: int | None
    largest: tuple[dict[str, Any], ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Asked:
    """In which groups, the earlier day, what was booked, and whether the largest loans are named."""

    grouping: Grouping | None = None
    since: date | None = None
    recorded: int | None = None
    with_largest: bool = False


def provision(view: View, policy: Policy, asked: Asked = Asked(), officer_id: int | None = None) -> Provision:
    """Return expected losses and provisions as of the view's day, of the book or of an officer's customers.

    Raises:
        UsageFault: loans cannot be grouped so.
    """
    if asked.grouping is not None:
        asked.grouping.check()
    book = Book.of(view, policy, officer_id=officer_id)
    found = book.sums(asked.grouping)
    before = None
    if asked.since is not None:
        before = Book.of(view.at(asked.since), policy, officer_id=officer_id).sums(asked.grouping)
    classes = _classes(found, policy)
    needs = provided(policy, {one.five_tier: one.outstanding_principal for one in classes})
    npl, expected = found.of_classes(NON_PERFORMING).owed, found.expected
    needed = max(expected, needs.whole)
    return Provision(
        since=asked.since,
        lines=tuple(_lines(view, found, before, asked)),
        classes=classes,
        loans=found.loans,
        outstanding_principal=found.owed,
        loans_without_stage=found.where(stage=None).loans,
        expected_loss=expected,
        expected_loss_before=None if before is None else before.expected,
        scenarios=found.scenarios,
        by_class=needs.by_class,
        general=needs.general,
        provision=needs.whole,
        npl=npl,
        coverage=ratio(needs.whole, npl),
        expected_coverage=ratio(expected, npl),
        recorded=asked.recorded,
        shortfall=None if asked.recorded is None else needed - asked.recorded,
        largest=tuple(book.largest()) if asked.with_largest else (),
        basis=basis(view, policy),
    )


def _lines(view: View, found: Sums, before: Sums | None, asked: Asked) -> list[ProvisionLine]:
    if asked.grouping is None:
        parts = [(stage, found.where(stage=stage)) for stage in STAGES]
        return [
            _line(sums, found.owed, None if before is None else before.where(stage=stage), stage=stage)
            for stage, sums in parts
            if sums.rows or (stage is not None and found.rows)
        ]
    names = asked.grouping.names(view)
    lines = []
    for key in dict.fromkeys(row.key for row in found.rows):
        then = None if before is None else before.where(key=key)
        lines.append(_line(found.where(key=key), found.owed, then, named(key, names)))
    return sorted(lines, key=lambda one: (-one.expected_loss, one.key is None, one.key or ""))


def _line(
    sums: Sums,
    whole: int,
    before: Sums | None,
    shown: tuple[str | None, str | None] = (None, None),
    stage: int | None = None,
) -> ProvisionLine:
    expected = sums.expected
    return ProvisionLine(
        key=shown[0],
        name=shown[1],
        ifrs9_stage=stage,
        loans=sums.loans,
        outstanding_principal=sums.owed,
        share=ratio(sums.owed, whole),
        expected_loss=expected,
        coverage=ratio(expected, sums.owed),
        provision=sum(one.provision for one in _classes(sums, sums.policy)),
        scenarios=sums.scenarios,
        expected_loss_before=None if before is None else before.expected,
    )


def _classes(found: Sums, policy: Policy) -> tuple[ClassProvision, ...]:
    rules, lines = policy.provisions, []
    for name in CLASSES:
        of = found.where(five_tier=name)
        lines.append(
            ClassProvision(
                name, of.loans, of.owed, rules.by_class.get(name, 0), rules.provision(name, of.owed)
            )
        )
    return tuple(lines) if found.rows else ()
