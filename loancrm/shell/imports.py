"""An import on the command line: the profile found, the file taken in, the answer shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loancrm import parsing
from loancrm.errors import InvalidInput, LoanCrmError, PartlyDone, UsageFault, did_you_mean
from loancrm.i18n import N_, _, listed, n_
from loancrm.render.columns import Column
from loancrm.shell.output import show_item

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.exchange.importing import ImportReceipt
    from loancrm.exchange.profile import Profile

GROUPS = (
    Column("code", N_("check")),
    Column("rows", N_("rows"), "int"),
    Column("taken", N_("taken"), "bool"),
    Column("first", N_("first in rows")),
    Column("column", N_("column")),
    Column("reason", N_("what it is"), below=True),
)
FIRST_ROWS = 3
COUNTS = ("read", "new", "known", "changed", "rejected")
NESTED = ("warnings", "made", "skipped", "how", "problems")


@dataclass(frozen=True, slots=True)
class Group:
    """Problems of one kind in one column."""

    code: str
    rows: int
    taken: bool
    first: str
    column: str | None
    reason: str


def take_file(crm: Context, kind: str, file: str, typed: Mapping[str, Any]) -> None:
    """Take a file in, or say what taking it in would do; show the answer.

    Raises:
        LoanCrmError: the file, the profile or some rows cannot be taken.
    """
    crm.know_products()
    profile = find_profile(crm, typed["profile"])
    if profile.kind != kind:
        message = _("the profile is for {kind}, not for {asked}").format(kind=profile.kind, asked=kind)
        raise InvalidInput(message, field="--profile", code="other_kind")
    choose_mode(crm, typed)
    receipt, fault = run_one(crm, Path(file), profile, typed)
    show(crm, receipt, is_applied=bool(typed.get("apply")))
    if fault is not None:
        raise fault


def choose_mode(crm: Context, typed: Mapping[str, Any]) -> None:
    """Make the run a dry one unless it is to be kept."""
    if typed.get("apply") and crm.given.get("dry_run"):
        message = _("--apply and --dry-run exclude each other")
        raise UsageFault(message, field="--apply")
    crm.given["dry_run"] = not typed.get("apply")


def find_profile(crm: Context, named: str) -> Profile:
    """Return the profile that config names, or of the file, or that loancrm brings.

    Raises:
        NotFound: neither.
        InvalidInput: every problem of the file, with its place.
    """
    from loancrm.exchange.profile import read_profile, shipped

    known = crm.settings.profiles
    if named in known:
        return read_profile(Path(known[named]))
    if (own := shipped(named)) is not None and not Path(named).exists():
        return read_profile(own)
    try:
        return read_profile(Path(named))
    except LoanCrmError as fault:
        if fault.exit_code == 3 and known:
            fault.hint = did_you_mean(named, tuple(known)) or _("config names {known}").format(
                known=listed(known)
            )
        raise


def _asserts_balance(profile: Profile, typed: Mapping[str, Any]) -> bool:
    if typed.get("assert_balance") and "payment.balance" not in profile.columns:
        message = _("--assert-balance needs a profile that maps payment.balance")
        raise InvalidInput(message, field="--assert-balance")
    return bool(typed.get("assert_balance"))


def run_one(
    crm: Context, file: Path, profile: Profile, typed: Mapping[str, Any]
) -> tuple[ImportReceipt, LoanCrmError | None]:
    """Take one file in; return what became of it, and the fault to end with."""
    from loancrm.exchange.importing import FileImport, NotTaken
    from loancrm.exchange.rejects import rejects_path, set_aside

    crm.refuse_looking_back()
    on = parsing.day(typed["on"], "--on") if typed.get("on") else None
    is_kept = bool(typed.get("apply") and typed.get("partial"))
    force = bool(crm.given.get("force"))
    where = rejects_path(typed.get("rejects"), file, force=force) if is_kept else None
    text = _("{file}:").format(file=file.name)
    with crm.progress(text) as tick, set_aside(force=force) as write:
        one = FileImport(
            file,
            profile,
            crm.reading,
            on=on,
            is_partial=bool(typed.get("partial")),
            tick=tick,
            set_aside=None if where is None else partial(write, where),
            asserts_balance=_asserts_balance(profile, typed),
        )
        try:
            receipt = crm.store.change(one.take, one.request, crm.order(f"import {profile.kind}"))
        except NotTaken as answer:
            return answer.receipt, _nothing_taken(answer.receipt)
    return receipt, _partly(receipt, where) if receipt.rejected else None


def _nothing_taken(receipt: ImportReceipt) -> LoanCrmError:
    text = n_(
        "{n} row cannot be taken; nothing was stored",
        "{n} rows cannot be taken; nothing was stored",
        receipt.rejected,
    )
    hint = _("mend them, or take the others with --partial")
    return InvalidInput(text.format(n=receipt.rejected), hint=hint, code="rows_rejected")


def _partly(receipt: ImportReceipt, where: Path | None) -> LoanCrmError:
    text = n_("{n} row was left out", "{n} rows were left out", receipt.rejected).format(n=receipt.rejected)
    hint = _("mend {path} and import it with the same profile").format(path=where) if where else None
    return PartlyDone(text, hint=hint)


def show(crm: Context, receipt: ImportReceipt, *, is_applied: bool) -> None:
    """Show what became of a file: a table of problems on a screen, the counts to a script."""
    if crm.format == "table":
        crm.show(
            list(_groups(receipt)), GROUPS, title="", header=_header(receipt), footer=_footer(is_applied)
        )
        return
    if crm.given.get("dry_run"):
        crm.say(_("dry run: nothing was stored"))
    fields = receipt.model_dump()
    if is_applied:
        del fields["problems"]
    columns = [Column(name, name, _shape(name, value)) for name, value in fields.items()]
    show_item(crm, fields, columns, "", (), ())


def _shape(name: str, value: object) -> Any:
    if name in NESTED:
        return "nested"
    if name in COUNTS:
        return "int"
    return "date" if name == "data_on" else "text"


def _header(receipt: ImportReceipt) -> list[str]:
    how = " · ".join(value for name, value in receipt.how.items() if not name.endswith("_by"))
    first = _("{file} · {kind} by profile {profile} · {how}").format(
        file=receipt.file, kind=receipt.kind, profile=receipt.profile, how=how
    )
    counts = _("{read} rows read: {new} new, {changed} changed, {known} known, {rejected} rejected").format(
        **{name: f"{getattr(receipt, name):,}" for name in COUNTS}
    )
    lines = [first, counts]
    beside = [f"{_(name)} {n:,}" for name, n in receipt.made.items()]
    if beside:
        lines.append(_("made beside them: {what}").format(what=listed(beside)))
    passed = [f"{_(name)} {n:,}" for name, n in receipt.skipped.items()]
    if passed:
        lines.append(_("rows passed over: {what}").format(what=listed(passed)))
    return lines


N_("customers")
N_("contracts")
N_("loans")
N_("follow_ups")
N_("title")
N_("blank")
N_("total")


def _footer(is_applied: bool) -> list[str]:
    if is_applied:
        return [_("what changed: loancrm changes · taken back: loancrm undo")]
    return [_("nothing was stored; --apply takes it in")]


def _groups(receipt: ImportReceipt) -> Iterator[Group]:
    alike: dict[tuple[bool, str, str | None], list[Any]] = defaultdict(list)
    for one in receipt.problems:
        alike[one.is_odd, one.code, one.column].append(one)
    for (is_odd, code, column), ones in sorted(alike.items(), key=lambda item: (item[0][0], -len(item[1]))):
        places = [str(one.row) for one in ones[:FIRST_ROWS] if one.row is not None]
        more = " …" if len(ones) > FIRST_ROWS else ""
        count = receipt.warnings.get(code, len(ones)) if is_odd else len(ones)
        yield Group(code, count, is_odd, ", ".join(places) + more, column, ones[0].reason)
