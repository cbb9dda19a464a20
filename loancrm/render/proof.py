"""What lets a saved answer be checked: how it was asked for, and a digest of what it shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from loancrm.i18n import _
from loancrm.render.cells import in_json
from loancrm.render.columns import Column, reader

SHOWN = 12  # characters of a digest that stand on a screen


class Proof:
    """The record that a page and a workbook carry; what they show passes through it on its way out.

    A table on the screen has the digest of the page that says the same, in its last line.

    The digest is SHA-256 over lines of canonical JSON (keys in order, no blanks, UTF-8): the basis, the lines
    of text around, and each row of each section as the data formats write its values, personal ones masked as
    they are shown.
    """

    def __init__(
        self, origin: Mapping[str, Any], basis: Mapping[str, Any], said: Sequence[tuple[str, str]]
    ) -> None:
        """Begin a record.

        Args:
            origin: how the answer was asked for.
            basis: what its figures rest on, as JSON.
            said: the basis for people: pairs of a name and a value.
        """
        self._origin, self._basis, self._said = dict(origin), dict(basis), tuple(said)
        self._hash = hashlib.sha256()
        self._add("basis", self._basis)

    @property
    def words(self) -> str:
        """The basis in one line."""
        return " · ".join(f"{name} {value}" for name, value in self._said)

    def lines(self) -> list[tuple[str, str]]:
        """Return the basis, and the command line, in pairs of a name and a value."""
        return [*self._said, (_("command"), " ".join(["loancrm", *self._origin["command"]]))]

    def texts(self, lines: Sequence[str]) -> None:
        """Take lines of text in."""
        self._add("text", list(lines))

    def rows(
        self, title: str, rows: Iterable[object], columns: Sequence[Column], *, unmask: bool
    ) -> Iterator[object]:
        """Yield the rows of a section as they come, and take in what of them is shown."""
        shown = [column for column in columns if column.kind not in ("bar", "nested")]
        self._add("section", [title, [column.key for column in shown]])
        if not shown:
            yield from rows
            return
        read = reader(shown, unmask=unmask)
        convert = [in_json(column) for column in shown]
        for row in rows:
            values = (write(value) for write, value in zip(convert, read(row), strict=True))
            # A label that is set in on the screen says the same.
            self._add("row", [one.lstrip(" ") if isinstance(one, str) else one for one in values])
            yield row

    def item(self, item: object, columns: Sequence[Column], *, unmask: bool) -> None:
        """Take one thing in."""
        for _row in self.rows("", (item,), columns, unmask=unmask):
            pass

    def _add(self, what: str, value: object) -> None:
        line = json.dumps([what, value], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self._hash.update(line.encode("utf-8", "surrogatepass") + b"\n")

    @property
    def digest(self) -> str:
        """The digest of what has passed so far, in hexadecimal."""
        return self._hash.hexdigest()

    @property
    def line(self) -> str:
        """The line below a table: the day, what is known, the data's day, the policy, the digest in short."""
        basis = self._basis
        said = [basis["as_of"]]
        if basis.get("known_at"):
            said.append(_("known by {day}").format(day=basis["known_at"]))
        if basis.get("data_on"):
            said.append(_("data of {day}").format(day=basis["data_on"]))
        if basis.get("policy"):
            said.append(_("policy {name}").format(name=basis["policy"]))
        return " · ".join([*said, _("digest {digest}").format(digest=self.digest[:SHOWN])])

    def record(self) -> dict[str, Any]:
        """Return what the file carries."""
        return {**self._origin, "basis": self._basis, "digest": self.digest}

    def text(self) -> str:
        """Return the record as one line of JSON."""
        return json.dumps(self.record(), ensure_ascii=False, sort_keys=True)
