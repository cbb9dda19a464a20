"""The lines that scripts rely on, as they are written; A.db is any new path."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import REPO, Run

SBA = "SBAnational_first22427.csv"


@pytest.mark.sqlite_only("backup and restore are of files; every other line runs on both in its own test")
def test_the_lines_work_as_written(cli: Run, data: Path, tmp_path: Path) -> None:
    shutil.copy(data / "datasets" / SBA, tmp_path / "SBA.csv")
    shutil.copy(REPO / "examples" / "profiles" / "sba_loans.yaml", tmp_path / "P.yaml")

    def loancrm(line: str) -> object:
        answer = cli("--store", "A.db", *line.split())
        assert (answer.code, "Traceback" in answer.err) == (0, False), (line, answer.err)
        return answer.json if "json" in line else answer.text

    loancrm("init")
    dry = loancrm("import loans SBA.csv --profile P.yaml --format json")
    kept = loancrm("import loans SBA.csv --profile P.yaml --apply --format json")
    assert isinstance(dry, dict)
    assert isinstance(kept, dict)
    assert {key: value for key, value in dry.items() if key != "problems"} == kept
    assert {"row", "column", "code", "reason"} <= set(dry["problems"][0])
    assert [kept[name] for name in ("read", "new", "known", "changed", "rejected")] == [22427, 22427, 0, 0, 0]

    words = "--by industry --digits 2 --measure disbursed --as-of 2014-12-31 --limit 1000 --format json"
    rows = loancrm(f"report concentration {words}")
    assert isinstance(rows, list)
    group = next(row for row in rows if row["key"] == "23")
    assert group["default_rate"] == "0.243151"
    assert any(row["key"] is None for row in rows)
    portfolio = loancrm("report portfolio --as-of 2008-12-31 --format json")
    assert isinstance(portfolio, dict)
    assert (portfolio["live_loans"], portfolio["live_disbursed"]) == (14635, "1951956939.00")
    found = loancrm("report concentration --by extra.lender --measure disbursed --totals --format json")
    assert isinstance(found, dict)
    assert {"hhi", "effective_names"} <= set(found["totals"])
    quality = loancrm("report quality --format json")
    assert isinstance(quality, list)
    assert {"check": "settled_with_write_off", "count": 207}.items() <= next(
        line for line in quality if line["check"] == "settled_with_write_off"
    ).items()
    assert loancrm("changes --since 2026-11-19 --as-of 2026-11-20 --format json") == []
    loancrm("customer add --kind enterprise --name 华达机械有限公司")
    people = loancrm("customer find hdjx --format json")
    assert isinstance(people, list)
    assert [row["name"] for row in people] == ["华达机械有限公司"]
    loancrm("store backup COPY.db")
    loancrm("store restore COPY.db --yes")
    loancrm("undo --yes")
    assert loancrm("customer find hdjx --format json") == []
    loancrm("undo --yes")
    assert loancrm("customer list --format json") == []
    checks = loancrm("doctor --format json")
    assert isinstance(checks, list)
    assert {one["state"] for one in checks} <= {"ok", "warning"}
