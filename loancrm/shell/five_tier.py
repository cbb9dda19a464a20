"""The book by five-tier class on the command line, whole or in groups, beside an earlier day."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from loancrm.errors import UsageFault
from loancrm.i18n import N_, _, n_, titled
from loancrm.numerals import format_money, format_ratio
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.largest import largest_words
from loancrm.shell.reports import (
    bars,
    basis_json,
    basis_words,
    by_words,
    earlier,
    group_words,
    grouping_of,
    loans_words,
    refuse_later,
)
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.standing import ClassLine, FiveTier, GroupLine

LINES = (
    Column("five_tier", N_("class"), data=True),
    Column("loans", N_("loans"), "int"),
    Column("customers", N_("customers"), "int", table=False),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("share", N_("share"), "ratio"),
    Column("bar", " ", "bar", data=False),
    Column("computed_loans", N_("computed"), "int"),
    Column("computed_outstanding", N_("outstanding, computed"), "money", table=False),
    Column("provision", N_("provision"), "money", table=False),
    Column("expected_loss", N_("expected loss"), "money", table=False),
    Column("balance_before", N_("on the earlier day"), "money"),
)
TOTALS = (
    Column("loans", N_("loans"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("npl", N_("non-performing"), "money"),
    Column("npl_ratio", N_("NPL ratio"), "ratio"),
    Column("computed_npl", N_("non-performing, computed"), "money"),
    Column("computed_npl_ratio", N_("NPL ratio, computed"), "ratio"),
    Column("loans_without_class", N_("without class"), "int"),
    Column("differences", N_("classed otherwise by the bank"), "int"),
    Column("provision", N_("provision"), "money"),
    Column("general", N_("general"), "money"),
    Column("coverage", N_("coverage"), "ratio"),
    Column("expected_loss", N_("expected loss"), "money"),
    Column("since", N_("compared with"), "date"),
    Column("npl_ratio_before", N_("NPL ratio before"), "ratio"),
    Column("basis", N_("basis"), "nested"),
)
DIFFERENCES = (
    Column("loan", N_("loan")),
    Column("customer", N_("customer")),
    Column("name", N_("name"), table=False),
    Column("officer", N_("officer"), table=False),
    Column("five_tier", N_("the bank"), "code", vocabulary="five_tier"),
    Column("computed_five_tier", N_("computed"), "code", vocabulary="five_tier"),
    Column("trigger", N_("because of"), "code", vocabulary="standing_trigger"),
    Column("ifrs9_stage", N_("stage"), "int", table=False),
    Column("days_past_due", N_("days past due"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
)


GROUPS = (
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("loans", N_("loans"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("share", N_("share"), "ratio", table=False),
    Column("normal", N_("normal"), "money", table=False),
    Column("special_mention", N_("special mention"), "money"),
    Column("substandard", N_("substandard"), "money", table=False),
    Column("doubtful", N_("doubtful"), "money", table=False),
    Column("loss", N_("loss"), "money", table=False),
    Column("npl", N_("non-performing"), "money"),
    Column("npl_ratio", N_("NPL ratio"), "ratio"),
    Column("computed_npl", N_("non-performing, computed"), "money", table=False),
    Column("computed_npl_ratio", N_("NPL ratio, computed"), "ratio", table=False),
    Column("provision", N_("provision"), "money", table=False),
    Column("expected_loss", N_("expected loss"), "money", table=False),
    Column("npl_before", N_("non-performing before"), "money"),
)


@dataclass(frozen=True, slots=True)
class FiveTierAsked:
    """What was asked for, as typed: groups, the earlier day, or the loans that the bank classes otherwise."""

    by: str | None
    digits: str | None
    since: str | None
    differing: bool


def show_five_tier(crm: Context, officer: str | None, asked: FiveTierAsked, *, explain: bool) -> None:
    """Show the book by class, ours beside the bank's, or in groups; or the loans of which the two differ.

    Raises:
        UsageFault: loans cannot be grouped so, or --differences in groups or beside another day.
        InvalidInput: the day to compare with is not before the one that is looked at.
    """
    from loancrm.reports.standing import by_group, differences, five_tier

    grouping, then = grouping_of(asked.by, asked.digits), earlier(asked.since)
    if asked.differing and (grouping or then):
        raise UsageFault(_("--differences goes neither with --by nor with --since"), field="--differences")
    with crm.view() as view:
        refuse_later(then, view)
        officer_id = crm.officer_id(view, officer) if officer else None
        policy = crm.policy(view)
        if asked.differing:
            title = _("Classed otherwise by the bank, {day}").format(day=view.as_of)
            crm.show(differences(view, policy, officer_id), DIFFERENCES, title=title)
            return
        if grouping is None:
            found = five_tier(view, policy, officer_id, then)
        else:
            found = by_group(view, policy, grouping, officer_id, then)
        largest = largest_words(view, policy, "npl", officer_id) if explain else []
    title = _title(found, asked.by)
    totals = {name: value for name, value in asdict(found).items() if name != "lines"}
    rows = [_row(line, asked.by, is_page=crm.format in SCREEN_FORMATS) for line in found.lines]
    ageing = [(row["five_tier"], row["outstanding_principal"]) for row in rows] if asked.by is None else []
    crm.show(
        rows,
        _columns(asked, is_page=crm.format in SCREEN_FORMATS),
        title=title,
        header=[
            f"{title} · {loans_words(found.loans, format_money(found.outstanding_principal))}",
            basis_words(found.basis),
            "",
        ],
        footer=[*_under(found, explain=explain), *largest],
        totals={**totals, "basis": basis_json(found.basis)},
        totals_columns=TOTALS,
        charts=[bars(title, ageing)] if asked.by is None else (),
    )


def _title(found: FiveTier, by: str | None) -> str:
    if by is None:
        title = _("Five-tier classes on {day}").format(day=found.basis.as_of)
    else:
        title = _("Five-tier classes by {by} on {day}").format(by=by_words(by), day=found.basis.as_of)
    return title if found.since is None else _("{title}, beside {day}").format(title=title, day=found.since)


def _row(line: ClassLine | GroupLine, by: str | None, *, is_page: bool) -> dict[str, Any]:
    """Return a line's values; on a page the class or the group in words."""
    row = asdict(line)
    if by is None:
        row["bar"] = row["share"] or 0
        return {**row, "five_tier": class_words(row["five_tier"])} if is_page else row
    return {**row, "key": group_words(by, row)} if is_page else row


def _columns(asked: FiveTierAsked, *, is_page: bool) -> list[Column]:
    """Return the columns; beside another day a page has no room for the bars and the special mention."""
    columns = LINES if asked.by is None else GROUPS
    left_out = ("balance_before", "npl_before") if asked.since is None else ("bar", "special_mention")
    return [column for column in columns if not (is_page and column.key in left_out)]


def _loss_words(found: Any) -> list[str]:
    """Return what is provided and expected to be lost, in one line."""
    coverage = "–" if found.coverage is None else format_ratio(found.coverage)
    words = _("provisions {amount} ({general} of it general), coverage {coverage}")
    return [
        words.format(
            amount=format_money(found.provision), general=format_money(found.general), coverage=coverage
        ),
        titled(_("expected loss"), format_money(found.expected_loss)),
    ]


def class_words(five_tier: str) -> str:
    """Return a class in words; a loan may have none."""
    return _("unknown") if five_tier == "unknown" else label("five_tier", five_tier)


def _under(found: Any, *, explain: bool) -> list[str]:
    lines = []
    if found.npl_ratio is not None:
        lines += ["", *_loss_words(found)]
        words = _("NPL ratio {ratio}, computed {computed}")
        ours = "–" if found.computed_npl_ratio is None else format_ratio(found.computed_npl_ratio)
        lines.append(words.format(ratio=format_ratio(found.npl_ratio), computed=ours))
    if found.npl_ratio_before is not None:
        words = _("NPL ratio on {day}: {ratio}")
        lines.append(words.format(day=found.since, ratio=format_ratio(found.npl_ratio_before)))
    if found.differences:
        words = n_(
            "{n} loan is classed otherwise by the bank: --differences",
            "{n} loans are classed otherwise by the bank: --differences",
            found.differences,
        )
        lines.append(words.format(n=found.differences))
    if explain:
        lines += ["", *(_(line) for line in FORMULAS)]
    return lines


FORMULAS = (
    N_("class: the bank's where an extract gives it, else computed; computed: the worst of days past due,"),
    N_("what the loan remembers (observation, the way up), and for companies the debtor's other loans"),
    N_("by class: balance × the policy's rate; general: at least that share of all loans"),
    N_("coverage: provisions ÷ non-performing; loans without a stage count in no loss"),
    N_("expected loss (IFRS 9): as in loancrm report provision, weighed over its scenarios"),
    N_("NPL ratio: substandard + doubtful + loss ÷ loans with a class (Order 2023 No. 1)"),
)
