"""The commands of a kind of fact, made from its declaration: add or record, list, void; edit and history."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

import typer

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_, _
from loancrm.render.columns import Column, Kind
from loancrm.shell.app import App

_NUMBER = N_("its number, as the list shows it")
_OWNERS = {
    "customer": ("CUSTOMER", N_("code, bank number, or part of the name")),
    "officer": ("OFFICER", N_("code of the officer")),
}
_METAVARS = {
    "date": "DAY",
    "past_date": "DAY",
    "amount": "AMOUNT",
    "signed_amount": "AMOUNT",
    "rate": "RATE",
    "ratio": "RATIO",
    "signed_ratio": "NUMBER",
    "count": "N",
    "flag": "yes|no",
    "customer": "CUSTOMER",
    "loan": "LOAN",
    "officer": "OFFICER",
}
_SHOWN: dict[str, Kind] = {
    "date": "date",
    "past_date": "date",
    "amount": "money",
    "signed_amount": "money",
    "rate": "rate",
    "ratio": "ratio",
    "signed_ratio": "ratio",
    "count": "int",
    "flag": "bool",
}
_MASKS: dict[str, Any] = {"phone": "phone", "email": "email", "resident_id": "identifier"}


Adds = Callable[[Any, FactKind, dict[str, Any]], None]


def fact_app(kind: FactKind, adds: Adds | None = None, *, with_list: bool = True) -> App:
    """Return the noun of a kind, with the verbs add or record, list (unless it has its own) and void.

    ``adds`` records one in place of what serves most kinds: it gets the context, the kind and what was typed.
    """
    app = App(help=kind.help)
    app.verb("change", name=kind.verb, help=N_("Record one."))(_adder(kind, adds or _add))
    if with_list:
        app.verb("rows", name="list", help=N_("List them, newest first."))(_lister(kind))
    if kind.is_edited:
        app.verb(
            "change", name="edit", help=N_("Change one under its number; what was known before keeps it.")
        )(_editor(kind))
        app.verb("rows", name="history", help=N_("Show every change of one: who, when, before and after."))(
            _teller(kind)
        )
    app.verb("change", name="void", help=N_("Void one that was wrong; what was known before keeps it."))(
        _voider(kind)
    )
    return app


def columns(kind: FactKind) -> tuple[Column, ...]:
    """Return the columns of a list of a kind."""
    whose: tuple[Column, ...] = ()
    if kind.owner_column is not None:
        whose = (
            Column("owner", N_("customer") if kind.owner == "customer" else N_("officer")),
            Column("owner_name", N_("name")),
        )
    day = () if kind.effective else (Column("on", N_("day"), "date"),)
    return (Column("number", N_("number")), *whose, *day, *map(_column, (*kind.fields, *kind.derived)))


def _column(field: Field) -> Column:
    title = field.heading or field.label
    if field.reading.startswith("code:"):
        vocabulary = field.reading.removeprefix("code:")
        return Column(field.name, title, "code", vocabulary=vocabulary, table=field.is_listed)
    shown = _SHOWN.get(field.reading, "text")
    return Column(field.name, title, shown, mask=_MASKS.get(field.reading), table=field.is_listed)


def _add(crm: Any, kind: FactKind, typed: dict[str, Any]) -> None:
    """Record a fact and show what was written; what the policy has against it is said beside."""
    from loancrm.services.dossier import add_fact
    from loancrm.services.dossier_requests import fact_in

    request = fact_in(kind, typed.pop("owner", None), typed, crm.reading)
    receipt = crm.change(add_fact, request, f"{kind.name} {kind.verb}")
    said = {"number": receipt.number, "owner": receipt.owner or "", "on": receipt.on}
    notes = [_("it stands for {number} now").format(number=receipt.replaced)] if receipt.replaced else []
    crm.receipt(receipt, _(kind.added).format(**said), *notes)
    for warning in receipt.warnings:
        crm.say(warning)


def _adder(kind: FactKind, adds: Adds) -> Callable[..., None]:
    def add(ctx: typer.Context, **typed: Any) -> None:
        """Record a fact."""
        for field in kind.fields:
            if field.is_switch:
                typed[field.name] = "yes" if typed[field.name] else "no"
        adds(ctx.obj, kind, typed)

    parameters = [*_owner(kind), *(_option(field) for field in kind.fields)]
    if kind.effective is None:
        text = N_("when it took effect; default: today")
        parameters.append(_parameter("fact_on", str | None, typer.Option("--on", metavar="DAY", help=text)))
    if kind.key:
        text = N_("void the one that says this already")
        flag = typer.Option("--replace", help=text)
        parameters.append(_parameter("replace", bool, flag, default=False))
    return _signed(add, parameters)


def _lister(kind: FactKind) -> Callable[..., None]:
    def list_(ctx: typer.Context, owner: str | None = None, unmask: bool = False) -> None:
        """List facts."""
        from loancrm.shell.fact_list import show_facts

        show_facts(ctx.obj, kind, columns(kind), owner, unmask=unmask)

    parameters = _owner(kind, is_needed=False)
    if any(field.reading in _MASKS for field in kind.fields):
        text = N_("show identifiers and phones in full; the look is recorded")
        parameters.append(_parameter("unmask", bool, typer.Option("--unmask", help=text), default=False))
    return _signed(list_, parameters)


def _voider(kind: FactKind) -> Callable[..., None]:
    def void(ctx: typer.Context, fact: str, why: str | None = None) -> None:
        """Void a fact."""
        from loancrm.services.dossier import void_fact
        from loancrm.services.dossier_requests import fact_void

        crm: Any = ctx.obj
        receipt = crm.change(void_fact, fact_void(kind, fact, why), f"{kind.name} void")
        crm.receipt(receipt, _("{number} is void").format(number=receipt.number))

    number = typer.Argument(metavar="NUMBER", help=_NUMBER)
    why = typer.Option(metavar="TEXT", help=N_("why it is wrong"))
    return _signed(void, [_parameter("fact", str, number), _parameter("why", str | None, why)])


def _editor(kind: FactKind) -> Callable[..., None]:
    def edit(ctx: typer.Context, **typed: Any) -> None:
        """Edit a fact."""
        from loancrm.services.dossier_requests import fact_edit
        from loancrm.services.fact_edits import edit_fact
        from loancrm.shell.fact_list import edited

        crm: Any = ctx.obj
        receipt = crm.change(edit_fact, fact_edit(kind, typed, crm.reading), f"{kind.name} edit")
        crm.receipt(receipt, edited(kind, receipt))

    parameters = [_parameter("fact", str, typer.Argument(metavar="NUMBER", help=_NUMBER))]
    parameters += [_option(replace(field, is_needed=False)) for field in kind.fields]
    if kind.effective is None:
        on = typer.Option("--on", metavar="DAY", help=N_("when it took effect"))
        parameters.append(_parameter("fact_on", str | None, on))
    empty = typer.Option(metavar="FIELD", help=N_("empty this field, such as product"))
    parameters.append(_parameter("clear", list[str] | None, empty))
    text = N_("refuse if somebody changed it since this version")
    expected = typer.Option("--expect-version", metavar="N", help=text)
    return _signed(edit, [*parameters, _parameter("expect_version", str | None, expected)])


def _teller(kind: FactKind) -> Callable[..., None]:
    def history(ctx: typer.Context, fact: str) -> None:
        """Show the history of a fact."""
        from loancrm.shell.fact_list import show_history

        show_history(ctx.obj, kind, fact)

    return _signed(history, [_parameter("fact", str, typer.Argument(metavar="NUMBER", help=_NUMBER))])


def _owner(kind: FactKind, *, is_needed: bool = True) -> list[inspect.Parameter]:
    if kind.owner_column is None:
        return []
    metavar, text = _OWNERS[kind.owner]
    if is_needed:
        return [_parameter("owner", str, typer.Argument(metavar=metavar, help=text))]
    return [_parameter("owner", str | None, typer.Argument(metavar=f"[{metavar}]", help=text))]


def _option(field: Field) -> inspect.Parameter:
    if field.is_switch:
        return _parameter(field.name, bool, typer.Option(field.option, help=field.label), default=False)
    name = field.reading.removeprefix("code:")
    metavar = _METAVARS.get(name) or ("NUMBER" if name.startswith("fact:") else field.name.upper())
    option = typer.Option(field.option, metavar=metavar, help=field.label)
    return _parameter(field.name, str if field.is_needed else str | None, option)


def _parameter(name: str, type_: Any, declared: Any, **more: Any) -> inspect.Parameter:
    """Return a parameter that Typer reads; what need not be said is None, or ``default``."""
    default = more.get("default", inspect.Parameter.empty if type_ is str else None)
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[type_, declared]
    )


def _signed(function: Callable[..., None], parameters: list[inspect.Parameter]) -> Callable[..., None]:
    """Give ``function`` the signature that its declaration asks for."""
    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    function.__signature__ = inspect.Signature([context, *parameters])  # type: ignore[attr-defined]
    function.__annotations__ = {one.name: one.annotation for one in (context, *parameters)}
    return function
