"""What scripts read: every command's JSON, its keys and the types of its values, in any language."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loancrm.cli import build
from loancrm.policy.policy import EXAMPLE
from tests.conftest import Run

from .helpers import rows_of
from .shapes import CHANGES, COPIES, DAMAGED, ELSEWHERE, IMPORTS, LOOKS, PLAIN, WORDS, misfits
from .shapes_risk import CODES as CODES_OF_RISK


def commands(command: Any, path: str = "") -> Iterator[str]:
    """Yield the name of every command of the tree, such as ``customer add``."""
    if not hasattr(command, "list_commands"):
        yield path.strip()
        return
    for name in command.list_commands(None):
        yield from commands(command.get_command(None, name), f"{path} {name}")


def command_of(line: str) -> str:
    words = shlex.split(line)
    return next((name for n in (3, 2) if (name := " ".join(words[:n])) in TREE), words[0])


CHECKS = ("store check", "doctor", "report quality")
TREE = frozenset(commands(build()))


def change(line: str, tmp_path: Path) -> list[str]:
    """Return the words of a change; POLICY is a policy that differs from the adopted one."""
    policy = tmp_path / "policy.yaml"
    policy.write_text(EXAMPLE.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    return [str(policy) if word == "POLICY" else word for word in shlex.split(line)]


def test_every_command_of_the_tree_has_a_pin() -> None:
    pinned = (
        {command_of(line) for line, _shape in (*LOOKS, *CHANGES)}
        | set(COPIES)
        | set(ELSEWHERE)
        | set(DAMAGED)
        | {"score fit"}  # on a book that has a history: test_score_fit.py
        | set(PLAIN)
        | set(IMPORTS)
    )
    assert pinned == TREE


@pytest.mark.parametrize(("line", "shape"), LOOKS, ids=[line for line, _shape in LOOKS])
def test_what_a_look_shows_is_pinned_and_only_words_depend_on_the_language(
    cli: Run, filled_book: Path, line: str, shape: Any
) -> None:
    words = ("--store", filled_book, *shlex.split(line), "--format", "json")
    answer = cli(*words)
    assert answer.code == 0, answer.err
    found = answer.json
    assert misfits(found, shape) == []
    assert found, "nothing was shown, so nothing was compared"

    chinese = cli(*words, "--lang", "zh_CN")
    told = WORDS.get(command_of(line), ())
    if not told:
        assert chinese.out == answer.out
    assert without(chinese.json, told) == without(found, told)


@pytest.mark.parametrize(("line", "shape"), CHANGES, ids=[line for line, _shape in CHANGES])
def test_what_a_change_answers_is_pinned_and_a_retry_gives_it_again(
    cli: Run, full: Path, tmp_path: Path, line: str, shape: Any
) -> None:
    words = change(line, tmp_path)
    before = rows_of(full)
    rehearsed = cli("--store", full, *words, "--format", "json", "--dry-run")
    assert rows_of(full) == before, "a dry run stored something"
    assert misfits(rehearsed.json, shape) == []
    assert rehearsed.err == "dry run: nothing was stored\n"

    answer = cli("--store", full, *words, "--format", "json", "--idempotency-key", "K9")
    assert (answer.code, answer.err) == (0, "")
    assert misfits(answer.json, shape) == []
    after = rows_of(full)
    again = cli("--store", full, *words, "--format", "json", "--idempotency-key", "K9")
    assert (again.code, again.out) == (0, answer.out)
    assert rows_of(full) == after, "the retry stored something"
    if line != "init":
        assert after != before


@pytest.mark.parametrize(("command", "fields"), WORDS.items(), ids=WORDS)
def test_the_fields_that_are_words_have_a_code_beside_them(command: str, fields: tuple[str, ...]) -> None:
    codes = {"reason": "reason_code", "text": "change", "before": "change", "after": "change"}
    codes |= dict.fromkeys(("treatment", "benefits"), "rule")
    if command.startswith("warning "):
        codes["text"] = "rule"
    if command == "churn list":
        codes["reason"] = "reasons"
    if command.startswith("survey ") or command == "report satisfaction":
        codes |= {"title": "survey", "question": "code"}
    if command == "customer value":
        codes |= {"offer": "rule", "reason": "rule"}
    if command == "loyalty reward list":
        codes["title"] = "reward"
    codes |= CODES_OF_RISK.get(command, {})
    if command == "segment moves":
        codes["reason"] = "rule"
    shapes = [shape for line, shape in (*LOOKS, *CHANGES) if command_of(line) == command]
    for field in fields:
        beside = codes.get(field, "check" if command in CHECKS else "name")
        for shape in shapes or [DAMAGED[command]]:
            assert beside in json.dumps(keys(shape))


def without(value: Any, fields: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {key: without(item, fields) for key, item in value.items() if key not in fields}
    return [without(item, fields) for item in value] if isinstance(value, list) else value


def keys(shape: Any) -> list[str]:
    if isinstance(shape, dict):
        return [*shape, *(key for item in shape.values() for key in keys(item))]
    return keys(shape[0]) if isinstance(shape, list) else []


def test_json_is_utf8_without_escapes_and_ends_with_a_line(cli: Run, filled_book: Path) -> None:
    out = cli("--store", filled_book, "customer", "show", "C-00001", "--format", "json").out
    assert "华达机械有限公司".encode() in out
    assert out.endswith(b"}\n")


def test_jsonl_holds_the_same_objects_as_json(cli: Run, filled_book: Path) -> None:
    words = ("--store", filled_book, "history", "C-00001", "--format")
    lines = cli(*words, "jsonl").text.splitlines()
    assert [json.loads(line) for line in lines] == cli(*words, "json").json


@pytest.mark.parametrize(
    ("line", "exit_code", "code"),
    [
        ("customer show C-00099", 3, "not_found"),
        ("customer list --limit x", 4, "invalid_input"),
        ("customer list --nosuch", 2, "no_such_option"),
        ("custome list", 2, "no_such_command"),
        ("contact log C-00001", 2, "missing"),
        ("contact log", 2, "missing"),
        ("contact list --format json --since", 2, "usage"),
        ("customer show C-00001 more", 2, "usage"),
        ("customer list --lang fr", 2, "usage"),
        ("customer add --kind company --name x", 2, "unknown_value"),
    ],
)
def test_a_fault_is_json_too(cli: Run, untouched: Path, line: str, exit_code: int, code: str) -> None:
    words = line if "json" in line else f"{line} --format json"
    answer = cli("--store", untouched, *shlex.split(words))
    assert (answer.code, answer.out) == (exit_code, b"")
    assert set(json.loads(answer.err)) == {"error"}
    assert set(answer.error) == {"code", "exit_code", "message", "hint", "field"}
    assert (answer.error["code"], answer.error["exit_code"]) == (code, exit_code)
