"""What the wheel brings along."""

import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import loancrm

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "loancrm"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_the_wheel_holds_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    there = {name for name in wheel.namelist() if name.startswith("loancrm/")}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert there == wanted


@pytest.mark.parametrize(
    "name",
    [
        "loancrm/locale/zh_CN/LC_MESSAGES/loancrm.mo",
        "loancrm/policy/policy.example.yaml",
        "loancrm/render/page.html.j2",
        "loancrm/migrations/versions/0001_book.py",
    ],
)
def test_the_wheel_holds_what_is_read_at_run_time(wheel: zipfile.ZipFile, name: str) -> None:
    assert wheel.getinfo(name).file_size > 0


def test_the_wheel_says_the_version_of_the_program(wheel: zipfile.ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = Parser().parsestr(wheel.read(name).decode())
    assert metadata["Version"] == loancrm.__version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"


def test_the_project_and_the_program_have_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == loancrm.__version__


def test_the_changelog_tells_of_this_version() -> None:
    assert f"## [{loancrm.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
