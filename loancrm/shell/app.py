"""How commands are declared: Typer's classes with our help, and the options that many share.

A shared option is not a parameter of the command's function: it is read into ``Context.given``, so
that it can stand before or after the subcommand and no command repeats it. Annotations are types here,
not text: Typer reads them for every option, and would evaluate the text each time.
"""

import copy
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from loancrm.i18n import N_
from loancrm.shell.help import first_words, write_help

Kind = Literal["rows", "one", "change", "rows or change", "file", "plain"]
Verb = TypeVar("Verb", bound=Callable[..., None])
SHARED_PANEL = "shared"
OUTPUT_PANEL = "output"


class _AsTyped:
    """Takes a value as it was typed: we read every text ourselves, and Typer's way loads pydantic."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return ``value``: a text, a flag, None, or a list of texts."""
        del ctx
        return list(value or ()) if param.multiple or param.nargs == -1 else value


def _take_as_typed(params: list[Any]) -> list[Any]:
    for param in params:
        param._runtime_param = _AsTyped()
        param._custom_shell_complete = _offer
    return params


def _offer(ctx: Any, param: Any, typed: str) -> list[Any]:
    from loancrm.shell.complete import values

    return values(ctx, param, typed)


def _translated(items: list[Any]) -> list[Any]:
    for item in items:
        item.help = first_words(item.help)
    return items


class _Ours:
    """What commands and groups share: help in the language in use, and values that are texts."""

    help: str | None

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return what completion says, in the language in use."""
        del limit
        return first_words(self.help)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Complete names and options, each with its help in the language in use."""
        found: list[Any] = super().shell_complete(ctx, incomplete)  # type: ignore[misc]
        return _translated(found)

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, ``--help`` too."""
        found: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        return _take_as_typed(found)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help in the language in use."""
        write_help(self, ctx, formatter)


class Command(_Ours, TyperCommand):
    """A command."""


class Group(_Ours, TyperGroup):
    """A noun with verbs."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the subcommand, or say which one was probably meant."""
        from loancrm.shell.faults import no_such_command

        name = args[0]
        command = self.get_command(ctx, name)
        if command is None and not name.startswith("-"):
            raise no_such_command(ctx, name, self.list_commands(ctx))
        return super().resolve_command(ctx, args)


class GroupWithUsual(Group):
    """A noun whose verb ``show`` need not be typed: what is no verb begins what is shown.

    A customer whose name is that of a verb is reached by its code.
    """

    usual = "show"
    is_bare = False  # whether nothing typed means the usual verb too

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the usual verb before what is neither a verb nor a question for help."""
        if self._means_usual(ctx, args):
            args = [self.usual, *args]
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed

    def _means_usual(self, ctx: Any, args: list[str]) -> bool:
        if not args:
            return self.is_bare
        return args[0] not in self.commands and args[0] not in ctx.help_option_names

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Offer what can be shown beside the verbs."""
        usual = self.commands[self.usual]
        argument = next((param for param in usual.params if _is_argument(param)), None)
        shown = [] if argument is None else _offer(ctx, argument, incomplete)
        return [*super().shell_complete(ctx, incomplete), *shown]


class GroupOfList(GroupWithUsual):
    """A noun that shows its list where nothing else is typed."""

    is_bare = True


def _is_argument(param: Any) -> bool:
    return bool(param.param_type_name == "argument")


class App(typer.Typer):
    """A noun with its verbs, or one verb.

    ``has_usual``: ``show`` need not be typed; ``is_list``: not even an argument.
    """

    def __init__(self, *, has_usual: bool = False, is_list: bool = False, **more: Any) -> None:
        super().__init__(
            cls=GroupOfList if is_list else GroupWithUsual if has_usual else Group,
            add_completion=False,
            rich_markup_mode=None,
            no_args_is_help=not is_list,
            context_settings={"help_option_names": ["--help", "-h"]},
            **more,
        )

    def verb(
        self,
        kind: Kind = "plain",
        name: str | None = None,
        *,
        options: Callable[..., None] | None = None,
        signed: bool = False,
        **more: Any,
    ) -> Callable[[Verb], Verb]:
        """Declare a command; ``kind`` says which shared options it takes.

        ``options`` is a function whose signature declares further ones, for a few commands that share
        many: they are read into ``Context.given`` too. ``signed``: ``-20`` is a number and no option.
        """
        sets = list(_KINDS[kind])
        if options is not None:
            sets.insert(0, lambda: _shared(options, None))

        def declare(function: Verb) -> Verb:
            settings = {"help_option_names": ["--help", "-h"], "ignore_unknown_options": signed}
            self.command(name, cls=_with(*sets), context_settings=settings, **more)(function)
            return function

        return declare


def _with(*sets: Callable[[], list[TyperOption]]) -> type[Command]:
    """Return a command class that takes the shared options of ``sets`` too."""

    class Shared(Command):
        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            own = {option for param in self.params for option in param.opts}
            for options in sets:
                self.params += [o for o in options() if not own.intersection(o.opts)]

        def invoke(self, ctx: Any) -> Any:
            """Run the command when what it shows can be shown: a change is not stored and then refused."""
            crm = ctx.find_root().obj
            crm.asked = words_of(ctx, crm.given)
            if format_options in sets or file_options in sets:
                crm.refuse_unwritable()
            return super().invoke(ctx)

    return Shared


CHOOSING = ("columns", "sort", "limit", "totals")  # shared options that say what of the rows is shown


def words_of(ctx: Any, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the command as words: its names, its own parameters, and what is chosen of its rows."""
    words: list[str] = []
    at = ctx
    while at.parent is not None:
        words.insert(0, at.info_name)
        at = at.parent
    own: list[str] = []
    for param in ctx.command.params:
        value = ctx.params.get(param.name)
        if value in (None, False) or value == []:
            continue
        for one in value if isinstance(value, list | tuple) else (value,):
            if _is_argument(param):
                words.append(str(one))
            else:
                own.append(_word(next(name for name in param.opts if name.startswith("--")), one))
    own.extend(_word(f"--{name}", given[name]) for name in CHOOSING if given.get(name))
    return (*words, *own)


def _word(name: str, value: object) -> str:
    return name if value is True else f"{name}={value}"


def _keep(ctx: Any, param: Any, value: Any) -> Any:
    """Read a shared option into the context; the one nearest to the command wins."""
    if value not in (None, False) and (param.name, value) != ("output", "-"):  # - is standard output
        ctx.find_root().obj.given[param.name] = value
    return value


def _shared(function: Callable[..., None], panel: str | None) -> list[TyperOption]:
    """Return the options in the signature of ``function`` as shared ones."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(function)
    options = []
    for param in typer.main.get_command(app).params:
        if isinstance(param, TyperOption) and param.name != "help":
            option = copy.copy(param)
            option.expose_value = False
            option.callback = _keep
            option.rich_help_panel = panel
            options.append(option)
    return options


@cache
def global_options() -> list[TyperOption]:
    """Return the options that every command takes, before or after the subcommand."""

    def declared(
        store: Annotated[
            str | None, typer.Option(metavar="FILE", help=N_("the book; default: config, or the data folder"))
        ] = None,
        config: Annotated[str | None, typer.Option(metavar="FILE", help=N_("config file"))] = None,
        policy: Annotated[
            str | None,
            typer.Option(metavar="FILE|VERSION", help=N_("rules to use instead of those in force")),
        ] = None,
        as_of: Annotated[
            str | None, typer.Option(metavar="DAY", help=N_("look at the book as of that day"))
        ] = None,
        known_at: Annotated[
            str | None, typer.Option(metavar="DAY", help=N_("with what was known at the end of that day"))
        ] = None,
        me: Annotated[str | None, typer.Option(metavar="OFFICER", help=N_("who acts"))] = None,
        quiet: Annotated[bool, typer.Option("--quiet", "-q", help=N_("no words beside the data"))] = False,
        debug: Annotated[bool, typer.Option("--debug", help=N_("show the traceback of a bug"))] = False,
    ) -> None:
        """Hold the signature."""

    return _shared(declared, SHARED_PANEL)


@cache
def format_options() -> list[TyperOption]:
    """Return the options of everything that shows something."""

    def declared(
        format: Annotated[  # noqa: A002 - the option's name
            str | None,
            typer.Option(
                "--format", "-f", metavar="FORMAT", help=N_("table, tsv, json, jsonl, csv, xlsx or html")
            ),
        ] = None,
        output: Annotated[
            str | None, typer.Option("--output", "-o", metavar="FILE", help=N_("write to a file"))
        ] = None,
        force: Annotated[bool, typer.Option("--force", help=N_("replace the file"))] = False,
    ) -> None:
        """Hold the signature."""

    return _shared(declared, OUTPUT_PANEL)


def file_options() -> list[TyperOption]:
    """Return the options of what makes a file that has a form of its own."""
    return [option for option in format_options() if option.name != "format"]


@cache
def row_options() -> list[TyperOption]:
    """Return the options of what shows rows."""

    def declared(
        columns: Annotated[
            str | None, typer.Option(metavar="KEYS", help=N_("only these columns, separated by commas"))
        ] = None,
        sort: Annotated[
            str | None, typer.Option(metavar="COLUMN", help=N_("sort by a column; -COLUMN downwards"))
        ] = None,
        limit: Annotated[str | None, typer.Option(metavar="N", help=N_("at most so many rows"))] = None,
        totals: Annotated[bool, typer.Option("--totals", help=N_("the totals too"))] = False,
    ) -> None:
        """Hold the signature."""

    return _shared(declared, OUTPUT_PANEL)


@cache
def change_options() -> list[TyperOption]:
    """Return the options of what changes the book."""

    def declared(
        dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("do everything, keep nothing"))] = False,
        idempotency_key: Annotated[
            str | None, typer.Option(metavar="KEY", help=N_("a retry with the same key does nothing twice"))
        ] = None,
    ) -> None:
        """Hold the signature."""

    return _shared(declared, OUTPUT_PANEL)


_KINDS: dict[str, tuple[Callable[[], list[TyperOption]], ...]] = {
    "plain": (global_options,),
    "one": (global_options, format_options),
    "file": (global_options, file_options),
    "rows": (global_options, format_options, row_options),
    "change": (global_options, format_options, change_options),
    "rows or change": (global_options, format_options, row_options, change_options),
}
