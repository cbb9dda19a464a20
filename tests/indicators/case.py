"""What the tables of cases are made of: a customer, what happened, and what its figures are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from loancrm.dossier import KINDS
from loancrm.services.customer_fields import Reading
from loancrm.services.dossier import add_fact
from loancrm.services.dossier_requests import fact_in
from tests.support import Book

Facts = Callable[[Book, str], None]
YUAN = 100
ONE = 1_000_000  # millionths


@dataclass(frozen=True)
class Case:
    """A customer, what happened, and what its figures are."""

    happened: Facts
    expected: dict[str, Any]
    kind: str = "enterprise"
    fields: dict[str, Any] = field(default_factory=dict)
    today: str = "2026-11-20"


def fact(book: Book, noun: str, owner: str | None, /, **typed: object) -> str:
    """Record a fact of the customer's file as it is typed: amounts in yuan; return its number."""
    said = {name: None if value is None else str(value) for name, value in typed.items()}
    request = fact_in(KINDS[noun], owner, said, Reading(book.today, "CN"))
    return str(book.do(add_fact, request).number)
