"""Vintages on the command line: a triangle on a page, a line for each cohort and age elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm import parsing
from loancrm.i18n import N_, _, n_
from loancrm.numerals import format_money, format_ratio, plain_money
from loancrm.parsing import count
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.reports import (
    basis_json,
    basis_words,
    earlier,
    group_words,
    grouping_of,
    loans_words,
    refuse_later,
    undated,
)
from loancrm.vocabulary import code_of

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.vintage import Vintage

MOST_MONTHS = 600
# columns, in groups or not, compared or not; more do not fit on 80
AGES_SHOWN = {(False, False): 5, (True, False): 3, (False, True): 3, (True, True): 2}
LINES = (
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("cohort", N_("lent in")),
    Column("from_on", N_("from"), "date", table=False),
    Column("loans", N_("loans"), "int"),
    Column("original_principal", N_("lent"), "money"),
    Column("months_on_book", N_("months on book"), "int"),
    Column("bad_loans", N_("loans gone bad"), "int"),
    Column("bad_principal", N_("gone bad"), "money"),
    Column("share", N_("share"), "ratio"),
    Column("share_of_loans", N_("share of loans"), "ratio"),
    Column("bad_principal_before", N_("gone bad by the earlier day"), "money"),
    Column("share_before", N_("share on the earlier day"), "ratio"),
)
TOTALS = (
    Column("of", N_("of")),
    Column("days_past_due", N_("days past due"), "int"),
    Column("loans", N_("loans"), "int"),
    Column("original_principal", N_("lent"), "money"),
    Column("bad_principal", N_("gone bad"), "money"),
    Column("share", N_("share"), "ratio"),
    Column("renewals", N_("renewals"), "int"),
    Column("left_out", N_("left out"), "int"),
    Column("largest", N_("largest loans"), "nested"),
    Column("basis", N_("basis"), "nested"),
    Column("since", N_("since"), "date"),
    Column("bad_principal_before", N_("gone bad by the earlier day"), "money"),
    Column("share_before", N_("share on the earlier day"), "ratio"),
)
FORMULAS = (
    N_("share: original principal of the loans that went bad ÷ that of all of the cohort"),
    N_("bad: ever more days past due than the policy says, or written off"),
    N_("age: whole months since each loan's own disbursement; blank until all reach it"),
    N_("on the earlier day: the same cohort, of which less may have been lent by then"),
    N_("a renewal is no new loan: what becomes of it counts for the loan it renews"),
    N_("days past due: each day of a ledger, else the days that extracts are of"),
)


def show_vintage(
    crm: Context,
    officer: str | None,
    *,
    of: str,
    every: str | None,
    span: tuple[str | None, str | None],
    by: str | None,
    digits: str | None,
    since: str | None,
    explain: bool,
) -> None:
    """Show the vintages as of the day; with an earlier one, how much of each had gone bad by then.

    Raises:
        UsageFault: no such length of a cohort or group.
        InvalidInput: a day or number that cannot be read, or an earlier day that is not earlier.
    """
    from loancrm.reports.vintage import Asked, vintage

    first, last = (
        None if day is None else parsing.day(day, option)
        for day, option in zip(span, ("--from", "--to"), strict=True)
    )
    asked = Asked(
        code_of("cohort", of, "--cohort"),
        None if every is None else count(every, "--every", 1, MOST_MONTHS),
        first,
        last,
        grouping_of(by, digits),
        earlier(since),
    )
    with crm.view() as view:
        refuse_later(asked.since, view)
        officer_id = crm.officer_id(view, officer) if officer else None
        found = vintage(view, crm.policy(view), asked, officer_id)
    title = _("Vintages on {day}").format(day=found.basis.as_of)
    lent = loans_words(found.loans, format_money(found.original_principal))
    words: dict[str, Any] = {
        "title": title,
        "header": [f"{title} · {lent}", basis_words(found.basis), *undated(found.basis), ""],
        "footer": ["", *_summary(found), *_how(found, explain=explain)],
        "totals": {**_totals(found), "basis": basis_json(found.basis)},
        "totals_columns": TOTALS,
    }
    if crm.format in SCREEN_FORMATS:
        crm.show(*_triangle(found, by), **words)
    else:
        crm.show([asdict(line) for line in found.lines], LINES, **words)


def _totals(found: Vintage) -> dict[str, Any]:
    values = {name: value for name, value in asdict(found).items() if name not in ("lines", "basis")}
    return values | {
        "largest": [
            {
                "loan": one.loan,
                "disbursed_on": one.cohort_on.isoformat(),
                "bad_on": one.bad_on.isoformat(),
                "original_principal": plain_money(one.original_principal),
            }
            for one in found.largest
        ]
    }


def _triangle(found: Vintage, by: str | None) -> tuple[list[dict[str, Any]], list[Column]]:
    """Return a row a cohort, with a column for some of the ages, evenly apart, and one for what is so far."""
    lines, compared = found.lines, found.since is not None
    ages = sorted({line.months_on_book for line in lines if line.months_on_book is not None})
    most = AGES_SHOWN[by is not None, compared]
    step = -(-len(ages) // most) or 1
    shown = ages[step - 1 :: step]
    rows: dict[tuple[str | None, str], dict[str, Any]] = {}
    for line in lines:
        row = rows.setdefault((line.key, line.cohort), {"cohort": line.cohort, "loans": line.loans})
        row["lent"] = line.original_principal
        row["so_far" if line.months_on_book is None else f"m{line.months_on_book}"] = line.share
        if line.months_on_book is None:
            row["before"] = line.share_before
        if by is not None:
            row["key"] = group_words(by, {"key": line.key, "name": line.name})
    columns = [
        *([] if by is None else [Column("key", N_("group"))]),
        Column("cohort", N_("lent in")),
        *([] if by is not None else [Column("loans", N_("loans"), "int")]),
        Column("lent", N_("lent"), "money"),
        *(Column(f"m{age}", n_("{n} month", "{n} months", age).format(n=age), "ratio") for age in shown),
        Column("so_far", N_("so far"), "ratio"),
        *([Column("before", str(found.since), "ratio")] if compared else []),
    ]
    blank = {column.key: None for column in columns}
    return [{**blank, **row} for row in rows.values()], columns


def _summary(found: Vintage) -> list[str]:
    lines = []
    if found.share is not None:
        words = _("ever more than {days} days past due, or written off: {share}, {amount}")
        share, amount = format_ratio(found.share), format_money(found.bad_principal)
        lines.append(words.format(days=found.days_past_due, share=share, amount=amount))
    if found.since is not None and found.share_before is not None:
        words = _("by {day}: {share}, {amount}")
        amount = format_money(found.bad_principal_before or 0)
        lines.append(words.format(day=found.since, share=format_ratio(found.share_before), amount=amount))
    renews = n_(
        "{n} renewal counts with the loan that it renews",
        "{n} renewals count with the loans that they renew",
        found.renewals,
    )
    outside = n_(
        "{n} loan is left out: no day, no principal, or cancelled",
        "{n} loans are left out: no day, no principal, or cancelled",
        found.left_out,
    )
    lines += [renews.format(n=found.renewals)] if found.renewals else []
    lines += [outside.format(n=found.left_out)] if found.left_out else []
    return lines


def _how(found: Vintage, *, explain: bool) -> list[str]:
    if not explain:
        return [_("how it is computed: --explain")]
    loans = [
        _("{loan} lent {day}, bad since {since}: {amount}").format(
            loan=one.loan, day=one.cohort_on, since=one.bad_on, amount=format_money(one.original_principal)
        )
        for one in found.largest
    ]
    return ["", *(_(line) for line in FORMULAS), *(["", _("the largest of them:"), *loans] if loans else [])]
