"""Survey files: what they mean, and every fault with its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from loancrm.errors import InvalidInput, UsageFault
from loancrm.policy.surveys import Survey, kept, read_file, read_survey

REPO = Path(__file__).parent.parent.parent
WHOLE = (REPO / "examples/surveys/survey.yaml").read_text(encoding="utf-8")
SHORT = """\
code: S-1
title: Quick
opens: 2026-01-05
closes: 2026-03-31
dimensions: [process, speed]
nps: true
"""


def survey(text: str = SHORT) -> Survey:
    return read_survey(text, "survey.yaml")


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidInput) as found:
        survey(text)
    assert found.value.code == "invalid_file"
    return found.value.message.splitlines()


def test_the_shortest_survey_has_usual_names_questions_and_scales() -> None:
    asked = {one.code: (one.role, one.scale, one.name["zh_CN"]) for one in survey().questions}
    assert asked == {
        "process": ("dimension", "1-5", "业务流程"),
        "speed": ("dimension", "1-5", "审批速度"),
        "nps": ("nps", "0-10", "推荐意愿（NPS）"),
    }
    assert "审批速度" in survey().questions[1].text["zh_CN"]
    assert survey().shape.title == {"en": "Quick", "zh_CN": "Quick"}


def test_the_example_asks_everything_that_can_be_asked() -> None:
    found = survey(WHOLE)
    assert [key for key, _question, rival in found.columns() if rival] == ["bank_b.speed", "bank_b.fees"]
    assert {one.scale for one in found.questions} == {"1-5", "1-7", "0-10", "choice", "text"}
    assert found.audience.indicators() == {"live_loans"}
    assert found.shape.sample is not None
    assert found.shape.sample.per_segment["quality"] == 40


def test_what_was_kept_reads_as_it_was_defined() -> None:
    import json

    found = survey(WHOLE)
    again = kept(WHOLE, json.dumps(found.data))
    assert again.questions == found.questions
    assert again.audience.judge({"live_loans": 1}).state is True


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("closes: 2026-03-31", "closes: 2025-03-31", "survey.yaml:4:1: closes: it closes before it opens"),
        ("nps: true", "npz: true", "survey.yaml:6:1: npz: unknown key (did you mean 'nps'?)"),
        ("code: S-1", "code: IV-1", "survey.yaml:1:1: code: that is what invitations and answers are called"),
        ("[process, speed]", "[process, process]",
         "survey.yaml:5:23: dimensions.1.code: the code process is taken"),
        ("[process, speed]", "[process, {code: speed, scale: 1-6}]",
         "survey.yaml:5:37: dimensions[1].scale: scale is one of 1-5, 1-7, 0-10, choice, text"),
        ("[process, speed]", "[process, {code: speed, scale: text}]",
         "survey.yaml:5:37: dimensions.1.scale: a dimension is asked on a scale of numbers"),
        ("title: Quick", "title: {en: Quick}", "survey.yaml:2:1: title: the words in zh_CN are missing"),
        ("nps: true", "audience: {live_lones: 1}",
         ("survey.yaml:6:12: audience.live_lones: there is no indicator live_lones"
          " (did you mean 'live_loans'?)")),
        ("nps: true", "sample: {per_segment: {gold: 3}}",
         ("survey.yaml:6:24: sample.per_segment.gold: must be one of quality, potential, mass_market, risk,"
          " none")),
        ("nps: true", "questions: [{code: nps, question: x}]",
         "survey.yaml:6:14: questions.0.code: the code nps is taken"),
        ("nps: true", "questions: [{code: how, question: x, scale: choice}]",
         "survey.yaml:6:13: questions.0: choices and the scale choice go together"),
        ("nps: true", "competitors: [{code: b, name: B, dimensions: [fees]}]",
         "survey.yaml:6:47: competitors.0.dimensions.0: fees is no dimension of this survey"),
        ("nps: true", "follows: S-1", "survey.yaml:6:1: follows: a survey does not follow itself"),
        ("dimensions: [process, speed]\nnps: true", "nps: false",
         "survey.yaml:1:1: it asks nothing: name dimensions, nps, ces, overall or questions"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(old: str, new: str, fault: str) -> None:
    assert fault in faults(SHORT.replace(old, new))


def test_an_unknown_dimension_needs_words_and_the_nearest_one_is_named() -> None:
    (fault,) = faults(SHORT.replace("process", "proces"))
    assert fault.startswith("survey.yaml:5:14: dimensions.0: proces is none of product, process, speed,")
    assert fault.endswith("it needs a name or a question (did you mean 'process'?)")
    assert survey(SHORT.replace("process", "{code: proces, name: Own}")).question("proces") is not None


@pytest.mark.parametrize(
    ("key", "typed", "answer"),
    [
        ("process", "4", ("process", "dimension", None, 4, None, None)),
        ("nps", "0", ("nps", "nps", None, 0, None, None)),
        ("ces", "7", ("ces", "ces", None, 7, None, None)),
        ("heard", "网络", ("heard", "question", None, None, "online", None)),
        ("heard", "FRIEND", ("heard", "question", None, None, "friend", None)),
        ("wish", "更快", ("wish", "question", None, None, None, "更快")),
        ("bank_b.speed", "3", ("speed", "dimension", "bank_b", 3, None, None)),
    ],
)
def test_an_answer_is_read_by_its_question(key: str, typed: str, answer: tuple[object, ...]) -> None:
    found = survey(WHOLE).read(key, typed)
    assert (found.question, found.role, found.rival, found.value, found.choice, found.text) == answer


@pytest.mark.parametrize(
    ("key", "typed"),
    [("process", "0"), ("process", "6"), ("process", "4.0"), ("process", "٤"), ("process", "-1"),
     ("process", "secret"), ("nps", "11"), ("ces", "8"), ("heard", "secret"), ("nps", "0000009")],
)  # fmt: skip
def test_an_answer_off_its_scale_is_refused_and_not_repeated(key: str, typed: str) -> None:
    with pytest.raises(InvalidInput) as found:
        survey(WHOLE).read(key, typed)
    assert (found.value.code, found.value.field) == ("off_scale", key)
    assert "secret" not in found.value.message


def test_what_is_not_asked_is_refused_and_the_nearest_question_named() -> None:
    with pytest.raises(UsageFault) as found:
        survey().read("sped", "4")
    assert (found.value.code, found.value.hint) == ("unknown_question", "did you mean 'speed'?")
    with pytest.raises(UsageFault):
        survey(WHOLE).read("bank_b.process", "4")


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    from loancrm.errors import NotFound

    with pytest.raises(NotFound):
        read_file(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInput):
        read_file(tmp_path / "bad.yaml")
