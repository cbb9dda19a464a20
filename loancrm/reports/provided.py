"""What balances by class must be provided for, in all: by class, and the general provision beside it.

One place, so that every page of one day says the same: ``report portfolio``, ``five-tier``, ``provision`` and
``stress``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loancrm.lending.expected_loss import MILLION
from loancrm.lending.rounding import rounded
from loancrm.lending.standing import CLASSES
from loancrm.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class Provided:
    """Amounts in minor units: ``by_class``, each class rounded, and what the ``general`` one adds to that."""

    by_class: int
    general: int

    @property
    def whole(self) -> int:
        """Return both together."""
        return self.by_class + self.general


def provided(policy: Policy, balances: Mapping[str, int]) -> Provided:
    """Return what the policy provides for balances by class, in minor units; a class left out owes nothing.

    Of all of them at least the policy's general share is provided without a loss in sight: what the normal
    class provides is general, the rest of it is added.
    """
    by_class = {name: policy.provisions.provision(name, balances.get(name, 0)) for name in CLASSES}
    whole = sum(balances.get(name, 0) for name in CLASSES)
    least = rounded(whole * policy.risk.expected_loss.general, MILLION)
    return Provided(sum(by_class.values()), max(0, least - by_class[CLASSES[0]]))
