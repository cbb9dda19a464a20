"""What the documents promise: the tour, the tables, the crontab line, the picture."""

import importlib.util
import re
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from loancrm import errors
from loancrm.cli import TREE, build
from tests.commands.reminding import mail_server
from tests.conftest import call

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = ("README.md", "README.zh.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md")
BEYOND_FAULTS = {0, 10, 130, 141}


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


tour = script("tour")


def fenced(language: str) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert len(found) == 1
    return found[0]


def table_after(heading: str, text: str = README) -> list[list[str]]:
    """The cells of the first table after a heading, without its head."""
    lines = text.split(f"\n## {heading}\n")[1].splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def words_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


# ── the tour ────────────────────────────────────────────────────────────────────────────────


def test_the_tour_prints_what_the_readme_says(tmp_path: Path) -> None:
    steps = list(tour.run(README, tmp_path))
    assert len(steps) >= 15
    wrong = [step for step in steps if not step.is_same]
    for step in wrong:
        assert step.printed == step.expected, step.command


def test_a_line_of_dots_stands_for_any_lines_and_dots_at_the_end_for_any_end() -> None:
    assert tour.matches(("a", "…", "d"), ("a", "b", "c", "d"))
    assert tour.matches(("a", "…"), ("a",))
    assert tour.matches(("size 12…",), ("size 12 and more",))
    assert not tour.matches(("a",), ("a", "b"))
    assert not tour.matches(("a", "b"), ("a",))
    assert not tour.matches(("a…",), ("b",))


# ── the tables ──────────────────────────────────────────────────────────────────────────────


def test_the_command_table_names_every_command_and_verb() -> None:
    tree = build()
    real = {name: set(getattr(tree.get_command(None, name), "commands", {})) for name in TREE}
    said = {
        name: set(words_in(verbs))
        for names, verbs, _what in table_after("Commands")
        for name in words_in(names)
    }
    assert said == real


def test_the_exit_codes_are_those_of_the_faults() -> None:
    faults = [
        fault for fault in vars(errors).values() if isinstance(fault, type) and issubclass(fault, Exception)
    ]
    real = {fault.exit_code for fault in faults} | BEYOND_FAULTS
    assert {int(code) for code, _meaning in table_after("Exit codes")} == real


def test_the_environment_variables_are_those_that_the_code_reads() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "loancrm").rglob("*.py"))
    real = set(re.findall(r"(?<![_A-Z])LOANCRM_[A-Z_]+", code))
    assert set(re.findall(r"^\| `(LOANCRM_[A-Z_]+)`", README, re.MULTILINE)) == real


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_inside_the_repository_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [link for link in links if link and not (ROOT / link).exists()] == []


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_files_that_are_named_are_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = {
        word for word in words_in(text) if re.fullmatch(r"[\w./]+\.(py|md|yaml|j2|toml|lock|sh|po)", word)
    }
    bases = (ROOT, ROOT / "loancrm", ROOT / "tests")
    assert [word for word in named if not any((base / word).exists() for base in bases)] == []


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench", "lock", "clean"])
def test_the_makefile_has_every_target(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


# ── cron, and the boundary around the book ──────────────────────────────────────────────────


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with one follow-up of li.wei's on 2026-11-20, and an officer without customers. To be copied."""
    folder = tmp_path_factory.mktemp("cron")
    for words in (
        ["init"],
        ["officer", "add", "li.wei", "--name", "李伟"],
        ["officer", "add", "zhao.min", "--name", "赵敏"],
        ["customer", "add", "--kind", "enterprise", "--name", "华达机械有限公司", "--officer", "li.wei"],
        ["followup", "add", "C-00001", "--on", "2026-11-20", "--what", "送合同"],
    ):
        done = call("--store", folder / "book.db", *words, home=folder, env={"LOANCRM_NOW": "2026-11-20"})
        assert done.code == 0, done.err
    return folder / "book.db"


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Path:
    """A copy of the book, and the program beside it."""
    tour.program(tmp_path)
    shutil.copy(made, tmp_path / "book.db")
    return tmp_path / "book.db"


def as_cron_does(line: str, book: Path) -> "subprocess.CompletedProcess[str]":
    """Run a line of the README's crontab, its paths replaced, in an empty environment."""
    *settings, job = line.strip().splitlines()
    command = job.split(maxsplit=5)[5].replace(
        "/opt/loancrm/.venv/bin/loancrm", str(book.parent / "bin" / "loancrm")
    )
    command = command.replace("/home/li.wei/book.db", str(book))
    environ = ["PATH=/usr/bin:/bin", "LOANCRM_NOW=2026-11-20", *settings]
    return subprocess.run(
        ["env", "-i", *environ, "/bin/sh", "-c", command],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )


@pytest.mark.sqlite_only("the crontab line names a file")
def test_the_crontab_line_mails_the_list_in_an_empty_environment(book: Path) -> None:
    done = as_cron_does(fenced("crontab"), book)
    assert (done.returncode, done.stderr) == (0, "")
    assert "C-00001" in done.stdout
    assert "送合同" in done.stdout


@pytest.mark.sqlite_only("the crontab line names a file")
def test_the_crontab_line_mails_nothing_when_there_is_nothing_to_do(book: Path) -> None:
    done = as_cron_does(fenced("crontab").replace("--officer li.wei", "--officer zhao.min"), book)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


def recipe(word: str, folder: Path) -> str:
    """Return the settings and the line with ``word`` of the crontab in docs/reminders.md, for ``folder``."""
    text = (ROOT / "docs" / "reminders.md").read_text(encoding="utf-8")
    block = re.search(r"^```crontab\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert block is not None
    lines = [line for line in block[1].splitlines() if not line.startswith("#")]
    settings = [line for line in lines if re.match(r"[A-Z_]+=", line)]
    [job] = [line for line in lines if word in line]
    return "\n".join([*settings, job]).replace("/home/li.wei/", f"{folder}/")


@pytest.mark.sqlite_only("the crontab line names a file")
def test_the_recipe_for_reminders_says_a_line_once_in_an_empty_environment(book: Path) -> None:
    line = recipe("remind --officer", book.parent)
    first, again = (as_cron_does(line, book) for _n in range(2))
    assert (first.returncode, first.stderr) == (0, "")
    assert "清单新增 1 项" in first.stdout
    assert "送合同" in first.stdout
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


MAIL = """\
store: {book}
remind:
  mail:
    host: 127.0.0.1
    port: {port}
    security: none
    sender: loancrm@bank.example
  addresses: {{li.wei: li.wei@bank.example, zhao.min: zhao.min@bank.example}}
"""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.sqlite_only("the crontab line names a file")
def test_the_recipe_for_mail_tells_each_officer_once_in_an_empty_environment(book: Path) -> None:
    """Against a real mail server: who has nothing new gets no mail, and what fails is said the next time."""
    settings = book.parent / "loancrm.yaml"
    line = recipe("remind --all --mail", book.parent).replace("/etc/loancrm.yaml", str(settings))
    with mail_server() as inbox:
        settings.write_text(MAIL.format(book=book, port=inbox.port), encoding="utf-8")
        settings.chmod(0o600)
        inbox.refused.add("li.wei@bank.example")
        refused = as_cron_does(line, book)
        assert (refused.returncode, refused.stdout, inbox.messages) == (9, "", [])
        assert "li.wei" in refused.stderr, "cron mails to its owner who was not told"
        inbox.refused.clear()
        for _n in range(2):
            done = as_cron_does(line, book)
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        [(to, message)] = inbox.messages
    page = message.get_body(("plain",))
    assert page is not None
    assert (to, message["From"]) == (["li.wei@bank.example"], "loancrm@bank.example")
    assert "送合同" in page.get_content()
    assert "新增 1 项" in message["Subject"]
    away = as_cron_does(line.replace("--mail", "--mail --officer li.wei").replace("--all ", ""), book)
    assert (away.returncode, away.stdout, away.stderr) == (0, "", ""), "nothing new: no server is asked"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.sqlite_only("the service names a file")
def test_the_service_of_the_systemd_timer_mails_with_nothing_but_its_home(book: Path) -> None:
    text = (ROOT / "docs" / "reminders.md").read_text(encoding="utf-8")
    [command] = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    environ = re.findall(r"^Environment=(.*)$", text, re.MULTILINE)
    command = command.replace("/opt/loancrm/.venv/bin/loancrm", str(book.parent / "bin" / "loancrm"))
    command = command.replace("%h", str(book.parent))
    settings = book.parent / ".config" / "loancrm" / "config.yaml"
    settings.parent.mkdir(parents=True)
    environ += [f"HOME={book.parent}", "PATH=/usr/bin:/bin", "LOANCRM_NOW=2026-11-20"]
    with mail_server() as inbox:
        settings.write_text(MAIL.format(book=book, port=inbox.port), encoding="utf-8")
        settings.chmod(0o600)
        for _n in range(2):
            run = ["env", "-i", *environ, *shlex.split(command)]
            done = subprocess.run(run, capture_output=True, text=True, cwd="/", check=False)
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert [to for to, _message in inbox.messages] == [["li.wei@bank.example"]]


@pytest.mark.sqlite_only("the crontab line names a file")
def test_the_recipe_for_the_calendar_goes_on_from_its_file_in_an_empty_environment(book: Path) -> None:
    line = recipe("calendar export", book.parent)
    events = []
    for _n in range(2):
        done = as_cron_does(line, book)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        events.append((book.parent / "due.ics").read_text(encoding="utf-8").count("BEGIN:VEVENT"))
    assert events[0] == events[1] > 0


@pytest.mark.sqlite_only("the crontab line names a file")
@pytest.mark.parametrize(("officer", "said"), [("li.wei", "today.html is ready\n"), ("zhao.min", "")])
def test_the_script_tells_only_when_there_is_something_to_do(book: Path, officer: str, said: str) -> None:
    environ = tour.environment(book.parent, LOANCRM_STORE=str(book), LOANCRM_NOW="2026-11-20")
    script_text = fenced("sh").replace("li.wei", officer)
    done = subprocess.run(
        ["/bin/sh", "-c", script_text],
        capture_output=True,
        text=True,
        env=environ,
        cwd=book.parent,
        check=True,
    )
    assert done.stdout == said
    assert (book.parent / "today.html").stat().st_size > 0


def test_only_the_account_can_read_the_book_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "book.db"
    command = f"umask 000; {tour.program(tmp_path)} --store {path} init"
    subprocess.run(
        ["/bin/sh", "-c", command], check=True, capture_output=True, env=tour.environment(tmp_path)
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


# ── the picture ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_the_picture_is_of_what_the_program_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    picture = script("picture")
    drawn = (ROOT / "docs" / "today.svg").read_text(encoding="utf-8")
    assert picture.picture(picture.output()) == drawn, "run: make picture"


# ── the Python to use ───────────────────────────────────────────────────────────────────────


def pretend_python(folder: Path, *, version: str, is_new: bool, has_venv: bool) -> Path:
    """A program that answers as a Python of that kind would."""
    path = folder / "python3"
    answers = {
        "print": f"echo {version}",
        "sys.exit": f"exit {int(not is_new)}",
        "ensurepip": f"exit {int(not has_venv)}",
    }
    cases = "\n".join(f"*{part}*) {answer} ;;" for part, answer in answers.items())
    path.write_text(f'#!/bin/sh\ncase "$2" in\n{cases}\nesac\n', encoding="utf-8")
    path.chmod(0o755)
    return path


def find_python(path: Path) -> "subprocess.CompletedProcess[str]":
    command = ["/bin/sh", str(ROOT / "scripts" / "find_python.sh"), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_old_python_is_refused_with_what_is_needed(tmp_path: Path) -> None:
    done = find_python(pretend_python(tmp_path, version="3.9", is_new=False, has_venv=True))
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr
    assert "Python 3.9" in done.stderr


def test_a_python_without_venv_is_refused_with_the_package_to_install(tmp_path: Path) -> None:
    done = find_python(pretend_python(tmp_path, version="3.12", is_new=True, has_venv=False))
    assert done.returncode == 1
    assert "sudo apt-get install python3-venv" in done.stderr


def test_a_python_that_is_missing_is_said_to_be_missing(tmp_path: Path) -> None:
    done = find_python(tmp_path / "nowhere")
    assert done.returncode == 1
    assert "none was found" in done.stderr


def test_a_suitable_python_is_taken(tmp_path: Path) -> None:
    path = pretend_python(tmp_path, version="3.13", is_new=True, has_venv=True)
    assert find_python(path).stdout.strip() == str(path)
