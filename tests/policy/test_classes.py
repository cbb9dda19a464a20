"""Classes by scheme: the first rule that holds, schemes that read each other, faults with their places."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.errors import InvalidInput
from loancrm.policy.classes import ClassRule, Scheme
from loancrm.policy.conditions import ALWAYS
from loancrm.policy.policy import example, read_file, read_policy
from loancrm.reports.classification import Classification
from loancrm.view import View
from loancrm.vocabulary import codes_of
from tests.policy.books import Person, Writer, books
from tests.policy.test_conditions import as_of, known, many, plain
from tests.policy.trees import trees
from tests.support import CURRENCY, EXAMPLE_TEXT, ZONE, Book, changed

from .test_parse import complaints, place

SCHEMES = ("life_cycle", "credit_standing", "segment", "service_tier", "student_need")


@st.composite
def schemes(draw: st.DrawFn) -> dict[str, Scheme]:
    """Draw schemes in a random order; a rule may read any class, its own too."""
    found = {}
    for name in draw(st.permutations(SCHEMES))[: draw(st.integers(1, 4))]:
        rules = [
            tuple(
                ClassRule(f"rule_{n}", draw(st.sampled_from(codes_of(name))), draw(trees() | st.just(ALWAYS)))
                for n in range(draw(st.integers(0, 3)))
            )
            for _kind in range(2)
        ]
        found[name] = Scheme(name, rules[0], rules[1])
    return found


def decided(row: Any, order: dict[str, Scheme]) -> dict[str, tuple[str | None, int | None]]:
    """Say, in Python, which class a customer gets in each scheme and by which rule."""
    new: dict[str, tuple[str | None, int | None]] = {}
    for name, scheme in order.items():
        now = row._mapping[f"now_{name}"]
        if name == "service_tier" and row._mapping["typed_service_tier"]:
            new[name] = (now, None)
            continue
        values = {
            figure: new[figure][0] if figure in new else plain(figure, row._mapping[f"figure_{figure}"])
            for figure in scheme.indicators()
        }
        rules = scheme.student if row.kind == "student" else scheme.enterprise
        states = [rule.when.judge(values).state for rule in rules]
        first = states.index(True) if True in states else None
        new[name] = (now if first is None else rules[first].value, first)
    return new


@many
@given(people=books, order=schemes(), as_of=as_of, known_at=known)
def test_each_scheme_takes_the_first_rule_that_holds_on_what_those_before_it_gave(
    book: Book, people: list[Person], order: dict[str, Scheme], as_of: date, known_at: date | None
) -> None:
    policy = replace(example(), schemes=order)
    with book.scratch() as uow:
        Writer(uow).write(people)
        view = View(uow.connection, as_of, known_at, ZONE, CURRENCY)
        classification = Classification(view, policy)
        expected, movers = {name: dict.fromkeys(codes_of(name), 0) for name in order}, []
        for row in view.rows(classification.statement()):
            new = decided(row, order)
            for name, (value, first) in new.items():
                assert (row._mapping[f"new_{name}"], row._mapping[f"place_{name}"]) == (value, first)
                is_typed = name == "service_tier" and bool(row._mapping["typed_service_tier"])
                if value is not None and (first is not None or is_typed):
                    expected[name][value] += 1
                if value != row._mapping[f"now_{name}"]:
                    movers.append((row.id, name, value))
        assert classification.counts().classes == expected
        assert sorted((m.customer_id, m.scheme, m.value) for m in classification.moves()) == sorted(movers)


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


def test_a_policy_of_an_older_release_is_read_and_has_segments_only() -> None:
    policy = read_file(Path(__file__).with_name("before_classes.yaml"))
    assert list(policy.schemes) == ["segment"]
    assert (
        policy.treatment("risk", "en") == "no offers before the arrears are explained; talk every two weeks"
    )
    assert policy.shape.review_by is None


def test_a_scheme_is_decided_after_those_that_it_reads() -> None:
    order = list(example().schemes)
    assert order.index("service_tier") > max(order.index("credit_standing"), order.index("life_cycle"))


def test_every_class_of_the_example_has_a_treatment_a_cadence_and_says_its_benefits() -> None:
    policy = example()
    for scheme in ("segment", *policy.shape.classes):
        for value in codes_of(scheme):
            for lang in ("en", "zh_CN"):
                found = policy.treatment_of(scheme, value, lang)
                assert found is not None, (scheme, value)
                assert found.text
                assert found.cadence in {rule.rule for rule in policy.cadence}
    key = policy.treatment_of("service_tier", "key", "en")
    assert key is not None
    assert key.benefits == ("own officer and deputy", "invitation to seminars")


# ── what is refused, with its place ─────────────────────────────────────────────────────────────


def test_an_unknown_class_is_named_with_its_place_and_the_nearest() -> None:
    (line,) = complaints(("{rule: going, value: leaving, when: {life_cycle: [leaving, lost]}}\n      - {rule: not_yet, value: prospective, when: {life_cycle: prospect}}\n      - {rule: everyone_else, value: general, when: always}\n  student_level", "{rule: going, value: leavin, when: {life_cycle: [leaving, lost]}}\n      - {rule: not_yet, value: prospective, when: {life_cycle: prospect}}\n      - {rule: everyone_else, value: general, when: always}\n  student_level"))  # fmt: skip  # noqa: E501
    assert ": classes.service_tier.student.0.value: must be one of key, general, prospective, leaving" in line
    assert "did you mean 'leaving'?" in line
    at = EXAMPLE_TEXT.rindex("value: leaving, when: {life_cycle: [leaving")
    assert line.startswith(f"policy.yaml:{EXAMPLE_TEXT.count(chr(10), 0, at) + 1}:")


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ("  credit_standing:                # who", "  credit_standin:                # who",
         "  credit_standing:                # who", "must be one of"),
        ("value: in_hardship, when: {is_hardship: true}", "value: in_hardship, when: {is_hardshi: true}",
         "is_hardship: true", "did you mean 'is_hardship'?"),
        ("{days_to_maturity: \"<= 60\", days_since_contact: \"> 90\"}",
         "{days_to_maturity: \"<= 60\", days_since_contact: \"> 9000000 days\"}",
         'days_since_contact: "> 90"', "is a whole number"),
        ("cadence: risk\n    benefits: []\n  life_cycle:", "cadence: rsk\n    benefits: []\n  life_cycle:",
         "cadence: risk\n    benefits: []\n  life_cycle:", "did you mean 'risk'?"),
        ("  tuition: {en: state", "  tution: {en: state", "tuition: {en: state", "did you mean 'tuition'?"),
        ("review_by: 2027-05-31", "review_by: next year", "review_by: 2027-05-31", "must be a date"),
        ("en: win back; team leader calls,", "eng: win back; team leader calls,", "en: win back; team",
         "did you mean 'en'?"),
    ],
)  # fmt: skip
def test_a_wrong_name_unit_or_type_is_named_with_line_and_a_suggestion(
    old: str, new: str, at: str, words: str
) -> None:
    lines = complaints((old, new))
    where = place(at).split(":")[0]
    assert any(line.startswith(f"policy.yaml:{where}:") and words in line for line in lines), lines


def test_schemes_that_read_each_other_are_refused() -> None:
    text = changed(EXAMPLE_TEXT, ("{rule: first_year, value: new, when: {tenure_days: \"< 365\"}}\n      - {rule: everyone_else, value: established, when: always}\n  credit", "{rule: first_year, value: new, when: {service_tier: key}}\n      - {rule: everyone_else, value: established, when: always}\n  credit"))  # fmt: skip  # noqa: E501
    with pytest.raises(InvalidInput) as fault:
        read_policy(text, "policy.yaml")
    assert "these schemes read each other" in fault.value.message
    assert "life_cycle" in fault.value.message
    assert "service_tier" in fault.value.message


def test_a_scheme_may_read_its_own_last_class() -> None:
    text = changed(EXAMPLE_TEXT, ("{rule: in_order, value: good, when: {days_past_due: \"< 8\", tenure_days: \">= 0\"}}", "{rule: in_order, value: good, when: {days_past_due: \"< 8\", credit_standing: [good, excellent]}}"))  # fmt: skip  # noqa: E501
    assert "credit_standing" in read_policy(text, "policy.yaml").schemes["credit_standing"].indicators()
