"""Broken files: the answer is a fault with a code, or rows with problems, never a crash."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from loancrm.errors import InvalidInput, Refused
from loancrm.exchange.mapping import Mapping
from loancrm.exchange.opening import open_table
from loancrm.exchange.profile import Profile, parse_profile
from loancrm.exchange.source import Source
from loancrm.services.customer_fields import Reading
from loancrm.services.intake.tally import Tally
from tests.conftest import Run

from .test_kinds import (
    CONTACT_HEAD,
    CONTACTS,
    CUSTOMERS,
    HEAD,
    HUADA,
    LOAN,
    LOAN_HEAD,
    LOANS,
    SNAP_HEAD,
    TALK,
    WANG,
)
from .test_kinds import SNAPSHOTS as SNAPS
from .test_tables import PROFILE as RATES
from .test_tables import ROWS, old_workbook, workbook

ABOUT = Reading(date(2026, 11, 21), "CN")
TEXTS = {
    "customers": (HEAD + HUADA + WANG, CUSTOMERS),
    "loans": (LOAN_HEAD + LOAN, LOANS),
    "snapshots": (SNAP_HEAD + "JJ-1,2026-11-18,1250000,0,0,正常\n合计,,1250000,,,\n", SNAPS),
    "contacts": (CONTACT_HEAD + TALK, CONTACTS),
}
PIECES = (
    b'"', b"'", b",", b";", b"\t", b"\r", b"\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\x81\x30",
    b"\xe4\xb8", b"=cmd|",
    b"1e5", b"NaN", b"-", b"1_000", "１２３".encode(), "٣".encode(), b"99999999999999999999", b"2026-02-30",
    b"0001-01-01", b"45296.5", "\u202e".encode(), b"<html>",
    b"<table><tr>", b"sep=;\n", b" ", "合计".encode(),
    b"9" * 400, b"PK\x03\x04", b"{row}", b"%s%n", b"1.23E+19",
)  # fmt: skip
ENCODINGS = ("utf-8", "gb18030", "utf-16", "utf-8-sig")


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return the file with a few things done to it."""
    data = bytearray(content)
    for _time in range(chance.choice((1, 1, 2, 3, 8))):
        place = chance.randrange(len(data) + 1)
        what = chance.randrange(5)
        if what == 0:
            data[place:place] = chance.choice(PIECES)
        elif what == 1:
            del data[place : place + chance.choice((1, 1, 2, 10, 200))]
        elif what == 2 and data:
            data[place % len(data)] = chance.randrange(256)
        elif what == 3:
            data[place:place] = data[place : place + chance.choice((1, 5, 40))] * chance.choice((1, 3))
        else:
            lines = bytes(data).split(b"\n")
            chance.shuffle(lines)
            data = bytearray(b"\n".join(lines))
    return bytes(data)


def survives(path: Path, profile: Profile) -> str:
    """Read a file as an import does, up to the store; return what became of it."""
    try:
        source = open_table(path, profile)
        with closing(source):
            tally = read_through(path, profile, source)
    except (InvalidInput, Refused) as fault:
        return fault.code
    assert tally.rejected <= tally.read
    return "rows"


def read_through(path: Path, profile: Profile, source: Source) -> Tally:
    mapping = Mapping(profile, source, path, ABOUT)
    tally = Tally(mapping.columns)
    for chunk in mapping.chunks(source.rows, tally):
        assert not any(item.is_rejected for item in chunk.filled())
    return tally


def run_through(path: Path, bases: list[tuple[bytes, Profile]], seed: int, n: int) -> set[str]:
    chance = random.Random(seed)
    ends = set()
    for _time in range(n):
        content, profile = chance.choice(bases)
        path.unlink(missing_ok=True)  # to cut a file to nothing would wait for the disk
        path.write_bytes(mutated(content, chance))
        ends.add(survives(path, profile))
    return ends


def text_bases() -> list[tuple[bytes, Profile]]:
    return [
        (text.encode(encoding), parse_profile(profile, "p.yaml", "p"))
        for text, profile in TEXTS.values()
        for encoding in ENCODINGS
    ]


def test_a_few_hundred_broken_files_are_answered(tmp_path: Path) -> None:
    ends = run_through(tmp_path / "file.csv", text_bases(), 1, 600)
    assert {"rows", "missing_column"} <= ends, "the fuzz reaches neither rows nor header"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_two_hundred_thousand_broken_files_are_answered(tmp_path: Path, seed: int) -> None:
    run_through(tmp_path / "file.csv", text_bases(), 100 + seed, 24_500)


@pytest.mark.slow
@pytest.mark.parametrize(("make", "n"), [(workbook, 4_000), (old_workbook, 150)])
def test_broken_workbooks_are_answered(tmp_path: Path, make: Callable[..., bytes], n: int) -> None:
    base = [(make(ROWS), parse_profile(RATES, "p.yaml", "p"))]
    run_through(tmp_path / "file.xls", base, 7, n)


@pytest.mark.slow
def test_broken_files_through_the_command_leave_the_book_whole(cli: Run, book: Path, tmp_path: Path) -> None:
    chance = random.Random(11)
    for kind, (_text, profile) in TEXTS.items():
        (tmp_path / f"{kind}.yaml").write_text(profile, encoding="utf-8")
    for n in range(600):
        kind = chance.choice(tuple(TEXTS))
        (tmp_path / "file.csv").write_bytes(mutated(TEXTS[kind][0].encode(), chance))
        words = ("import", kind, "file.csv", "--profile", f"{kind}.yaml", "--apply", "--partial", "--force")
        answer = cli("--store", book, *words)
        assert answer.code in (0, 4, 9), (n, answer.err)
