"""A book in which nothing happened yet: every report is empty, and none fails."""

from __future__ import annotations

import json

import pytest

from loancrm import cli
from tests import places
from tests.conftest import REPO
from tests.support import Book

EMPTY_LISTS = (
    ("due",),
    ("due", "--within", "30d", "--all"),
    ("customer", "list"),
    ("customer", "find", "华达"),
    ("loan", "list", "--all"),
    ("contact", "list"),
    ("followup", "list", "--all"),
    ("feedback", "list"),
    ("feedback", "causes"),
    ("feedback", "causes", "--by", "stage", "--kind", "praise"),
    ("feedback", "plan-list"),
    ("measure", "list"),
    ("report", "feedback"),
    ("facility", "list"),
    ("officer", "list"),
    ("report", "delinquency"),
    ("report", "officer"),
    ("report", "growth"),
    ("report", "growth", "--by", "product"),
    ("report", "growth", "--funnel"),
    ("report", "growth", "--retention"),
    ("report", "churn"),
    ("report", "churn", "--by", "segment"),
    ("report", "referrals"),
    ("churn", "list"),
    ("warning", "list"),
    ("churn", "attempts"),
    ("churn", "results"),
    ("report", "concentration", "--by", "customer"),
    ("report", "concentration", "--by", "industry", "--digits", "1"),
    ("report", "vintage"),
    ("report", "vintage", "--by", "segment"),
    ("report", "provision"),
    ("report", "stress", "--scenario", str(REPO / "examples" / "scenarios" / "export_slump.yaml")),
    ("report", "maturity"),
    ("report", "cash-flow"),
    ("report", "watch-list"),
    ("report", "value"),
    ("report", "value", "--by", "product"),
    ("report", "rfm"),
    ("report", "next-products"),
    ("report", "satisfaction"),
    ("report", "satisfaction", "--by", "segment"),
    ("survey", "list"),
    ("survey", "responses"),
)


@pytest.fixture
def run(book: Book, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("LOANCRM_NOW", "2026-11-20T09:00+08:00")
    monkeypatch.setenv("LOANCRM_LANG", "en")
    monkeypatch.setattr("loancrm.store.Store", lambda path, **_more: book.store)  # open: compiled once

    def run(*words: str) -> str:
        code = cli.run(["--store", str(places.path_of(book.store)), *words])
        out, err = capsys.readouterr()
        assert code == 0, (words, err)
        return out

    return run


def test_lists_are_empty(run) -> None:  # type: ignore[no-untyped-def]
    for words in EMPTY_LISTS:
        assert json.loads(run(*words, "--format", "json")) == [], words
        assert run(*words, "--format", "tsv") == "", words
    for words in (
        ("due",),
        ("customer", "list"),
        ("report", "delinquency"),
        ("report", "concentration"),
        ("report", "satisfaction"),
    ):
        run(*words, "--format", "table")


def test_the_totals_of_nothing_are_nothing(run) -> None:  # type: ignore[no-untyped-def]
    found = json.loads(run("report", "delinquency", "--totals", "--format", "json"))
    assert found["rows"] == []
    totals = found["totals"]
    assert (totals["loans"], totals["par_30"], totals["outstanding_principal"]) == (0, None, "0.00")
    found = json.loads(run("report", "concentration", "--totals", "--format", "json"))
    assert (found["rows"], found["totals"]["hhi"], found["totals"]["effective_names"]) == ([], None, None)


def test_the_portfolio_of_nothing_has_no_rates(run) -> None:  # type: ignore[no-untyped-def]
    found = json.loads(run("report", "portfolio", "--format", "json"))
    assert (found["live_loans"], found["outstanding_principal"], found["customers"]) == (0, "0.00", 0)
    assert (found["par_30"], found["npl_ratio"], found["default_rate"], found["average_balance"]) == (
        None, None, None, None,
    )  # fmt: skip
    assert found["basis"]["data_on"] is None
    run("report", "portfolio", "--format", "table", "--explain")


def test_classifying_nobody_moves_nobody(run) -> None:  # type: ignore[no-untyped-def]
    for words in (("classify", "--dry-run"), ("classify",)):
        found = json.loads(run(*words, "--format", "json"))
        assert found["customers"] == 0
        assert found["moved"] == []
        assert found["segments"] == {"quality": 0, "potential": 0, "mass_market": 0, "risk": 0}
