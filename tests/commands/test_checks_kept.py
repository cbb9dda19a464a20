"""A book with old loans that begins to record checks: nothing is late by years because of the first one."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Run

LINES = """\
customer add --kind enterprise --name 华达机械有限公司 --officer li.wei
customer add --kind enterprise --name 远恒贸易有限公司 --officer li.wei
loan add C-00001 --number JJ-1 --product working_capital --principal 2000000 --disbursed-on 2023-05-10 --matures-on 2028-05-10
loan add C-00002 --number JJ-2 --product working_capital --principal 2000000 --disbursed-on 2026-11-20 --matures-on 2027-11-20
snapshot add JJ-1 --on 2026-11-19 --outstanding 1500000 --days-past-due 0
""".splitlines()  # noqa: E501 - a command a line


def test_an_old_loan_is_asked_for_its_regular_check_from_then_on(cli: Run, book: Path) -> None:
    """First 15 days after the draw, then every 90 days (rule everything_else)."""
    for line in LINES:
        done = cli("--store", book, *line.split())
        assert done.code == 0, done.err
    wanted = ("check", "due", "--within", "180d", "--format", "json")

    def due() -> list[tuple[str, str, str, int]]:
        rows = cli("--store", book, *wanted).json
        return [(row["loan"], row["kind"], row["due_on"], row["days_late"]) for row in rows]

    assert due() == [("JJ-1", "first", "2023-05-25", 1276), ("JJ-2", "first", "2026-12-05", 0)]
    record = ("check", "record", "C-00002", "--loan", "JJ-2", "--kind", "special", "--finding", "库存正常")
    assert cli("--store", book, *record).code == 0
    assert due() == [("JJ-2", "first", "2026-12-05", 0), ("JJ-1", "regular", "2027-02-19", 0)]
    listed = cli("--store", book, "today", "--kind", "check", "--format", "json").json
    assert [row["customer"] for row in listed if row["days_late"]] == []
    assert cli("--store", book, "undo", "--yes").code == 0
    assert due()[0] == ("JJ-1", "first", "2023-05-25", 1276)
