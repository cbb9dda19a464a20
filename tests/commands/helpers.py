"""The lines of the contract, and small looks at files that do not pass through the program."""

from __future__ import annotations

import io
import shlex
import zipfile
from pathlib import Path

from tests.places import asked, put, rows_of

__all__ = ["FORMATS", "FURTHER", "SECTION_6", "asked", "put", "rows_of", "unpacked", "words"]

FORMATS = ("table", "tsv", "json", "jsonl", "csv", "xlsx", "html")

# Section 6 of the issue, word for word.
SECTION_6 = """\
loancrm --store B.db init
loancrm --store B.db officer add li.wei --name 李伟
loancrm --store B.db customer add --kind enterprise --name 华达机械有限公司 --uscc 91110000600037341L --industry C34 --region 北京 --officer li.wei --format json   # {"code":"C-00001",…}
loancrm --store B.db customer add --kind student --name 王小明 --school 复旦大学 --level undergraduate --major 统计学 --graduates-on 2028-06-30 --officer li.wei
loancrm --store B.db loan add C-00001 --number JJ-0001 --contract HT-01 --product working_capital --principal 2000000 --rate 3.45% --disbursed-on 2026-01-15 --matures-on 2027-01-15
loancrm --store B.db snapshot add JJ-0001 --on 2026-11-19 --outstanding 1250000 --overdue-principal 104166.67 --days-past-due 9
loancrm --store B.db contact log C-00001 --on 2026-11-20 --channel phone --purpose collection --outcome reached --note "谈续贷" --next 2026-12-01 --next-what "送授信方案" --idempotency-key K1   # twice = once
loancrm --store B.db contact list C-00001 --format json
loancrm --store B.db due --as-of 2026-12-01 --format json
loancrm --store B.db feedback record C-00001 --on 2026-11-20 --channel phone --line corporate --product working_capital --service-stage approval --kind complaint --importance high --urgency high --text "审批太慢"
loancrm --store B.db feedback assign F-00001 --to li.wei
loancrm --store B.db feedback answer F-00001 --text "已说明"
loancrm --store B.db feedback resolve F-00001 --text "已办结"
loancrm --store B.db followup add C-00001 --on 2026-12-05 --what "送合同"
loancrm --store B.db customer edit C-00001 --region 上海
loancrm --store B.db classify --as-of 2026-11-20 --dry-run --format json
loancrm --store B.db classify --format json        # {"customers":2,"moved":[{"customer":…,"from":null,"to":…,"rule":…,"reason":…}],"segments":{"quality":…,…}}
loancrm --store B.db classify --explain C-00001
loancrm --store B.db report delinquency --as-of 2026-11-20 --format json       # rows by bucket; --totals adds par_1, par_30, par_60, par_90, outstanding_principal, loans
loancrm --store B.db report portfolio --as-of 2026-11-20 --format json         # one object: live_loans, outstanding_principal, par_30, …, basis
loancrm --store B.db report concentration --by industry --format json
loancrm --store B.db history C-00001 --format json
loancrm --store B.db store check
loancrm --lang zh_CN --help
""".splitlines()  # noqa: E501 - as the issue writes them

# What the contract's lines leave empty: personal data, a credit line, an ended loan, an open ticket.
FURTHER = """\
loancrm --store B.db officer add zhao.min --name 赵敏 --branch 朝阳支行 --email zhao.min@example.com
loancrm --store B.db customer edit C-00002 --phone 13800138000 --email wang.xiaoming@example.com --resident-id 11010519491231002X --hardship yes --enrolled-on 2024-09-01
loancrm --store B.db customer edit C-00001 --size medium --employees 120 --founded-on 2010-05-04 --tier key --pipeline-stage repayment --bank-number 8800123 --second-officer zhao.min --branch 朝阳支行 --legal-representative 陈刚
loancrm --store B.db facility add C-00001 --number SX-01 --limit-amount 3000000 --expires-on 2027-03-31
loancrm --store B.db loan add C-00001 --number JJ-0002 --contract HT-02 --facility SX-01 --product green --principal 500000 --rate 345bp --disbursed-on 2026-03-02 --security mortgage
loancrm --store B.db snapshot add JJ-0002 --on 2026-11-19 --outstanding 400000 --overdue-principal 0 --unpaid-interest 0 --days-past-due 0 --interest-days-past-due 0 --class normal --next-due-on 2026-12-21 --next-due-amount 1150
loancrm --store B.db loan add C-00002 --number JJ-0003 --product tuition --principal 8000 --disbursed-on 2026-09-01
loancrm --store B.db loan close JJ-0003 --status written_off --amount 7999.99
loancrm --store B.db feedback record C-00002 --kind enquiry --text 何时放款 --channel app --department 学生贷款部 --about zhao.min
loancrm --store B.db contact log C-00002 --channel wechat --purpose service --outcome no_answer --direction in
""".splitlines()  # noqa: E501 - one command a line


def words(line: str, store: Path) -> list[str]:
    """Return a line's arguments, with another store and without the comment."""
    return [str(store) if word == "B.db" else word for word in shlex.split(line, comments=True)[1:]]


def unpacked(out: bytes) -> bytes:
    """Return what an answer says: a workbook is unzipped, anything else is itself."""
    if not out.startswith(b"PK\x03\x04"):
        return out
    with zipfile.ZipFile(io.BytesIO(out)) as book:
        return b"\n".join(book.read(name) for name in book.namelist())
