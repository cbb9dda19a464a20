"""Templates: what may stand in one, which one goes, and that it can neither run away nor leak."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.errors import LoanCrmError
from loancrm.letters.fields import FIELDS, day_in_words
from loancrm.letters.filling import MOST_CHARACTERS, Draft, fill, problems
from loancrm.letters.library import SHIPPED, Misnamed, TemplateFile, choose, templates
from loancrm.letters.reasons import REASONS
from loancrm.vocabulary import codes_of

CANARY = "canary-7391"
FACTS: dict[str, Any] = {
    "draft": {"on": date(2026, 11, 21), "reason": "care", "channel": "wechat", "about": None},
    "bank": {"name": "A Bank"},
    "officer": {"code": "li.wei", "name": "李伟", "branch": "Chaoyang", "email": None},
    "to": {"name": "王小明", "role": None, "phone": "138****8000", "email": None},
    "customer": {
        "code": "C-00002", "name": CANARY, "kind": "student", "segment": None, "branch": None, "years": 2,
    },
    "loan": {
        "number": "JJ-0001234", "product": "tuition", "principal": 800_000, "outstanding": 123_456_789,
        "rate": 34_500, "matures_on": date(2028, 2, 29), "next_due_on": date(2026, 12, 20),
        "next_due_amount": 6_225, "days_to_maturity": 465, "days_past_due": 12, "overdue": 10_050,
    },
    "loans": [{"number": f"JJ-{n}", "product": "tuition", "outstanding": n * 100} for n in (1, 2)],
    "rate": {
        "on": date(2026, 11, 21), "old": 120_000, "new": 100_000, "old_instalment": 40_800,
        "new_instalment": 40_600, "next_due_on": date(2026, 12, 20), "matures_on": date(2027, 1, 20),
    },
    "line": {"number": "SX-1", "name": "general line", "limit": 100, "drawn": 50,
             "expires_on": date(2027, 3, 31), "days_left": 130},
    "promise": {"number": "R-00001", "loan": "JJ-0001234", "due_on": date(2026, 11, 19), "amount": 12_000_000,
                "received": 4_000_000, "missing": 8_000_000, "state": "part_kept"},
    "feedback": {"number": "F-00001", "kind": "complaint", "on": date(2026, 11, 2), "text": "太慢",
                 "status": "open", "answer": None, "due_on": date(2026, 11, 24)},
    "statement": {"period_end": date(2025, 12, 31)},
    "study": {"school": "Fudan", "major": None, "level": "master", "graduates_on": date(2027, 6, 30),
              "days_left": 221},
    "matter": {"number": "JJ-0001234", "name": ("tax return", "articles"), "amount": 12_345,
               "due_on": date(2026, 12, 1), "days_left": 10, "years": 12},
}  # fmt: skip


def written(folder: Path, text: str, name: str = "care.en.j2") -> TemplateFile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    (found,) = (one for one in templates(folder) if one.path == path)
    assert isinstance(found, TemplateFile)
    return found


def filled(folder: Path, text: str, **facts: Any) -> Draft:
    return fill(written(folder, text), {**FACTS, **facts})


def refusal(file: TemplateFile, **facts: Any) -> str | None:
    """Return why a template cannot be used; None where it can."""
    try:
        fill(file, {**FACTS, **facts})
    except LoanCrmError as fault:
        return fault.message if fault.exit_code == 4 else f"exit {fault.exit_code}"
    return None


# ── what is shipped ─────────────────────────────────────────────────────────────────────────


def shipped() -> list[TemplateFile]:
    found = list(templates(None))
    assert all(isinstance(one, TemplateFile) for one in found)
    return [one for one in found if isinstance(one, TemplateFile)]


def test_every_reason_has_a_template_in_both_languages_and_by_every_channel() -> None:
    assert set(REASONS) == set(codes_of("draft_reason"))
    for reason in REASONS:
        for lang in ("en", "zh_CN"):
            for channel in codes_of("draft_channel"):
                found = choose(None, reason, "risk", channel, lang)
                assert (found.reason, found.language) == (reason, lang)


@pytest.mark.parametrize("file", shipped(), ids=lambda one: one.name)
def test_what_is_shipped_is_sound_and_says_something(file: TemplateFile) -> None:
    assert problems(file) == ()
    draft = fill(file, {**FACTS, "draft": {**FACTS["draft"], "channel": file.channel or "wechat"}})
    assert len(draft.text) > 10
    assert "None" not in draft.text
    assert "{" not in draft.text
    chinese = re.search(r"[\u4e00-\u9fff]{4}", draft.text)
    assert bool(chinese) == (file.language == "zh_CN")
    assert file.channel != "sms" or draft.text.count("\n") == 0


@pytest.mark.parametrize("file", shipped(), ids=lambda one: one.name)
def test_what_is_shipped_does_with_the_least_that_can_be_known(file: TemplateFile) -> None:
    always = {
        "loan": ("number", "product", "days_past_due", "matures_on", "days_to_maturity", "next_due_on"),
        "line": ("number", "name", "limit", "expires_on", "days_left"),
        "feedback": ("number", "kind", "on", "text", "status"),
        "promise": ("number", "loan", "due_on", "amount", "state"),
        "rate": ("on", "old", "new", "old_instalment", "new_instalment", "matures_on"),
        "customer": ("code", "name", "kind"),
        "to": ("name",),
        "study": ("school", "graduates_on"),
        "matter": ("number", "name", "due_on"),
        "draft": ("on", "reason", "channel"),
    }
    needs = {REASONS[file.reason].needs, "customer", "to", "draft"}
    if file.reason == "rate_change":
        needs.add("loan")
    least: dict[str, Any] = {
        group: {name: FACTS[group][name] for name in names}
        for group, names in always.items()
        if group in needs
    }
    least |= {"bank": {"name": None}, "loans": []}
    assert fill(file, least).text


# ── which one goes ──────────────────────────────────────────────────────────────────────────


def test_the_most_specific_goes_and_the_bank_s_before_ours(tmp_path: Path) -> None:
    def best(segment: str | None = "risk", channel: str = "sms") -> tuple[str, str]:
        found = choose(tmp_path, "past_due", segment, channel, "zh_CN")
        return found.source, found.name

    assert best() == ("loancrm", "past_due.sms.zh_CN.j2")
    assert best(channel="email") == ("loancrm", "past_due.zh_CN.j2")
    ladder = ("past_due", "past_due.sms", "past_due.risk", "past_due.risk.sms")
    for name in ladder:
        written(tmp_path, "x", f"{name}.zh_CN.j2")
        written(tmp_path, "x", f"{name}.en.j2")
        assert best() == ("bank", f"{name}.zh_CN.j2")
    assert best(segment="quality") == ("bank", "past_due.sms.zh_CN.j2")
    assert best(segment=None, channel="phone") == ("bank", "past_due.zh_CN.j2")
    assert choose(tmp_path, "care", "risk", "sms", "en").source == "loancrm"


@pytest.mark.parametrize(
    "name",
    [
        "cares.en.j2",
        "care.j2",
        "care.fr.j2",
        "care.sms.risk.en.j2",
        "care.risk.risk.en.j2",
        "care.fax.en.j2",
        ".j2",
    ],
)
def test_a_name_that_says_nothing_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    (found,) = (one for one in templates(tmp_path) if one.path.parent == tmp_path)
    assert isinstance(found, Misnamed)
    assert found.problem


# ── what may stand in one ───────────────────────────────────────────────────────────────────

REFUSED = {
    "{{ customer.nme }}": "customer.name",
    "{{ nobody.name }}": "nobody.name",
    "{{ x }}": "no field x",
    "{{ loans.number }}": "loans.number",
    "{{ customer.name.upper() }}": "call",
    "{{ customer.__class__ }}": "customer.__class__",
    "{{ ''.__class__.__mro__ }}": "__mro__",
    "{{ customer['name'] }}": "getitem",
    "{{ range(9) }}": "call",
    "{{ 9 ** 9 }}": "pow",
    "{{ 'a' * 9 }}": "mul",
    "{{ '%99d' % 1 }}": "mod",
    "{% for a in loans %}{% for b in loans %}{% endfor %}{% endfor %}": "loop",
    "{% for a in customer %}{% endfor %}": "loans",
    "{% for customer in loans %}{% endfor %}": "customer",
    "{% set a = 'x' %}": "subject",
    "{% for a in loans %}{% set subject = a.number %}{% endfor %}": "subject",
    "{% include 'care.en.j2' %}": "include",
    "{% import 'care.en.j2' as a %}": "import",
    "{% extends 'care.en.j2' %}": "extends",
    "{% macro a() %}{% endmacro %}": "macro",
    "{% block a %}{% endblock %}": "block",
    "{% call a() %}{% endcall %}": "call",
    "{% filter upper %}a{% endfilter %}": "filterblock",
    "{{ customer.name | replace('a', 'b') }}": "replace",
    "{{ customer.name | attr('x') }}": "attr",
    "{{ customer.name is defined }}": "test",
    "{{ [1, 2] }}": "list",
    "{{ loans[0] }}": "getitem",
    "{{ self }}": "self",
    "{{ loop.index }}": "loop.index",
    "{% if %}": "template",
    "{{ customer.name": "template",
    "{% endif %}": "template",
}


@pytest.mark.parametrize(("text", "said"), REFUSED.items())
def test_what_is_not_used_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    file = written(tmp_path, f"first\n\n{text}\n")
    with pytest.raises(LoanCrmError) as caught:
        fill(file, FACTS)
    assert caught.value.exit_code == 4
    assert re.match(r"care\.en\.j2:[34]: ", caught.value.message), caught.value.message
    assert said in caught.value.message
    assert CANARY not in caught.value.message
    assert tuple(caught.value.message.splitlines()) == problems(file)


def test_each_problem_is_a_line_also_where_no_customer_would_come(tmp_path: Path) -> None:
    text = "{% if customer.kind == 'student' %}\n{{ a.b }}\n{% else %}\n{{ c.d }}\n{% endif %}"
    assert [line.split(": ")[0] for line in problems(written(tmp_path, text))] == [
        "care.en.j2:2",
        "care.en.j2:4",
    ]


@pytest.mark.parametrize(
    "text", ["{{ line.number }}", "{{ customer.region }}", "{{ loan }}", "{{ loan.rate | tail }}"]
)
def test_what_is_not_known_is_asked_for_first(tmp_path: Path, text: str) -> None:
    with pytest.raises(LoanCrmError, match=r"^care\.en\.j2:2: .*ask for it first") as caught:
        filled(tmp_path, f"a\n{text}", line=None, loan={**FACTS["loan"], "rate": None})
    assert CANARY not in str(caught.value)
    asked = "a{% if line %}b{% endif %}{% if customer.region %}c{% endif %}"
    assert filled(tmp_path, asked, line=None).text == "a"


def test_amounts_days_and_rates_are_texts_in_the_language_of_the_template(tmp_path: Path) -> None:
    text = (
        "{{ loan.outstanding }} {{ loan.rate }} {{ loan.matures_on }} {{ loan.product }} {{loan.number|tail}}"
    )
    assert filled(tmp_path, text).text == "1,234,567.89 3.45 % 29 February 2028 tuition loan 1234"
    zh = written(tmp_path, text, "care.zh_CN.j2")
    assert fill(zh, FACTS).text == "1,234,567.89 3.45 % 2028年2月29日 学费贷款 1234"


def test_counts_and_codes_can_be_compared(tmp_path: Path) -> None:
    text = "{% if loan.days_past_due > 11 and customer.kind == 'student' %}late{% else %}not{% endif %}"
    assert filled(tmp_path, text).text == "late"
    assert filled(tmp_path, text, loan={**FACTS["loan"], "days_past_due": 11}).text == "not"


def test_a_loop_goes_over_the_loans(tmp_path: Path) -> None:
    text = "{% for one in loans %}{{ loop.index }} {{ one.number }} {{ one.outstanding }}; {% endfor %}"
    assert filled(tmp_path, text).text == "1 JJ-1 1.00; 2 JJ-2 2.00;"


def test_the_subject_is_apart_and_one_line(tmp_path: Path) -> None:
    found = filled(tmp_path, "{% set subject %}a\n b{% endset %}\n\ntext  \n\n\n\nmore\n")
    assert found == Draft("a b", "text\n\nmore")


def test_what_a_customer_is_called_is_never_a_template(tmp_path: Path) -> None:
    name = "{{ bank.name }}{% for a in loans %}"
    found = filled(tmp_path, "{{ customer.name }}", customer={**FACTS["customer"], "name": name})
    assert found.text == name


def test_a_draft_that_is_too_long_is_refused(tmp_path: Path) -> None:
    loans = [{"number": "x" * 1_000} for _n in range(50)]
    with pytest.raises(LoanCrmError, match=str(MOST_CHARACTERS)):
        filled(tmp_path, "{% for one in loans %}{{ one.number }}{% endfor %}", loans=loans)


@pytest.mark.parametrize(
    "text",
    [
        "{% if loan %}" * 90 + "{% endif %}" * 90,
        "{{ " + "(" * 900 + "1" + ")" * 900 + " }}",
        "{{ " + "not " * 9_000 + "loan }}",
        "{% for one in loans %}" + "{{ one.number }}" * 3_000 + "{% endfor %}",
        "{% for one in loans %}" + "{% if one.rate %}{% endif %}" * 2_000 + "{% endfor %}",
    ],
)
def test_nothing_runs_away(tmp_path: Path, text: str) -> None:
    """A template that ran away would never answer; these are the longest that can be written."""
    complaint = refusal(written(tmp_path, text), loans=[FACTS["loan"]] * 50)
    assert complaint is None or complaint.startswith("care.en.j2:1: ")


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "care.en.j2"
    path.write_bytes("a\n价".encode("gb18030"))
    assert problems(TemplateFile(path, "bank", "care", None, None, "en")) == (
        "care.en.j2:2:1: not UTF-8; save the file as UTF-8",
    )
    path.write_text("x" * 70_000)
    assert problems(written(tmp_path, "x" * 70_000)) == ("care.en.j2: too large for a template",)
    path.unlink()
    path.mkdir()
    assert problems(TemplateFile(path, "bank", "care", None, None, "en")) == ("care.en.j2: not a plain file",)


PIECES = (
    "{{", "}}", "{%", "%}", "loan", ".number", "customer.name", "if ", "endif", "for a in loans", "endfor",
    "set subject", "endset", "|tail", "|", "'", "(", ")", "~", " and ", "\n", "{#", "#}", "x", "0", "-",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_is_filled_in_or_refused_with_its_line(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        complaint = refusal(written(Path(name), text)) or ""
    assert all(re.match(r"care\.en\.j2:\d+: ", line) for line in complaint.splitlines())
    assert CANARY not in complaint


# ── the fields ──────────────────────────────────────────────────────────────────────────────


def test_every_field_that_the_shipped_templates_use_is_declared_and_masked_ones_say_so() -> None:
    used = set()
    for path in SHIPPED.iterdir():
        used |= set(re.findall(r"\b([a-z]+)\.([a-z_]+)", path.read_text(encoding="utf-8")))
    known = {(group, name) for group, one in FIELDS.items() for name in one.fields} | {
        ("one", name) for name in FIELDS["loans"].fields
    }
    assert used <= known
    masked = {
        name for one in FIELDS.values() for name, field in one.fields.items() if "masked" in field.meaning
    }
    assert masked == {"phone", "email"}


def test_a_day_in_words() -> None:
    assert day_in_words(date(2026, 1, 5)) == "5 January 2026"
