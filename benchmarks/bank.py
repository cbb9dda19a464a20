"""The bank that the stores hold: how large, on which day, and what is so for a customer's number."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date

SEED = 20261120
DAY = date(2026, 11, 20)  # the business day that everything is measured on
DATA_DAYS = (date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 19))
CUSTOMERS_AN_OFFICER = 250
_SCATTER = 618_033  # prime to every size, so that each officer has exactly as many
WORDS = "华达新远恒信泰安金瑞宏盛东方南洋中科天成百川永兴同济广源顺和嘉美"


@dataclass(frozen=True)
class Size:
    """How large a store is. ``contacts`` is a customer's number of conversations."""

    name: str
    customers: int
    contacts: int

    @property
    def officers(self) -> int:
        return max(1, self.customers // CUSTOMERS_AN_OFFICER)


@dataclass
class Bank:
    """A seeded bank: what its generators draw from, in their order."""

    size: Size
    random: random.Random = field(default_factory=lambda: random.Random(SEED))

    @property
    def customers(self) -> range:
        """The numbers of the customers."""
        return range(1, self.size.customers + 1)

    def officer_of(self, customer: int) -> int:
        """An officer's customers came one by one over the years: they lie scattered over the table."""
        n = self.size.customers
        return customer * _SCATTER % n // CUSTOMERS_AN_OFFICER % self.size.officers + 1


def words(i: int) -> str:
    """Return four characters that differ for every ``i`` below a million or so."""
    n = len(WORDS)
    return "".join(WORDS[i // n**place % n] for place in range(4))


def segment_of(i: int) -> str:
    if i % 16 == 5:
        return "risk"
    return ("quality", "mass_market", "mass_market", "potential")[i // 3 % 4]


def principal_of(i: int) -> int:
    return (2_000_000 if i % 4 == 0 else 50_000_000) + i * 37 % 1_000 * 10_000
