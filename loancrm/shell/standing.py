"""The book by class on the command line, a loan's class explained, and floors worked out anew."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.errors import UsageFault
from loancrm.i18n import N_, _, n_
from loancrm.numerals import format_money, format_ratio
from loancrm.parsing import count
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.largest import largest_words
from loancrm.shell.reports import _by_words, _grouping, bars, basis_json, basis_words, group_words
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context

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
    Column("coverage", N_("coverage"), "ratio"),
    Column("expected_loss", N_("expected loss"), "money"),
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
EXPLAINED = (
    Column("loan", N_("loan")),
    Column("customer", N_("customer")),
    Column("five_tier", N_("class"), "code", vocabulary="five_tier"),
    Column("bank_five_tier", N_("the bank"), "code", vocabulary="five_tier"),
    Column("computed_five_tier", N_("computed"), "code", vocabulary="five_tier"),
    Column("ifrs9_stage", N_("stage"), "int"),
    Column("trigger", N_("because of"), "code", vocabulary="standing_trigger"),
    Column("days_past_due", N_("days past due"), "int"),
    Column("basis_on", N_("data of"), "date"),
    Column("reasons", N_("reasons"), "nested"),
    Column("outlook", N_("what comes next"), "nested"),
)


def show_five_tier(
    crm: Context, officer: str | None, *, by: str | None, digits: str | None, differing: bool, explain: bool
) -> None:
    """Show the book by class, ours beside the bank's, or in groups; or the loans of which the two differ.

    Raises:
        UsageFault: loans cannot be grouped so, or --differences in groups.
    """
    from loancrm.reports.standing import differences, five_tier

    if by is not None or digits is not None:
        show_groups(crm, officer, by, digits, differing=differing, explain=explain)
        return
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        policy = crm.policy(view)
        if differing:
            title = _("Classed otherwise by the bank, {day}").format(day=view.as_of)
            crm.show(differences(view, policy, officer_id), DIFFERENCES, title=title)
            return
        found = five_tier(view, policy, officer_id)
        largest = largest_words(view, policy, "npl", officer_id) if explain else []
    rows = [{**asdict(line), "bar": line.share or 0} for line in found.lines]
    if crm.format in SCREEN_FORMATS:
        rows = [{**row, "five_tier": _class_words(row["five_tier"])} for row in rows]
    totals = {name: value for name, value in asdict(found).items() if name != "lines"}
    title = _("Five-tier classes on {day}").format(day=found.basis.as_of)
    crm.show(
        rows,
        LINES,
        title=title,
        header=[
            f"{title} · {_amount(found.loans, found.outstanding_principal)}",
            basis_words(found.basis),
            "",
        ],
        footer=[*_under(found, explain=explain), *largest],
        totals={**totals, "basis": basis_json(found.basis)},
        totals_columns=TOTALS,
        charts=[bars(title, [(row["five_tier"], row["outstanding_principal"]) for row in rows])],
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
)


def show_groups(
    crm: Context, officer: str | None, by: str | None, digits: str | None, *, differing: bool, explain: bool
) -> None:
    """Show the book by class in groups, the most non-performing balance first.

    Raises:
        UsageFault: loans cannot be grouped so, or --differences was asked for too.
    """
    from loancrm.reports.grouping import Grouping
    from loancrm.reports.standing import by_group

    if by is None or differing:
        raise UsageFault(_("--by goes with --digits, and not with --differences"), field="--by")
    grouping = Grouping(_grouping(by), None if digits is None else count(digits, "--digits", 1, 20))
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        found = by_group(view, crm.policy(view), grouping, officer_id)
    rows = [asdict(line) for line in found.lines]
    if crm.format in SCREEN_FORMATS:
        rows = [{**row, "key": group_words(grouping.by, row)} for row in rows]
    totals = {name: value for name, value in asdict(found).items() if name != "lines"}
    title = _("Five-tier classes by {by} on {day}").format(by=_by_words(grouping.by), day=found.basis.as_of)
    crm.show(
        rows,
        GROUPS,
        title=title,
        header=[
            f"{title} · {_amount(found.loans, found.outstanding_principal)}",
            basis_words(found.basis),
            "",
        ],
        footer=_under(found, explain=explain),
        totals={**totals, "basis": basis_json(found.basis)},
        totals_columns=TOTALS,
    )


def _loss_words(found: Any) -> list[str]:
    """Return what is provided and expected to be lost, in one line."""
    words = _("provisions {provision}, coverage {coverage}, expected loss {loss}")
    return [
        words.format(
            provision=format_money(found.provision),
            coverage="–" if found.coverage is None else format_ratio(found.coverage),
            loss=format_money(found.expected_loss),
        )
    ]


def _class_words(five_tier: str) -> str:
    return _("unknown") if five_tier == "unknown" else label("five_tier", five_tier)


def _amount(n: int, amount: int) -> str:
    return n_("{n} loan, {amount}", "{n} loans, {amount}", n).format(n=n, amount=format_money(amount))


def _under(found: Any, *, explain: bool) -> list[str]:
    lines = []
    if found.npl_ratio is not None:
        lines += ["", *_loss_words(found)]
        words = _("NPL ratio {ratio}, computed {computed}")
        ours = "–" if found.computed_npl_ratio is None else format_ratio(found.computed_npl_ratio)
        lines.append(words.format(ratio=format_ratio(found.npl_ratio), computed=ours))
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
    N_("provision: balance × the policy's rate of its class; coverage: provisions ÷ non-performing"),
    N_("expected loss (IFRS 9): stage 1 of a year, stage 2 of the years left, stage 3 of what has defaulted"),
    N_("with collateral, segments and scenarios: loancrm report provision"),
    N_("NPL ratio: substandard + doubtful + loss ÷ loans with a class (Order 2023 No. 1)"),
)


def explain_loan(crm: Context, number: str) -> None:
    """Show why a loan is in its class and stage, until when, and what changes it next."""
    from loancrm.reports.explanation import explanation

    with crm.view() as view:
        found = explanation(view, crm.policy(view), number)
    values = asdict(found)
    footer = ["", *_reason_lines(found), *_outlook_lines(found)]
    crm.show_one(_plain(values), EXPLAINED, title=found.loan, footer=footer)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with the days of nested ones as text."""
    for name in ("reasons", "outlook"):
        values[name] = [
            {key: one.isoformat() if hasattr(one, "isoformat") else one for key, one in item.items()}
            for item in values[name]
        ]
    return values


def _reason_lines(found: Any) -> list[str]:
    lines = []
    for reason in found.reasons:
        parts = [
            label("standing_trigger", reason.trigger),
            label("five_tier", reason.five_tier),
            _("stage {n}").format(n=reason.stage),
        ]
        if reason.since is not None:
            parts.append(_("since {day}").format(day=reason.since))
        if reason.until is not None:
            parts.append(_("until {day}").format(day=reason.until))
        lines.append(" · ".join(parts))
    return lines


def _outlook_lines(found: Any) -> list[str]:
    words = {
        "unpaid": N_("when nothing is paid: {five_tier}, stage {stage}, from {day}"),
        "in_order": N_("when all is paid on time: {five_tier}, stage {stage}, from {day}"),
    }
    return [
        _(words[one.condition]).format(
            five_tier=label("five_tier", one.five_tier), stage=one.stage, day=one.on
        )
        for one in found.outlook
    ]


def reclassify_loans(crm: Context, numbers: tuple[str, ...]) -> None:
    """Work out what loans remember anew and say what is different."""
    from loancrm.services.standing import ReclassifyIn, reclassify

    request = ReclassifyIn(loans=numbers, policy=crm.settings.policy)
    receipt = crm.change(reclassify, request, "loan reclassify")
    lines = [
        f"{one.loan} {_ACTIONS[one.action]()} {one.on} {label('five_tier', one.five_tier)}"
        f" · {label('standing_trigger', one.trigger)}"
        + (f" · {_('until {day}').format(day=one.until)}" if one.until else "")
        for one in receipt.changes
    ]
    n = len(receipt.changes)
    counted = n_("{n} floor is different", "{n} floors are different", n).format(n=n)
    crm.receipt(receipt, "\n".join([*lines, counted]))


_ACTIONS = {"void": lambda: _("no longer:"), "written": lambda: _("from now on:")}
