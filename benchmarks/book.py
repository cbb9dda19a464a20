"""Stores to measure on: a seeded bank of any size, written in bulk as an import would.

One command ``import`` writes all rows; the audit trail has one row a customer and one a batch of the
other facts (an import is one command: one audit entry a batch). ``store check`` is silent on them.
"""

from __future__ import annotations

import hashlib
import random
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any

from loancrm.identity import company_key, name_key
from loancrm.models import METADATA
from loancrm.models.columns import canonical_json
from loancrm.policy.policy import EXAMPLE
from loancrm.services.books import BookIn, create
from loancrm.store import Order
from loancrm.unitofwork import Clock, chain_digest

SEED = 20261120
DAY = date(2026, 11, 20)  # the business day that everything is measured on
NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)
STAMP = "2026-11-20 01:00:00.000000"
DATA_DAYS = (date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 19))
CUSTOMERS_AN_OFFICER = 250
BATCH = 5_000
_SCATTER = 618_033  # prime to every size, so that each officer has exactly as many

_REGIONS = ("北京", "上海", "广东", "江苏", "浙江", "山东", "四川", "湖北", "福建", "陕西")
_INDUSTRIES = ("C34", "C13", "F51", "F52", "G54", "E47", "I65", "A01", "K70", "L72", "C26", "C39")
_WORDS = "华达新远恒信泰安金瑞宏盛东方南洋中科天成百川永兴同济广源顺和嘉美"
_TRADES = ("机械", "食品", "贸易", "运输", "建材", "软件", "电子", "化工", "农业", "租赁")
_SCHOOLS = ("复旦大学", "武汉大学", "南京大学", "四川大学", "厦门大学", "浙江大学")
_CHANNELS = ("phone", "phone", "phone", "wechat", "visit", "branch")
_PURPOSES = ("care", "service", "collection", "renewal", "post_loan_check")
_OUTCOMES = ("reached", "reached", "reached", "met", "promised", "no_answer", "message_left", "call_back")


@dataclass(frozen=True)
class Size:
    """How large a store is. ``contacts`` is a customer's number of conversations."""

    name: str
    customers: int
    contacts: int

    @property
    def officers(self) -> int:
        return max(1, self.customers // CUSTOMERS_AN_OFFICER)


SIZES = {
    size.name: size
    for size in (
        Size("2k", 2_000, 10),
        Size("10k", 10_000, 10),
        Size("100k", 100_000, 10),
        Size("1m", 1_000_000, 5),  # ten minutes already
    )
}


def officer_code(index: int) -> str:
    """Return the code of the officer number ``index``, from 1."""
    return f"o{index:05d}"


def store_of(size: Size, folder: Path) -> Path:
    """Return the store of ``size``, built when it is not there yet for this schema and generator."""
    schema = "".join(str(sorted(index.name or "" for index in t.indexes)) for t in METADATA.sorted_tables)
    sources = (Path(__file__).read_text(encoding="utf-8"), EXAMPLE.read_text(encoding="utf-8"), schema)
    version = hashlib.sha256("".join(sources).encode()).hexdigest()[:8]
    path = folder / f"{size.name}-{version}.db"
    if not path.exists():
        folder.mkdir(exist_ok=True)
        for old in folder.glob(f"{size.name}-*.db*"):
            old.unlink()
        part = folder / f"{size.name}.part.db"
        part.unlink(missing_ok=True)
        build(part, size)
        part.replace(path)
    return path


def build(path: Path, size: Size, seed: int = SEED) -> None:
    """Make the store at ``path`` through ``init``, and fill it."""
    clock = Clock(NOW, DAY, is_fixed=True)
    create(
        BookIn(path=str(path), zone="Asia/Shanghai", currency="CNY"), lambda _zone: Order("init", "?", clock)
    )
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("foreign_keys = ON", "synchronous = OFF", "cache_size = -1000000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")
        _Filler(connection, size, seed).fill()
        connection.execute("COMMIT")
        connection.execute("ANALYZE")


class _Filler:
    """Writes the rows of every table, each in the order of its days."""

    def __init__(self, connection: sqlite3.Connection, size: Size, seed: int) -> None:
        self.connection = connection
        self.size = size
        self.random = random.Random(seed)
        self.uids = count(1)
        self.command = self._command()
        newest = "SELECT chain_digest FROM audit ORDER BY id DESC LIMIT 1"
        self.chain: str = connection.execute(newest).fetchone()[0]

    def fill(self) -> None:
        n = self.size.customers
        self._write("officer", self._officers())
        self._write("customer", self._customers())
        self._write("customer_attribute", self._attributes())
        self._write("customer_segment", self._segments())
        self._write("facility", self._facilities())
        self._write("contract", self._contracts())
        self._write("loan", self._loans())
        self._write("loan_status", self._ends())
        self._write("snapshot", self._snapshots())
        self._write("contact", self._contacts())
        self._write("follow_up", self._follow_ups())
        self._write("follow_up_event", self._follow_up_events())
        self._write("feedback", self._feedback())
        self._write("feedback_event", self._feedback_events())
        numbers = {"customer": n, "contact": n * self.size.contacts, "follow_up": n // 2, "feedback": n // 20}
        rows = [(name, last + 1) for name, last in numbers.items()]
        self.connection.executemany("INSERT INTO sequence VALUES (?, ?)", rows)

    # ── writing ─────────────────────────────────────────────────────────────────────────────────

    def _command(self) -> int:
        values = (self._uid(), "import", "bench", STAMP, "fixed")
        sql = "INSERT INTO command (uid, name, actor, recorded_at, clock) VALUES (?, ?, ?, ?, ?)"
        return int(self.connection.execute(sql, values).lastrowid or 0)

    def _write(self, name: str, rows: Iterator[dict[str, Any]]) -> None:
        """Insert ``rows``, which all have the same columns, and their part of the audit trail."""
        target, sql, key = METADATA.tables[name], "", 0
        while batch := list(islice(rows, BATCH)):
            for row in batch:
                key += 1
                row["id"] = key
                row["known_on"] = row.get("effective_on", str(DAY))
                row["recorded_at"], row["command_id"] = STAMP, self.command
                if "uid" in target.c:
                    row["uid"] = self._uid()
            if not sql:
                sql = f"INSERT INTO {name} ({', '.join(batch[0])}) VALUES ({', '.join('?' * len(batch[0]))})"
            self.connection.executemany(sql, [tuple(row.values()) for row in batch])
            self._audit(name, batch)

    def _audit(self, name: str, batch: Sequence[dict[str, Any]]) -> None:
        if name == "customer":
            entries = [(row["id"], row["id"], {"number": row["number"]}) for row in batch]
        else:
            entries = [(batch[0]["id"], None, {"rows": len(batch), "last": batch[-1]["id"]})]
        rows = [self._chained(name, *entry) for entry in entries]
        names = ", ".join(rows[0])
        self.connection.executemany(
            f"INSERT INTO audit ({names}) VALUES ({', '.join('?' * len(rows[0]))})",
            [tuple(row.values()) for row in rows],
        )

    def _chained(self, name: str, key: int, customer_id: int | None, after: dict[str, Any]) -> dict[str, Any]:
        payload = canonical_json({"before": {}, "after": after})
        row = {
            "command_id": self.command,
            "action": "create",
            "subject": name,
            "subject_id": key,
            "customer_id": customer_id,
            "payload_digest": hashlib.sha256(payload.encode()).hexdigest(),
        }
        self.chain = chain_digest(self.chain, row)
        return {**row, "payload": payload, "chain_digest": self.chain}

    def _uid(self) -> str:
        text = f"{next(self.uids):032x}"
        return f"{text[:8]}-{text[8:12]}-7{text[13:16]}-8{text[17:20]}-{text[20:]}"

    # ── people ──────────────────────────────────────────────────────────────────────────────────

    def _customers_numbered(self) -> Iterable[int]:
        return range(1, self.size.customers + 1)

    def _officer_of(self, customer: int) -> int:
        """An officer's customers came one by one over the years: they lie scattered over the table."""
        n = self.size.customers
        return customer * _SCATTER % n // CUSTOMERS_AN_OFFICER % self.size.officers + 1

    def _officers(self) -> Iterator[dict[str, Any]]:
        for i in range(1, self.size.officers + 1):
            name, branch = f"{_WORDS[i % len(_WORDS)]}{_WORDS[i * 7 % len(_WORDS)]}", f"支行{i // 20}"
            yield {"code": officer_code(i), "name": name, "branch": branch, "is_active": 1, "version": 1}

    def _customers(self) -> Iterator[dict[str, Any]]:
        for i in self._customers_numbered():
            yield self._student(i) if i % 4 == 0 else self._enterprise(i)

    def _customer(self, i: int, kind: str, name: str, **more: Any) -> dict[str, Any]:
        pick = self.random.choice
        row = {
            "number": i,
            "kind": kind,
            "since_on": str(DAY - timedelta(days=self.random.randrange(30, 2000))),
            "version": 1,
            "segment": _segment(i),
            "name": name,
            "name_key": name_key(name),
            "company_key": None,
            "phone": f"+861{300000000 + i:010d}",
            "region": pick(_REGIONS),
            "industry": None,
            "officer_id": self._officer_of(i),
            "service_tier": pick(("key", "general", "general", "general", "general", "prospective", None)),
            "pipeline_stage": pick((*("repayment",) * 14, "enquiry", None)),
            "size_class": None,
            "school": None,
            "graduates_on": None,
        }
        return {**row, **more}

    def _enterprise(self, i: int) -> dict[str, Any]:
        name = f"{_words(i)}{_TRADES[i % len(_TRADES)]}有限公司"
        size = self.random.choice(("small", "small", "micro", "medium"))
        industry = self.random.choice(_INDUSTRIES)
        key = company_key(name)
        return self._customer(i, "enterprise", name, company_key=key, industry=industry, size_class=size)

    def _student(self, i: int) -> dict[str, Any]:
        graduates = str(date(2027 + i % 4, 6, 30))
        name = f"王{_words(i)}"
        return self._customer(i, "student", name, school=self.random.choice(_SCHOOLS), graduates_on=graduates)

    def _attributes(self) -> Iterator[dict[str, Any]]:
        """One customer in fifty was another officer's until this spring."""
        for i in self._customers_numbered():
            if i % 50 == 0:
                shared = {"customer_id": i, "name": "officer_id"}
                before = (i + 7) % self.size.officers + 1
                yield {"effective_on": "1900-01-01", **shared, "value": str(before)}
                yield {"effective_on": "2026-04-01", **shared, "value": str(self._officer_of(i))}

    def _segments(self) -> Iterator[dict[str, Any]]:
        for i in self._customers_numbered():
            shared = {"customer_id": i, "segment": _segment(i), "previous": None, "rule": "import"}
            yield {"effective_on": "2026-10-31", **shared}

    # ── loans ───────────────────────────────────────────────────────────────────────────────────

    def _facilities(self) -> Iterator[dict[str, Any]]:
        for i in self._with_line():
            yield {
                "effective_on": str(DAY - timedelta(days=200)),
                "number": f"CL-{i:07d}",
                "live_key": f"CL-{i:07d}",
                "customer_id": i,
                "limit_amount": 500_000_000,
                "currency": "CNY",
                "is_revolving": 1,
                "expires_on": str(DAY + timedelta(days=self.random.randrange(400))),
            }

    def _contracts(self) -> Iterator[dict[str, Any]]:
        for key, i in enumerate(self._with_line(), 1):
            shared = {"customer_id": i, "facility_id": key, "kind": "maximum"}
            number = {"number": f"HT-{i:07d}", "live_key": f"HT-{i:07d}"}
            yield {"effective_on": str(DAY - timedelta(days=200)), **number, **shared}

    def _with_line(self) -> Iterable[int]:
        return range(10, self.size.customers + 1, 10)

    def _loans(self) -> Iterator[dict[str, Any]]:
        for i in self._customers_numbered():
            begun = DAY - timedelta(days=self.random.randrange(100, 700))
            status, closed_on, lost = _end(i)
            yield {
                "effective_on": str(begun),
                "number": f"JJ-{i:07d}",
                "live_key": f"JJ-{i:07d}",
                "customer_id": i,
                "contract_id": i // 10 if i % 10 == 0 else None,
                "product": "tuition" if i % 4 == 0 else "working_capital",
                "principal": _principal(i),
                "currency": "CNY",
                "annual_rate": 34_500,
                "disbursed_on": str(begun),
                "matures_on": str(DAY + timedelta(days=self.random.randrange(1, 900))),
                "industry": None,
                "status": status,
                "closed_on": closed_on,
                "written_off_amount": lost,
            }

    def _ends(self) -> Iterator[dict[str, Any]]:
        for i in self._customers_numbered():
            status, closed_on, lost = _end(i)
            if closed_on is not None:
                shared = {"loan_id": i, "status": status, "amount": lost, "currency": "CNY", "is_dated": 1}
                yield {"effective_on": closed_on, **shared}

    def _snapshots(self) -> Iterator[dict[str, Any]]:
        """Month ends and yesterday; six loans in a hundred are overdue, and one newly so."""
        for age, day in enumerate(reversed(DATA_DAYS)):
            next_due = str(DAY + timedelta(days=age * 30))
            for i in self._customers_numbered():
                late = _days_late(i, day)
                owed = _principal(i) * (60 + 3 * age) // 100
                yield {
                    "effective_on": str(day),
                    "loan_id": i,
                    "live_key": f"{i}:{day}",
                    "outstanding_principal": owed,
                    "overdue_principal": owed // 12 if late else 0,
                    "unpaid_interest": owed // 400 if late else 0,
                    "currency": "CNY",
                    "days_past_due": late,
                    "five_tier": "substandard" if late > 90 else "special_mention" if late else "normal",
                    "next_due_on": next_due if i % 30 == 0 else str(day + timedelta(days=20 + i % 10)),
                    "next_due_amount": owed // 12,
                }

    # ── relations ───────────────────────────────────────────────────────────────────────────────

    def _contacts(self) -> Iterator[dict[str, Any]]:
        """The last conversation was up to three months ago, those before some six weeks apart."""
        number = count(1)
        pick, draw = self.random.choice, self.random.random
        for before in reversed(range(self.size.contacts)):
            for i in self._customers_numbered():
                ago = i * 7919 % 60 + before * 42 + int(draw() * 20)
                yield {
                    "effective_on": str(DAY - timedelta(days=ago)),
                    "number": next(number),
                    "customer_id": i,
                    "officer_id": self._officer_of(i),
                    "channel": pick(_CHANNELS),
                    "direction": "out",
                    "purpose": pick(_PURPOSES),
                    "outcome": pick(_OUTCOMES),
                    "note": "谈了经营情况和下一步安排,客户表示按时还款",
                }

    def _follow_ups(self) -> Iterator[dict[str, Any]]:
        for key in range(1, self.size.customers // 2 + 1):
            customer = key * 2 if key % 2 else key * 2 - 1
            yield {
                "effective_on": str(DAY - timedelta(days=30)),
                "number": key,
                "customer_id": customer,
                "officer_id": None if key % 3 else self._officer_of(customer),
                "due_on": str(DAY + timedelta(days=self.random.randrange(-20, 40))),
                "what": "送授信方案",
            }

    def _follow_up_events(self) -> Iterator[dict[str, Any]]:
        for key in range(1, self.size.customers // 2 + 1):
            if key % 10 < 8:
                effective_on = str(DAY - timedelta(days=3))
                yield {"effective_on": effective_on, "follow_up_id": key, "action": "done"}

    def _feedback(self) -> Iterator[dict[str, Any]]:
        for key in range(1, self.size.customers // 20 + 1):
            came = DAY - timedelta(days=self.random.randrange(120))
            yield {
                "effective_on": str(came),
                "number": key,
                "customer_id": key * 20 - 3,
                "channel": "phone",
                "business_line": "corporate",
                "kind": self.random.choice(("complaint", "suggestion", "enquiry", "praise")),
                "importance": "medium",
                "urgency": "medium",
                "text": "审批太慢",
                "answer_due_on": str(came + timedelta(days=2)),
                "resolve_due_on": str(came + timedelta(days=15)),
            }

    def _feedback_events(self) -> Iterator[dict[str, Any]]:
        for key in range(1, self.size.customers // 20 + 1):
            officer = self._officer_of(key * 20 - 3)
            steps = {0: (), 1: ("assigned",), 2: ("assigned", "answered")}.get(key % 15)
            for action in ("assigned", "answered", "resolved") if steps is None else steps:
                assigned = officer if action == "assigned" else None
                shared = {"feedback_id": key, "action": action, "officer_id": assigned}
                yield {"effective_on": str(DAY), **shared}


def _words(i: int) -> str:
    """Return four characters that differ for every ``i`` below a million or so."""
    n = len(_WORDS)
    return "".join(_WORDS[i // n**place % n] for place in range(4))


def _segment(i: int) -> str:
    if i % 16 == 5:
        return "risk"
    return ("quality", "mass_market", "mass_market", "potential")[i // 3 % 4]


def _principal(i: int) -> int:
    return (2_000_000 if i % 4 == 0 else 50_000_000) + i * 37 % 1_000 * 10_000


def _end(i: int) -> tuple[str, str | None, int | None]:
    """Return status, day and amount written off: of a hundred loans three were settled, one lost."""
    if i % 100 in (21, 43, 65):
        return "settled", "2026-09-15" if i % 3 else "2026-11-10", None
    if i % 100 == 87:
        return "written_off", "2026-10-15", _principal(i) // 2
    return "live", None, None


def _days_late(i: int, day: date) -> int:
    if i % 16 == 5:
        return max(0, i % 160 - (DATA_DAYS[-1] - day).days)
    return 9 if i % 100 == 50 and day == DATA_DAYS[-1] else 0


if __name__ == "__main__":
    print(store_of(SIZES[sys.argv[1]], Path(sys.argv[2])))
