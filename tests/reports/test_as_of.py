"""What was printed for a day with what was known that day is printed again, byte for byte, for ever.

A book of forty customers; every report and list as JSON at the end of 20 November 2026. In December facts
are back-dated, customers move and are renamed, talks and snapshots are voided, loans end earlier than was
known, commands of November are undone, a changed policy is adopted and the book is classified again.
November's reports do not change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from loancrm import cli
from loancrm.reports.checks import check_store
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.plans import plan_step, step_plan
from loancrm.services.playbook_requests import EndIn, PlaybookIn
from loancrm.services.playbooks import begin as begin_playbook
from loancrm.services.playbooks import end as end_playbook
from loancrm.services.tickets import PlanIn, TriageIn, plan_add, triage
from loancrm.services.undo import UndoIn, undo
from loancrm.services.warnings import WarningStepIn, step_warning
from tests import places
from tests.conftest import REPO
from tests.support import EXAMPLE_TEXT, Book, changed

D = date(2026, 11, 20)
SCENARIO = REPO / "examples" / "scenarios" / "export_slump.yaml"
CODES = [f"C-{number:05d}" for number in range(1, 41)]
SHOWN = [CODES[place] for place in (0, 1, 3, 20)]
BY = ("industry", "customer", "officer", "segment", "school", "five_tier", "status")
COMMANDS = {
    "due": ("due", "--all"),
    "due of an officer": ("due", "--officer", "li.wei", "--all"),
    "due within 30 days": ("due", "--within", "30d", "--all"),
    "customer list": ("customer", "list"),
    "customer list of an officer": ("customer", "list", "--officer", "zhao.min"),
    "customer list where": ("customer", "list", "--where", "days_past_due > 0 or segment = risk"),
    "loan list": ("loan", "list", "--all"),
    "loan list overdue": ("loan", "list", "--overdue"),
    "contact list": ("contact", "list"),
    "contact list of one": ("contact", "list", CODES[0]),
    "contact list of a purpose": ("contact", "list", "--purpose", "service"),
    "plan steps": ("plan", "steps"),
    "training due": ("training", "due", "--within", "365d"),
    "followup list": ("followup", "list", "--all"),
    "followup list open": ("followup", "list", "--officer", "li.wei"),
    "feedback list": ("feedback", "list"),
    "feedback list open": ("feedback", "list", "--status", "open"),
    "feedback list late": ("feedback", "list", "--late"),
    "feedback show": ("feedback", "show", "F-00001"),
    "feedback causes": ("feedback", "causes", "--by", "line"),
    "feedback effect": ("feedback", "effect", "ME-00001"),
    "plans of action": ("feedback", "plan-list"),
    "feedback in figures": ("report", "feedback", "--totals"),
    "facility list": ("facility", "list"),
    "officer list": ("officer", "list"),
    "snapshot list": ("snapshot", "list", "L-0"),
    "portfolio": ("report", "portfolio"),
    "roll rates beside a day": ("report", "roll-rates", "--months", "2", "--since", "2026-10-31"),
    "par beside a day": ("report", "par", "--since", "2026-10-31"),
    "portfolio beside a day": ("report", "portfolio", "--since", "2026-10-31"),
    "portfolio by segment": ("report", "portfolio", "--by", "segment", "--since", "2026-10-31"),
    "loans behind a figure": ("report", "portfolio", "outstanding_principal"),
    "migration by region": ("report", "migration", "--since", "2026-10-31", "--by", "region", "--explain"),
    "portfolio of an officer": ("report", "portfolio", "--officer", "li.wei"),
    "delinquency": ("report", "delinquency", "--totals"),
    "five-tier": ("report", "five-tier", "--totals"),
    "transitions": ("report", "transitions", "--since", "2026-10-31", "--of", "bucket"),
    "roll rates": ("report", "roll-rates", "--months", "3"),
    "roll rates of groups": ("report", "roll-rates", "--months", "2", "--by", "product"),
    "five-tier beside a day": ("report", "five-tier", "--by", "branch", "--since", "2026-10-31", "--totals"),
    "concentration beside a day": ("report", "concentration", "--since", "2026-10-31", "--totals"),
    "portfolio at risk": ("report", "par", "--months", "3"),
    "vintages": ("report", "vintage", "--cohort", "quarter"),
    "vintages by region": ("report", "vintage", "--cohort", "year", "--by", "region"),
    "provisions": ("report", "provision", "--totals", "--explain"),
    "provisions by officer": ("report", "provision", "--by", "officer"),
    "vintages beside a day": ("report", "vintage", "--cohort", "year", "--since", "2026-10-31", "--totals"),
    "stress beside a day": ("report", "stress", "--scenario", str(SCENARIO), "--since", "2026-10-31"),
    "stress": ("report", "stress", "--scenario", str(SCENARIO)),
    "remaining terms": ("report", "maturity", "--since", "2026-10-31"),
    "expected payments": ("report", "cash-flow", "--totals"),
    "expected payments beside another day": ("report", "cash-flow", "--since", "2026-10-31", "--totals"),
    "watch-list": ("report", "watch-list", "--since", "2026-10-31", "--totals"),
    "watch-list by region": ("report", "watch-list", "--by", "region", "--totals"),
    "warnings tested": ("warning", "backtest", "--all", "--horizon", "60d", "--event", "days_past_due > 20"),
    "cards tested": ("score", "backtest", "--horizon", "60d", "--event", "days_past_due > 20"),
    "warnings of the policy": ("warning", "rules"),
    "value by customer": ("report", "value", "--by", "customer", "--totals"),
    "value by product": ("report", "value", "--by", "product"),
    "rfm": ("report", "rfm"),
    "next products": ("report", "next-products"),
    "officers": ("report", "officer", "--totals"),
    "officers of a branch": ("report", "officer", "--officer", "li.wei", "--team"),
    "growth": ("report", "growth", "--totals"),
    "growth by officer": ("report", "growth", "--by", "officer", "--from", "2026-06-01"),
    "growth by product": ("report", "growth", "--by", "product"),
    "who stays": ("report", "growth", "--retention"),
    "churn": ("report", "churn", "--totals"),
    "churn by region": ("report", "churn", "--by", "region", "--from", "2026-02-01"),
    "churn list": ("churn", "list"),
    "limits": ("report", "limits", "--all", "--totals"),
    "risk register": ("report", "risk-register", "--totals"),
    "risk register by region": ("report", "risk-register", "--by", "region", "--totals"),
    "risk register beside a day": ("report", "risk-register", "--since", "2026-10-31", "--totals"),
    "playbooks": ("playbook", "list"),
    "playbook figures": ("playbook", "stats", "--by", "officer"),
    "who is concerned": ("playbook", "concerned", "--where", "live_loans >= 1"),
    "checks of the work": ("control", "due"),
    "cases of a step": ("control", "sample", "disbursement"),
    "warnings": ("warning", "list", "--all"),
    "classify": ("classify", "--dry-run"),
    "classify explained": ("classify", "--explain", CODES[1]),
    "policy list": ("policy", "list"),
    "policy show": ("policy", "show"),
    **{f"show {code}": ("customer", "show", code) for code in SHOWN},
    **{f"history {code}": ("history", code) for code in SHOWN},
    **{f"concentration by {by}": ("report", "concentration", "--by", by, "--totals") for by in BY},
    "concentration of industries": ("report", "concentration", "--digits", "1", "--measure", "disbursed"),
    "concentration of arrears": ("report", "concentration", "--by", "region", "--measure", "overdue"),
}  # fmt: skip
PLAIN = ("policy show",)

MEASURE = {"title": "增派人手", "cause": "process"}
Run = Callable[..., bytes]


def build(book: Book) -> None:
    """Eighteen months of a small bank, up to the end of D."""
    book.on("2025-06-02")
    with book.batch():
        for code, name in (("li.wei", "李伟"), ("zhao.min", "赵敏"), ("qian.bo", "钱波")):
            book.officer(code, name, branch="营业部")
        for place in range(20):
            book.customer(
                name=f"华达机械{place}有限公司",
                officer=("li.wei", "zhao.min", "qian.bo")[place % 3],
                region=("北京", "上海", None)[place % 3],
                industry=("C34", "C35", "F51", None)[place % 4],
                size_class=("small", "medium", None)[place % 3],
                service_tier=("key", "general", None)[place % 3],
                pipeline_stage=("repayment", "review", "closed", None)[place % 4],
                founded_on=date(2015, 3, 1 + place),
                phone=f"+86138001380{place:02d}",
            )
        for place in range(20):
            book.student(
                name=f"学生{place}",
                officer=("li.wei", "zhao.min")[place % 2],
                school=("复旦大学", "北京大学")[place % 2],
                study_level=("undergraduate", "master")[place % 2],
                graduates_on=date(2027, 6, 30),
            )
    lend(book)
    talk(book)


def lend(book: Book) -> None:
    book.on("2025-07-01")
    with book.batch():
        for place, code in enumerate(CODES[:10]):
            book.facility(code, 3_000_000 + place, D + timedelta(days=20 * place + 5), number=f"CL-{place}")
        for place, code in enumerate(CODES):
            line = f"CL-{place}" if place < 10 else None
            student = place >= 20
            book.loan(
                code,
                f"L-{place}",
                principal=20_000 + place if student else 1_000_000 + 1000 * place,
                disbursed="2025-07-01",
                matures=D + timedelta(days=12 * place - 30) if place % 5 else "2028-07-01",
                product="tuition" if student else "working_capital",
                contract=f"HT-{place}" if line else None,
                facility=line,
            )
    for month in range(8, 12):
        on = date(2026, month, 20)
        book.on(on)
        with book.batch():
            for place in range(40):
                if place % 9 == 8 and month > 9:  # the core system forgot these
                    continue
                days = (0, 0, 0, 5, 34, 95, 190)[place % 7] + 30 * (month - 11) * (place % 7 > 3)
                owed = 15_000 if place >= 20 else 800_000 + place
                book.snapshot(
                    f"L-{place}", outstanding=owed, overdue=owed // 10 if days > 0 else 0, dpd=max(0, days),
                    interest=days if days > 0 else None, five_tier=("normal", None, "substandard")[place % 3],
                    next_due=on + timedelta(days=place % 9), next_amount=12_000,
                )  # fmt: skip
    book.on("2026-10-10")
    with book.batch():
        book.close("L-8", on="2026-10-10")
        book.close("L-17", "written_off", "2026-10-10", amount=600_000)


def talk(book: Book) -> None:
    book.on("2026-10-15")
    with book.batch():
        book.classify()
        for place, code in enumerate(CODES[:30]):
            book.contact(code, date(2026, 8, 1) + timedelta(days=2 * place), note=f"谈话{place}",
                         outcome=("reached", "no_answer", "met", "promised")[place % 4])  # fmt: skip
    book.on("2026-11-09")
    with book.batch():
        for place, code in enumerate(CODES[:15]):
            book.follow_up(code, date(2026, 11, 10) + timedelta(days=place), f"送材料{place}",
                           officer="qian.bo" if place % 4 == 0 else None)  # fmt: skip
        for place, code in enumerate(CODES[:9]):
            kind = ("complaint", "enquiry", "suggestion")[place % 3]
            book.feedback(code, kind, "2026-11-06", text=f"意见{place}")
        book.contact(CODES[0], next_on="2026-11-18", next_what="回访")
        book.do(add_fact, FactIn(kind="measure", owner=None, on=date(2026, 11, 3), values=MEASURE))
        book.do(begin_playbook, PlaybookIn(customer=CODES[2], playbook="early_signs"))
        book.do(add_fact, FactIn(kind="plan", owner=CODES[1], on=date(2026, 11, 3), values={"offer": "保理"}))
        book.do(step_plan, plan_step("SP-1", "presented", "2026-11-05", None))
        exam = {"what": "反洗钱考试", "kind": "examination", "due_on": date(2026, 11, 30)}
        book.do(add_fact, FactIn(kind="training", owner="li.wei", on=None, values=exam))
        heard = {"kind": "legal", "severity": "high", "signal": "被列为被告", "source": "court"}
        book.do(add_fact, FactIn(kind="warning", owner=CODES[2], on=None, values=heard))
    by_mistake(book)
    book.on(D)
    with book.batch():
        book.done("U-00002")
        book.snooze("U-00003", D + timedelta(days=2))
        book.step("assign", "F-00001", to="qian.bo")
        book.step("answer", "F-00002", text="已说明")
        book.step("resolve", "F-00003", text="已办结")
        book.step("wait", "F-00004", text="等材料")
        book.step("escalate", "F-00007", level=1)
        book.do(plan_add, PlanIn(feedback="F-00001", what="核对", officer="li.wei", due_on=D))
        book.edit(CODES[4], region="天津", service_tier="key")
        book.contact(CODES[7])


def by_mistake(book: Book) -> None:
    """A customer with everything that one has, and a change of another: it will be undone."""
    book.on("2026-11-19")
    with book.batch():
        book.officer("wu.lu", "误录")
        book.customer(name="误录有限公司", officer="wu.lu", industry="C34", bank_number="4711")
        book.facility("C-00041", 1_000_000, D + timedelta(days=20), on="2026-11-01", number="CL-E")
        book.loan("C-00041", "L-E", disbursed="2026-11-01", contract="HT-E", facility="CL-E")
        book.snapshot("L-E", "2026-11-18", outstanding=1_000_000, overdue=5, dpd=9)
        book.contact("C-00041", "2026-11-18", next_on="2026-11-25", next_what="回访")
        book.feedback("C-00041", "complaint", "2026-11-18", text="误")
        book.edit(CODES[0], service_tier="leaving", officer="wu.lu", on="2026-11-12")
        book.close("L-20", on="2026-11-19")
        book.classify("C-00041")


def rewrite(book: Book) -> None:
    """Everything that may happen to the past, on later days."""
    book.on("2026-11-21")
    for _command in range(2):  # the one of D, and the mistake
        book.do(undo, UndoIn())
    book.on("2026-11-23")
    with book.batch():
        book.do(end_playbook, EndIn(number="PB-1", outcome="cured", on=date(2026, 11, 12)))
        book.do(
            step_warning, WarningStepIn(warning="W-1", step="closed", verdict="true", on=date(2026, 11, 12))
        )
        book.customer(name="后来的客户有限公司", officer="li.wei", since="2025-01-01", industry="C34")
        book.officer("sun.li", "孙丽")
        book.loan("C-00042", "L-100", disbursed="2026-11-01", principal=9_000_000)
        book.snapshot("L-100", "2026-11-19", outstanding=9_000_000, overdue=100, dpd=40)
        book.loan(CODES[0], "L-101", disbursed="2026-10-01", matures=D + timedelta(days=7))
        book.loan(CODES[1], "L-102", disbursed=None)
        book.facility(CODES[1], 8_000_000, on="2026-11-01", expires=D + timedelta(days=30))
        book.snapshot("L-3", "2026-11-19", outstanding=1, dpd=0)
    book.on("2026-11-25")
    with book.batch():
        for place in (0, 1, 2, 5, 20, 21):
            book.edit(CODES[place], officer="sun.li", on="2026-11-02")
        book.edit(CODES[0], name="新华达集团有限公司", on="2026-10-01", region="广州", clear=("phone",))
        book.edit(CODES[1], name="改名有限公司")
        book.edit(CODES[3], industry="K70", size_class="large", pipeline_stage="closed", on="2026-11-01")
        book.edit(CODES[20], school="清华大学", study_level="doctor", is_hardship=True, on="2026-09-01")
        book.edit(CODES[4], region="重庆", on=D)
    book.on("2026-11-27")
    with book.batch():
        book.do(step_plan, plan_step("SP-1", "accepted", "2026-11-18", "同意"))
        for contact in ("K-00001", "K-00003", "K-00030", "K-00031"):
            book.void_contact(contact)
        for loan, on in (("L-0", "2026-11-20"), ("L-5", "2026-10-20"), ("L-21", "2026-11-20")):
            book.void_snapshot(loan, on)
        book.snapshot("L-0", "2026-11-20", outstanding=5, overdue=5, dpd=300, five_tier="loss")
        for code in CODES[:25]:
            book.contact(code, "2026-11-19", note="补记")
    book.on("2026-11-30")
    with book.batch():
        book.close("L-1", on="2026-11-10")
        book.close("L-2", "written_off", "2026-11-10", amount=700_000)
        book.close("L-22", "cancelled", "2026-11-01")
        for step in ("U-00001", "U-00004", "U-00005"):
            book.done(step, "2026-11-15")
        book.snooze("U-00006", "2026-12-24")
        book.follow_up(CODES[9], "2026-11-11", "补的")
    book.on("2026-12-01")
    with book.batch():
        book.step("assign", "F-00004", "2026-11-10", to="sun.li")
        book.step("answer", "F-00005", "2026-11-10", text="补答")
        book.step("resolve", "F-00001", "2026-11-19", text="补办")
        book.feedback(CODES[0], "complaint", "2026-11-01", text="补的投诉")
        book.step("wait", "F-00008", "2026-11-10", text="补的等待")
        book.do(triage, TriageIn(feedback="F-00009", importance="high", cause="process", on=D))
        book.adopt(changed(EXAMPLE_TEXT, ("stale_after_days: 45", "stale_after_days: 5"),
                           ('{days_past_due: ">= 7"}', '{days_past_due: ">= 1"}'),
                           ("name: example 2026-11", "name: strict")), "2026-11-01")  # fmt: skip
        book.classify()
    officers_change(book)


def officers_change(book: Book) -> None:
    from loancrm.services import officers

    book.on("2026-12-02")
    book.do(officers.edit, officers.OfficerIn(code="zhao.min", name="赵敏敏", branch="分行", is_active=False))


@pytest.fixture(scope="module")
def book(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    path = tmp_path_factory.mktemp("as_of") / "book.db"
    places.copy(empty_store, path)
    made = Book(places.opened(path))
    build(made)
    yield made
    with made.view() as view:
        assert check_store(view) == []
    made.store.close()


@pytest.fixture
def run(book: Book, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of the real program on the book, on a day, and return what it printed."""
    for name in ("LOANCRM_ME", "LOANCRM_POLICY", "LOANCRM_CONFIG", "LANG", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOANCRM_LANG", "en")
    monkeypatch.setattr("loancrm.store.Store", lambda path, **_more: book.store)  # open: compiled once

    def run(words: tuple[str, ...], today: str, *, at: date | None = D, plain: bool = False) -> bytes:
        monkeypatch.setenv("LOANCRM_NOW", f"{today}T18:00+08:00")
        when = ["--as-of", str(at), "--known-at", str(at)] if at else []
        shape = [] if plain else ["--format", "json"]
        capsysbinary.readouterr()
        code = cli.run(["--store", str(places.path_of(book.store)), *words, *when, *shape])
        out, err = capsysbinary.readouterr()
        assert code == 0, (words, err.decode())
        return out

    return run


def test_what_was_known_then_is_printed_again_byte_for_byte(book: Book, run: Run) -> None:
    then = {name: run(words, "2026-11-20", plain=name in PLAIN) for name, words in COMMANDS.items()}
    empty = [name for name, content in then.items() if len(content) <= 20]
    assert not empty, f"reports that show nothing prove nothing: {empty}"
    rewrite(book)

    again = {name: run(words, "2026-12-02", plain=name in PLAIN) for name, words in COMMANDS.items()}
    assert [name for name in then if then[name] != again[name]] == []
    now = {name: run(words, "2026-12-02", at=None, plain=name in PLAIN) for name, words in COMMANDS.items()}
    unmoved = [name for name in then if then[name] == now[name]]
    assert unmoved == [], "each report was touched by something that happened since"
