"""Rows, columns and readers that the render tests share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from loancrm.render.columns import Column
from loancrm.render.output import Options, write, write_one

COLUMNS = (
    Column("code", "code", "code"),
    Column("name", "name"),
    Column("segment", "segment", "code", vocabulary="segment"),
    Column("phone", "phone", mask="phone"),
    Column("outstanding_principal", "outstanding principal", "money"),
    Column("annual_rate", "annual rate", "rate"),
    Column("share", "share", "ratio"),
    Column("days_past_due", "days past due", "int"),
    Column("due_on", "due on", "date"),
    Column("seen_at", "seen at", "instant", table=False),
    Column("is_local", "local", "bool", table=False),
    Column("parts", "parts", "nested"),
    Column("bar", "bar", "bar"),
)


@dataclass(frozen=True, slots=True)
class Customer:
    code: str
    name: str | None
    segment: str | None = None
    phone: str | None = None
    outstanding_principal: int | None = None
    annual_rate: int | None = None
    share: int | None = None
    days_past_due: int | None = None
    due_on: date | None = None
    seen_at: datetime | None = None
    is_local: bool | None = None
    parts: object = None
    bar: int | None = None


HUADA = Customer(
    code="C-00042",
    name="华达机械有限公司",
    segment="mass_market",
    phone="13812348000",
    outstanding_principal=125_000_000,
    annual_rate=34_500,
    share=35_000,
    days_past_due=9,
    due_on=date(2026, 11, 21),
    seen_at=datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC),
    is_local=True,
    parts={"pieces": (1, 2)},
    bar=500_000,
)
EMPTY = Customer(code="C-00043", name=None)


TOTALS = (Column("loans", "loans", "int"), Column("paid", "paid", "money"))


def shown(rows: Iterable[object], format: str, among: Sequence[Column] = COLUMNS, /, **options: Any) -> bytes:
    """What ``write`` writes; options of both ``Options`` and ``write`` by name."""
    out = BytesIO()
    around = {key: options.pop(key) for key in ("header", "footer") if key in options}
    write(rows, among, out, Options(format, **({"zone": "Asia/Shanghai"} | options)), **around)
    return out.getvalue()


def with_totals(rows: Iterable[object], format: str, *, loans: int | None = 2, **options: Any) -> bytes:
    """What ``write`` writes with two loans and five cents in total."""
    out = BytesIO()
    chosen = Options(format, totals=True, **options)
    write(rows, COLUMNS, out, chosen, totals={"loans": loans, "paid": 5}, totals_columns=TOTALS)
    return out.getvalue()


def one(item: object, format: str, among: Sequence[Column] = COLUMNS, /, **options: Any) -> bytes:
    """What ``write_one`` writes."""
    out = BytesIO()
    around = {key: options.pop(key) for key in ("header", "footer") if key in options}
    write_one(item, among, out, Options(format, **({"zone": "Asia/Shanghai"} | options)), **around)
    return out.getvalue()
