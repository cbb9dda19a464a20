"""A book with one enterprise, and one small loan in it that is serviced here.

The loan: 1,200.00 at 12 % in three instalments of equal principal, paid out on 2026-01-01: 12.00, 8.00 and
4.00 of interest beside 400.00 each, due on the first of February, March and April.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import places
from tests.commands.patterns import misfits
from tests.commands.shapes_loans import ELSEWHERE, REPRICED
from tests.conftest import Run, call, check_whole

Do = Callable[..., Any]
BOOKS = ("paid_out_book", "enterprise_book", "empty_book")  # of those that a test wants, the first is copied
SMALL = "--principal 1200 --rate 12% --instalments 3 --repayment equal_principal"


@pytest.fixture(scope="session")
def enterprise_book(empty_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with the enterprise C-00001, to be copied."""
    path = tmp_path_factory.mktemp("enterprise") / "book.db"
    places.copy(empty_book, path)
    doing(call, path)("customer add --kind enterprise --name 华达机械有限公司 --officer li.wei")
    check_whole(path, path.parent)
    return path


@pytest.fixture(scope="session")
def paid_out_book(enterprise_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the small loan, paid out on the first of January; to be copied."""
    path = tmp_path_factory.mktemp("paid_out") / "book.db"
    places.copy(enterprise_book, path)
    do = doing(call, path)
    do(f"loan apply C-00001 --product working_capital {SMALL} --on 2025-12-20")
    for step, on in (("approve", "2025-12-24"), ("sign", "2025-12-28"), ("disburse", "2026-01-01")):
        do(f"loan {step} L-00001 --on {on}")
    check_whole(path, path.parent)
    return path


@pytest.fixture
def book(request: pytest.FixtureRequest, tmp_path: Path, kept: list[Path]) -> Path:
    """The path of a book, as full as the test's fixtures want it; it is checked when the test is over."""
    wanted = next((name for name in BOOKS if name in request.fixturenames), "empty_book")
    path = tmp_path / "B.db"
    places.copy(request.getfixturevalue(wanted), path)
    kept.append(path)
    return path


def doing(run: Run, book: Path) -> Do:
    """Return what runs a line on a book, and returns its answer as JSON."""

    def do(line: str, *more: str) -> Any:
        answer = run("--store", book, *line.split(), *more, "--format", "json")
        assert answer.code == 0, answer.err
        name = " ".join(line.split()[:2])
        if name in ELSEWHERE and "--stuck" not in line:
            shape = REPRICED if "reprice-due --apply" in line else ELSEWHERE[name]
            assert misfits(answer.json, shape) == []
        return answer.json

    return do


@pytest.fixture
def do(cli: Run, enterprise_book: Path, book: Path) -> Do:
    """Run a line on a book with the enterprise C-00001, and return its answer as JSON."""
    return doing(cli, book)


@pytest.fixture
def refused(cli: Run, book: Path) -> Callable[[str], Any]:
    """Run a line that is refused, and return its answer."""

    def run(line: str) -> Any:
        answer = cli("--store", book, *line.split(), "--format", "json")
        assert answer.code != 0, answer.out
        assert "Traceback" not in answer.err
        return answer

    return run


@pytest.fixture
def paid_out(paid_out_book: Path, do: Do) -> Do:
    """The small loan, paid out on the first of January."""
    return do


def check_refused(do: Do, refused: Any, line: str, code: int, said: str) -> None:
    """Check that a line is refused with these words and that code, and that nothing is written."""
    before = do("history C-00001")
    answer = refused(line)
    assert (answer.code, said in answer.err) == (code, True), answer.err
    assert do("history C-00001") == before


def shown(do: Do, on: str, *names: str) -> list[Any]:
    """Return what ``loan show`` says of the loan as of a day."""
    found = do(f"loan show L-00001 --as-of {on}")
    return [found[name] for name in names]
