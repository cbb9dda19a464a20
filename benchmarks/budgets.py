"""The budgets of the design, and what is run for each; "x" is ``python -c "import sqlmodel"``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import COMMAND

OFFICER = "o00003"


@dataclass(frozen=True)
class Budget:
    """``what`` of ``run`` ÷ that of ``base`` must be at most ``limit``; None: measured, no budget."""

    id: str
    text: str
    limit: float | None
    run: str
    base: str = "x"
    what: str = "wall"


DUE = ("due", "--officer", OFFICER, "--format")
# name of a run -> size of its store, the command line; {copy} is a copy of the store, to be written to
RUNS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "help": ("", ("--help",)),
    **{f"due_{f}": ("10k", (*DUE, f)) for f in ("table", "tsv", "json", "csv")},
    "log": ("10k", ("contact", "log", "C-00042", "--channel", "phone", "--note", "谈续贷")),
    **{f"due_{f}_{size}": (size, (*DUE, f)) for f in ("table", "tsv") for size in ("100k", "1m")},
    **{
        f"{name}_{size}": (size, command)
        for size in ("10k", "100k", "1m")
        for name, command in {
            "report": ("report", "portfolio", "--format", "json"),
            "customers": ("report", "concentration", "--by", "customer", "--format", "csv"),
            "find": ("customer", "find", "华达", "--format", "csv", "--limit", "20"),
            "list": ("customer", "list", "--format", "csv"),
        }.items()
    },
}
BUDGETS = (
    Budget("B-S1", "--help", 0.45, "help"),
    Budget("B-S2", "due --officer as a table", 1.30, "due_table"),
    Budget("B-S3", "the same as TSV", 1.20, "due_tsv"),
    Budget("B-S3", "the same as JSON", 1.20, "due_json"),
    Budget("B-S3", "the same as CSV", 1.20, "due_csv"),
    Budget("B-S4", "contact log", 1.30, "log"),
    *(
        Budget("B-Q1", f"due --officer as {f}, {size} ÷ 10k customers", 1.10, f"due_{f}_{size}", f"due_{f}")
        for size in ("100k", "1m")
        for f in ("tsv", "table")
    ),
    *(
        Budget("B-M1", f"peak memory of {text}, {size}", limit, f"{run}_{size}", what="peak")
        for size in ("100k", "1m")
        for text, limit, run in (
            ("due --officer", 1.35, "due_table"),
            ("report portfolio", 1.35, "report"),
            ("customer find", 1.35, "find"),
            ("report concentration --by customer", None, "customers"),
            ("customer list --format csv", None, "list"),
        )
    ),
)


def sizes_of(run: str) -> str:
    """Return the size of the store that ``run`` needs, empty for none."""
    return "" if run == "x" else RUNS[run][0]


def command_of(run: str, store: Path | None) -> tuple[str, ...]:
    """Return the command line of ``run`` over ``store``."""
    words = RUNS[run][1]
    return (*COMMAND, *words) if store is None else (*COMMAND, "--store", str(store), *words)
