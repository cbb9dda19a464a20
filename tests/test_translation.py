"""The Chinese catalogue is whole, true to its sources, and chosen when it should be."""

from __future__ import annotations

import ast
import re
import string
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from loancrm import i18n, vocabulary
from loancrm.cli import TREE
from loancrm.indicators.catalogue import INDICATORS
from tests.conftest import REPO, Run

sys.path.insert(0, str(REPO / "scripts"))

import messages

SOURCES = messages.extracted()
CATALOGUE = messages.stored()

# The same in both languages, and why.
SAME = {
    "loancrm loyalty show {code}": "a command",
    "loancrm offer approve {code}": "a command",
    "out|in": "what is typed; the help beside it says what each means",
}
# Words of ASCII letters that a Chinese text may hold, by why they stay.
NAMES = {
    "loancrm",
    "SQLite",
    "Excel",
    "YAML",
    "PostgreSQL",
    "WAL",
    "CGAP",
    "PAR",
    "HHI",
    "GB",
    "T",
    "PSI",
    "Altman",
    "Z",
    "numpy",
}
FORMS = {
    "UTF-8",
    "YYYY-MM-DD",
    "YYYY-MM",
    "verify",
    "portfolio",
    "portfolio.html",
    "FIGURE",
    "npl_ratio",
    "par_30",
    "FOLDER",
    "Asia",
    "Shanghai",
    "CNY",
    "CN",
    "zh_CN.UTF-8",
    "bp",
    "x",
    "a-z",
    "T09",
    "d",
    "w",
}
CODES = {"C", "C34", "K", "F", "U", "CL-00001", "li.wei", "phone", "phone_region", "written_off", "other"}
TYPED_WORDS = {
    "true",
    "false",
    "out",
    "in",
    "en",
    "zh_CN",
    "days_past_due",
    "segment",
    "and",
    "loan",
    "customer",
    "card.yaml",
    "loan_product",
    "working_capital",
    "loan_status",
    "disbursed_on",
    "term_months",
    "loan_industry",
    "months_on_book",
    "days_to_maturity",
    "risk",
    "mass_market",
}
LENDING_WORDS = {
    "level", "equal_principal", "bullet", "balloon", "single", "flat", "custom", "act", "month", "quarter",
    "half_year", "year", "week", "half_up", "half_even", "ceiling", "floor", "none", "following", "preceding",
    "modified_following",
}  # fmt: skip
STAGE_WORDS = {
    "R-00001", "promise", "payment.balance", "payment.on", "loan.contract",
    "IFRS", "next", "shorter", "skip", "smaller",
    "capitalisation", "EV-00001", "CA-00001", "guests", "quality", "region", "result", "Wilson",
    "effect",
    "Newcombe",
    "deferral", "extension", "rate_cut", "restructuring", "compare", "pay",
    "apply", "approve", "business_licence", "condition", "disburse", "document", "label", "meet-condition",
    "P-00001", "CODE", "schedule", "screen", "sign", "withdraw", "expected_loss",
}  # fmt: skip
CLASS_WORDS = {"credit_standing", "service_tier", "all", "try", "edit", "tier"}
CARD_WORDS = {"missing", "bands", "coefficient", "categories", "scorecards", "screening", "run"}
TEMPLATE_WORDS = {"templates", "set", "subject", "endset", "if", "letter", "visits", "visits.xlsx"}
SHELLS = {"bash", "zsh", "fish", "powershell", "pwsh", "bashrc", "chmod", "go-w", "EDITOR", "SHELL", "LANG"}
SERVER = {"postgresql", "psycopg", "createdb", "pip", "install", "pg", "fit"}
FORMATS = {"table", "tsv", "json", "jsonl", "csv", "xlsx", "html"}
VARIABLES = {"LOANCRM_STORE", "LOANCRM_LANG", "LOANCRM_NOW"}
PROGRAMS = {"m", "pg_dump", "pg_restore", "python", "compileall", "chinesecalendar"}
VERBS = {"upgrade", "backup", "add", "void", "adopt", "list", "find", "show", "log", "indicators"}
# Keys, kinds and states of import profiles, as they are typed in YAML and after the command.
PROFILE_WORDS = {
    "CSV", "E", "FILE", "KIND", "NAME", "NUL", "THIS", "balances", "column", "columns", "constant",
    "contacts", "cured", "customers", "disbursed", "encoding", "enterprise", "extra.NAME",
    "file_name", "files", "format", "gb18030", "loan.principal", "loans", "newly_overdue",
    "profile", "profiles", "settled", "snapshot.on", "snapshots", "sole_proprietor", "student",
    "undo", "unit", "xlsx",
}  # fmt: skip
ELSEWHERE_WORDS = {
    "ICS", "LOANCRM_SMTP_PASSWORD", "apprise", "cal", "cron", "export", "icalendar", "me", "notify", "path",
    "remind.addresses", "remind.mail", "remind.mail.", "remind.notify", "starttls", "vCard",
}  # fmt: skip
GROWTH_WORDS = {
    "PAR30", "WB-00001", "contribution_12m", "kind", "lost", "means", "not_counted", "playbook", "product",
    "source", "talk", "visit", "win_back", "won_back",
}  # fmt: skip
AGENDA_WORDS = {"y", "A", "N", "past_due", "birthday", "take-back"}
RATE_WORDS = {
    "LPR-1Y", "LPR-5Y", "rates", "reprice-due", "renewal", "refinancing", "yearly", "quarterly",
    "half_yearly",
    "at_draw", "anniversary", "monthly", "entrusted", "self", "RATE", "SERIES", "DAY",
}  # fmt: skip
# What a survey file and the commands of surveys are typed with, and whose methods the figures are.
SURVEY_WORDS = {
    "S-2026Q1", "SURVEY", "CUSTOMER", "SR", "CSAT", "CES", "NPS", "n", "P.yaml", "FORM.html",
    "form.html", "HTML", "Markdown", "sheet.xlsx", "satisfaction", "process", "speed", "bank.speed",
    "ces", "nps", "overall", "dimensions", "question", "questions", "scale", "choice", "choices", "name",
    "follows", "answers", "define", "invite", "form", "record", "Agresti", "Coull", "Caffo", "Rocks",
    "Bonett", "Wright", "Wald",
}  # fmt: skip
FEEDBACK_WORDS = {
    "slow_approval", "transparency", "rates_and_fees", "staff_attitude", "open", "answered", "waiting",
    "resolved", "closed", "critical", "high", "normal", "low", "cause", "line", "stage", "department", "ME",
    "related", "duplicate",
}  # fmt: skip
RISK_WORDS = {
    "ACTION", "LOAN", "STEP", "PB-00001", "U-00005", "K-00012", "W-00042",
    "accepted", "branch", "closed", "concerned", "cured", "digits", "done",
    "end", "exempt", "kind", "left", "legal", "limitation",
    "limits", "no_new_loans", "not_needed", "plan", "postponed", "reduce",
    "reopened", "restructured", "rules", "sample", "secure", "share_out", "special", "start-all",
    "watch", "written_off",
}  # fmt: skip
RISK_WORDS |= {"W-00012", "cleared", "acknowledged", "acted", "market", "operational", "credit", "medium"}
RISK_WORDS |= {"late", "warnings"}
RISK_WORDS |= {"cash-flow", "provision", "default", "collateral", "reference_rate", "graduate_employment"}
RISK_WORDS |= {"default_from", "scenarios", "export_slump.yaml", "examples"}
VALUE_WORDS = {"reward", "adjust", "O-00001", "RFM", "r"}
BACKTEST_WORDS = {"AUC", "Gini", "KS"}  # how a score tells, as everybody calls it
EXPLAINED = (
    SURVEY_WORDS
    | BACKTEST_WORDS
    | FEEDBACK_WORDS
    | VALUE_WORDS
    | RISK_WORDS
    | ELSEWHERE_WORDS
    | AGENDA_WORDS
    | GROWTH_WORDS
    | RATE_WORDS
    | NAMES
    | SERVER
    | PROFILE_WORDS
    | FORMS
    | CODES
    | TYPED_WORDS
    | LENDING_WORDS
    | STAGE_WORDS
    | CARD_WORDS
    | TEMPLATE_WORDS
    | CLASS_WORDS
    | SHELLS
    | FORMATS
    | VARIABLES
    | PROGRAMS
    | VERBS
)
ALLOWED = EXPLAINED | set(TREE)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.]*(?:-[A-Za-z0-9]+)*")


def texts(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def sources(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, tuple | list) else (message.id,)


def entries(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def keys(catalogue: Catalog) -> set[tuple[str | None, tuple[str, ...]]]:
    return {(message.context, sources(message)) for message in entries(catalogue)}


def placeholders(text: str) -> Counter[str]:
    return Counter(name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name)


# ── the catalogue ───────────────────────────────────────────────────────────────────────────


def test_every_text_of_the_sources_is_in_the_catalogue() -> None:
    assert keys(SOURCES) - keys(CATALOGUE) == set(), "run scripts/messages.py"


def test_nothing_is_in_the_catalogue_that_no_source_says() -> None:
    assert keys(CATALOGUE) - keys(SOURCES) == set(), "run scripts/messages.py"
    assert not CATALOGUE.obsolete


def test_every_text_is_translated_and_none_is_a_guess() -> None:
    assert [message.id for message in entries(CATALOGUE) if not all(texts(message))] == []
    assert [message.id for message in entries(CATALOGUE) if message.fuzzy] == []


def test_no_translation_is_the_same_as_the_english_but_those_with_a_reason() -> None:
    same = {source for m in entries(CATALOGUE) for source in sources(m) if source in texts(m)}
    assert same == set(SAME)


def test_every_translation_fills_in_the_same_placeholders() -> None:
    wrong = [
        (message.id, text)
        for message in entries(CATALOGUE)
        for text in texts(message)
        if "{" in sources(message)[-1] + text  # a lone } is a library's word
        if placeholders(text) != placeholders(sources(message)[-1])
    ]
    assert wrong == []


def test_every_translation_names_the_same_options_and_commands() -> None:
    named = re.compile(r"--[a-z][a-z-]*|loancrm(?: [a-z]+)+(?=[ :,]|$)")
    wrong = [
        (message.id, text)
        for message in entries(CATALOGUE)
        for text in texts(message)
        if not set(re.findall(r"--[a-z][a-z-]*", sources(message)[0])) <= set(named.findall(text))
    ]
    assert wrong == []


def test_there_is_one_form_for_all_numbers() -> None:
    assert CATALOGUE.num_plurals == 1
    assert CATALOGUE.plural_expr == "0"


def test_the_compiled_catalogue_is_the_one_of_the_text() -> None:
    assert messages.MO.read_bytes() == messages.as_mo(CATALOGUE), "run scripts/messages.py"


def test_both_files_are_what_the_script_writes_and_say_nothing_of_when() -> None:
    text = messages.PO.read_bytes()
    assert text == messages.as_po(messages.merged(SOURCES, CATALOGUE)), "run scripts/messages.py"
    assert b"-Date" not in text
    assert b"Generated-By" not in text


def ascii_words(text: str) -> set[str]:
    """The ASCII words of a text that are no placeholder, option or address."""
    return set(_WORD.findall(re.sub(r"\{[a-z_]+\}|--[a-z][a-z-]*|name@example\.com", " ", text)))


def test_no_english_is_left_in_a_translation() -> None:
    found = {text: ascii_words(text) - ALLOWED for m in entries(CATALOGUE) for text in texts(m)}
    assert {text: words for text, words in found.items() if words} == {}


def test_every_word_that_is_allowed_stands_somewhere() -> None:
    used = {word for m in entries(CATALOGUE) for text in texts(m) for word in ascii_words(text)}
    assert EXPLAINED - used == set()


def test_chinese_is_punctuated_as_chinese() -> None:
    half_width = re.compile(r"[\u4e00-\u9fff][,;?!()]|[,;?!()][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?!\w)")
    wrong = [text for m in entries(CATALOGUE) for text in texts(m) if half_width.search(text)]
    assert wrong == []


def test_late_is_for_tasks_and_overdue_for_loans() -> None:
    """逾期 is a loan's word; a task is 已超时 (terms.zh.md)."""
    late = [m for m in entries(CATALOGUE) if re.search(r"\blate\b", sources(m)[0]) and m.context is None]
    assert late
    assert [text for m in late for text in texts(m) if "逾期" in text] == []
    overdue = [
        m for m in entries(CATALOGUE) if "past due" in sources(m)[0] and "interest" not in sources(m)[0]
    ]
    assert [text for m in overdue for text in texts(m) if "超时" in text] == []


# ── the words that are typed ────────────────────────────────────────────────────────────────

TYPED = [(name, code) for name, known in vocabulary.VOCABULARIES.items() for code in known]


@pytest.fixture
def chinese() -> Iterator[None]:
    before = i18n.language()
    i18n.set_language("zh_CN")
    yield
    i18n.set_language(before)


@pytest.mark.parametrize("name", vocabulary.VOCABULARIES)
def test_no_word_of_a_vocabulary_means_two_codes(name: str, chinese: None) -> None:
    words: dict[str, str] = {}
    for code, english in vocabulary.VOCABULARIES[name].items():
        for word in {
            code,
            english.casefold().replace(" ", "_").replace("-", "_"),
            vocabulary.label(name, code),
        }:
            assert words.setdefault(word, code) == code, word


@pytest.mark.parametrize(("name", "code"), TYPED)
def test_a_code_and_its_labels_in_both_languages_mean_the_same(name: str, code: str, chinese: None) -> None:
    label = vocabulary.label(name, code)
    english = vocabulary.VOCABULARIES[name][code]
    assert not label.isascii()
    for language in i18n.LANGUAGES:
        i18n.set_language(language)
        for word in (code, english, english.upper(), label, f" {label} "):
            assert vocabulary.code_of(name, word, "--field") == code


@pytest.mark.parametrize("name", [name for name in vocabulary.LABELS if name != "field"])
def test_no_label_that_is_only_shown_stands_for_two_codes(name: str, chinese: None) -> None:
    labels = [vocabulary.label(name, code) for code in vocabulary.LABELS[name]]
    assert len(set(labels)) == len(labels)


def test_every_indicator_says_its_unit_in_words(chinese: None) -> None:
    assert {one.unit for one in INDICATORS.values()} <= set(vocabulary.LABELS["unit"])


def test_an_unknown_word_is_answered_with_codes_and_labels(cli: Run, book: Path) -> None:
    said = cli("--lang", "zh_CN", "--store", book, "loan", "close", "L-1", "--status", "没有").err
    assert "--status：无法识别，可用 live 存续、settled 结清" in said


def test_options_take_chinese_words(cli: Run, book: Path) -> None:
    def do(*args: str) -> None:
        done = cli("--store", book, *args)
        assert done.code == 0, done.err

    do(
        "customer",
        "add",
        "--kind",
        "对公客户",
        "--name",
        "华达机械有限公司",
        "--tier",
        "重点",
        "--size",
        "中型",
    )
    do("customer", "add", "--kind", "借款学生", "--name", "王小明", "--level", "本科", "--hardship", "是")
    loan = ("--product", "流动资金贷款", "--security", "抵押", "--principal", "1000")
    do("loan", "add", "C-00001", "--number", "JJ-1", "--disbursed-on", "2026-01-15", *loan)
    do("snapshot", "add", "JJ-1", "--on", "2026-11-20", "--outstanding", "900", "--class", "关注")
    do("contact", "log", "C-00001", "--channel", "电话", "--purpose", "催收", "--outcome", "已接通")
    do(
        "feedback",
        "record",
        "C-00001",
        "--kind",
        "投诉",
        "--urgency",
        "高",
        "--text",
        "太慢",
        "--line",
        "对公业务",
    )
    do("loan", "close", "JJ-1", "--status", "结清")
    (logged,) = cli("--store", book, "contact", "list", "--format", "json").json
    assert (logged["channel"], logged["purpose"], logged["outcome"]) == ("phone", "collection", "reached")
    (loan_row,) = cli("--store", book, "loan", "list", "--all", "--format", "json").json
    assert (loan_row["status"], loan_row["product"]) == ("settled", "working_capital")
    people = cli("--store", book, "customer", "list", "--kind", "借款学生", "--format", "json").json
    assert [one["code"] for one in people] == ["C-00002"]


# ── which language ──────────────────────────────────────────────────────────────────────────

ENGLISH, CHINESE = "usage:", "用法："


def language_of(cli: Run, *args: str, **env: str) -> str:
    said = cli(*args, "--help", env={"LANG": None, **env}).text
    assert (ENGLISH in said) != (CHINESE in said)
    return "zh_CN" if CHINESE in said else "en"


def test_without_any_wish_it_is_english(cli: Run) -> None:
    assert language_of(cli) == "en"


LADDER = ("LANG", "LC_MESSAGES", "LC_ALL", "config", "LOANCRM_LANG", "--lang")


@pytest.mark.parametrize("step", range(len(LADDER)))
@pytest.mark.parametrize("wanted", i18n.LANGUAGES)
def test_the_nearer_wish_wins(cli: Run, tmp_path: Path, step: int, wanted: str) -> None:
    """--lang, LOANCRM_LANG, the config file, LC_ALL, LC_MESSAGES, LANG: all below say the other language."""
    other = "en" if wanted == "zh_CN" else "zh_CN"
    locale = {"en": "en_GB.UTF-8", "zh_CN": "zh_CN.UTF-8"}
    env, args = {}, []
    for place, name in enumerate(LADDER[: step + 1]):
        lang = wanted if place == step else other
        if name == "config":
            (tmp_path / "loancrm.yaml").write_text(f"lang: {lang}\n")
        elif name == "--lang":
            args = ["--lang", lang]
        else:
            env[name] = lang if name == "LOANCRM_LANG" else locale[lang]
    assert language_of(cli, *args, **env) == wanted


def test_the_config_file_that_was_named_is_asked(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text('lang: "zh_CN"  # 中文\n')
    assert language_of(cli, "--config", "mine.yaml") == "zh_CN"
    assert language_of(cli, LOANCRM_CONFIG=str(tmp_path / "mine.yaml")) == "zh_CN"


@pytest.mark.parametrize("name", ["zh", "zh_CN", "zh-CN", "zh_CN.UTF-8", "zh-Hans", "中文", "简体中文"])
def test_chinese_has_many_names(cli: Run, name: str) -> None:
    assert language_of(cli, "--lang", name) == "zh_CN"


def test_a_locale_of_neither_language_is_english(cli: Run) -> None:
    assert language_of(cli, LANG="de_DE.UTF-8") == "en"


def test_an_unknown_language_is_refused_in_the_usual_one(cli: Run) -> None:
    said = cli("--lang", "fr", "today", env={"LANG": "zh_CN.UTF-8"})
    assert said.code == 2
    assert said.err == "loancrm: --lang：可用 en、zh_CN\n"


def test_what_scripts_read_is_the_same_in_both_languages(cli: Run, book: Path) -> None:
    cli("--store", book, "customer", "add", "--kind", "enterprise", "--name", "华达", "--officer", "li.wei")
    for args in (
        ("customer", "list"),
        ("history", "C-00001"),
        ("due", "--within", "400d"),
        ("officer", "list"),
    ):
        for form in ("json", "tsv", "csv"):
            said = [
                cli("--lang", lang, "--store", book, *args, "--format", form).out for lang in i18n.LANGUAGES
            ]
            if args[0] != "due":  # its reasons are words for people
                assert said[0] == said[1], (args, form)


# ── texts that would never be translated ────────────────────────────────────────────────────

FAULTS = {
    "UsageFault",
    "NotFound",
    "InvalidInput",
    "Conflict",
    "Damaged",
    "Refused",
    "LoanCrmError",
    "ConditionFault",
}
SYMBOLS = {
    "#",
    " ",
    "R",
    "F",
    "M",
    "RFM",
    "PAR1",
    "PAR30",
    "PAR60",
    "PAR90",
    "HHI",
    "z",
    "AUC",
    "Gini",
    "KS",
    "PSI",
    "NPS",
    "n",
}


def bare_texts(path: Path) -> Iterator[str]:
    """Headings, helps, hints and messages that are written as they are, not marked for translation."""
    for call in (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        shown = [word.value for word in call.keywords if word.arg in ("help", "hint", "title")]
        shown += call.args[1:2] if name == "Column" else []
        shown += call.args[:1] if name in FAULTS or name == "say" else []
        for value in shown:
            is_text = isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value
            if (is_text and value.value not in SYMBOLS) or isinstance(value, ast.JoinedStr):
                yield f"{path.name}:{value.lineno}: {ast.unparse(value)}"


# Places, not words: file:line:column and what is wrong there.
PLACES = {'f"{source}:{mark[0]}:{mark[1]}: {problem}"', 'f"{name}: {fault.message}"'}


def test_every_heading_help_hint_and_message_is_marked_for_translation() -> None:
    found = [text for path in sorted((REPO / "loancrm").rglob("*.py")) for text in bare_texts(path)]
    assert [text for text in found if text.split(": ", 1)[1].replace("'", '"') not in PLACES] == []
