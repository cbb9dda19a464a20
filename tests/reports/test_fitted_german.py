"""A card fitted on German credit data at the level of customers, and what it then says of each of them.

Statlog (German Credit Data), Hofmann 1994: a thousand applicants, twenty attributes, good or bad. Every third
applicant is held out. The same is computed from the file itself, with numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loancrm.models import ImportedFigure
from loancrm.policy.parse import CUSTOMERS, from_text
from loancrm.policy.policy import read_policy
from loancrm.reports.fitting import FitQuestion, Fitted, fit_card
from loancrm.reports.scores import book as scores_of_book
from loancrm.shell.card_text import card_text
from tests.support import EXAMPLE_TEXT, Book

FILE = Path(__file__).parents[3] / "shared" / "data" / "datasets" / "german.data"
# name: what of a row it is; ready-made yes and no are 1 and 0
FIGURES = {
    "months": lambda row: float(row[1]),
    "amount": lambda row: float(row[4]),
    "rate": lambda row: float(row[7]),
    "age": lambda row: float(row[12]),
    "overdrawn": lambda row: float(row[0] == "A11"),
    "no_account": lambda row: float(row[0] == "A14"),
    "critical": lambda row: float(row[2] == "A34"),
    "savings": lambda row: float(row[5] in ("A63", "A64", "A65")),
    "owner": lambda row: float(row[14] == "A152"),
}
ON = tuple(f"imported.{name}" for name in FIGURES)
TYPED = {
    "target": "imported.bad = 1", "on": ",".join(ON), "train": "imported.fold != 3", "test": None,
    "where": None, "card": "german",
}  # fmt: skip


@dataclass
class Independent:
    """The fit by plain Newton on the file's rows."""

    beta: Any
    errors: Any
    x: Any
    bad: Any
    held_out: Any

    @property
    def chances(self) -> Any:
        return 1 / (1 + np.exp(-self.x @ self.beta))


def rows() -> list[list[str]]:
    if not FILE.is_file():
        pytest.skip("the shared data are not here")
    return [line.split() for line in FILE.read_text(encoding="ascii").splitlines()]


def independent() -> Independent:
    found = rows()
    x = np.array([[1.0, *(figure(row) for figure in FIGURES.values())] for row in found])
    bad = np.array([row[20] == "2" for row in found])
    held_out = np.arange(len(found)) % 3 == 2
    scale = np.abs(x).max(axis=0)
    z, y = (x / scale)[~held_out], bad[~held_out].astype(float)
    beta = np.zeros(x.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-z @ beta))
        hessian = z.T @ (z * (p * (1 - p))[:, None])
        beta = beta + np.linalg.solve(hessian, z.T @ (y - p))
    return Independent(beta / scale, np.sqrt(np.diag(np.linalg.inv(hessian))) / scale, x, bad, held_out)


@pytest.fixture
def german(book: Book) -> Book:
    """The applicants as customers, with what the file says of each as imported figures."""
    found = rows()
    with book.batch():
        for _ in found:
            book.customer()
    figures = [
        (key, name, round(value * 1_000_000))
        for key, row in enumerate(found, 1)
        for name, value in (
            *((name, figure(row)) for name, figure in FIGURES.items()),
            ("bad", float(row[20] == "2")),
            ("fold", float((key - 1) % 3 + 1)),
        )
    ]
    on = date(2026, 6, 30)
    with book.unit() as uow:
        uow.insert_many(
            ImportedFigure,
            [
                {"number": number, "customer_id": key, "name": name, "value": value, "effective_on": on,
                 "live_key": f"{key}:{name}:{on}"}
                for number, (key, name, value) in enumerate(figures, 1)
            ],
        )  # fmt: skip
    return book


def fitted(book: Book) -> Fitted:
    question = FitQuestion(
        level="customer",
        target=from_text(str(TYPED["target"]), CUSTOMERS),
        on=ON,
        train=from_text(str(TYPED["train"]), CUSTOMERS),
    )
    found: Fitted = book.ask_policy(fit_card, question)
    return found


def test_the_card_is_that_of_an_independent_fit_and_its_area_on_a_held_out_third_is_stated(
    german: Book,
) -> None:
    found, expected = fitted(german), independent()
    assert (found.train.n, found.train.events) == (667, int(expected.bad[~expected.held_out].sum()))
    assert [float(line.coefficient) for line in found.lines] == pytest.approx(list(expected.beta), rel=1e-6)
    errors = [float(str(line.standard_error)) for line in found.lines]
    assert errors == pytest.approx(list(expected.errors), rel=1e-6)
    assert found.held_out is not None
    chances, bad = expected.chances[expected.held_out], expected.bad[expected.held_out]
    pairs = np.sign(np.round(chances[bad][:, None] - chances[~bad][None, :], 12))
    assert found.held_out.auc == pytest.approx((pairs.mean() + 1) / 2 * 1_000_000, abs=1)
    assert round((found.held_out.auc or 0) / 1_000_000, 2) == 0.78


def test_the_card_that_is_written_scores_every_customer_as_it_was_measured(german: Book) -> None:
    """The YAML goes into a policy as it is; the policy's own reading of it gives the same chances."""
    found, expected = fitted(german), independent()
    text = card_text(TYPED, found)
    card = text[text.index("  german:") :]
    policy = read_policy(EXAMPLE_TEXT.replace("\nscorecards:\n", f"\nscorecards:\n{card}"), "german.yaml")
    with german.view() as view:
        scored = [line.result.probability for line in scores_of_book(view, policy, card="german")]
    assert len(scored) == 1000
    assert scored == pytest.approx(list(expected.chances * 1_000_000), abs=2)
