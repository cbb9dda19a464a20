"""Conditions as people write them: in YAML, and as one line of text. Both give the same tree.

YAML: ``days_past_due: ">= 31"``, several keys are all meant; ``all``, ``any``, ``not``; lists; ranges
``"1..30"``; ``missing``; ``always``. Text: ``days_past_due > 30 and segment in (risk, mass_market)``.
A figure is compared with another of the same unit, times a factor where one is written: ``overdue_principal:
">= 10% * outstanding_principal"``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from loancrm.dialect import MILLION
from loancrm.errors import InvalidInput, LoanCrmError, UsageFault, did_you_mean
from loancrm.i18n import _, titled
from loancrm.indicators.catalogue import INDICATORS, Indicator
from loancrm.indicators.figures import find
from loancrm.indicators.loan_catalogue import EXTRA, LOAN_INDICATORS, find_of_loan
from loancrm.parsing import day
from loancrm.policy.conditions import ALWAYS, Against, All, AnyOf, Condition, Not, Operator, Test, Value
from loancrm.vocabulary import VOCABULARIES, code_of, label

Path = tuple[str | int, ...]
_COMPARISON = re.compile(r"(<=|>=|!=|==|=|<|>)\s*(.+)", re.DOTALL)
_OPERATORS: dict[str, Operator] = {
    "<": "<", "<=": "<=", ">": ">", ">=": ">=", "!=": "!=", "=": "=", "==": "=",
}  # fmt: skip
_RANGE = re.compile(r"(.+?)\s*\.\.\s*(.+)", re.DOTALL)
_OTHER = re.compile(r"(?:([0-9.]+%?)\s*\*\s*)?([A-Za-z_][A-Za-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)")
UNORDERED = ("code", "text", "yes_no")
MOST = 1000  # times the other figure: what SQL can count exactly


@dataclass(frozen=True)
class Catalogue:
    """The figures that a condition may name: ``find`` knows those too whose names the book gives."""

    indicators: Mapping[str, Indicator]
    find: Callable[[str], Indicator]


CUSTOMERS = Catalogue(INDICATORS, find)
LOANS = Catalogue(LOAN_INDICATORS, find_of_loan)
LEVELS: Mapping[str, Catalogue] = {"loan": LOANS, "customer": CUSTOMERS}


def figure_named(name: str) -> Indicator:
    """Return the figure of customers called ``name``, else that of loans; where both are, units are the same.

    Raises:
        UsageFault: there is neither.
    """
    of_loans = name in LOAN_INDICATORS or name.startswith(EXTRA)
    return find_of_loan(name) if of_loans and name not in INDICATORS else find(name)


class ConditionFault(LoanCrmError):
    """A condition that cannot be read; ``path`` says where below the condition's own place."""

    code = "invalid_condition"
    exit_code = 4

    def __init__(self, message: str, path: Path, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.path = path


def from_yaml(data: Any, path: Path = (), figures: Catalogue = CUSTOMERS) -> Condition:
    """Return the condition that ``data`` (a mapping, a list, or ``always``) means over ``figures``.

    Raises:
        ConditionFault: an unknown indicator, a wrong unit or form, with the path to it.
    """
    if data == "always":
        return ALWAYS
    if isinstance(data, list):
        return All(tuple(from_yaml(item, (*path, i), figures) for i, item in enumerate(data)))
    if not isinstance(data, Mapping) or not data:
        raise ConditionFault(_('a condition is needed, such as  days_past_due: ">= 31"'), path)
    parts = tuple(_entry(str(key), value, (*path, str(key)), figures) for key, value in data.items())
    return parts[0] if len(parts) == 1 else All(parts)


def _entry(key: str, value: Any, path: Path, figures: Catalogue) -> Condition:
    if key in ("all", "any"):
        if not isinstance(value, list) or not value:
            raise ConditionFault(_("'{key}' takes a list of conditions").format(key=key), path)
        parts = tuple(from_yaml(item, (*path, i), figures) for i, item in enumerate(value))
        return All(parts) if key == "all" else AnyOf(parts)
    if key == "not":
        return Not(from_yaml(value, path, figures))
    if not all(isinstance(item, str | int | float) for item in _items(value)):
        raise ConditionFault(_('a condition is needed, such as  days_past_due: ">= 31"'), path)
    try:
        return _test(figures.find(key), value, figures)
    except ConditionFault:
        raise
    except LoanCrmError as fault:
        raise ConditionFault(fault.message, path, fault.hint) from None


def _items(value: Any) -> list[Any]:
    """Return the values that are compared with; ``[None]`` for an empty list, which nothing is in."""
    return (value or [None]) if isinstance(value, list) else [value]


def _test(indicator: Indicator, value: Any, figures: Catalogue) -> Test | Against:
    name = indicator.name
    if isinstance(value, list):
        values = tuple(read_value(indicator, item) for item in value)
        return Test(name, "in", values, f"{name} in ({', '.join(_plain(item) for item in value)})")
    if isinstance(value, str):
        text = value.strip()
        if text == "missing":
            return Test(name, "missing", (), f"{name} is missing")
        if comparison := _COMPARISON.fullmatch(text):
            return _compared(indicator, comparison[1], comparison[2], figures)
        if span := _RANGE.fullmatch(text):
            ends = (read_value(indicator, span[1]), read_value(indicator, span[2]))
            return Test(name, "between", _ordered(indicator, ends), f"{name} = {span[1]}..{span[2]}")
    return Test(name, "=", (read_value(indicator, value),), f"{name} = {_plain(value)}")


def _compared(indicator: Indicator, sign: str, text: str, figures: Catalogue) -> Test | Against:
    operator = _OPERATORS[sign]
    if operator not in ("=", "!="):
        _need_order(indicator)
    said = f"{indicator.name} {operator} {text.strip()}"
    written = _OTHER.fullmatch(text.strip())
    if written and _is_figure(indicator, written[1], written[2], figures.indicators):
        return _against(indicator, operator, written[1], figures.find(written[2]), said, figures.indicators)
    return Test(indicator.name, operator, (read_value(indicator, text),), said)


def _is_figure(indicator: Indicator, factor: str | None, name: str, known: Mapping[str, Indicator]) -> bool:
    """Say whether a name that is compared with is meant as a figure: a code or a text is itself first."""
    if factor is not None:
        return True
    if indicator.unit in UNORDERED:
        words = VOCABULARIES.get(str(indicator.vocabulary), ())
        return indicator.unit != "text" and name in known and name not in words
    return name in known or "." in name or did_you_mean(name, tuple(known)) is not None


def _against(
    indicator: Indicator,
    operator: Operator,
    factor: str | None,
    other: Indicator,
    said: str,
    known: Mapping[str, Indicator],
) -> Against:
    if (other.unit, other.vocabulary) != (indicator.unit, indicator.vocabulary):
        message = _("{name} is in {unit}, {other} in {other_unit}: only figures of one unit are compared")
        alike = [one.name for one in known.values() if one.unit == indicator.unit and one != indicator]
        raise InvalidInput(
            message.format(
                name=indicator.name,
                unit=label("unit", indicator.unit),
                other=other.name,
                other_unit=label("unit", other.unit),
            ),
            field=indicator.name,
            hint=did_you_mean(other.name, alike) or _("loancrm policy indicators says which unit each has"),
        )
    if factor is None:
        return Against(indicator.name, operator, other.name, written=said)
    _need_order(indicator)
    if indicator.unit == "date":
        raise InvalidInput(
            _("{name}: a date has no multiple").format(name=indicator.name), field=indicator.name
        )
    return Against(indicator.name, operator, other.name, _factor(factor, indicator.name), said)


def _factor(text: str, name: str) -> int:
    complaint = _("{name}: a factor is written such as 0.8 or 80%, above 0 and at most {most}")
    complaint = complaint.format(name=name, most=MOST)
    plain = text.removesuffix("%")
    factor = _scaled(plain, name, 6 if plain == text else 4, complaint)
    if not 0 < factor <= MOST * MILLION:
        raise InvalidInput(complaint, field=name)
    return factor


def _need_order(indicator: Indicator) -> None:
    if indicator.unit in UNORDERED:
        message = _("{name} has no order: use = or a list").format(name=indicator.name)
        raise InvalidInput(message, field=indicator.name)


def _ordered(indicator: Indicator, ends: tuple[Value, Value]) -> tuple[Value, Value]:
    _need_order(indicator)
    low, high = ends
    if _backwards(low, high):
        message = _("{name}: the range runs backwards").format(name=indicator.name)
        raise InvalidInput(message, field=indicator.name)
    return ends


def _backwards(low: Value, high: Value) -> bool:
    if isinstance(low, date) and isinstance(high, date):
        return low > high
    return isinstance(low, int) and isinstance(high, int) and low > high


def _plain(value: Any) -> str:
    """Return what was written: ``true``, and 0.00001 where Python would say 1e-05."""
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_value(indicator: Indicator, value: Any) -> Value:
    """Return ``value`` in the indicator's own unit.

    Days and counts as integers, money in minor units, ratios in millionths, codes as codes, dates as dates.

    Raises:
        InvalidInput: it is not of that unit.
    """
    name, text = indicator.name, _plain(value).strip()
    match indicator.unit:
        case "yes_no":
            return _yes_no(text, name)
        case "code":
            return code_of(str(indicator.vocabulary), text, name)
        case "text":
            return text
        case "date":
            return day(text, name)
        case "days" | "count":
            return _whole(text, name)
        case "money":
            return _scaled(text, name, 2, _("{name} is an amount such as 50000 or 1234.56"))
        case "ratio" | "number":
            if text.endswith("%"):
                return _scaled(text[:-1].strip(), name, 4, _("{name} is a share such as 10% or 0.1"))
            return _scaled(text, name, 6, _("{name} is a share such as 10% or 0.1"))


def _yes_no(text: str, name: str) -> bool:
    if text not in ("true", "false", "yes", "no"):
        raise InvalidInput(_("{name} is true or false").format(name=name), field=name)
    return text in ("true", "yes")


def _whole(text: str, name: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,7}", text):
        raise InvalidInput(_("{name} is a whole number").format(name=name), field=name)
    return int(text)


def _scaled(text: str, name: str, places: int, complaint: str) -> int:
    match = re.fullmatch(rf"(-?)([0-9]{{1,13}})(?:\.([0-9]{{1,{places}}}))?", text)
    if match is None:
        raise InvalidInput(complaint.format(name=name), field=name)
    sign, whole, part = match[1], match[2], match[3] or ""
    return int(sign + whole + part.ljust(places, "0"))


# ── one line of text ────────────────────────────────────────────────────────────────────────────

_LEXEMES = r"""\s*(?:(<=|>=|!=|==|=|<|>|\(|\)|,|\*)|"([^"]*)"|'([^']*)'|([^\s<>=!(),"'*]+))"""
_WORDS = ("and", "or", "not", "in", "is")


def from_text(text: str, figures: Catalogue = CUSTOMERS, option: str = "--where") -> Condition:
    """Return the condition that one line means, such as ``days_past_due > 30 and not segment = risk``.

    ``option`` is what a fault says it was typed for.

    Raises:
        UsageFault: it cannot be read; the message says near which word.
    """
    reader = _Reader(text, figures, option)
    condition = reader.disjunction()
    if reader.peek() is not None:
        raise reader.fault()
    return condition


class _Reader:
    """Recursive descent over the tokens: or, and, not, test."""

    def __init__(self, text: str, figures: Catalogue, option: str) -> None:
        self.figures = figures
        self.option = option
        self.tokens = self._split(text)
        self.at = 0

    def _split(self, text: str) -> list[str]:
        tokens, position = [], 0
        text = text.rstrip()
        while position < len(text):
            match = re.compile(_LEXEMES).match(text, position)
            if match is None:
                raise self.unreadable(text[position:][:20])
            tokens.append(next(group for group in match.groups() if group is not None))
            position = match.end()
        return tokens

    def peek(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, *expected: str) -> str:
        token = self.peek()
        if token is None or (expected and token not in expected):
            raise self.fault()
        self.at += 1
        return token

    def fault(self) -> UsageFault:
        near = self.peek()
        if near is None:
            return UsageFault(titled(self.option, _("it ends too early")), field=self.option)
        return self.unreadable(near)

    def unreadable(self, part: str) -> UsageFault:
        message = titled(self.option, _("cannot read it at '{part}'").format(part=part))
        return UsageFault(message, field=self.option)

    def disjunction(self) -> Condition:
        parts = [self.conjunction()]
        while self.peek() == "or":
            self.take()
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def conjunction(self) -> Condition:
        parts = [self.negation()]
        while self.peek() == "and":
            self.take()
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def negation(self) -> Condition:
        if self.peek() == "not":
            self.take()
            return Not(self.negation())
        if self.peek() == "(":
            self.take()
            inner = self.disjunction()
            self.take(")")
            return inner
        return self.test()

    def test(self) -> Condition:
        indicator = self.figures.find(self.take())
        sign = self.take("<", "<=", ">", ">=", "=", "==", "!=", "in", "not", "is")
        if sign == "is":
            negated = self.peek() == "not" and bool(self.take())
            self.take("missing")
            missing = _test(indicator, "missing", self.figures)
            return Not(missing) if negated else missing
        if sign in ("in", "not"):
            if sign == "not":
                self.take("in")
            listed = _test(indicator, self.items(), self.figures)
            return Not(listed) if sign == "not" else listed
        return self.comparison(indicator, sign)

    def comparison(self, indicator: Indicator, sign: str) -> Condition:
        value = self.take()
        if value in _WORDS:
            raise self.fault()
        if self.peek() == "*":
            value = f"{value} {self.take()} {self.take()}"
        elif sign in ("=", "==") and value not in self.figures.indicators:
            return _test(indicator, value, self.figures)
        return _compared(indicator, sign, value, self.figures)

    def items(self) -> list[str]:
        self.take("(")
        items = [self.take()]
        while self.peek() == ",":
            self.take()
            items.append(self.take())
        self.take(")")
        return items
