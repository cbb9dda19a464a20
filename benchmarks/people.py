"""Officers and customers, and what was dated of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from benchmarks.bank import DAY, WORDS, Bank, segment_of, words
from loancrm.identity import company_key, name_key
from loancrm.pinyin import search_key

_REGIONS = ("北京", "上海", "广东", "江苏", "浙江", "山东", "四川", "湖北", "福建", "陕西")
_INDUSTRIES = ("C34", "C13", "F51", "F52", "G54", "E47", "I65", "A01", "K70", "L72", "C26", "C39")
_TRADES = ("机械", "食品", "贸易", "运输", "建材", "软件", "电子", "化工", "农业", "租赁")
_SCHOOLS = ("复旦大学", "武汉大学", "南京大学", "四川大学", "厦门大学", "浙江大学")


def officer_code(index: int) -> str:
    """Return the code of the officer number ``index``, from 1."""
    return f"o{index:05d}"


def officers(bank: Bank) -> Iterator[dict[str, Any]]:
    for i in range(1, bank.size.officers + 1):
        name, branch = f"{WORDS[i % len(WORDS)]}{WORDS[i * 7 % len(WORDS)]}", f"支行{i // 20}"
        yield {"code": officer_code(i), "name": name, "branch": branch, "is_active": 1, "version": 1}


def customers(bank: Bank) -> Iterator[dict[str, Any]]:
    for i in bank.customers:
        yield _student(bank, i) if i % 4 == 0 else _enterprise(bank, i)


def _customer(bank: Bank, i: int, kind: str, name: str, **more: Any) -> dict[str, Any]:
    pick = bank.random.choice
    row = {
        "number": i,
        "kind": kind,
        "since_on": str(DAY - timedelta(days=bank.random.randrange(30, 2000))),
        "version": 1,
        "segment": segment_of(i),
        "name": name,
        "name_key": name_key(name),
        "company_key": None,
        "pinyin_key": search_key(name, kind != "enterprise"),
        "phone": f"+861{300000000 + i:010d}",
        "region": pick(_REGIONS),
        "industry": None,
        "officer_id": bank.officer_of(i),
        "service_tier": pick(("key", "general", "general", "general", "general", "prospective", None)),
        "pipeline_stage": pick((*("repayment",) * 14, "enquiry", None)),
        "size_class": None,
        "school": None,
        "graduates_on": None,
    }
    return {**row, **more}


def _enterprise(bank: Bank, i: int) -> dict[str, Any]:
    name = f"{words(i)}{_TRADES[i % len(_TRADES)]}有限公司"
    size = bank.random.choice(("small", "small", "micro", "medium"))
    industry = bank.random.choice(_INDUSTRIES)
    key = company_key(name)
    return _customer(bank, i, "enterprise", name, company_key=key, industry=industry, size_class=size)


def _student(bank: Bank, i: int) -> dict[str, Any]:
    graduates = str(date(2027 + i % 4, 6, 30))
    name = f"王{words(i)}"
    return _customer(bank, i, "student", name, school=bank.random.choice(_SCHOOLS), graduates_on=graduates)


def attributes(bank: Bank) -> Iterator[dict[str, Any]]:
    """One customer in fifty was another officer's until this spring."""
    for i in bank.customers:
        if i % 50 == 0:
            shared = {"customer_id": i, "name": "officer_id"}
            before = (i + 7) % bank.size.officers + 1
            yield {"effective_on": "1900-01-01", **shared, "value": str(before)}
            yield {"effective_on": "2026-04-01", **shared, "value": str(bank.officer_of(i))}


def segments(bank: Bank) -> Iterator[dict[str, Any]]:
    for i in bank.customers:
        shared = {"customer_id": i, "segment": segment_of(i), "previous": None, "rule": "import"}
        yield {"effective_on": "2026-10-31", **shared}
