"""What stands beside a backup: its checksum, and what it holds; beside a book: what it was restored from."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from loancrm.copies import part_of, put_in_place
from loancrm.errors import Damaged
from loancrm.i18n import _

KIND = "loancrm backup"
RESTORED = "loancrm restore"


class Manifest(BaseModel):
    """``rows`` counts each table; ``audit_chain`` is the digest of the newest audit row."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: str = KIND
    sha256: str
    size: int
    schema_revision: str
    rows: dict[str, int]
    audit_chain: str | None
    made_at: datetime
    program: str


def beside(backup: Path) -> Path:
    """Return where the manifest of a backup is."""
    return backup.with_name(f"{backup.name}.manifest.json")


def write(backup: Path, manifest: Manifest) -> None:
    """Write the manifest of a backup, whole or not at all."""
    place = beside(backup)
    with part_of(place) as part:
        part.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
        put_in_place(part, place, force=True)


def read(backup: Path) -> Manifest | None:
    """Return the manifest of a backup, or None when there is none.

    Raises:
        Damaged: there is one that cannot be read.
    """
    place = beside(backup)
    if not place.exists():
        return None
    try:
        found = Manifest.model_validate(json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError):
        raise Damaged(_("{path} cannot be read").format(path=place), code="manifest_damaged") from None
    if found.kind != KIND:
        raise Damaged(_("{path} cannot be read").format(path=place), code="manifest_damaged")
    return found


class Origin(BaseModel):
    """The backup that a book was restored from: the book cannot hold that it was made, which came after it.

    ``audit_chain`` is the digest of its newest audit row, which the book still has; None without a manifest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: str = RESTORED
    file: str
    made_at: datetime
    audit_chain: str | None


def _origin_beside(store: Path) -> Path:
    return store.with_name(f"{store.name}.restored.json")


def write_origin(store: Path, origin: Origin) -> None:
    """Write beside a book what it was restored from."""
    place = _origin_beside(store)
    with part_of(place) as part:
        part.write_text(origin.model_dump_json(indent=2) + "\n", encoding="utf-8")
        put_in_place(part, place, force=True)


def read_origin(store: Path) -> Origin | None:
    """Return what a book was restored from; None when it was not, or nobody can tell any more."""
    try:
        found = Origin.model_validate(json.loads(_origin_beside(store).read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError):
        return None
    return found if found.kind == RESTORED else None
