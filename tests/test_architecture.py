"""The rules of ARCHITECTURE.md that a machine can check."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "loancrm"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)
FILE_LINES = 400
FUNCTION_LINES = 40
COMMAND_STATEMENTS = 10
HEAVY = ("sqlmodel", "sqlalchemy", "pydantic", "yaml", "rich")
NOT_FOR_DUE = ("alembic", "numpy", "dateutil.parser", "psycopg", "jinja2", "xlsxwriter", "pypinyin")
CLOCK = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions_of(path: Path) -> Iterator[Function]:
    yield from (node for node in ast.walk(tree_of(path)) if isinstance(node, Function))


def body_of(function: Function) -> list[ast.stmt]:
    """The statements of a function after its docstring."""
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def statements_in(body: list[ast.stmt]) -> int:
    """How many statements there are, nested ones too; imports are not counted."""
    nodes = [node for statement in body for node in ast.walk(statement)]
    return sum(
        isinstance(node, ast.stmt) and not isinstance(node, ast.Import | ast.ImportFrom) for node in nodes
    )


def is_verb(function: Function) -> bool:
    """Whether a function is declared as a command: @app.verb(…)."""
    calls = [node.func for node in function.decorator_list if isinstance(node, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in ("verb", "command") for call in calls)


def docstring_holders(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """The module, and every public class, function and method in it; overrides are described above."""
    tree = tree_of(path)
    yield "module", tree
    for node in tree.body:
        if not isinstance(node, ast.ClassDef | Function) or node.name.startswith("_"):
            continue
        yield node.name, node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, Function) and not inner.name.startswith("_"):
                    yield f"{node.name}.{inner.name}", inner


def loaded_by(*args: str, environ: dict[str, str] | None = None) -> set[str]:
    """The modules that a run of the program imports."""
    command = [sys.executable, "-X", "importtime", "-m", "loancrm", *args]
    env = {**os.environ, "LOANCRM_LANG": "en", **(environ or {})}
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return {
        line.rpartition("|")[2].strip()
        for line in done.stderr.splitlines()
        if line.startswith("import time:")
    }


def among(modules: set[str], names: tuple[str, ...]) -> set[str]:
    return {module for module in modules for name in names if module == name or module.startswith(f"{name}.")}


# ── rooms ───────────────────────────────────────────────────────────────────────────────────


def test_the_import_contracts_are_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    code = lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True)
    assert code == 0, capsys.readouterr().out


def test_architecture_names_every_room() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {path.name for path in PACKAGE.iterdir() if path.suffix == ".py"} | {
        f"{path.name}/" for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()
    }
    missing = {room for room in rooms - {"__init__.py", "__main__.py"} if f"`{room}`" not in text}
    assert not missing


def test_no_room_is_empty() -> None:
    for package in PACKAGE.rglob("__init__.py"):
        others = [
            path for path in package.parent.iterdir() if path.name not in ("__init__.py", "__pycache__")
        ]
        assert others or len(package.read_text(encoding="utf-8").splitlines()) > 1, name_of(package)


def test_above_the_store_nobody_imports_a_database_library_even_inside_a_function() -> None:
    rooms = (
        "cli.py",
        "commands/",
        "context.py",
        "shell/",
        "render/",
        "lending/",
        "calendars.py",
        "identity.py",
    )
    found = []
    for path in SOURCES:
        if not name_of(path).startswith((*rooms, "config.py", "settings.py")):
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            else:
                modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [
                f"{name_of(path)}: {m}" for m in among(set(modules), ("sqlmodel", "sqlalchemy", "alembic"))
            ]
    assert not found


# ── size and habits ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_is_not_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_function_is_not_too_long(path: Path) -> None:
    too_long = []
    for function in functions_of(path):
        body = body_of(function)
        lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
        if lines > FUNCTION_LINES and "migrations/versions" not in name_of(path):
            too_long.append(f"{function.name}: {lines} lines")
    assert not too_long


@pytest.mark.parametrize("path", sorted((PACKAGE / "commands").glob("*.py")), ids=name_of)
def test_a_command_parses_makes_one_call_and_shows(path: Path) -> None:
    too_long = []
    for function in functions_of(path):
        statements = statements_in(body_of(function))
        if is_verb(function) and statements > COMMAND_STATEMENTS:
            too_long.append(f"{function.name}: {statements} statements")
        assert not any(isinstance(node, ast.Try) for node in ast.walk(function)), function.name
    assert not too_long


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_public_name_has_a_docstring(path: Path) -> None:
    missing = [name for name, node in docstring_holders(path) if ast.get_docstring(node) is None]
    assert not missing


def test_only_the_context_prints() -> None:
    found = [
        name_of(path)
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert set(found) <= {"context.py"}


def test_only_the_context_reads_the_clock() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if (node.value.id, node.attr) in CLOCK and name_of(path) != "context.py"
    ]
    assert not found


def test_only_the_shell_and_the_context_read_the_environment() -> None:
    found = {
        name_of(path)
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and _is_os(node.value)
    }
    assert {name for name in found if not name.startswith("shell/")} <= {"context.py"}


def _is_os(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "os"


def test_constants_are_not_lists() -> None:
    found = []
    for path in SOURCES:
        for node in tree_of(path).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
                found += [
                    f"{name_of(path)}: {target.id}"
                    for target in node.targets
                    if isinstance(target, ast.Name) and target.id.isupper() and target.id != "__all__"
                ]
    assert not found


def test_nothing_in_the_repository_names_a_machine_or_a_registry() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "http" not in lock
    assert "--hash=sha256:" in lock
    assert not re.search(r"^\s*--(index-url|extra-index-url|find-links|trusted-host)", lock, re.MULTILINE)


def test_the_lock_answers_every_requirement_of_the_project() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = re.findall(
        r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE
    )
    names = {re.split(r"[<>=\[; ]", line)[0].lower().replace("_", "-") for line in wanted}
    assert names <= set(locked)


# ── nothing heavy at start ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "args", [["--help"], ["--version"], ["customer", "--help"], ["report", "--help"]], ids=" ".join
)
def test_help_loads_nothing_heavy(args: list[str]) -> None:
    assert among(loaded_by(*args), HEAVY) == set()


@pytest.mark.parametrize(
    "words", ["loancrm ", "loancrm cust", "loancrm customer ", "loancrm report portfolio --"]
)
def test_completion_loads_nothing_heavy(words: str) -> None:
    environ = {
        "_LOANCRM_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    assert among(loaded_by(environ=environ), HEAVY) == set()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("start") / "book.db"
    for words in (["init"], ["officer", "add", "li.wei", "--name", "李伟"]):
        loaded_by("--store", str(path), *words)
    return path


def test_due_as_a_table_loads_nothing_that_it_does_not_need(book: Path) -> None:
    modules = loaded_by("--store", str(book), "due", "--format", "table")
    assert among(modules, NOT_FOR_DUE) == set()


@pytest.mark.parametrize("format_", ["csv", "tsv", "json"])
def test_due_for_a_script_does_not_load_rich(book: Path, format_: str) -> None:
    modules = loaded_by("--store", str(book), "due", "--format", format_)
    assert among(modules, (*NOT_FOR_DUE, "rich")) == set()
