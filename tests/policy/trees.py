"""Random conditions, as trees and as people write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from loancrm.indicators.catalogue import INDICATORS, Indicator
from loancrm.policy.conditions import Against, All, AnyOf, Condition, Not, Test
from loancrm.vocabulary import VOCABULARIES

ORDERED = ("days", "count", "money", "ratio", "number")
# Around the values that random books hold: bounds, and one below and above.
NUMBERS = {
    "days": (-1, 0, 1, 6, 7, 8, 30, 31, 32, 45, 90, 364, 365, 366),
    "count": (0, 1, 2, 3, 250),
    "money": (0, 1, 99_999_999, 100_000_000, 100_000_001),
    "ratio": (0, 1, 99_999, 100_000, 100_001, 1_000_000),
    "number": (0, 1, 1_000_000, 1_500_000, 3_000_000),
}
TEXTS = ("北京", "上海", "C34", "New York")


def values(indicator: Indicator) -> st.SearchStrategy[Any]:
    """Draw a value in the indicator's own unit."""
    if indicator.unit in ORDERED:
        return st.sampled_from(NUMBERS[indicator.unit])
    if indicator.unit == "code":
        return st.sampled_from(sorted(VOCABULARIES[str(indicator.vocabulary)]))
    return st.booleans() if indicator.unit == "yes_no" else st.sampled_from(TEXTS)


def written(indicator: Indicator, value: Any) -> str:
    """Return a value as people write it."""
    if indicator.unit == "money":
        return f"{value // 100}.{value % 100:02d}"
    if indicator.unit == "number":
        return f"{value // 1_000_000}.{value % 1_000_000:06d}"
    if indicator.unit == "ratio":
        return f"{value // 10_000}.{value % 10_000:04d}%"
    return str(value).lower() if isinstance(value, bool) else str(value)


@st.composite
def tests(draw: st.DrawFn) -> Test:
    """Draw one figure against one value, a list, a range, or nothing."""
    indicator = INDICATORS[draw(st.sampled_from(sorted(INDICATORS)))]
    name, unit = indicator.name, indicator.unit
    kinds = ["=", "!=", "in", "missing"]
    kinds += ["<", "<=", ">", ">=", "between"] if unit in ORDERED else []
    kind = draw(st.sampled_from(kinds))
    if kind == "missing":
        return Test(name, "missing", (), f"{name} is missing")
    if kind == "in":
        found = tuple(draw(st.lists(values(indicator), min_size=1, max_size=3)))
        return Test(name, "in", found, f"{name} in ({', '.join(written(indicator, v) for v in found)})")
    if kind == "between":
        low, high = sorted((draw(values(indicator)), draw(values(indicator))))
        text = f"{name} = {written(indicator, low)}..{written(indicator, high)}"
        return Test(name, "between", (low, high), text)
    value = draw(values(indicator))
    return Test(name, kind, (value,), f"{name} {kind} {written(indicator, value)}")  # type: ignore[arg-type]


FACTORS = {
    "80%": 800_000,
    "10%": 100_000,
    "1.5": 1_500_000,
    "0.000001": 1,
    "33.3333%": 333_333,
    "1000": 10**9,
}


@st.composite
def against(draw: st.DrawFn) -> Against:
    """Draw one figure against another of its unit, with a factor or without."""
    indicator = INDICATORS[draw(st.sampled_from(sorted(INDICATORS)).filter(_has_fellow))]
    other = draw(st.sampled_from(_fellows(indicator)))
    ordered = indicator.unit in ORDERED
    sign = draw(st.sampled_from(("=", "!=", "<", "<=", ">", ">=") if ordered else ("=", "!=")))
    factor = draw(st.sampled_from((None, *sorted(FACTORS)))) if ordered else None
    times = "" if factor is None else f"{factor} * "
    millionths = 1_000_000 if factor is None else FACTORS[factor]
    return Against(indicator.name, sign, other, millionths, f"{indicator.name} {sign} {times}{other}")  # type: ignore[arg-type]


def _fellows(indicator: Indicator) -> list[str]:
    same = (indicator.unit, indicator.vocabulary)
    return sorted(o.name for o in INDICATORS.values() if (o.unit, o.vocabulary) == same and o != indicator)


def _has_fellow(name: str) -> bool:
    indicator = INDICATORS[name]
    return indicator.unit != "text" and bool(_fellows(indicator))


def trees() -> st.SearchStrategy[Condition]:
    """Draw a condition of a few levels; a group has at least two parts."""

    def grown(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(parts.map(All), parts.map(AnyOf), inner.map(Not))

    return st.recursive(st.one_of(tests(), tests(), against()), grown, max_leaves=6)


@dataclass(frozen=True)
class Spoken:
    """One condition in both notations."""

    yaml: Any
    text: str


def spoken(tree: Condition) -> Spoken:
    """Return a tree as YAML data and as one line of text."""
    if isinstance(tree, Against):
        return Spoken({tree.indicator: tree.written.removeprefix(tree.indicator).strip()}, tree.written)
    if isinstance(tree, Test):
        return Spoken(_yaml_test(tree), _text_test(tree))
    if isinstance(tree, Not):
        inner = spoken(tree.part)
        return Spoken({"not": inner.yaml}, f"not {_grouped(tree.part, inner.text)}")
    parts = [(part, spoken(part)) for part in tree.parts]
    word, key = (" and ", "all") if isinstance(tree, All) else (" or ", "any")
    text = word.join(_grouped(part, said.text) for part, said in parts)
    return Spoken({key: [said.yaml for _part, said in parts]}, text)


def _grouped(tree: Condition, text: str) -> str:
    return f"({text})" if isinstance(tree, All | AnyOf) else text


def _yaml_test(test: Test) -> Any:
    indicator = INDICATORS[test.indicator]
    said = [written(indicator, value) for value in test.values]
    if test.operator == "in":
        return {test.indicator: said}
    if test.operator == "missing":
        return {test.indicator: "missing"}
    if test.operator == "between":
        return {test.indicator: f"{said[0]}..{said[1]}"}
    return {test.indicator: f"{test.operator} {said[0]}"}


def _text_test(test: Test) -> str:
    indicator = INDICATORS[test.indicator]
    said = [_quoted(written(indicator, value)) for value in test.values]
    if test.operator == "in":
        return f"{test.indicator} in ({', '.join(said)})"
    if test.operator == "missing":
        return f"{test.indicator} is missing"
    if test.operator == "between":
        return f"{test.indicator} = {said[0]}..{said[1]}"
    return f"{test.indicator} {test.operator} {said[0]}"


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
