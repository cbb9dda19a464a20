"""Files to take in, each with its profile: rows that the store of 10,000 customers does not know yet.

``python -m benchmarks.files KIND ROWS FOLDER`` writes both where they are not there, and prints the file.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from benchmarks.bank import DAY, segment_of, words

CUSTOMERS = 10_000  # of the store that the rows are about
Rows = Iterator[Sequence[object]]
_CONTACTS = """\
kind: contacts
columns:
  customer.code: 客户编号
  contact.on: 日期
  contact.channel: 渠道
  contact.outcome: 结果
  contact.purpose: 目的
  contact.note: 记录
"""
_SNAPSHOTS = """\
kind: snapshots
columns:
  loan.number: 借据号
  snapshot.on: 数据日期
  snapshot.outstanding_principal: 余额
  snapshot.overdue_principal: 逾期本金
  snapshot.unpaid_interest: 欠息
  snapshot.days_past_due: 逾期天数
  snapshot.class: 五级分类
"""
_PEOPLE = """\
kind: customers
columns:
  customer.kind: {constant: enterprise}
  customer.name: 名称
  customer.uscc: 统一社会信用代码
  customer.bank_number: 客户号
  customer.phone: 电话
  customer.region: 地区
  customer.officer: 客户经理
"""


def contacts(rows: int) -> Rows:
    """One conversation with each customer in turn, of older and older days."""
    yield "客户编号", "日期", "渠道", "结果", "目的", "记录"
    for i in range(rows):
        day = DAY - timedelta(days=1 + i // CUSTOMERS)
        said = f"谈了经营情况和下一步安排，第{i}次记录"
        yield f"C-{i % CUSTOMERS + 1:05d}", day, ("phone", "visit")[i % 2], "reached", "care", said


def snapshots(rows: int) -> Rows:
    """An extract of every loan, of more and more days that no extract was of."""
    ended = (21, 43, 65, 87)  # of a hundred loans, as in debts

    yield "借据号", "数据日期", "余额", "逾期本金", "欠息", "逾期天数", "五级分类"
    for i in range(rows):
        loan, day = i % CUSTOMERS + 1, DAY - timedelta(days=2 + i // CUSTOMERS)
        late = 0 if segment_of(loan) != "risk" else 10
        owed = 0 if loan % 100 in ended else 100_000 + loan
        tier = "special_mention" if late else "normal"
        yield f"JJ-{loan:07d}", day, f"{owed}.00", f"{min(owed, late * 10)}.00", f"{late}.50", late, tier


def customers(rows: int) -> Rows:
    """Companies that are not known, each with the numbers that it is known by again."""
    from stdnum.cn import uscc

    yield "名称", "统一社会信用代码", "客户号", "电话", "地区", "客户经理"
    for i in range(rows):
        number = f"91310000{i:09d}"
        code = number + uscc.calc_check_digit(number)
        yield f"{words(i)}新材料有限公司", code, f"90{i:08d}", f"138{i:08d}", "上海", f"o{i % 40 + 1:05d}"


KINDS: dict[str, tuple[str, Callable[[int], Rows]]] = {
    "contacts": (_CONTACTS, contacts),
    "snapshots": (_SNAPSHOTS, snapshots),
    "customers": (_PEOPLE, customers),
}


def profile_of(file: Path) -> Path:
    """Return the profile of a file."""
    return file.with_suffix(".yaml")


def file_of(kind: str, rows: int, folder: Path) -> Path:
    """Return the file of ``kind`` with so many rows, written when it is not there yet."""
    profile, make = KINDS[kind]
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    file = folder / f"{kind}-{rows}-{version}.csv"
    if not file.exists():
        folder.mkdir(exist_ok=True)
        profile_of(file).write_text(profile, encoding="utf-8")
        part = file.with_suffix(".part")
        with part.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(make(rows))
        part.replace(file)
    return file


if __name__ == "__main__":
    print(file_of(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
