"""YAML is read strictly, and every complaint says where."""

from typing import Annotated, Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from loancrm.errors import InvalidInput
from loancrm.strictyaml import Loaded, load, validate


def even(number: int) -> int:
    if number % 2:
        raise ValueError("must be even")
    return number


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Remind(Strict):
    channels: list[str] = []
    days: int = Field(default=7, ge=1, le=90)


class Rule(Strict):
    name: str
    level: Literal["high", "low"] = "low"
    number: Annotated[int, AfterValidator(even)] = 2


class File(Strict):
    remind: Remind | None = None
    rules: list[Rule] = []
    teams: dict[str, Remind] = {}
    active: bool = True
    share: float = 0.5


def refusal(text: str) -> str:
    with pytest.raises(InvalidInput) as fault:
        validate(File, load(text, "config.yaml"))
    assert fault.value.code == "invalid_file"
    assert fault.value.exit_code == 4
    return fault.value.message


@pytest.mark.parametrize(
    "written",
    [
        "NO",
        "yes",
        "on",
        "10:30",
        "0123",
        "0x10",
        "0o17",
        "1_000",
        "1e5",
        ".5",
        ".inf",
        ".nan",
        "2026-01-31",
        "<<",
        "=",
        "٣",
        "1.",
        "12345678901234567890",
        "007",
    ],
)
def test_what_yaml_1_1_would_change_stays_text(written: str) -> None:
    assert load(f"a: {written}", "f").data == {"a": written}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("null", None),
        ("~", None),
        ("", None),
        ("true", True),
        ("False", False),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("0.0345", 0.0345),
        ("'12'", "12"),
        ('"true"', "true"),
        ("''", ""),
        ("[1, a]", [1, "a"]),
        ("{}", {}),
    ],
)
def test_only_null_booleans_and_numbers_are_more_than_text(written: str, value: object) -> None:
    data = load(f"a: {written}", "f").data
    assert data == {"a": value}
    assert type(data["a"]) is type(value)


def test_keys_are_always_text() -> None:
    assert load("1: a\ntrue: b\nnull: c\n1_30: d", "f").data == {
        "1": "a",
        "true": "b",
        "null": "c",
        "1_30": "d",
    }


def test_an_empty_file_is_nothing() -> None:
    for text in ("", "# only a comment\n", "\ufeff", "---\n"):
        assert load(text, "f").data is None


def test_marks_tell_line_and_column_of_every_key_and_item() -> None:
    loaded = load("客户: 1\nremind:\n  channels:\n    - a\n    - b: 中\n      c: 1\n", "f")
    assert loaded.marks == {
        (): (1, 1),
        ("客户",): (1, 1),
        ("remind",): (2, 1),
        ("remind", "channels"): (3, 3),
        ("remind", "channels", 0): (4, 7),
        ("remind", "channels", 1): (5, 7),
        ("remind", "channels", 1, "b"): (5, 7),
        ("remind", "channels", 1, "c"): (6, 7),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "config.yaml:3:1: the same key stands in line 1 already"),
        ("a: &x 1", "config.yaml:1:4: anchors (&) and aliases (*) are not used here; put text in quotes"),
        ("a: *x", "config.yaml:1:4: anchors (&) and aliases (*) are not used here; put text in quotes"),
        ("*x : 1", "config.yaml:1:1: anchors (&) and aliases (*) are not used here; put text in quotes"),
        ("&x a: 1", "config.yaml:1:1: anchors (&) and aliases (*) are not used here; put text in quotes"),
        ("a: !!python/object:os.system 1", "config.yaml:1:4: tags (!) are not used here; put text in quotes"),
        ("a: !!str 1", "config.yaml:1:4: tags (!) are not used here; put text in quotes"),
        ("a: !x [1]", "config.yaml:1:4: tags (!) are not used here; put text in quotes"),
        ("[a]: 1", "config.yaml:1:1: a key must be plain text"),
        ("a: 1\n---\nb: 1", "config.yaml:2:1: a second document; one file holds one"),
        ("a: 1\nb: \x07", "config.yaml:2:4: a character that text files do not hold"),
        ("a: \udc80", "config.yaml:1:4: a character that text files do not hold"),
        ("[" * 5000, "config.yaml:1:42: nested too deeply"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_place(text: str, message: str) -> None:
    assert refusal(text) == message


@pytest.mark.parametrize(
    "text", ["a: [1", "a: 'x", "a: b: c", "\ta: 1", "a: 1\n b: 2", "%", "a: @x", 'a: "\\q"']
)
def test_a_syntax_error_says_file_line_and_column(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^config\.yaml:\d+:\d+: not valid YAML: "):
        load(text, "config.yaml")


def test_it_reads_the_same_without_the_c_library(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: [1, NO]\nb:\n  - c: 0.5\n"
    fast = load(text, "f")
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert load(text, "f") == fast


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("active: true\nremind:\n  chanels: [sms]",
         "config.yaml:3:3: remind.chanels: unknown key (did you mean 'channels'?)"),
        ("remnd: {}", "config.yaml:1:1: remnd: unknown key (did you mean 'remind'?)"),
        ("xyzzy: 1", "config.yaml:1:1: xyzzy: unknown key"),
        ("teams:\n  e:\n    dais: 3", "config.yaml:3:5: teams.e.dais: unknown key (did you mean 'days'?)"),
        ("rules:\n  - name: a\n    levle: low",
         "config.yaml:3:5: rules[0].levle: unknown key (did you mean 'level'?)"),
        ("rules:\n  - level: low", "config.yaml:2:5: rules[0].name: this key is missing"),
        ("remind:\n  days: many", "config.yaml:2:3: remind.days: must be a whole number"),
        ("remind:\n  days: 0", "config.yaml:2:3: remind.days: must be at least 1"),
        ("remind:\n  days: 91", "config.yaml:2:3: remind.days: must be at most 90"),
        ("active: NO", "config.yaml:1:1: active: must be true or false"),
        ("share: much", "config.yaml:1:1: share: must be a number"),
        ("rules: {}", "config.yaml:1:1: rules: must be a list"),
        ("teams: []", "config.yaml:1:1: teams: must be a mapping: key: value"),
        ("remind: 3", "config.yaml:1:1: remind: must be a mapping: key: value"),
        ("- a", "config.yaml:1:1: must be a mapping: key: value"),
        ("rules:\n  - name: 3", "config.yaml:2:5: rules[0].name: must be text; put it in quotes"),
        ("rules:\n  - name: a\n    level: hihg",
         "config.yaml:3:5: rules[0].level: must be one of high, low (did you mean 'high'?)"),
        ("rules:\n  - name: a\n    number: 3", "config.yaml:3:5: rules[0].number: must be even"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_in_our_words(text: str, message: str) -> None:
    assert refusal(text) == message


def test_every_problem_is_one_line_in_the_order_of_the_file() -> None:
    assert refusal("share: x\nactive: x\nremind:\n  days: x\n").splitlines() == [
        "config.yaml:1:1: share: must be a number",
        "config.yaml:2:1: active: must be true or false",
        "config.yaml:4:3: remind.days: must be a whole number",
    ]


def test_what_fits_becomes_a_model() -> None:
    file = validate(File, load("remind:\n  channels: [sms, NO]\nshare: 0.25\n", "config.yaml"))
    assert file == File(remind=Remind(channels=["sms", "NO"]), share=0.25)
    assert validate(File, load("", "config.yaml")) == File()


def test_a_key_that_is_not_known_is_named_where_nobody_kept_its_place() -> None:
    """Such as a policy that a later release adopted: a book keeps its values without lines."""
    with pytest.raises(InvalidInput, match=r"^policy 7:1:1: unknown key \(did you mean 'remind'\?\)$"):
        validate(File, Loaded({"remindd": {}}, {}, "policy 7"))


@given(st.text() | st.text(alphabet="ab:-[]{}&*!'\"|>%@#, \n\t", max_size=40))
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    try:
        validate(File, load(text, "config.yaml"))
    except InvalidInput as fault:
        assert fault.code == "invalid_file"  # noqa: PT017 - both ways out are right
