"""What every test of the program may use: the program run for real, run quickly, and a fresh book.

``run``    the real entry point as a process, in an environment of its own, without a terminal.
``cli``    the same command line inside this process: some twenty times faster.
``book``   the path of a fresh store, with an example policy, the officer li.wei and nothing else.
``kept``   the stores that must be whole at the end: ``store check`` runs on each, silent and 0. ``book`` is
           one of them; a test appends others that it makes, and ``kept.clear()`` says that it damages.

All of them live in ``tmp_path``, at ten in the morning of 21 November 2026 in Shanghai.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loancrm import cli as entrance
from loancrm import i18n, vocabulary
from tests import (
    correlation,  # noqa: F401 - it watches
    places,
    postgres,
    quick,
)

REPO = Path(__file__).parent.parent
NOW = "2026-11-21T10:00+08:00"
TODAY = "2026-11-21"


@dataclass(frozen=True)
class Answer:
    """What a command line left behind."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The fault as ``--format json`` shows it."""
        error: dict[str, Any] = json.loads(self.err.splitlines()[-1])["error"]
        return error


Run = Callable[..., Answer]


def pytest_configure(config: pytest.Config) -> None:
    """Have a server for the run, if it is one on PostgreSQL; the processes of xdist find it named."""
    quick.use_memory()
    quick.compile_once()
    quick.read_signatures_once()
    quick.collect_rarely()
    if places.on_postgres() and not hasattr(config, "workerinput"):
        running = postgres.server()
        running.__enter__()
        config.add_cleanup(lambda: running.__exit__(None, None, None))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run what uses a store, and not what is SQLite's own; else what needs no server."""
    left = [item for item in items if _runs(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _runs(item)])
    items[:] = left


def _runs(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    if not places.on_postgres():
        return places.ONLY_POSTGRES.isdisjoint(fixtures)
    for mark in item.iter_markers("sqlite_only"):
        assert any(mark.args), f"{item.nodeid}: say why it is about SQLite only"
        return False
    return not places.FIXTURES.isdisjoint(fixtures)


@pytest.fixture(autouse=True)
def _no_databases_left(request: pytest.FixtureRequest) -> Iterator[None]:
    if not (places.on_postgres() and "tmp_path" in request.fixturenames):
        yield
        return
    folder = request.getfixturevalue("tmp_path")
    yield
    places.forget(folder)


Typed = tuple[list[str | bytes], dict[str, str | None], dict[str, str]]


def _placed(args: tuple[str | bytes | Path, ...], env: Mapping[str, str | None], base: Path) -> Typed:
    """Name the stores of a command line by their places; return also which place is which path."""
    words = [arg if isinstance(arg, bytes) else str(arg) for arg in args]
    if not places.on_postgres():
        return words, dict(env), {}
    named: dict[str, str] = {}

    def at(path: str) -> str:
        found = places.place(path, base)
        if path.isprintable():
            named[found] = path
        return found

    for n, word in enumerate(words):
        if isinstance(word, str) and word.startswith("--store="):
            words[n] = f"--store={at(word.removeprefix('--store='))}"
        elif isinstance(word, str) and n and words[n - 1] == "--store":
            words[n] = at(word)
    store = env.get("LOANCRM_STORE")
    return words, {**env, **({"LOANCRM_STORE": at(store)} if store else {})}, named


def _said(content: bytes, named: Mapping[str, str]) -> bytes:
    """Return what was shown, with the paths that the test knows."""
    for address, path in named.items():
        content = content.replace(address.encode(), path.encode())
    return content


def environment(home: Path, **more: str | None) -> dict[str, str]:
    """Return an environment that knows nothing of the machine; ``None`` leaves a variable out."""
    values: dict[str, str | None] = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "LOANCRM_NOW": NOW,
        "PYTHONPATH": str(REPO),
        **more,
    }
    return {name: value for name, value in values.items() if value is not None}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home folder, and the one for temporary files, of everything that is run."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def run(tmp_path: Path, home: Path) -> Run:
    """Run ``python -m loancrm …`` in ``tmp_path``: ``run("init", stdin="", env={"LANG": None})``."""

    def run_(
        *args: str | bytes | Path, stdin: str | bytes = b"", env: Mapping[str, str | None] = {}
    ) -> Answer:
        words, more, named = _placed(args, env, tmp_path)
        done = subprocess.run(
            [sys.executable, "-m", "loancrm", *words],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            env=environment(home, **more),
            cwd=tmp_path,
            capture_output=True,
            timeout=120,
            check=False,
        )
        err = _said(done.stderr, named).decode("utf-8", "surrogateescape")
        return Answer(done.returncode, _said(done.stdout, named), err)

    return run_


def call(
    *args: str | Path, stdin: str | bytes = b"", env: Mapping[str, str | None] = {}, home: Path = Path("/")
) -> Answer:
    """Run a command line in this process, with an environment, streams and a context of its own."""
    content = stdin.encode() if isinstance(stdin, str) else stdin
    words, more, named = _placed(args, env, Path.cwd())
    out, err = io.BytesIO(), io.BytesIO()
    before = i18n.language(), dict(vocabulary.PRODUCT)
    seen = []
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            patch.delenv(name)
        for name, value in environment(home, **more).items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="utf-8"))
        patch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding="utf-8", write_through=True))
        patch.setattr(tempfile, "tempdir", None)  # found anew from TMPDIR
        make = entrance.make_context
        patch.setattr(entrance, "make_context", lambda: seen.append(make()) or seen[-1])
        try:
            code = entrance.run(words)
            sys.stdout.flush()
        finally:
            i18n.set_language(before[0])
            vocabulary.PRODUCT.clear()
            vocabulary.PRODUCT.update(before[1])
            for crm in seen:
                if "store" in crm.__dict__:
                    crm.store.close()
        return Answer(code, _said(out.getvalue(), named), _said(err.getvalue(), named).decode("utf-8"))


@pytest.fixture
def cli(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in this process, in ``tmp_path``; the same answers as ``run``."""
    monkeypatch.chdir(tmp_path)

    def cli_(*args: str | Path, **more: Any) -> Answer:
        return call(*args, home=home, **more)

    return cli_


@pytest.fixture
def kept(home: Path) -> Iterator[list[Path]]:
    """The stores that must be whole when the test is over."""
    paths: list[Path] = []
    yield paths
    for path in paths:
        if places.is_as_copied(path):  # and what it was copied from is whole
            continue
        check_whole(path, home)


def check_whole(path: Path, home: Path) -> None:
    """Check that ``store check`` finds nothing in a book."""
    found = call("--store", path, "store", "check", home=home)
    assert (found.code, found.text, found.err) == (0, "", ""), f"{path.name} is not whole"


@pytest.fixture
def empty_database(tmp_path: Path) -> str:
    """The address of a database with nothing in it."""
    return places.place(tmp_path / "empty.db")


@pytest.fixture(scope="session")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that was just made, to be copied."""
    path = tmp_path_factory.mktemp("book") / "book.db"
    for words in (("init",), ("officer", "add", "li.wei", "--name", "李伟")):
        made = call("--store", path, *words, home=path.parent)
        assert made.code == 0, made.err
    check_whole(path, path.parent)
    return path


@pytest.fixture
def book(empty_book: Path, tmp_path: Path, kept: list[Path]) -> Path:
    """The path of a fresh book with the officer li.wei; it is checked when the test is over."""
    path = tmp_path / "B.db"
    places.copy(empty_book, path)
    kept.append(path)
    return path
