"""The budgets of the design; "x" is ``python -c "import sqlmodel"``."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.runs import RUNS


@dataclass(frozen=True)
class Budget:
    """``what`` of ``run`` ÷ that of ``base`` must be at most ``limit``; None: measured, no budget.

    Attributes:
        what: wall or peak; ``rate`` turns it round: how quick it is beside its base, at least ``limit``.
        runs: how often, where a run is long.
        off: how many x are taken off the run, and off its base, for the start.
    """

    id: str
    text: str
    limit: float | None
    run: str
    base: str = "x"
    what: str = "wall"
    runs: int | None = None
    off: tuple[float, float] = (0.0, 0.0)

    @property
    def sizes(self) -> set[str]:
        """Return the sizes that must have been asked for."""
        return RUNS[self.run].sizes | RUNS[self.base].sizes

    @property
    def stores(self) -> set[str]:
        """Return the stores that are read or written."""
        return {RUNS[self.run].store, RUNS[self.base].store} - {""}


LARGER = ("100k", "1m")
START = (
    Budget("B-S1", "--help", 0.45, "help"),
    Budget("B-S2", "due --officer as a table", 1.30, "due_table"),
    Budget("B-S3", "the same as TSV", 1.20, "due_tsv"),
    Budget("B-S3", "the same as JSON", 1.20, "due_json"),
    Budget("B-S3", "the same as CSV", 1.20, "due_csv"),
    Budget("B-S4", "contact log", 1.30, "log"),
)
LISTS = (
    *(
        Budget("B-Q1", f"due --officer as {f}, {size} ÷ 10k customers", 1.10, f"due_{f}_{size}", f"due_{f}")
        for size in LARGER
        for f in ("tsv", "table")
    ),
    *(
        Budget("B-Q2", f"due --limit 50, {size} ÷ 10k customers", 1.15, f"first_{size}", "first_10k")
        for size in LARGER
    ),
    *(
        Budget(
            "B-Q4", f"due --officer, {size} ÷ task list, 100k tasks", 0.30, f"due_tsv_{size}", "tasks", runs=5
        )
        for size in LARGER
    ),
    *(
        Budget("B-F1", f"customer find {text}, {size}", limit, f"{run}_{size}")
        for size in LARGER
        for text, limit, run in (("two characters", 1.6, "find"), ("pinyin", 2.0, "find_pinyin"))
    ),
)
MEMORY = tuple(
    Budget("B-M1", f"peak memory of {text}, {size}", limit, f"{run}_{size}", what="peak", runs=3)
    for size in LARGER
    for text, limit, run in (
        ("due --officer", 1.35, "due_table"),
        ("report portfolio", 1.35, "report"),
        ("customer find", 1.35, "find"),
        ("report concentration --by customer", None, "by_customer"),
        ("customer list --format csv", None, "list"),
    )
)
REPORTS = (
    *(
        Budget(
            "B-R1",
            f"report portfolio less 1.3 x ÷ its SQL alone, {size}",
            1.2,
            f"report_{size}",
            f"raw_report_{size}",
            runs=5,
            off=(1.3, 0.0),
        )
        for size in LARGER
    ),
    *(
        Budget(
            "B-R3",
            f"report {name} less the start, 1m ÷ 100k loans",
            12.0,
            f"{run}_1m",
            f"{run}_100k",
            runs=3,
            off=(1.0, 1.0),
        )
        for name, run in (("portfolio", "report"), ("roll-rates", "rolled"), ("vintage", "vintage"))
    ),
)
FILES = (
    *(
        Budget(
            "B-I1",
            f"import {kind}, 100k rows, rows/s ÷ executemany",
            limit,
            f"import_{kind}_100k",
            f"raw_{kind}_in_100k",
            "rate",
            runs=3,
        )
        for kind, limit in (("contacts", 0.35), ("snapshots", 0.35), ("customers", 0.05))
    ),
    *(
        Budget(
            "B-I2",
            f"peak memory of import, {rows} ÷ {fewer} rows",
            1.15,
            f"import_contacts_{rows}",
            f"import_contacts_{fewer}",
            "peak",
            runs=1,
        )
        for fewer, rows in (("10k", "100k"), ("100k", "1m"))
    ),
    *(
        Budget(
            "B-I2", f"peak memory of import, {rows} rows", 2.2, f"import_contacts_{rows}", what="peak", runs=1
        )
        for rows in LARGER
    ),
    *(
        Budget(
            "B-E1", f"{text}, rows/s ÷ raw, {size}", 0.5, f"{run}_{size}", f"raw_{run}_{size}", "rate", runs=3
        )
        for size, text, run in (
            ("100k", "contact list as CSV, 1m rows", "contacts"),  # so many that the start hardly counts
            ("100k", "customer list as CSV", "list"),
        )
    ),
    Budget(
        "B-E1", "peak memory of CSV, 1m ÷ 10k rows", 1.1, "contacts_100k", "contacts_10k_rows", "peak", runs=1
    ),
    *(
        Budget(
            "B-D1", f"store check ÷ its SQL alone, {size}", 1.3, f"check_{size}", f"raw_check_{size}", runs=1
        )
        for size in ("10k", *LARGER)
    ),
)
FIGURES = (
    Budget(
        "B-N1", "12 figures of 100k customers ÷ SQL by hand", 3.0, "figures_100k", "hand_figures_100k", runs=3
    ),
    Budget("B-N1", "peak memory of it, 100k ÷ 10k customers", 1.35, "figures_100k", "figures_10k", "peak", 3),
)
JUDGED = (
    Budget(
        "B-N2",
        "100k customers classified and scored ÷ that SQL",
        3.0,
        "judged_100k",
        "hand_figures_100k",
        runs=3,
    ),
    *(
        Budget(
            "B-N2",
            f"peak memory of {text}, 100k ÷ 10k customers",
            1.35,
            f"{run}_100k",
            f"{run}_10k",
            "peak",
            1,
        )
        for text, run in (
            ("that", "judged"),
            ("classify", "classify"),
            ("score run", "scored"),
            ("policy try", "tried"),
        )
    ),
)
LEDGER = (
    Budget(
        "B-A1",
        "240k instalments built and stored ÷ executemany",
        0.6,
        "schedules",
        "raw_schedules",
        "rate",
        3,
    ),
    Budget(
        "B-A2",
        "days past due and class of 100k loans, a past day ÷ SQL",
        1.5,
        "classes_100k",
        "hand_classes_100k",
        runs=3,
    ),
    Budget("B-A2", "peak memory of it, 100k ÷ 10k loans", 1.35, "classes_100k", "classes_10k", "peak", 1),
)
BUDGETS = (*START, *LISTS, *MEMORY, *REPORTS, *FILES, *FIGURES, *JUDGED, *LEDGER)
