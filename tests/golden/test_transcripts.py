"""What a Chinese officer sees: the tour and the usual errors in zh_CN, word for word.

``LOANCRM_UPDATE_GOLDEN=1 pytest tests/golden`` writes the transcripts anew; read the difference before
it is committed. The digest of the policy and uids are masked.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from loancrm import vocabulary
from loancrm.cli import TREE, build
from loancrm.indicators.catalogue import INDICATORS
from loancrm.policy.policy import example
from loancrm.render.sheet import FORMATS
from loancrm.settings import CalendarFile, Mail, Remind, Settings
from loancrm.typeset import display_width
from tests.conftest import call

FOLDER = Path(__file__).parent
WIDTH = 80

# ruff: noqa: E501 - command lines
TOUR = """
init
officer add li.wei --name 李伟
customer add --kind 对公客户 --name 华达机械有限公司 --uscc 91110000600037341L --industry C34 --region 北京 --officer li.wei
customer add --kind 借款学生 --name 王小明 --school 复旦大学 --level 本科 --major 统计学 --graduates-on 2028-06-30 --officer li.wei
facility add C-00001 --limit-amount 3000000 --expires-on 2027-01-31
loan add C-00001 --number JJ-0001 --contract HT-01 --product 流动资金贷款 --principal 2000000 --rate 3.45% --disbursed-on 2026-01-15 --matures-on 2027-01-15
snapshot add JJ-0001 --on 2026-11-19 --outstanding 1250000 --overdue-principal 104166.67 --days-past-due 9 --class 关注
today
contact log C-00001 --on 2026-11-20 --channel 电话 --purpose 催收 --outcome 已接通 --note 谈续贷 --next 2026-12-01 --next-what 送授信方案 --idempotency-key K1
contact list C-00001
due --as-of 2026-12-01
feedback record C-00001 --on 2026-11-20 --channel 电话 --line 对公业务 --product 流动资金贷款 --service-stage 审批 --kind 投诉 --importance 高 --urgency 高 --text 审批太慢
feedback list
feedback assign F-00001 --to li.wei
feedback answer F-00001 --text 已说明
feedback resolve F-00001 --text 已办结
feedback show F-00001
followup add C-00001 --on 2026-12-05 --what 送合同
followup snooze U-00002 --until 2026-12-08
followup done U-00001
followup list --all --columns follow_up,due_on,customer,what,status
customer edit C-00001 --region 上海
classify --as-of 2026-11-20 --dry-run
classify
classify --explain C-00001
today --within 30d
today --within 30d --explain 1
customer show 华达
customer show C-00002
customer list
customer find 小明
loan list
facility list
snapshot list JJ-0001
report portfolio --as-of 2026-11-20
report delinquency --as-of 2026-11-20
report par --months 2 --as-of 2026-11-20
report roll-rates --months 2 --as-of 2026-11-20
report concentration --by 行业 --measure 贷款余额 --explain
report concentration --by 五级分类
history C-00001
policy list
policy indicators --limit 3
config show --origin
officer list
officer add sun.li --name 孙丽
undo --yes
undo --list --limit 3
store backup COPY.db
store check
--help
undo --help
customer
contact log --help
report concentration --help
"""
ERRORS = """
contact log C-00001 --chanel 电话
custmer list
contact log C-00001
contact log --channel 电话
loan add C-00001 --product 流动资金贷款 --principal 1,000
loan add C-00001 --product 流动资金贷款 --principal 1000 --rate 3.45
followup add C-00001 --on 2026/12/01 --what 送合同
customer show C-00099
customer show 华达
--store none.db customer list
loan add C-00001 --number JJ-0001 --product 流动资金贷款 --principal 1000
customer list --where 'days_past_du > 30'
--config bad.yaml customer list
--config broken.yaml config check
contact log C-00001 --channel 传真
contact log C-00001 --channel 电话 --on 2027-01-01
customer add --kind 对公客户 --name 新华机械 --uscc 91110000600037341X
customer edit C-00001 --expect-version 9 --region 天津
loan close JJ-0001 --status 核销
report concentration --by age
today --me nobody
undo
undo 1 --yes
undo 99 --yes
store restore none.db --yes
"""
BAD = "store: B.db\ntable_rows: 很多\ncolour: 红\n"
BROKEN = "store: B.db\n  me: li.wei\n"
NO_FORMAT = ("--help", "config check", "customer")


def lines_of(script: str) -> list[str]:
    return script.strip().splitlines()


def transcript(home: Path, script: str) -> str:
    """Run the lines as an officer would at a screen of 80 columns, and return what is seen."""
    seen = []
    for line in lines_of(script):
        args = shlex.split(line)
        shown = [] if line.endswith(NO_FORMAT) else ["--format", "table"]
        store = [] if "--store" in args else ["--store", "B.db"]
        env = {"COLUMNS": str(WIDTH), "LOGNAME": "li.wei"}
        answer = call("--lang", "zh_CN", *store, *args, *shown, env=env, home=home)
        code = [f"[{answer.code}]\n"] if answer.code else []
        seen.append("".join([f"$ loancrm {line}\n", answer.text, answer.err, *code]))
    return masked("\n".join(seen))


def masked(text: str) -> str:
    text = re.sub(r"\b[0-9A-HJKMNP-TV-Z]{26}\b", "…uid…", text)
    return re.sub(r"\b[0-9a-f]{12}\b", "…digest…", text)


@contextmanager
def folder(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """Stand in a folder of its own."""
    path = factory.mktemp(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(path)
        yield path


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> str:
    with folder(tmp_path_factory, "tour") as home:
        return transcript(home, TOUR)


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> str:
    with folder(tmp_path_factory, "errors") as home:
        transcript(home, "\n".join(lines_of(TOUR)[:7]))
        transcript(home, "customer add --kind 对公客户 --name 华达置业有限公司 --officer li.wei")
        (home / "bad.yaml").write_text(BAD, "utf-8")
        (home / "broken.yaml").write_text(BROKEN, "utf-8")
        return transcript(home, ERRORS)


@pytest.mark.parametrize("name", ["tour", "errors"])
def test_a_chinese_officer_sees_what_was_agreed(name: str, request: pytest.FixtureRequest) -> None:
    path, seen = FOLDER / f"{name}.zh_CN.txt", request.getfixturevalue(name)
    if os.environ.get("LOANCRM_UPDATE_GOLDEN"):
        path.write_text(seen, encoding="utf-8")
    assert seen == path.read_text(encoding="utf-8")


@pytest.mark.sqlite_only("backup and restore are among the lines")
def test_the_tour_goes_through_and_each_error_is_one(tour: str, errors: str) -> None:
    wrong = re.findall(r"^\$ (.*)\n(?:(?!\$ ).*\n)*?\[(\d+)\]$", tour, re.MULTILINE)
    assert wrong == [("loancrm customer", "2")]  # a noun alone: its help, and the exit code of a usage fault
    assert len(re.findall(r"^\[\d+\]$", errors, re.MULTILINE)) == len(lines_of(ERRORS)) >= 10
    assert len(re.findall(r"^loancrm: ", errors, re.MULTILINE)) == len(lines_of(ERRORS))


# ── no stray English ────────────────────────────────────────────────────────────────────────

# What stays as it is in Chinese: names, abbreviations, and the forms in which something is typed.
NAMES = {
    "loancrm",
    "GB",
    "T",  # GB/T 4754-2017
    "PAR",
    "PAR1",
    "PAR30",
    "PAR60",
    "PAR90",
    "PAR180",
    "HHI",
    "CGAP",
    "YAML",
    "UTC",
    "CNY",
    "CN",
}
FORMS = {
    "YYYY",
    "MM",
    "DD",
    "bp",
    "345bp",
    "x",
    "d",
    "w",
    "7d",
    "2w",
    "30d",
    "Asia",
    "Shanghai",
    "LOANCRM_LANG",
}
VALUES = {
    "en",
    "npl_ratio",
    "zh_CN",
    "auto",
    "starttls",
    "keep_cancelled_",
    "cron",
    "vCard",
    "EDITOR",
    "uid",
    "digest",
    "B",
    "db",
    *FORMATS,
}
_WORD = re.compile(r"[A-Za-z0-9_]*[A-Za-z][A-Za-z0-9_]*")
_CUT = re.compile(r"[A-Za-z0-9_ ]+…$|(?<=  )[A-Za-z0-9_ ]+…", re.MULTILINE)  # a cell that was cut
_CODE = re.compile(r"[A-Z]{1,2}-[0-9]{4,5}|\b[0-9]+[A-Z]\b")


def command_words() -> Iterator[str]:
    """Every word in the name of a command or of an option."""
    tree = build()
    for name in TREE:
        command = tree.get_command(None, name)
        verbs = (
            [command.get_command(None, v) for v in command.list_commands(None)] if is_group(command) else []
        )
        for one in (command, *verbs):
            yield from _WORD.findall(" ".join([str(one.name), *(o for p in one.params for o in p.opts)]))
        yield name
    yield from ("help", "h", "lang", "version")


def is_group(command: object) -> bool:
    return hasattr(command, "list_commands")


def codes() -> Iterator[str]:
    """Codes that stand for themselves: of vocabularies, indicators, settings and rules of the policy."""
    for known in vocabulary.VOCABULARIES.values():
        yield from known
    yield from INDICATORS
    yield from Settings.model_fields
    for part in (Remind, Mail, CalendarFile):
        yield from part.model_fields
    policy = example()
    yield from (
        rule.rule
        for rule in (
            *(one for scheme in policy.schemes.values() for one in (*scheme.enterprise, *scheme.student)),
            *policy.cadence,
        )
    )
    yield from (level.rule for level in policy.shape.feedback.service_levels)
    yield from ("due", "cadence", "always", "in", *_WORD.findall(policy.name))


def stray(transcript: str, typed: str) -> set[str]:
    """The ASCII words that a transcript prints and nobody typed: no command, option, name or code."""
    commands = "\n".join(re.findall(r"^\$ (.*)$", transcript, re.MULTILINE))
    known = {*NAMES, *FORMS, *VALUES, *command_words(), *codes(), *_WORD.findall(f"{commands} {typed}")}
    printed = re.sub(r"^\$ .*$", "", transcript, flags=re.MULTILINE)
    return set(_WORD.findall(_CODE.sub(" ", _CUT.sub(" ", printed)))) - known


@pytest.mark.sqlite_only("a long address is broken into lines, and its pieces are no Chinese")
def test_no_english_stands_in_the_tour(tour: str) -> None:
    assert stray(tour, "") == set()


@pytest.mark.sqlite_only("backup and restore are among the lines")
def test_no_english_stands_in_the_errors(errors: str) -> None:
    assert stray(errors, f"{BAD} {BROKEN}") == set()


def test_stray_english_is_found() -> None:
    assert stray("$ loancrm today\nnothing to do：C-00001，due，past_due\n", "") == {"nothing", "do"}


def test_nothing_in_the_tour_is_wider_than_the_screen_but_commands(tour: str) -> None:
    printed = [line for line in tour.splitlines() if not line.startswith(("$ ", "loancrm "))]
    assert [line for line in printed if display_width(line) > WIDTH] == []
