"""Drafts through the program: what they say, to whom, whether they may go, and what is masked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loancrm.agenda.registry import KINDS
from loancrm.letters.reasons import CALLED, REASONS
from loancrm.policy.policy import EXAMPLE
from tests.commands.helpers import asked
from tests.commands.loan_books import Do
from tests.conftest import Answer, Run

from .patterns import misfits
from .shapes_drafts import DRAFT, FIELD, TEMPLATE

PHONE = "13800138000"


def done(answer: Answer) -> Answer:
    assert answer.code == 0, answer.err
    return answer


@pytest.fixture
def draft(cli: Run, untouched: Path) -> Any:
    """Return the JSON of a draft from the filled book, and what was said beside it."""

    def run(customer: str, *words: str, **more: Any) -> tuple[dict[str, Any], str]:
        line = ("--store", untouched, "contact", "draft", customer, "--format", "json", *words)
        answer = done(cli(*line, **more))
        assert misfits(answer.json, DRAFT) == []
        return answer.json, answer.err

    return run


def test_the_line_of_the_contract_is_in_the_customer_s_language(cli: Run, untouched: Path) -> None:
    for lang in ("en", "zh_CN"):
        line = ("--lang", lang, "--store", untouched, "contact", "draft", "C-00001", "--for", "care")
        said = done(cli(*line, "--language", "zh_CN", "--format", "table")).text
        assert "您好" in said
        assert "李伟" in said
        assert ("subject: " in said) == (lang == "en")


def test_the_language_is_that_of_the_interface_where_nobody_says(draft: Any) -> None:
    assert draft("C-00001", "--for", "care")[0]["language"] == "en"
    assert draft("C-00001", "--for", "care", "--language", "中文")[0]["language"] == "zh_CN"


def test_reasons_are_typed_in_chinese_too(draft: Any) -> None:
    assert draft("C-00001", "--for", "催收")[0]["reason"] == "past_due"
    assert draft("C-00001", "--for", "collection")[0]["reason"] == "past_due"


def test_collection_names_what_is_overdue_and_needs_no_consent(draft: Any) -> None:
    found, said = draft("C-00001", "--for", "past_due", "--channel", "letter")
    assert "JJ-0001" in found["text"]
    assert "1,250,000.00" in found["text"]
    assert "104,166.67" in found["text"]
    assert "Days past due: 9" in found["text"]
    assert (found["about"], found["template"]) == ("JJ-0001", "past_due.letter.en.j2")
    assert (found["consent"], found["held_back"], said) == ("not_needed", [], "")


def test_an_instalment_is_of_the_loan_that_is_due(draft: Any) -> None:
    found, _said = draft("C-00001", "--for", "instalment", "--channel", "sms", "--language", "zh_CN")
    assert "尾号0002的贷款2026年12月21日应还1,150.00元" in found["text"]
    assert draft("C-00001", "--for", "maturity")[0]["about"] == "JJ-0001"  # the other one has no last day


def test_a_loan_that_was_named_is_taken(cli: Run, untouched: Path, draft: Any) -> None:
    assert draft("C-00001", "--for", "instalment", "--about", "JJ-0002")[0]["about"] == "JJ-0002"
    answer = cli(
        "--store", untouched, "contact", "draft", "C-00001", "--for", "past_due", "--about", "JJ-0002"
    )
    assert (answer.code, "no loan of this customer" in answer.err) == (3, True)


def test_where_there_is_nothing_to_say_it_is_said(cli: Run, untouched: Path) -> None:
    for reason in ("past_due", "promise", "line_expiry", "rate_change"):
        answer = cli("--store", untouched, "contact", "draft", "C-00002", "--for", reason, "--format", "json")
        assert (answer.code, answer.error["code"], answer.out) == (3, "nothing_to_say", b"")


def test_a_ticket_is_answered_with_its_newest_answer(draft: Any) -> None:
    found, _said = draft("C-00001", "--for", "feedback", "--about", "f-1", "--language", "zh_CN")
    assert "F-00001" in found["text"]
    assert "答复如下：已办结" in found["text"]
    assert "complaint" not in found["text"] + found["subject"]
    assert "投诉" in found["subject"]


def test_graduation_is_the_student_s(draft: Any) -> None:
    found, _said = draft("C-00002", "--for", "graduation", "--language", "zh_CN")
    assert "王小明同学" in found["text"]
    assert "2028年6月30日" in found["text"]


def test_phones_are_masked_until_the_look_is_recorded(cli: Run, full: Path) -> None:
    line = (
        "--store",
        full,
        "contact",
        "draft",
        "C-00002",
        "--for",
        "graduation",
        "--channel",
        "sms",
        "--format",
    )
    masked = done(cli(*line, "json"))
    assert masked.json["address"] == "138****8000"
    assert PHONE not in masked.text
    looks = "SELECT COUNT(*) FROM audit WHERE action = 'look'"
    before = asked(full, looks)
    seen = done(cli(*line, "json", "--unmask"))
    assert seen.json["address"] == f"+86{PHONE}"
    assert asked(full, looks)[0][0] == before[0][0] + 1


# ── consent, what is held back, quiet hours ─────────────────────────────────────────────────


def consent(cli: Run, book: Path, *words: str) -> None:
    done(cli("--store", book, "consent", "add", "C-00001", "--person", "华达机械有限公司", *words))


@pytest.fixture
def small(cli: Run, book: Path) -> Path:
    words = ("--kind", "enterprise", "--name", "华达机械有限公司", "--officer", "li.wei")
    done(cli("--store", book, "customer", "add", *words))
    return book


def consented(cli: Run, book: Path, reason: str, channel: str) -> tuple[str, bool]:
    line = ("--store", book, "contact", "draft", "C-00001", "--for", reason, "--channel", channel)
    answer = done(cli(*line, "--format", "json"))
    state = answer.json["consent"]
    assert ("no consent of C-00001" in answer.err) == (state == "missing")
    return state, "华达" in answer.err


def test_care_without_consent_is_drafted_and_said(cli: Run, small: Path) -> None:
    assert consented(cli, small, "care", "sms") == ("missing", False)
    assert consented(cli, small, "statement_due", "sms") == ("not_needed", False)
    consent(cli, small, "--purpose", "contact", "--channel", "wechat", "--on", "2026-11-01")
    assert consented(cli, small, "care", "wechat")[0] == "given"
    assert consented(cli, small, "care", "sms")[0] == "missing"  # only by WeChat
    assert consented(cli, small, "win_back", "wechat")[0] == "missing"  # marketing is more
    consent(cli, small, "--purpose", "marketing", "--on", "2026-11-02")
    assert consented(cli, small, "win_back", "letter")[0] == "given"
    assert consented(cli, small, "care", "sms")[0] == "given"
    consent(cli, small, "--purpose", "marketing", "--on", "2026-11-03", "--is-withdrawn", "yes")
    assert consented(cli, small, "win_back", "letter")[0] == "missing"
    assert consented(cli, small, "care", "wechat")[0] == "given"


def test_a_consent_that_ran_out_is_none(cli: Run, small: Path) -> None:
    words = ("--purpose", "marketing", "--on", "2026-01-01", "--expires-on")
    consent(cli, small, *words, "2026-11-20")
    assert consented(cli, small, "win_back", "email")[0] == "missing"
    consent(cli, small, *words, "2026-11-21")  # until today
    assert consented(cli, small, "win_back", "email")[0] == "given"


def test_who_consented_is_addressed_before_others(cli: Run, small: Path) -> None:
    for name, role, channel in (("张敏", "contact", "wechat"), ("陈刚", "legal_representative", "sms")):
        words = ("--name", name, "--role", role, "--preferred-channel", channel)
        done(cli("--store", small, "person", "add", "C-00001", *words))
    line = ("--store", small, "contact", "draft", "C-00001", "--format", "json", "--for")
    assert [done(cli(*line, "care")).json[key] for key in ("to", "channel")] == ["张敏", "wechat"]
    words = ("--person", "陈刚", "--purpose", "contact", "--on", "2026-11-01")
    done(cli("--store", small, "consent", "add", "C-00001", *words))
    assert [done(cli(*line, "care")).json[key] for key in ("to", "channel")] == ["陈刚", "sms"]
    assert done(cli(*line, "statement_due")).json["to"] == "张敏"


def test_what_the_policy_holds_back_is_said_with_its_words(draft: Any) -> None:
    found, said = draft("C-00001", "--for", "renewal")
    assert [one["rule"] for one in found["held_back"]] == ["past_due", "risk"]
    assert "offers are held back: a loan is past due" in said
    assert "offers" not in draft("C-00001", "--for", "past_due")[1]


NIGHT = "2026-11-21T21:00+08:00"


@pytest.mark.parametrize(
    ("now", "channel", "is_quiet"),
    [
        (NIGHT, "sms", True),
        (NIGHT, "letter", False),
        ("2026-11-21T20:59+08:00", "sms", False),
        ("2026-11-22T07:59+08:00", "phone", True),
        ("2026-11-22T08:00+08:00", "phone", False),
        ("2026-11-21T13:00+00:00", "wechat", True),  # nine in the evening in Shanghai
    ],
)
def test_at_a_quiet_hour_it_is_said(draft: Any, now: str, channel: str, is_quiet: bool) -> None:
    _found, said = draft("C-00001", "--for", "past_due", "--channel", channel, env={"LOANCRM_NOW": now})
    assert ("from 21:00 until 08:00" in said) == is_quiet


def test_a_policy_without_quiet_hours_has_none(draft: Any, tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace(
        'quiet_hours: {from: "21:00", until: "08:00"}', "quiet_hours: null"
    )
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    words = ("--for", "past_due", "--channel", "sms", "--policy", str(tmp_path / "p.yaml"))
    assert draft("C-00001", *words, env={"LOANCRM_NOW": NIGHT})[1] == ""


# ── the bank's own templates ────────────────────────────────────────────────────────────────


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "words"
    folder.mkdir()
    path = tmp_path / "loancrm.yaml"
    path.write_text("bank: 某银行\ntemplates: words\n", encoding="utf-8")
    path.chmod(0o600)
    return folder


def test_the_bank_s_template_goes_first(own: Path, draft: Any) -> None:
    (own / "care.zh_CN.j2").write_text("{{ bank.name }}问候{{ customer.name }}", encoding="utf-8")
    found, _said = draft("C-00001", "--for", "care", "--language", "zh_CN")
    assert (found["text"], found["source"]) == ("某银行问候华达机械有限公司", "bank")
    assert draft("C-00001", "--for", "care")[0]["source"] == "loancrm"


def test_a_bad_template_is_told_with_its_line_and_nothing_else(cli: Run, untouched: Path, own: Path) -> None:
    (own / "care.en.j2").write_text("{{ customer.name }}\n{{ customer.secret }}", encoding="utf-8")
    line = ("--store", untouched, "contact", "draft", "C-00001", "--for", "care")
    answer = cli(*line)
    assert (answer.code, answer.out) == (4, b"")
    assert "care.en.j2:2: there is no field customer.secret" in answer.err
    assert "华达" not in answer.err
    assert "Traceback" not in answer.err


def test_templates_are_listed_with_where_they_are_from_and_what_is_wrong(
    cli: Run, book: Path, own: Path
) -> None:
    (own / "care.risk.sms.en.j2").write_text("{{ x }}", encoding="utf-8")
    (own / "cares.en.j2").write_text("x", encoding="utf-8")
    rows = done(cli("--store", book, "contact", "templates", "--format", "json")).json
    assert misfits(rows, [TEMPLATE]) == []
    mine = {row["file"].rpartition("/")[2]: row for row in rows if row["source"] == "bank"}
    assert [mine["care.risk.sms.en.j2"][key] for key in ("reason", "segment", "channel", "language")] == [
        "care", "risk", "sms", "en"
    ]  # fmt: skip
    assert mine["care.risk.sms.en.j2"]["problem"].startswith("care.risk.sms.en.j2:1: ")
    assert mine["cares.en.j2"]["problem"].startswith("cares.en.j2: ")
    of_care = done(cli("--store", book, "contact", "templates", "--for", "关怀", "--format", "json")).json
    assert {row["reason"] for row in of_care} == {"care"}
    fields = done(cli("--store", book, "contact", "templates", "--fields", "--format", "json")).json
    assert misfits(fields, [FIELD]) == []
    assert {"loan.outstanding", "loans[].number", "rate.old", "feedback.answer"} <= {
        row["field"] for row in fields
    }


def test_a_folder_that_is_not_there_is_told(cli: Run, untouched: Path, own: Path) -> None:
    own.rmdir()
    answer = cli("--store", untouched, "contact", "draft", "C-00001", "--for", "care")
    assert (answer.code, "no folder of templates" in answer.err) == (3, True)


@pytest.mark.parametrize(
    "words",
    [("--for", "nothing"), ("--for", "care", "--channel", "fax"), ("--for", "care", "--language", "fr")],
)
def test_an_unknown_word_is_a_fault_of_usage(cli: Run, untouched: Path, words: tuple[str, ...]) -> None:
    answer = cli("--store", untouched, "contact", "draft", "C-00001", *words, "--format", "json")
    assert (answer.code, answer.error["field"]) == (2, words[-2])


# ── the letter of a changed rate ────────────────────────────────────────────────────────────


def letter(cli: Run, book: Path, *words: str) -> dict[str, Any]:
    answer = done(cli("--store", book, "loan", "letter", "L-00001", *words, "--format", "json"))
    assert misfits(answer.json, DRAFT) == []
    return dict(answer.json)


def test_the_letter_of_a_past_change_says_what_it_said_then(cli: Run, book: Path, paid_out: Do) -> None:
    """1,200.00 in three equal parts at 12 %: 412.00 on 1 February, 408.00 on 1 March, 404.00 on 1 April.

    At 6 % from 1 February: 800.00 and 400.00 of principal for a month are 4.00 and 2.00 of interest; at 24 %
    from 1 March 400.00 are 8.00.
    """
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    said = done(
        cli(
            "--store",
            book,
            "loan",
            "reprice",
            "L-00001",
            "--rate",
            "6%",
            "--on",
            "2026-02-01",
            "--format",
            "table",
        )
    ).text
    first = letter(cli, book)
    paid_out("loan pay L-00001 404 --on 2026-03-01")
    paid_out("loan reprice L-00001 --rate 24% --on 2026-03-01")
    assert first["text"] in said
    assert "loan letter L-00001 --version 2" in said
    for text in ("1 February 2026", "6.00 % a year", "12.00 %", "1 March 2026 is 404.00", "would be 408.00"):
        assert text in first["text"]
    assert letter(cli, book, "--version", "2") == first
    newest = letter(cli, book, "--language", "zh_CN")
    for text in (
        "2026年3月1日",
        "6.00 %调整为24.00 %",
        "2026年4月1日的应还款额为408.00元",
        "调整前为402.00元",
    ):
        assert text in newest["text"]
    assert newest["subject"] == "贷款利率调整通知书"
    assert newest["channel"] == "letter"


def test_a_dry_run_has_the_letter_too(cli: Run, book: Path, paid_out: Do) -> None:
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    line = ("loan", "reprice", "L-00001", "--rate", "6%", "--on", "2026-02-01", "--format", "table")
    said = done(cli("--store", book, *line, "--dry-run")).text
    assert "1 March 2026 is 404.00" in said
    assert cli("--store", book, "loan", "letter", "L-00001").code == 3


def test_a_loan_that_is_paid_off_still_has_its_letters(cli: Run, book: Path, paid_out: Do) -> None:
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    paid_out("loan reprice L-00001 --rate 6% --on 2026-02-01")
    before = letter(cli, book)
    paid_out("loan payoff L-00001 --on 2026-02-10")
    assert letter(cli, book, "--version", "2") == before


def test_a_letter_is_of_a_loan(cli: Run, book: Path, paid_out: Do) -> None:
    found = letter(cli, book, "--for", "past_due")
    assert "L-00001" in found["text"]
    answer = cli("--store", book, "loan", "letter", "L-00001", "--for", "care", "--format", "json")
    assert (answer.code, answer.error["field"]) == (2, "--for")
    answer = cli("--store", book, "loan", "letter", "L-00001", "--for", "past_due", "--version", "1")
    assert answer.code == 4
    answer = cli("--store", book, "loan", "letter", "L-00001", "--version", "7", "--format", "json")
    assert (answer.code, answer.error["code"]) == (3, "nothing_to_say")
    assert cli("--store", book, "loan", "letter", "L-9").code == 3


# ── what the day's list says, in a letter ───────────────────────────────────────────────────


def test_a_bad_record_is_told_beforehand_with_loan_days_amount_and_the_way_out(
    cli: Run, untouched: Path, draft: Any
) -> None:
    """JJ-0001 is 9 days past due with 104,166.67, as the collection letter above says."""
    found, said = draft("C-00001", "--for", "bad_record")
    for words in ("number JJ-0001", "9 day(s) past due", "104,166.67", "report it to the credit bureau"):
        assert words in found["text"]
    assert "You can avoid a record" in found["text"]
    assert (found["consent"], found["held_back"], said) == ("not_needed", [], "")
    chinese = draft("C-00001", "--for", "bad_record", "--language", "zh_CN")[0]["text"]
    for words in ("JJ-0001", "已逾期9天", "104,166.67元", "报送征信系统", "如何避免"):
        assert words in chinese
    line = ("--store", untouched, "contact", "draft", "C-00001", "--for", "bad_record", "--format", "table")
    assert "--purpose bad_record_notice" in done(cli(*line)).text


def test_a_founding_day_is_greeted_with_its_years_as_far_as_care_may_go(
    cli: Run, untouched: Path, draft: Any
) -> None:
    """Founded on 4 May 2010: on 21 November 2026 the next anniversary is the seventeenth."""
    assert "成立17周年" in draft("C-00001", "--for", "anniversary", "--language", "zh_CN")[0]["text"]
    found, _said = draft("C-00001", "--for", "anniversary")
    assert "On 4 May 2027 it is 17 year(s)" in found["text"]
    assert [one["rule"] for one in found["held_back"]] == ["past_due", "risk"]
    line = ("--store", untouched, "contact", "draft", "C-00002", "--for", "anniversary", "--format", "json")
    answer = cli(*line)
    assert (answer.code, answer.error["code"]) == (3, "nothing_to_say")


def test_an_offer_is_told_once_it_is_approved_and_by_the_rules_of_marketing(cli: Run, small: Path) -> None:
    draft = ("--store", small, "contact", "draft", "C-00001", "--for", "offer", "--format", "json")
    offer = ("--what", "免评估费", "--cost", "100", "--until", "2026-12-11")
    done(cli("--store", small, "offer", "add", "C-00001", *offer))
    assert cli(*draft).error["code"] == "nothing_to_say"
    done(cli("--store", small, "--me", "li.wei", "offer", "approve", "O-1"))
    answer = done(cli(*draft))
    assert (answer.json["about"], answer.json["consent"]) == ("O-00001", "missing")
    assert "免评估费. It stands until 11 December 2026, for 20 more day(s)" in answer.json["text"]
    assert "no consent of C-00001 to marketing" in answer.err
    assert done(cli(*draft, "--about", "o-00001")).json["about"] == "O-00001"
    assert cli(*draft, "--about", "O-2").code == 3


def test_an_approval_that_expired_is_not_written_of_as_one_that_holds(cli: Run, small: Path) -> None:
    """Approved on 6 January 2026 for 180 days: until 5 July."""
    terms = "--product working_capital --principal 1000 --rate 5% --instalments 12 --repayment level"
    done(cli("--store", small, "loan", "apply", "C-00001", *terms.split(), "--on", "2026-01-05"))
    done(cli("--store", small, "loan", "approve", "L-00001", "--on", "2026-01-06"))

    def text(day: str) -> str:
        line = ("contact", "draft", "C-00001", "--for", "approval", "--format", "json")
        found: str = done(cli("--store", small, *line, env={"LOANCRM_NOW": f"{day}T09:00"})).json["text"]
        return found

    assert "can be taken up until 5 July 2026" in text("2026-07-01")
    assert "holds no longer than 5 July 2026; from the day after on a new one is needed" in text("2026-07-20")


def test_the_papers_of_a_loan_that_are_missing_are_asked_for_in_one_letter(cli: Run, small: Path) -> None:
    terms = "--principal 1200 --rate 0% --instalments 12"
    line = f"loan apply C-00001 --product working_capital {terms} --on 2026-11-20"
    done(cli("--store", small, *line.split()))
    for name, due in (("tax_return", "2026-12-01"), ("articles", "2026-12-08")):
        done(cli("--store", small, "loan", "require", "L-00001", name, "--due", due))
    asked = ("--store", small, "contact", "draft", "C-00001", "--for", "requirement", "--format", "json")
    found = done(cli(*asked)).json
    assert (found["about"], found["consent"]) == ("L-00001", "not_needed")
    assert "we still need: tax_return, articles." in found["text"]
    assert "by 1 December 2026" in found["text"]
    assert done(cli(*asked, "--about", "l-00001")).json["about"] == "L-00001"


def test_a_line_that_has_a_letter_by_another_name_finds_it(draft: Any) -> None:
    assert draft("C-00001", "--for", "facility")[0]["reason"] == "line_expiry"
    assert draft("C-00001", "--for", "cadence")[0]["reason"] == "care"


@pytest.mark.parametrize("kind", ["warning", "check", "limit", "stage", "rectification", "follow_up"])
def test_of_our_own_work_nobody_writes_to_a_customer_and_it_is_said(
    cli: Run, untouched: Path, kind: str
) -> None:
    line = ("--store", untouched, "contact", "draft", "C-00001", "--for", kind, "--format", "json")
    answer = cli(*line)
    assert (answer.code, answer.error["code"], answer.error["field"]) == (2, "no_letter", "--for")
    assert "nothing is written to a customer about this" in answer.error["message"]


def test_every_kind_of_line_has_a_letter_or_is_said_to_have_none() -> None:
    silent = {kind for kind in KINDS if CALLED.get(kind, kind) not in REASONS}
    assert silent == {
        "follow_up", "warning", "limit", "check", "stage", "no_next_step", "rectification"
    }  # fmt: skip


def test_a_festival_is_one_that_is_known_and_is_said_in_the_letter_s_language(
    cli: Run, untouched: Path, draft: Any
) -> None:
    line = ("--store", untouched, "contact", "draft", "C-00001", "--for", "festival", "--format", "json")
    answer = cli(*line, "--about", "bogus")
    assert (answer.code, answer.error["field"], answer.out) == (2, "--about", b"")
    assert "spring_festival, lantern_festival" in answer.error["message"]
    for typed in ("mid_autumn", "Mid-Autumn Festival", "中秋节"):
        found, _said = draft("C-00001", "--for", "festival", "--about", typed)
        assert "Best wishes for Mid-Autumn Festival to you" in found["text"]
        assert (
            "中秋节将至"
            in draft("C-00001", "--for", "festival", "--about", typed, "--language", "zh")[0]["text"]
        )
    assert "holidays" in draft("C-00001", "--for", "festival")[0]["text"]


@pytest.mark.parametrize(("reason", "purpose"), [("care", "care"), ("introduction", "marketing")])
def test_a_draft_to_who_was_talked_with_often_enough_says_so(
    cli: Run, book: Path, reason: str, purpose: str
) -> None:
    """The policy takes two in thirty days, of care and of marketing; collection has no cap."""
    enough = "talked with or written to often enough lately"
    assert cli("--store", book, "customer", "add", "--kind", "enterprise", "--name", "甲公司").code == 0
    line = ("--store", book, "contact", "draft", "C-00001", "--for")
    for day in ("2026-11-09", "2026-11-16"):
        assert enough not in done(cli(*line, reason)).err
        log = f"contact log C-00001 --channel phone --purpose {purpose} --outcome reached --on {day}"
        done(cli("--store", book, *log.split()))
    answer = done(cli(*line, reason))
    assert enough in answer.err
    assert answer.text
    assert enough not in done(cli(*line, reason, "--as-of", "2026-11-15")).err
