"""Writing the rows of a store in bulk, as an import would.

One command ``import`` writes all rows; the audit trail has one row a customer and one a batch of the
other facts (an import is one command: one audit entry a batch). ``store check`` is silent on them.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import count, islice
from typing import Any

from benchmarks.bank import DAY
from loancrm.models import METADATA
from loancrm.models.columns import canonical_json
from loancrm.unitofwork import chain_digest

STAMP = "2026-11-20 01:00:00.000000"
BATCH = 5_000


class Writer:
    """Writes the rows of one table after the other, each in the order of its days."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.uids = count(1)
        self.command = self._command()
        newest = "SELECT chain_digest FROM audit ORDER BY id DESC LIMIT 1"
        self.chain: str = connection.execute(newest).fetchone()[0]

    def write(self, name: str, rows: Iterator[dict[str, Any]]) -> None:
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

    def _command(self) -> int:
        values = (self._uid(), "import", "bench", STAMP, "fixed")
        sql = "INSERT INTO command (uid, name, actor, recorded_at, clock) VALUES (?, ?, ?, ?, ?)"
        return int(self.connection.execute(sql, values).lastrowid or 0)

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
