"""YAML files written by people: read strictly, and refused with file:line:column.

PyYAML speaks YAML 1.1 (``NO`` is false, ``10:30`` is 630, ``0123`` is 83, the second of two equal keys
wins). Here only null, true, false, whole numbers and decimals are more than text; keys are always text;
anchors, aliases, tags and duplicate keys are refused.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar, Union, get_args, get_origin

from loancrm.errors import InvalidInput, did_you_mean
from loancrm.i18n import N_, _, language, listed, noted

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails
    from yaml.events import Event

    Model = TypeVar("Model", bound=BaseModel)

Path = tuple[str | int, ...]
Mark = tuple[int, int]

MAX_DEPTH = 40
_INT = r"[+-]?(0|[1-9][0-9]{0,17})"
_FLOAT = r"[+-]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}"
_WORDS: dict[str, bool | None] = dict.fromkeys(("", "~", "null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
_UNPRINTABLE = "[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"

# Pydantic's kinds of error by prefix, the first that fits; braces are filled from the error's context.
_WORDINGS = (
    (("missing",), N_("this key is missing")),
    (("string_pattern",), N_("not in the form that is expected here")),
    (("string_too_short",), N_("too short; at least {min_length} characters")),
    (("string_too_long",), N_("too long; at most {max_length} characters")),
    (("string_",), N_("must be text; put it in quotes")),
    (("int_",), N_("must be a whole number")),
    (("bool_",), N_("must be true or false")),
    (("decimal_max_places",), N_("at most {decimal_places} decimals")),
    (("float_", "decimal_", "finite"), N_("must be a number")),
    (("date",), N_("must be a date such as 2026-01-31")),
    (("greater_than_equal",), N_("must be at least {ge}")),
    (("greater_than",), N_("must be above {gt}")),
    (("less_than_equal",), N_("must be at most {le}")),
    (("less_than",), N_("must be below {lt}")),
    (("too_short",), N_("too few items; at least {min_length}")),
    (("too_long",), N_("too many items; at most {max_length}")),
    (("model_", "dict_", "mapping_"), N_("must be a mapping: key: value")),
    (("list_", "tuple_", "set_", "frozen_set_"), N_("must be a list")),
)

# What the YAML library says most often; anything else is only English.
_YAML_PROBLEMS = (
    N_("could not find expected ':'"),
    N_("did not find expected ',' or ']'"),
    N_("did not find expected ',' or '}'"),
    N_("did not find expected '-' indicator"),
    N_("did not find expected <document start>"),
    N_("did not find expected key"),
    N_("did not find expected node content"),
    N_("found a tab character that violates indentation"),
    N_("found character that cannot start any token"),
    N_("found unexpected end of stream"),
    N_("mapping values are not allowed in this context"),
    N_("block sequence entries are not allowed in this context"),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the file ``source`` says, and where: ``marks[path]`` is (line, column), from 1."""

    data: Any
    marks: dict[Path, Mark]
    source: str = ""

    def mark(self, path: Path) -> Mark:
        """Return where ``path`` stands, or what holds it."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, (1, 1))

    def complaint(self, path: Path, problem: str) -> str:
        """Return ``problem`` behind the place of ``path``: file:line:column."""
        line, column = self.mark(path)
        return f"{self.source}:{line}:{column}: {problem}"


def load(text: str, source: str) -> Loaded:
    """Read one YAML document, the content of the file ``source``; an empty one is None.

    Raises:
        InvalidInput: code ``invalid_file``; not YAML, or YAML that is refused here, with its place.
    """
    import yaml

    text = text.removeprefix("\ufeff")
    if not _is_printable(text) and (found := re.search(_UNPRINTABLE, text)):
        before = text[: found.start()]
        mark = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        _fail(source, mark, _("a character that text files do not hold"))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder(yaml.parse(text, Loader=loader), source).document()
    except yaml.MarkedYAMLError as problem:
        at = problem.problem_mark or problem.context_mark
        mark = (at.line + 1, at.column + 1) if at else (1, 1)
        why = str(problem.problem or problem.context)
        if why not in _YAML_PROBLEMS and language() != "en":
            why = N_("it cannot be read from here on")
        _fail(source, mark, _("not valid YAML: {problem}").format(problem=_(why)))


def _is_printable(text: str) -> bool:
    """Say whether nothing needs the pattern, which takes 10 ms to compile."""
    return text.translate(dict.fromkeys(map(ord, "\t\r\n"))).isprintable()


def validate(model: type[Model], loaded: Loaded) -> Model:
    """Return ``loaded`` as a ``model``; an empty file counts as an empty mapping.

    Validators in a model complain with ``ValueError(_(...))``; their words are kept. Pydantic's are
    not: they are English, name Python types and repeat the value.

    Raises:
        InvalidInput: code ``invalid_file``, one line for each problem in the order of the file:
            ``config.yaml:8:3: remind.chanels: unknown key (did you mean 'channels'?)``.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate({} if loaded.data is None else loaded.data)
    except ValidationError as problem:
        found = [_complaint(model, loaded, error) for error in problem.errors(include_url=False)]
    lines = [f"{loaded.source}:{line}:{column}: {text}" for (line, column), text in sorted(found)]
    raise InvalidInput("\n".join(dict.fromkeys(lines)), code="invalid_file")


class _Builder:
    """Turns parse events into values; events still show anchors and tags, nodes no longer do."""

    def __init__(self, events: Iterator[Event], source: str) -> None:
        from yaml import events as kinds

        self._kinds = kinds
        self._events = events
        self._source = source
        self._marks: dict[Path, Mark] = {}

    def document(self) -> Loaded:
        data, documents = None, 0
        for event in self._events:
            if isinstance(event, self._kinds.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, _("a second document; one file holds one"))
                first = next(self._events)
                self._marks[()] = _mark(first)
                data = self._value(first, ())
        return Loaded(data, self._marks, self._source)

    def _plain_only(self, event: Event) -> None:
        if isinstance(event, self._kinds.AliasEvent) or getattr(event, "anchor", None):
            self._refuse(event, _("anchors (&) and aliases (*) are not used here; put text in quotes"))
        if getattr(event, "tag", None):
            self._refuse(event, _("tags (!) are not used here; put text in quotes"))

    def _value(self, event: Event, path: Path) -> Any:
        self._plain_only(event)
        if len(path) > MAX_DEPTH:
            self._refuse(event, _("nested too deeply"))
        if isinstance(event, self._kinds.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, self._kinds.SequenceStartEvent):
            return self._list(path)
        assert isinstance(event, self._kinds.ScalarEvent)
        # The first half of ``implicit`` says: plain, neither quoted nor a block.
        return _plain(event.value) if event.implicit[0] else event.value

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), self._kinds.MappingEndEvent):
            self._plain_only(event)
            if not isinstance(event, self._kinds.ScalarEvent):
                self._refuse(event, _("a key must be plain text"))
            key = event.value
            if key in found:
                first = self._marks[*path, key][0]
                self._refuse(event, _("the same key stands in line {line} already").format(line=first))
            self._marks[*path, key] = _mark(event)
            found[key] = self._value(next(self._events), (*path, key))
        return found

    def _list(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self._events), self._kinds.SequenceEndEvent):
            here = (*path, len(found))
            self._marks[here] = _mark(event)
            found.append(self._value(event, here))
        return found

    def _refuse(self, event: Event, problem: str) -> NoReturn:
        _fail(self._source, _mark(event), problem)


def _fail(source: str, mark: Mark, problem: str) -> NoReturn:
    raise InvalidInput(f"{source}:{mark[0]}:{mark[1]}: {problem}", code="invalid_file")


def _mark(event: Event) -> Mark:
    assert event.start_mark is not None
    return event.start_mark.line + 1, event.start_mark.column + 1


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if re.fullmatch(_INT, text):
        return int(text)
    return float(text) if re.fullmatch(_FLOAT, text) else text


def _complaint(model: type[BaseModel], loaded: Loaded, error: ErrorDetails) -> tuple[Mark, str]:
    path: Path = ()
    # Pydantic puts names of union members and "[key]" among the steps; the file knows none of them.
    for step in error["loc"]:
        path = (*path, step) if (*path, step) in loaded.marks else path
    named = (*path, error["loc"][-1]) if error["type"] == "missing" else path
    dotted = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in named)
    place = f"{dotted.removeprefix('.')}: " if dotted else ""
    return loaded.mark(path), place + _wording(model, path, error)


def _wording(model: type[BaseModel], path: Path, error: ErrorDetails) -> str:
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    if kind in {"value_error", "assertion_error"}:
        return str(context["error"])
    if kind == "extra_forbidden":
        return _with_guess(_("unknown key"), str(error["loc"][-1]), _known_keys(model, path[:-1]))
    if kind in {"literal_error", "enum", "union_tag_invalid"}:
        choices = re.findall(r"'([^']*)'", str(context.get("expected", context.get("expected_tags"))))
        text = _("must be one of {choices}").format(choices=listed(choices))
        return _with_guess(text, str(value), choices)
    wording = next((text for prefixes, text in _WORDINGS if kind.startswith(prefixes)), None)
    return _(wording).format(**context) if wording else _("not a value that fits here")


def _with_guess(text: str, word: str, known: Sequence[str]) -> str:
    guess = did_you_mean(word, known)
    return noted(text, guess) if guess else text


def _known_keys(model: type[BaseModel], path: Path) -> list[str]:
    here: list[Any] = [model]
    for step in path:
        here = [below for kind in here for below in _below(kind, step)]
    fields = [item for kind in here for item in getattr(kind, "model_fields", {}).items()]
    return [field.alias or name for name, field in fields]


def _below(kind: Any, step: str | int) -> list[Any]:
    if fields := getattr(kind, "model_fields", None):
        inner = [field.annotation for name, field in fields.items() if step in {name, field.alias}]
    else:  # dict[str, M], list[M], tuple[M, ...]: what is held comes last
        inner = [part for part in get_args(kind) if part is not Ellipsis][-1:]
    return [part for annotation in inner for part in _kinds(annotation)]


def _kinds(kind: Any) -> list[Any]:
    if get_origin(kind) in {Annotated, Union, types.UnionType}:
        members = get_args(kind)[:1] if get_origin(kind) is Annotated else get_args(kind)
        return [part for member in members for part in _kinds(member)]
    return [kind]
