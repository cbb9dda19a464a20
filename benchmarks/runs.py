"""What is run: the program's command lines, and what each is compared with."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

OFFICER = "o00003"
COMMAND = (sys.executable, "-c", "from loancrm.__main__ import main; main()", "--store", "{store}")
JUDGING = (sys.executable, "-m", "benchmarks.judging", "judge", "{store}")
FIGURES = (sys.executable, "-m", "benchmarks.figures")
RAW = (sys.executable, "-m", "benchmarks.raw")
LEDGER = (sys.executable, "-m", "benchmarks.ledger")
SCHEDULES = (sys.executable, "-m", "benchmarks.schedules")
SIZES = ("10k", "100k", "1m")
SERVICED = "ledger-"  # before the size of a store whose loans are serviced here
KINDS = ("contacts", "snapshots", "customers")
DUE = ("due", "--officer", OFFICER, "--format")
CONTACTS = ("contact", "list", "--format", "csv")
CUSTOMERS = ("customer", "list", "--format", "csv")
CHECK = ("store", "check")
PORTFOLIO = ("report", "portfolio", "--format", "json")


@dataclass(frozen=True)
class Run:
    """A command line over ``{store}`` and perhaps ``{file}`` with its ``{profile}``, or ``{policy}``.

    Attributes:
        argv: the words.
        store: the size of its store, empty for none.
        writes: it gets a copy, made anew before each run.
        file: the kind and the number of rows of a file to take in.
        replays: the command line whose statements are in ``{file}``.
    """

    argv: tuple[str, ...]
    store: str = ""
    writes: bool = False
    file: tuple[str, str] | None = None
    replays: tuple[str, ...] = ()

    @property
    def sizes(self) -> set[str]:
        """Return the sizes that must have been asked for."""
        return {self.store.removeprefix(SERVICED), self.file[1] if self.file else ""} - {""}


def _ours(store: str, *words: str, writes: bool = False) -> Run:
    return Run((*COMMAND, *words), store, writes)


def _import(kind: str, rows: str) -> Run:
    words = ("import", kind, "{file}", "--profile", "{profile}", "--apply")
    return Run((*COMMAND, *words), "10k", writes=True, file=(kind, rows))


def _raw_import(kind: str, rows: str) -> Run:
    return Run((*RAW, kind, "{store}", "{file}"), "10k", writes=True, file=(kind, rows))


def _raw(how: str, store: str, *words: str) -> Run:
    return Run((*RAW, how, "{store}", "{file}"), store, replays=words)


def _of_size(size: str) -> dict[str, Run]:
    """Return what is run on a store of each size."""
    return {
        **{f"due_{f}_{size}": _ours(size, *DUE, f) for f in ("table", "tsv")},
        f"report_{size}": _ours(size, *PORTFOLIO),
        f"raw_report_{size}": _raw("replay", size, *PORTFOLIO),
        f"rolled_{size}": _ours(size, "report", "roll-rates", "--format", "json"),
        f"vintage_{size}": _ours(size, "report", "vintage", "--format", "json"),
        f"by_customer_{size}": _ours(size, "report", "concentration", "--by", "customer", "--format", "csv"),
        f"find_{size}": _ours(size, "customer", "find", "华达", "--format", "csv", "--limit", "20"),
        f"find_pinyin_{size}": _ours(size, "customer", "find", "huada", "--format", "csv", "--limit", "20"),
        f"first_{size}": _ours(size, "due", "--limit", "50", "--format", "tsv"),
        f"contacts_{size}": _ours(size, *CONTACTS),
        f"raw_contacts_{size}": _raw("export", size, *CONTACTS),
        f"list_{size}": _ours(size, *CUSTOMERS),
        f"raw_list_{size}": _raw("export", size, *CUSTOMERS),
        f"figures_{size}": Run((*FIGURES, "ours", "{store}"), size),
        f"hand_figures_{size}": Run((*FIGURES, "hand", "{store}"), size),
        f"judged_{size}": Run(JUDGING, size),
        f"classify_{size}": _ours(size, "classify", "--format", "table", writes=True),
        f"scored_{size}": _ours(size, "score", "run", "--format", "table", writes=True),
        f"tried_{size}": _ours(size, "policy", "try", "{policy}", "--format", "table"),
        f"classes_{size}": Run((*LEDGER, "ours", "{store}"), SERVICED + size),
        f"hand_classes_{size}": Run((*LEDGER, "hand", "{store}"), SERVICED + size),
        f"check_{size}": _ours(size, *CHECK),
        f"raw_check_{size}": _raw("replay", size, *CHECK),
    }


RUNS: Mapping[str, Run] = {
    "x": Run((sys.executable, "-c", "import sqlmodel")),
    "help": Run((*COMMAND[:3], "--help")),
    **{f"due_{f}": _ours("10k", *DUE, f) for f in ("table", "tsv", "json", "csv")},
    "log": _ours("10k", "contact", "log", "C-00042", "--channel", "phone", "--note", "谈续贷", writes=True),
    "tasks": Run(("{task}", "rc:{file}", "due:today", "list")),
    "schedules": Run((*SCHEDULES, "ours", "{store}"), "10k", writes=True),
    "raw_schedules": Run((*SCHEDULES, "raw", "{store}", "{rows}"), "10k", writes=True),
    "contacts_10k_rows": _ours("10k", *CONTACTS, "--limit", "10000"),
    **{f"import_{kind}_{rows}": _import(kind, rows) for kind in KINDS for rows in SIZES},
    **{f"raw_{kind}_in_{rows}": _raw_import(kind, rows) for kind in KINDS for rows in SIZES},
    **{name: run for size in SIZES for name, run in _of_size(size).items()},
}
