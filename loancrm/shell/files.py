"""What customers' files lack, in words, and the command that fills it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _, listed, noted
from loancrm.numerals import plain_millionths
from loancrm.render.columns import Column
from loancrm.shell.queries import say_left_out, say_unjudged
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.files import FileLine, Missing

COLUMNS = (
    Column("customer", N_("code")),
    Column("name", N_("name")),
    Column("kind", N_("kind"), "code", vocabulary="customer_kind", table=False),
    Column("officer", N_("officer")),
    Column("needed", N_("needed"), "int", table=False),
    Column("completeness", N_("complete"), "ratio"),
    Column("missing", N_("missing"), "nested"),
    Column("undecided", N_("not judged"), "nested", table=False),
    Column("lacks", N_("missing"), below=True, data=False),
    Column("command", N_("next"), table=False),
)
# where an option is not the name of its field
_OPTIONS = {
    "service_tier": "--tier",
    "size_class": "--size",
    "study_level": "--level",
    "is_hardship": "--hardship",
}


def show_incomplete(crm: Context, officer: str | None, where: str | None) -> None:
    """Show the customers whose files lack what the policy asks for."""
    from loancrm.policy.parse import from_text
    from loancrm.reports.files import incomplete, left_out, unjudged

    condition = from_text(where) if where else None
    with crm.view() as view:
        policy = crm.policy(view)
        if not policy.file:
            crm.say(_("policy {policy} does not say what a file must hold").format(policy=policy.name))
        officer_id = crm.officer_id(view, officer) if officer else None
        lines = incomplete(view, policy, officer_id=officer_id, where=condition)
        unsure = left_out(view, policy, condition, officer_id=officer_id) if condition else 0
        open_ = unjudged(view, policy, officer_id=officer_id)
    crm.show([_row(line) for line in lines], COLUMNS, title=_("incomplete files"))
    say_left_out(crm, unsure)
    say_unjudged(crm, open_)


def _row(line: FileLine) -> dict[str, Any]:
    shown = {name: getattr(line, name) for name in line.__slots__ if name != "missing"}
    return {
        **shown,
        "undecided": list(line.undecided),
        "missing": [{"item": one.item, "words": words_of(one)} for one in line.missing],
        "lacks": listed(words_of(one) for one in line.missing),
        "command": command_of(line),
    }


def file_values(line: FileLine) -> dict[str, Any]:
    """Return how complete a file is, as scripts read it."""
    share = None if line.completeness is None else plain_millionths(line.completeness)
    return {
        "needed": line.needed,
        "completeness": share,
        "missing": [one.item for one in line.missing],
        "undecided": list(line.undecided),
    }


def words_of(one: Missing) -> str:
    """Return what is missing in words."""
    if one.fact is None:
        return label("field", one.item)
    kind = label("fact_kind", one.fact.fact)
    codes = [label(_vocabulary(one.fact.fact, name), code) for name, code in one.fact.with_.items()]
    return noted(kind, listed(codes)) if codes else kind


def _vocabulary(fact: str, name: str) -> str:
    from loancrm.dossier import KINDS

    return KINDS[fact].field(name).reading.removeprefix("code:")


def command_of(line: FileLine) -> str:
    """Return the command that fills in what is missing first: all fields in one, or one fact."""
    fields = [one.item for one in line.missing if one.fact is None]
    if fields:
        options = (_OPTIONS.get(name, "--" + name.replace("_", "-")) for name in fields)
        return " ".join([f"loancrm customer edit {line.customer}", *(f"{option} …" for option in options)])
    fact = line.missing[0].fact
    assert fact is not None
    codes = (f"--{name.replace('_', '-')} {code}" for name, code in fact.with_.items())
    return " ".join([f"loancrm {fact.fact} add {line.customer}", *codes, "…"])
