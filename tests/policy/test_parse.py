"""Conditions in YAML and in one line of text mean the same; what cannot be read is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given, settings

from loancrm import i18n
from loancrm.errors import InvalidInput, LoanCrmError, UsageFault
from loancrm.policy.conditions import ALWAYS, All, AnyOf, Condition, Not, Test
from loancrm.policy.parse import ConditionFault, from_text, from_yaml
from loancrm.policy.policy import read_policy
from tests.policy.trees import spoken, trees
from tests.support import EXAMPLE_TEXT, changed


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = i18n.language()
    i18n.set_language("en")
    yield
    i18n.set_language(before)


def one(tree: Condition) -> Test:
    assert isinstance(tree, Test)
    return tree


# ── both notations ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"days_past_due": ">= 31"}, "days_past_due >= 31"),
        ({"days_past_due": 0}, "days_past_due = 0"),
        ({"days_past_due": "0"}, "days_past_due == 0"),
        ({"days_past_due": "1..30"}, "days_past_due = 1..30"),
        ({"segment": ["risk", "mass_market"]}, "segment in (risk, mass_market)"),
        ({"segment": "!= risk"}, "segment != risk"),
        ({"segment": "missing"}, "segment is missing"),
        ({"segment": "missing"}, "segment = missing"),
        ({"not": {"segment": "missing"}}, "not segment is missing"),
        ({"not": {"segment": "missing"}}, "segment is not missing"),
        ({"not": {"segment": ["risk", "quality"]}}, "segment not in (risk, quality)"),
        ({"is_hardship": True}, "is_hardship = true"),
        ({"is_hardship": "yes"}, "is_hardship = yes"),
        ({"overdue_ratio": "> 10%"}, "overdue_ratio > 10%"),
        ({"outstanding_principal": ">= 1000000.00"}, "outstanding_principal >= 1000000.00"),
        ({"region": "北京"}, 'region = "北京"'),
        ({"region": "New York"}, "region = 'New York'"),
        ({"days_past_due": ">= 1", "segment": "risk"}, "days_past_due >= 1 and segment = risk"),
        ({"all": [{"live_loans": "> 0"}, {"employees": "< 20"}]}, "live_loans > 0 and employees < 20"),
        ([{"live_loans": "> 0"}, {"employees": "< 20"}], "(live_loans > 0) and (employees < 20)"),
        ({"any": [{"live_loans": "> 0"}, {"employees": "< 20"}]}, "live_loans>0 or employees<20"),
        (
            {"any": [{"live_loans": "> 0"}, {"all": [{"employees": "< 20"}, {"region": "北京"}]}]},
            "live_loans > 0 or employees < 20 and region = 北京",
        ),
        (
            {"all": [{"any": [{"live_loans": "> 0"}, {"employees": "< 20"}]}, {"region": "北京"}]},
            "(live_loans > 0 or employees < 20) and region = 北京",
        ),
    ],
)
def test_yaml_and_text_give_the_same_tree(data: Any, text: str) -> None:
    assert from_yaml(data) == from_text(text)


@settings(max_examples=300, deadline=None)
@given(trees())
def test_any_tree_can_be_written_in_both_and_is_read_back(tree: Condition) -> None:
    said = spoken(tree)
    assert from_yaml(said.yaml) == tree
    assert from_text(said.text) == tree


@pytest.mark.parametrize(
    ("data", "operator", "values"),
    [
        ({"days_past_due": ">= 31"}, ">=", (31,)),
        ({"days_past_due": "<31"}, "<", (31,)),
        ({"days_to_maturity": ">= -7"}, ">=", (-7,)),
        ({"employees": "20..300"}, "between", (20, 300)),
        ({"days_to_maturity": "-7 .. 30"}, "between", (-7, 30)),
        ({"outstanding_principal": "1000000.00"}, "=", (100_000_000,)),
        ({"outstanding_principal": "> 0.5"}, ">", (50,)),
        ({"outstanding_principal": 1000000}, "=", (100_000_000,)),
        ({"outstanding_principal": 1234.56}, "=", (123_456,)),
        ({"outstanding_principal": "1000.00..2000"}, "between", (100_000, 200_000)),
        ({"overdue_ratio": "10%"}, "=", (100_000,)),
        ({"overdue_ratio": "> 12.5 %"}, ">", (125_000,)),
        ({"overdue_ratio": "0.1"}, "=", (100_000,)),
        ({"overdue_ratio": 0.1}, "=", (100_000,)),
        ({"overdue_ratio": 0.00001}, "=", (10,)),
        ({"line_utilisation": ">= 1.5"}, ">=", (1_500_000,)),
        ({"line_utilisation": "80%..120%"}, "between", (800_000, 1_200_000)),
        ({"segment": "risk"}, "=", ("risk",)),
        ({"segment": ["QUALITY", "mass market", "Potential"]}, "in", ("quality", "mass_market", "potential")),
        ({"pipeline_stage": "!= closed"}, "!=", ("closed",)),
        ({"is_hardship": False}, "=", (False,)),
        ({"is_hardship": "no"}, "=", (False,)),
        ({"is_hardship": [True]}, "in", (True,)),
        ({"industry": "C34"}, "=", ("C34",)),
        ({"region": ["北京", "上海"]}, "in", ("北京", "上海")),
        ({"region": "missing"}, "missing", ()),
    ],
)
def test_a_value_is_read_in_the_indicators_own_unit(data: Any, operator: str, values: Any) -> None:
    test = one(from_yaml(data))
    assert (test.operator, test.values) == (operator, values)
    assert [type(value) for value in test.values] == [type(value) for value in values]


@pytest.fixture
def chinese_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of three labels, so that no test waits for a translator."""
    words = Catalog(locale="zh_CN")
    for context, english_word, word in (
        ("segment", "risk", "风险"), ("segment", "mass market", "大众"), ("customer_kind", "student", "学生"),
    ):  # fmt: skip
        words.add(english_word, word, context=context)
    folder = tmp_path / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "loancrm.mo").open("wb") as file:
        write_mo(file, words)
    monkeypatch.setattr(i18n, "LOCALE_DIR", tmp_path)
    i18n.catalogue.cache_clear()
    yield
    i18n.catalogue.cache_clear()


@pytest.mark.usefixtures("chinese_words")
def test_a_code_may_be_written_as_its_chinese_label() -> None:
    assert one(from_yaml({"segment": "风险"})).values == ("risk",)
    assert one(from_yaml({"segment": ["大众", "quality"]})).values == ("mass_market", "quality")
    assert one(from_text("kind != 学生")).values == ("student",)


def test_always_holds_and_groups_nest() -> None:
    assert from_yaml("always") == ALWAYS
    assert ALWAYS.judge({}).state is True
    tree = from_yaml({"not": {"any": [{"segment": "risk"}, {"not": {"segment": "missing"}}]}})
    risk, missing = Test("segment", "=", ("risk",), "segment = risk"), from_yaml({"segment": "missing"})
    assert tree == Not(AnyOf((risk, Not(missing))))
    assert tree.indicators() == {"segment"}


def test_several_keys_are_all_meant() -> None:
    tree = from_yaml({"segment": "risk", "live_loans": 1})
    assert isinstance(tree, All)
    assert [one(part).indicator for part in tree.parts] == ["segment", "live_loans"]


# ── what is refused ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({}, ()),
        (None, ()),
        ("sometimes", ()),
        (7, ()),
        ({"all": []}, ("all",)),
        ({"any": {"segment": "risk"}}, ("any",)),
        ({"all": [{"segment": "risk"}, 5]}, ("all", 1)),
        ({"not": None}, ("not",)),
        ({"days_past_du": 1}, ("days_past_du",)),
        ({"days_past_due": "> many"}, ("days_past_due",)),
        ({"days_past_due": "> 1.5"}, ("days_past_due",)),
        ({"days_past_due": "30..1"}, ("days_past_due",)),
        ({"days_past_due": True}, ("days_past_due",)),
        ({"days_past_due": None}, ("days_past_due",)),
        ({"days_past_due": []}, ("days_past_due",)),
        ({"days_past_due": [1, None]}, ("days_past_due",)),
        ({"region": None}, ("region",)),
        ({"region": {"a": "b"}}, ("region",)),
        ({"region": [["北京"]]}, ("region",)),
        ({"region": "> 北京"}, ("region",)),
        ({"region": "北京..上海"}, ("region",)),
        ({"segment": "risky"}, ("segment",)),
        ({"segment": ">= risk"}, ("segment",)),
        ({"is_hardship": "maybe"}, ("is_hardship",)),
        ({"is_hardship": "> no"}, ("is_hardship",)),
        ({"outstanding_principal": "1,000"}, ("outstanding_principal",)),
        ({"outstanding_principal": "10.005"}, ("outstanding_principal",)),
        ({"outstanding_principal": "1e5"}, ("outstanding_principal",)),
        ({"outstanding_principal": "１０"}, ("outstanding_principal",)),
        ({"overdue_ratio": "10 percent"}, ("overdue_ratio",)),
        ({"overdue_ratio": "10.00005%"}, ("overdue_ratio",)),
        ({"any": [{"segment": "risk"}, {"all": [{"employees": "x"}]}]}, ("any", 1, "all", 0, "employees")),
        ({"not": {"employees": "x"}}, ("not", "employees")),
    ],
)
def test_a_condition_that_cannot_be_read_says_where(data: Any, path: tuple[Any, ...]) -> None:
    with pytest.raises(ConditionFault) as fault:
        from_yaml(data)
    assert fault.value.path == path
    assert fault.value.exit_code == 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        "days_past_due",
        "days_past_due >",
        "days_past_due > 1 and",
        "days_past_due > 1 segment = risk",
        "(days_past_due > 1",
        "days_past_due > 1)",
        "days_past_due in ()",
        "days_past_due in 1",
        "days_past_due is 5",
        "days_past_due not 5",
        "not",
        "> 5",
        "days_past_due > and",
        'region = "北京',
        "days_past_due > 1 or or segment = risk",
    ],
)
def test_a_line_that_cannot_be_read_is_a_usage_fault(text: str) -> None:
    with pytest.raises(UsageFault):
        from_text(text)


@pytest.mark.parametrize("text", ["days_past_due > x", "region > 北京", "days_past_due = 30..1"])
def test_a_line_with_a_wrong_value_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        from_text(text)


def test_a_line_with_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(LoanCrmError) as fault:
        from_text("days_past_du > 3")
    assert fault.value.hint == "did you mean 'days_past_due'?"


# ── in a policy file ────────────────────────────────────────────────────────────────────────────


def complaints(*replacements: tuple[str, str]) -> list[str]:
    with pytest.raises(InvalidInput) as fault:
        read_policy(changed(EXAMPLE_TEXT, *replacements), "policy.yaml")
    assert fault.value.code == "invalid_file"
    return fault.value.message.splitlines()


def place(part: str) -> str:
    """Return line:column of a piece of the example, both from 1."""
    at = EXAMPLE_TEXT.index(part)
    return f"{EXAMPLE_TEXT.count(chr(10), 0, at) + 1}:{at - EXAMPLE_TEXT.rindex(chr(10), 0, at)}"


def test_an_unknown_indicator_is_named_with_file_line_and_column() -> None:
    (line,) = complaints(("{worst_days_past_due_6m:", "{worst_days_past_due_6n:"))
    where = place("worst_days_past_due_6m:")
    assert line.startswith(f"policy.yaml:{where}: segments.enterprise.1.when.worst_days_past_due_6n: ")
    assert "there is no indicator worst_days_past_due_6n" in line
    assert "did you mean 'worst_days_past_due_6m'?" in line


def test_a_wrong_value_is_named_where_its_key_stands() -> None:
    (line,) = complaints(("size_class: [small, medium]", "size_class: [smal, medium]"))
    assert line.startswith(f"policy.yaml:{place('size_class: [small')}: ")
    assert "did you mean 'small'?" in line


def test_every_bad_condition_is_reported_at_once() -> None:
    lines = complaints(
        ('{days_past_due: ">= 7"}', '{days_past_due: ">= seven"}'),
        ("when: {segment: risk}", "when: {segment: risky}"),
        ('{days_past_due: ">= 15"}', "{}"),
    )
    assert [line.split(":")[1] for line in lines] == [
        place(part).split(":")[0]
        for part in ('{days_past_due: ">= 7"}', '{days_past_due: ">= 15"}', "when: {segment: risk}")
    ]


def test_an_unknown_key_of_the_file_suggests_the_nearest() -> None:
    (line,) = complaints(("stale_after_days: 45", "stale_after_day: 45"))[:1]
    assert line.startswith(f"policy.yaml:{place('stale_after_days: 45')}: ") or "stale_after_day" in line
    both = "\n".join(complaints(("stale_after_days: 45", "stale_after_day: 45")))
    assert "did you mean 'stale_after_days'?" in both


def test_a_segment_that_does_not_exist_suggests_the_nearest() -> None:
    (line,) = complaints(
        ("    - rule: often_late\n      segment: risk", "    - rule: often_late\n      segment: rsk")
    )
    assert "must be one of quality, potential, mass_market, risk" in line
    assert "did you mean 'risk'?" in line


def test_two_rules_of_one_name_are_refused() -> None:
    (line,) = complaints(
        ("- rule: often_late", "- rule: past_duex"), ("- rule: lost_before", "- rule: past_duex")
    )
    assert "this rule's name is taken above" in line
    assert ": segments.enterprise.2.rule: " in line


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("stale_after_days: 45", "stale_after_days: -1", "must be at least 0"),
        ("stale_after_days: 45", "stale_after_days: many", "must be a whole number"),
        ("real_outcomes: [reached, met, promised]", "real_outcomes: []", "too few items"),
        ("format: 1", "format: 2", "must be one of"),
        ("bucket_edges: [1, 31,", "bucket_edges: [0, 31,", "must be at least 1"),
        ("bucket_edges: [1, 31, 61,", "bucket_edges: [1, 61, 31,", "1, 31, 61, …"),
        ("bucket_edges: [1, 31,", "bucket_edges: [2, 31,", "1, 31, 61, …"),
        ("name: example 2026-11", "name: ''", "too short"),
    ],
)
def test_a_value_out_of_range_is_refused_in_plain_words(old: str, new: str, words: str) -> None:
    assert words in "\n".join(complaints((old, new)))
