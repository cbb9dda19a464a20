"""``score fit`` on the SBA book: the contract's line, against a fit made here from the file itself."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loancrm import strictyaml
from loancrm.policy.policy import EXAMPLE
from tests import places
from tests.conftest import REPO, Answer, call

from .shapes import maybe, misfits
from .shapes_fit import fit_shape

SHARED = Path(__file__).parents[3] / "shared" / "data"
FILE = SHARED / "datasets" / "SBAnational_first22427.csv"
LINE = (
    "score", "fit", "--target", "loan_status = written_off", "--on", "term_months,loan_industry",
    "--train", "disbursed_on < 2003-01-01",
)  # fmt: skip


@pytest.fixture(scope="module")
def sba(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with the SBA sample."""
    if not FILE.is_file():
        pytest.skip("the shared data are not here")
    home = tmp_path_factory.mktemp("sba")
    book, profile = home / "A.db", REPO / "examples" / "profiles" / "sba_loans.yaml"
    for words in (("init",), ("import", "loans", FILE, "--profile", profile, "--apply")):
        done = call("--store", book, *words, home=home)
        assert done.code == 0, done.err
    return book


def fit(
    book: Path, *more: str | Path, output: str = "json", env: dict[str, str | None] | None = None
) -> Answer:
    return call("--store", book, *LINE, *more, "--format", output, home=book.parent, env=env or {})


@pytest.fixture(scope="module")
def found(sba: Path) -> Any:
    answer = fit(sba)
    assert answer.code == 0, answer.err
    return answer.json


# ── the same from the file, by other means ──────────────────────────────────────────────────────


@dataclass
class Independent:
    """A logistic regression by plain Newton on the file's own rows."""

    names: list[str]
    beta: Any
    errors: Any
    scores: dict[str, Any]
    events: dict[str, Any]


def rows() -> Iterator[tuple[str, int, str, bool]]:
    with FILE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not row["DisbursementDate"] or row["NAICS"] in ("0", ""):
                continue
            on = datetime.strptime(row["DisbursementDate"], "%m/%d/%Y").date()  # noqa: DTZ007
            side = "train" if on < date(2003, 1, 1) else "held_out"
            yield side, int(row["Term"]), row["NAICS"][:2], row["MIS_Status"] == "CHGOFF"


@pytest.fixture(scope="module")
def expected(sba: Path) -> Independent:
    del sba
    cases = list(rows())
    counts = Counter(sector for side, _, sector, _ in cases if side == "train")
    kept = sorted((s for s in counts if counts[s] >= 50), key=lambda s: (-counts[s], s))
    others = [*sorted(kept[1:]), "other"]

    def line(term: int, sector: str) -> list[float]:
        own = sector if sector in kept else "other"
        return [1.0, float(term), *(float(own == other) for other in others)]

    x = {side: np.array([line(t, s) for k, t, s, _ in cases if k == side]) for side in ("train", "held_out")}
    y = {side: np.array([float(e) for k, _, _, e in cases if k == side]) for side in ("train", "held_out")}
    beta = np.zeros(x["train"].shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-x["train"] @ beta))
        hessian = x["train"].T @ (x["train"] * (p * (1 - p))[:, None])
        beta = beta + np.linalg.inv(hessian) @ x["train"].T @ (y["train"] - p)
    errors = np.sqrt(np.diag(np.linalg.inv(hessian)))
    return Independent(["", "term_months", *others], beta, errors, {s: x[s] @ beta for s in x}, y)


def area(scores: Any, events: Any) -> float:
    """Return the area by average ranks (Mann and Whitney)."""
    values, place, counts = np.unique(np.round(scores, 9), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    hits = events.sum()
    del values
    return float((ranks[events == 1].sum() - hits * (hits + 1) / 2) / (hits * (len(events) - hits)))


def test_the_answer_has_the_shape_that_scripts_rely_on(found: Any) -> None:
    assert misfits(found, fit_shape(maybe)) == []
    assert found["conditions"]["train"] == "disbursed_on < 2003-01-01"


def test_coefficients_and_standard_errors_are_those_of_an_independent_fit(
    found: Any, expected: Independent
) -> None:
    lines = [line for line in found["coefficients"] if line["role"] != "reference"]
    told = [
        line["category"] or {"intercept": "", "figure": "term_months"}.get(line["role"], "other")
        for line in lines
    ]
    assert told == expected.names
    assert [float(line["coefficient"]) for line in lines] == pytest.approx(list(expected.beta), rel=1e-6)
    assert [float(line["standard_error"]) for line in lines] == pytest.approx(list(expected.errors), rel=1e-6)
    ratios = [float(line["coefficient"]) / float(line["standard_error"]) for line in lines]
    assert [float(line["z"]) for line in lines] == pytest.approx(ratios, rel=1e-8)


def test_cases_and_events_are_counted_as_in_the_file(found: Any, expected: Independent) -> None:
    for side in ("train", "held_out"):
        assert (found[side]["n"], found[side]["events"]) == (
            len(expected.events[side]), int(expected.events[side].sum()),
        )  # fmt: skip
    with FILE.open(encoding="utf-8") as file:
        raw = list(csv.DictReader(file))
    no_day = [row for row in raw if not row["DisbursementDate"]]
    no_industry = [row for row in raw if row["NAICS"] in ("0", "") and row["DisbursementDate"]]
    assert found["left_out"] == {
        "target_unknown": 0,
        "side_unknown": len(no_day),
        "neither": 0,
        "figure_missing": len(no_industry),
        "missing": {"loan_industry": len(no_industry)},
        "where_unknown": 0,
    }


@pytest.mark.parametrize("side", ["train", "held_out"])
def test_the_measures_are_those_of_an_independent_computation(
    found: Any, expected: Independent, side: str
) -> None:
    scores, events = expected.scores[side], expected.events[side]
    auc = area(scores, events)
    assert float(found[side]["auc"]) == pytest.approx(auc, abs=6e-7)
    assert float(found[side]["gini"]) == pytest.approx(2 * auc - 1, abs=6e-7)
    cuts = np.unique(np.round(scores, 9))
    hits, others = np.sort(np.round(scores[events == 1], 9)), np.sort(np.round(scores[events == 0], 9))
    gaps = np.searchsorted(hits, cuts, "right") / len(hits) - np.searchsorted(others, cuts, "right") / len(
        others
    )
    assert float(found[side]["ks"]) == pytest.approx(np.abs(gaps).max(), abs=6e-7)


@pytest.mark.parametrize("side", ["train", "held_out"])
def test_the_confusion_at_the_share_in_training_is_that_of_an_independent_fit(
    found: Any, expected: Independent, side: str
) -> None:
    cut = expected.events["train"].mean()
    foretold, came = 1 / (1 + np.exp(-expected.scores[side])) >= cut, expected.events[side] == 1
    assert found["confusion"]["cut"] == f"{cut:.6f}"
    assert found[side]["confusion"] == {
        "true_positive": int((foretold & came).sum()),
        "false_positive": int((foretold & ~came).sum()),
        "true_negative": int((~foretold & ~came).sum()),
        "false_negative": int((~foretold & came).sum()),
    }


def test_stability_is_that_of_an_independent_computation(found: Any, expected: Independent) -> None:
    before, after = (np.round(expected.scores[side], 9) for side in ("train", "held_out"))
    edges = np.unique(np.quantile(before, np.arange(1, 10) / 10, method="inverted_cdf"))
    a, b = (
        np.histogram(s, [-np.inf, *np.nextafter(edges, np.inf), np.inf])[0] / len(s) for s in (before, after)
    )
    assert (a > 0).all()
    assert (b > 0).all()
    assert float(found["psi"]) == pytest.approx(((b - a) * np.log(b / a)).sum(), abs=6e-7)


def test_what_stands_at_the_top_is_of_the_held_out_cases(found: Any) -> None:
    assert found["measured_on"] == "held_out"
    assert {name: found[name] for name in ("auc", "gini", "ks")} == {
        name: found["held_out"][name] for name in ("auc", "gini", "ks")
    }
    assert {k: v for k, v in found["confusion"].items() if k != "cut"} == found["held_out"]["confusion"]


# ── the card ────────────────────────────────────────────────────────────────────────────────────


def test_output_yaml_is_the_card_to_review_and_nothing_is_adopted(
    sba: Path, found: Any, tmp_path: Path
) -> None:
    file = tmp_path / "card.yaml"
    policies = call("--store", sba, "policy", "list", "--format", "json", home=sba.parent).json
    answer = fit(sba, "--output", file, "--card", "sba_default")
    assert answer.code == 0, answer.err
    assert answer.json == found, "what is shown goes to standard output all the same"
    assert "nothing is adopted" in answer.err
    card = strictyaml.load(file.read_text(encoding="utf-8"), "card.yaml").data["scorecards"]["sba_default"]
    lines = {line["category"] or line["role"]: float(line["coefficient"]) for line in found["coefficients"]}
    assert (card["kind"], card["applies_to"]) == ("logistic", ["enterprise"])
    assert set(card["title"]) == {"en", "zh_CN"}
    assert card["intercept"] == lines.pop("intercept")
    term, industry = card["items"]
    assert term == {"indicator": "term_months", "coefficient": lines.pop("figure")}
    assert industry["indicator"] == "loan_industry"
    assert industry["digits"] == 2
    assert industry["other"] == lines.pop("other")
    assert industry["categories"] == lines
    assert 0 in industry["categories"].values(), "the reference is one of them, so that it is no other"
    fitted = card["fitted"]
    assert fitted["target"] == "loan_status = written_off"
    assert (fitted["training"]["n"], fitted["held_out"]["n"]) == (found["train"]["n"], found["held_out"]["n"])
    assert f"{fitted['held_out']['auc']:.6f}" == found["auc"]
    assert call("--store", sba, "policy", "list", "--format", "json", home=sba.parent).json == policies


def test_the_card_of_loans_is_adopted_and_scores_each_customer_by_the_worst_loan(
    sba: Path, found: Any, tmp_path: Path
) -> None:
    """Fitted, written, put into the policy, adopted on a copy: the chance is that of the formula."""
    book, card, policy = tmp_path / "A.db", tmp_path / "card.yaml", tmp_path / "policy.yaml"
    places.copy(sba, book)
    assert fit(sba, "--output", card, "--card", "sba_default").code == 0
    text = EXAMPLE.read_text(encoding="utf-8")
    own = card.read_text(encoding="utf-8").split("scorecards:\n", 1)[1]
    policy.write_text(text.replace("\nscorecards:\n", "\nscorecards:\n" + own, 1), encoding="utf-8")

    def ask(*words: str | Path) -> Any:
        answer = call("--store", book, *words, "--format", "json", home=tmp_path)
        assert answer.code == 0, answer.err
        return answer.json

    day = ("--as-of", "2003-06-30")
    assert call("policy", "check", policy, home=tmp_path).code == 0
    ask("policy", "adopt", policy, "--on", "2003-01-01")
    listed = ask("score", "list", "--card", "sba_default", *day)
    assert len(listed) > 1000
    weights = {line["category"]: float(line["coefficient"]) for line in found["coefficients"]}
    intercept, per_month = (
        float(next(line["coefficient"] for line in found["coefficients"] if line["role"] == role))
        for role in ("intercept", "figure")
    )
    other = next((float(c["coefficient"]) for c in found["coefficients"] if c["role"] == "other"), 0.0)
    loans = {row["number"]: row for row in ask("loan", "list", *day)}
    for line in [row for row in listed if row["probability"] is not None][:50]:
        shown = ask("score", line["customer"], "--card", "sba_default", *day)
        assert (shown["loan"], shown["probability"]) == (line["loan"], line["probability"])
        assert shown["loan"] in loans
        values = {item["indicator"]: item["value"] for item in shown["items"]}
        industry = weights.get(values["loan_industry"][:2], other)
        x = intercept + per_month * float(values["term_months"]) + industry
        assert abs(float(line["probability"]) - 1 / (1 + np.exp(-x))) < 1e-6


def test_a_card_that_is_there_already_stays_as_it_is(sba: Path, tmp_path: Path) -> None:
    file = tmp_path / "card.yaml"
    file.write_text("mine", encoding="utf-8")
    assert fit(sba, "--output", file).code == 8
    assert file.read_text(encoding="utf-8") == "mine"
    assert fit(sba, "--output", file, "--force").code == 0
    assert file.read_text(encoding="utf-8").startswith("# A logistic card")


# ── what is said ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_page_is_at_most_eighty_columns_wide(sba: Path, language: str) -> None:
    from loancrm.typeset import display_width

    page = fit(sba, "--lang", language, output="table", env={"COLUMNS": "80"}).text
    assert max(map(display_width, page.splitlines())) <= 80
    for number in ("0.813", "0.627", "0.527", "0.771", "3,604", "345", "4,025"):
        assert number in page


def test_data_formats_hold_the_lines_with_all_their_digits(sba: Path, found: Any) -> None:
    lines = [line.split("\t") for line in fit(sba, output="tsv").text.splitlines()]
    first = dict(zip(lines[0], lines[2], strict=True))
    assert first["coefficient"] == found["coefficients"][1]["coefficient"]


@pytest.mark.parametrize(
    ("words", "code", "kind"),
    [
        (("--minimum", "1"), 4, "separated"),
        (("--train", "disbursed_on < 1900-01-02"), 4, "no_cases"),
        (("--where", "loan_status = written_off"), 4, "one_outcome"),
        (("--on", "term_months,loan_product"), 4, "constant"),
        (("--on", "term_months,loan_status"), 2, "usage"),
        (("--on", "term_months,disbursed_on"), 2, "usage"),
        (("--on", "term_month"), 2, "unknown_indicator"),
        (("--on", " , "), 2, "usage"),
        (("--target", "loan_status = written_off and"), 2, "usage"),
        (("--level", "officer"), 2, "usage"),
        (("--cut", "1"), 4, "invalid_input"),
        (("--cut", "1e-1"), 4, "invalid_input"),
        (("--digits", "0"), 4, "invalid_input"),
        (("--minimum", "no"), 4, "invalid_input"),
        (("--card", "My Card", "--output", "card.yaml"), 4, "invalid_input"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    sba: Path, words: tuple[str, ...], code: int, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = fit(sba, *words)
    assert (answer.code, answer.error["code"]) == (code, kind)
    assert list(tmp_path.iterdir()) == []


def test_the_policy_says_how_categories_are_read() -> None:
    assert "category_minimum: 50" in EXAMPLE.read_text(encoding="utf-8")
