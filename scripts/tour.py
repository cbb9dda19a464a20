"""Run the ```console blocks of a document and compare what they print with what stands there.

Usage: python scripts/tour.py README.md [--write]

The lines after ``$ `` are run by a shell, in order, in one new folder, on a terminal of 80 columns;
``$ export NAME=VALUE`` sets a variable for all that follow. What stands below a command is what it must
print. A line that is only ``…`` stands for any lines; one that ends in ``…`` for any end of that line.
``--write`` puts what was printed into the document, where it differs.
"""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ANY = "…"
_ERASED = re.compile(r"[^\n]*\r\x1b\[K")  # a line of progress that is gone in the end
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """A command of a document, what it should print, and what it printed."""

    command: str
    expected: tuple[str, ...]
    printed: tuple[str, ...]
    code: int

    @property
    def is_same(self) -> bool:
        """Say whether what was printed is what should be."""
        return matches(self.expected, self.printed)

    @property
    def text(self) -> str:
        """Return the step as it should stand in the document."""
        lines = self.expected if self.is_same else self.printed
        return "".join(f"{line}\n" for line in (f"$ {self.command}", *lines))


def matches(expected: tuple[str, ...], printed: tuple[str, ...]) -> bool:
    """Say whether the lines that were printed are those that are expected."""
    if not expected:
        return not printed
    first, rest = expected[0], expected[1:]
    if first == ANY:
        return any(matches(rest, printed[n:]) for n in range(len(printed) + 1))
    if not printed:
        return False
    same = printed[0] == first or (first.endswith(ANY) and printed[0].startswith(first[: -len(ANY)]))
    return same and matches(rest, printed[1:])


def program(folder: Path) -> Path:
    """Write a ``loancrm`` that runs this tree with this Python, whatever the environment."""
    path = folder / "bin" / "loancrm"
    path.parent.mkdir(exist_ok=True)
    lines = (
        f"#!{sys.executable}",
        "import sys",
        f"sys.path.insert(0, {str(ROOT)!r})",
        "from loancrm.__main__ import main",
        "main()",
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def on_a_terminal(command: str, folder: Path, environ: Mapping[str, str]) -> tuple[str, int]:
    """Run a shell's command on a terminal of its own; return what it showed, and its exit code."""
    ours, theirs = pty.openpty()
    shell = subprocess.Popen(  # noqa: S603 - a command of our own documents
        ["/bin/sh", "-c", command],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=dict(environ),
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # Linux says so when the last writer closed it
            break
        if not part:
            break
        shown += part
    os.close(ours)
    text = shown.decode().replace("\r\n", "\n")
    return _ERASED.sub("", text), shell.wait()


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return the environment that the commands run in: nothing of the caller's."""
    path = f"{program(folder).parent}:/usr/local/bin:/usr/bin:/bin"
    fixed = {
        "PATH": path,
        "HOME": str(folder),
        "TERM": "xterm",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "LANG": "C.UTF-8",
    }
    return {**fixed, **more}


def run(text: str, folder: Path) -> Iterator[Step]:
    """Run the steps of a document in ``folder``, in order."""
    environ = environment(folder)
    for block in _BLOCK.finditer(text):
        for part in re.split(r"^\$ ", block[1], flags=re.MULTILINE)[1:]:
            command, *expected = part.removesuffix("\n").split("\n")
            if command.startswith("export "):
                name, _, value = command.removeprefix("export ").partition("=")
                environ[name] = value
                yield Step(command, tuple(expected), (), 0)
                continue
            shown, code = on_a_terminal(command, folder, environ)
            yield Step(command, tuple(expected), tuple(shown.splitlines()), code)


def main(name: str, *options: str) -> int:
    """Compare, or write, and return the exit code."""
    path = Path(name)
    text = path.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        steps = list(run(text, Path(folder)))
    wrong = [step for step in steps if not step.is_same]
    if "--write" in options:
        left = iter(steps)

        def written(block: re.Match[str]) -> str:
            count = len(re.findall(r"^\$ ", block[1], re.MULTILINE))
            return "```console\n" + "".join(next(left).text for _ in range(count)) + "```"

        path.write_text(_BLOCK.sub(written, text), encoding="utf-8")
        return 0
    for step in wrong:
        sys.stderr.write(f"not as in {name}:\n{step.text}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
