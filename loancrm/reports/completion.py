"""What the shell offers while an officer types: customers, loans and officers by the beginning of a word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from loancrm.dialect import contains, starts_with, unindexed
from loancrm.identity import name_key
from loancrm.indicators.facts import CUSTOMER, LOAN
from loancrm.models import Officer, table
from loancrm.pinyin import typed_key
from loancrm.reports.lookup import customer_code
from loancrm.view import View

MOST = 50
_WIDTH, _LONGEST = 5, 9  # digits of a code: C-00042, and more where the book is large


@dataclass(frozen=True, slots=True)
class Offer:
    """A word to complete to, and the name that goes with it."""

    word: str
    name: str


def customers(view: View, typed: str) -> list[Offer]:
    """Return customers whose code, name, or pinyin begins as ``typed``, by code."""
    c = CUSTOMER.c
    query = select(c.number, c.name).where(_begins(typed) if typed else true(), view.stands(CUSTOMER))
    order = unindexed(c.number) if typed else c.number
    rows = view.rows(query.order_by(order).limit(MOST))
    return [Offer(customer_code(row.number), row.name) for row in rows]


def _begins(typed: str) -> ColumnElement[bool]:
    c = CUSTOMER.c
    ways: list[ColumnElement[bool]] = [starts_with(c.name_key, key)] if (key := name_key(typed)) else []
    if (pinyin := typed_key(typed)) is not None:
        ways += [starts_with(c.pinyin_key, pinyin), contains(c.pinyin_key, f" {pinyin}")]
    if code := re.fullmatch(r"[Cc]-?([0-9]*)", typed):
        ways += [c.number.between(low, high) for low, high in _numbers(code[1])]
    return or_(*ways) if ways else ~true()


def _numbers(digits: str) -> list[tuple[int, int]]:
    """Return the ranges of the numbers whose code begins with ``digits``."""
    widths = range(max(_WIDTH, len(digits)), _LONGEST + 1)
    if digits.startswith("0"):  # only the shortest codes are filled with zeros
        widths = widths[:1] if len(digits) <= _WIDTH else widths[:0]
    spans = [(int(digits or 0), 10 ** (width - len(digits))) for width in widths]
    return [(first * span, (first + 1) * span - 1) for first, span in spans]


def loans(view: View, typed: str) -> list[Offer]:
    """Return loans whose number begins as ``typed``, with the customer's name."""
    key, c = LOAN.c.live_key, CUSTOMER.c
    query = select(key, c.name).join(CUSTOMER, c.id == LOAN.c.customer_id).where(starts_with(key, typed))
    return [Offer(row.live_key, row.name) for row in view.rows(query.order_by(key).limit(MOST))]


def officers(view: View, typed: str) -> list[Offer]:
    """Return officers whose code begins as ``typed``."""
    rows = table(Officer)
    c: Any = rows.c
    query = select(c.code, c.name).where(starts_with(c.code, typed), view.stands(rows))
    return [Offer(row.code, row.name) for row in view.rows(query.order_by(c.code).limit(MOST))]
