"""Segments and other classes on the screen: what they are, who is in them, who moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm import parsing
from loancrm.errors import NotFound, did_you_mean
from loancrm.i18n import N_, _, listed
from loancrm.numerals import format_money
from loancrm.render.columns import Column
from loancrm.shell.classification import SEGMENT, matrix, schemes_of
from loancrm.typeset import wrapped
from loancrm.vocabulary import code_of, codes_of, label
from loancrm.vocabulary.classes import SCHEME

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.segments import ClassMove, ClassPage

CLASS_COLUMNS = (
    Column("scheme", N_("scheme"), "code", vocabulary="scheme"),
    Column("value", N_("class"), table=False),
    Column("value_label", N_("class"), data=False),
    Column("customers", N_("customers"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("treatment", N_("treatment"), below=True),
    Column("cadence", N_("cadence"), table=False),
    Column("target_days", N_("every so many days"), "int", table=False),
    Column("maximum_days", N_("at most"), "int", table=False),
    Column("benefits", N_("benefits"), "nested", table=False),
    Column("rules", N_("rules"), "nested", table=False),
)
MOVED_COLUMNS = (
    Column("on", N_("day"), "date"),
    Column("scheme", N_("scheme"), "code", vocabulary="scheme"),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("from", N_("from"), table=False),
    Column("to", N_("to"), table=False),
    Column("from_label", N_("from"), data=False),
    Column("to_label", N_("to"), data=False),
    Column("rule", N_("rule"), table=False),
    Column("reason", N_("reason"), below=True),
    Column("policy", N_("policy"), table=False),
)


def list_classes(crm: Context, scheme: str | None, officer: str | None) -> None:
    """Show the classes of every scheme in a line each."""
    crm.show(
        [_row(page) for page in _pages(crm, schemes_of(scheme) or tuple(SCHEME), officer)],
        CLASS_COLUMNS,
        title=_("segments"),
        whole=True,
    )


def show_classes(crm: Context, named: str | None, scheme: str | None, officer: str | None) -> None:
    """Show one class, or all of a scheme: a page on the screen, every field to a script."""
    schemes = tuple(SCHEME) if scheme == "all" else schemes_of(scheme) or (SEGMENT,)
    if named is not None:
        found, value = _meant(named, None if scheme == "all" else scheme)
        (page,) = [page for page in _pages(crm, (found,), officer) if page.value == value]
        if crm.format == "table":
            crm.show([], (), header=_lines(crm, page))
            return
        crm.show_one(_row(page), CLASS_COLUMNS, title=value)
        return
    pages = _pages(crm, schemes, officer)
    if crm.format == "table":
        blocks = [[*_lines(crm, page), ""] for page in pages]
        crm.show([], (), header=[line for block in blocks for line in block][:-1])
        return
    crm.show([_row(page) for page in pages], CLASS_COLUMNS, title=_("segments"))


def _meant(named: str, scheme: str | None) -> tuple[str, str]:
    """Return the scheme and the code of a class that was named: a segment first."""
    if scheme is not None:
        (found,) = schemes_of(scheme) or (SEGMENT,)
        return found, code_of(found, named, "NAME")
    wanted = named.strip().casefold()
    known = {word: (one, code) for one in reversed(SCHEME) for code in codes_of(one)
             for word in (code, label(one, code).casefold())}  # fmt: skip
    if wanted not in known:
        text = _("there is no class {name}; known are {codes}")
        codes = [code for one in SCHEME for code in codes_of(one)]
        raise NotFound(
            text.format(name=named, codes=listed(dict.fromkeys(codes))),
            field="NAME",
            hint=did_you_mean(wanted, codes),
        )
    return known[wanted]


def _pages(crm: Context, schemes: tuple[str, ...], officer: str | None) -> list[ClassPage]:
    from loancrm.reports.segments import classes

    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        return list(classes(view, crm.policy(view), schemes, officer_id=officer_id))


def _row(page: ClassPage) -> dict[str, Any]:
    return {**asdict(page), "value_label": label(page.scheme, page.value)}


def _lines(crm: Context, page: ClassPage) -> Sequence[str]:
    owed = "–" if page.outstanding_principal is None else format_money(page.outstanding_principal)
    held = _("{n} customers · {owed} outstanding").format(n=page.customers, owed=owed)
    lines = [f"{label('scheme', page.scheme)} {label(page.scheme, page.value)} · {held}"]
    for head, text in (
        (_("treatment"), page.treatment),
        (_("cadence"), _cadence(page)),
        (_("benefits"), listed(page.benefits) if page.benefits else None),
    ):
        lines += _below(f"{head} {text}", crm.width) if text else []
    for rule in page.rules:
        kind = label("customer_kind", rule.kind)
        lines += _below(f"{_('rule')} {rule.rule} ({kind}): {rule.when}", crm.width)
    return lines if page.rules else [*lines, f"  {_('no rule of the policy leads here')}"]


def _below(text: str, width: int) -> Sequence[str]:
    first, *rest = wrapped(text, 4, width)
    return [f"  {first.strip()}", *rest]


def _cadence(page: ClassPage) -> str | None:
    if page.cadence is None or page.target_days is None:
        return page.cadence
    words = _("{rule}: every {target} days, at most {maximum}")
    return words.format(
        rule=page.cadence, target=page.target_days, maximum=page.maximum_days or page.target_days
    )


def show_moves(crm: Context, since: str, scheme: str | None, officer: str | None) -> None:
    """Show who moved since a day, with the matrix of each scheme at the top."""
    from loancrm.reports.segments import moves

    first = parsing.day(since, "--since")
    schemes = tuple(SCHEME) if scheme == "all" else schemes_of(scheme) or (SEGMENT,)
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        found = list(moves(view, first, schemes=schemes, officer_id=officer_id))
    header = [line for one in schemes for line in _moved_matrix(one, found)]
    crm.show([_moved_row(move) for move in found], MOVED_COLUMNS, title=_("moves"), header=header)


def _moved_matrix(scheme: str, moves: list[ClassMove]) -> Iterator[str]:
    """Yield how many moved from each class (a line) to each (a column)."""
    pairs = Counter((move.previous, move.value) for move in moves if move.scheme == scheme)
    if not pairs:
        return
    names = {code: label(scheme, code) for code in codes_of(scheme)}
    lines = {
        names.get(str(before), _("none yet")): {to: pairs[before, to] for to in names}
        for before in (None, *names)
        if any(pairs[before, to] for to in names)
    }
    yield from matrix(f"{label('scheme', scheme)}: {_('from')} ╲ {_('to')}", names, lines)
    yield ""


def _moved_row(move: ClassMove) -> dict[str, Any]:
    return {
        **asdict(move),
        "from": move.previous,
        "to": move.value,
        "from_label": label(move.scheme, move.previous),
        "to_label": label(move.scheme, move.value),
    }
