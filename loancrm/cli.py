"""The entrance: language, the lazily loaded command tree, and the one place that catches faults."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from loancrm import __version__, config
from loancrm.context import Context, make_context
from loancrm.errors import InvalidInput, LoanCrmError, Refused, UsageFault
from loancrm.i18n import LANGUAGES, N_, _, listed, match_language, set_language
from loancrm.shell import streams
from loancrm.shell.app import App, Group, global_options
from loancrm.shell.faults import as_text, from_typer

BUG, INTERRUPTED, BROKEN_PIPE = 1, 130, 141
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # the disk, what the account may use of it, one file
COMPLETE = "_LOANCRM_COMPLETE"  # set by the shell that wants a word completed
MAIN = "loancrm.commands"

# name -> (module, help): read for help and completion without importing anything
TREE: Mapping[str, tuple[str, str]] = {
    "today": ("today", N_("whom to talk to today, why and in what order")),
    "due": ("due", N_("the same as today")),
    "log": ("log", N_("a conversation with the customer of a line of today, in a few seconds")),
    "agenda": ("agenda", N_("all that is due of a customer; the load of officers; who stands in for whom")),
    "remind": ("remind", N_("what is new on the list, said once: for cron, by mail, as a notice")),
    "calendar": ("calendar", N_("the list as a calendar file for telephones: export")),
    "customer": ("customer", N_("customers and prospects: add, list, show, edit, find")),
    "contact": ("contact", N_("conversations: log, list, void")),
    "followup": ("followup", N_("next steps set by hand: add, done, snooze, list")),
    "feedback": ("feedback", N_("complaints, suggestions, enquiries, praise")),
    "measure": ("measure", N_("what is done against a cause of complaints")),
    "classify": ("classify", N_("give customers their segments and other classes by the policy's rules")),
    "segment": ("segment", N_("segments and other classes: show, moves, list")),
    "score": ("score", N_("scores by the policy's cards: of a customer, of the book, kept, due again")),
    "screen": ("screen", N_("whether a customer passes the policy's criteria")),
    "loan": ("loan", N_("loans: add, list, show, close")),
    "rate": ("rate", N_("published rates that loans follow: add, list, void")),
    "facility": ("facility", N_("credit lines: add, list")),
    "snapshot": ("snapshot", N_("what the core system says of a loan on a day")),
    "statement": ("statement", N_("financial statements: balance sheet, income, cash flow")),
    "turnover": ("turnover", N_("turnover and average deposits on the accounts here")),
    "holding": ("holding", N_("other products that a customer has here")),
    "bureau": ("bureau", N_("credit bureau reports")),
    "academic": ("academic", N_("how a student gets on: grades, credits, standing")),
    "income": ("income", N_("what a student or the household earns a month, or will")),
    "person": ("person", N_("people at a customer, with their roles")),
    "consent": ("consent", N_("what somebody consented to, or took back")),
    "connection": ("connection", N_("groups, guarantee circles and families")),
    "need": ("need", N_("what a customer needs money for")),
    "plan": ("plan", N_("service plans: offered, presented, answered")),
    "collateral": ("collateral", N_("what secures a customer's loans")),
    "appraisal": ("appraisal", N_("what a piece of collateral is worth")),
    "guarantor": ("guarantor", N_("who answers for a customer's loans")),
    "proceeds": ("proceeds", N_("what loans were used for, with evidence and deviations")),
    "clock": ("clock", N_("legal clocks: periods after which a right is lost")),
    "mark": ("mark", N_("what lowers the class of loans beside days past due")),
    "check": ("check", N_("post-loan checks: record, list, which are due")),
    "rating": ("rating", N_("the officer's own view of a customer")),
    "series": ("series", N_("published series: industry, macro, job market")),
    "partner": ("partner", N_("schools, aid centres and others who send customers")),
    "referral": ("referral", N_("who brought a customer: another customer, or a partner")),
    "event": ("event", N_("events: who is invited, who came, what follows")),
    "campaign": ("campaign", N_("campaigns: members, those left out, and what followed")),
    "survey": ("survey", N_("surveys: define, invite, forms and sheets, record answers")),
    "loyalty": ("loyalty", N_("loyalty points: earned, spent, expiring; tiers and rewards")),
    "offer": ("offer", N_("what was offered to customers: approved, used, expired, and its cost")),
    "churn": ("churn", N_("customers who leave: who may, winning them back, what came of it")),
    "playbook": ("playbook", N_("playbooks: trouble answered step by step, and what came of it")),
    "control": ("control", N_("internal control: checks of the work, findings, incidents, lessons")),
    "limit": ("limit", N_("limits of the book: what is done about those that are near or broken")),
    "warning": ("warning", N_("warnings: scan by the policy's rules, list, answer, add what was heard")),
    "training": ("training", N_("trainings and examinations of the staff")),
    "recognition": ("recognition", N_("incentives and recognition of the staff")),
    "import": ("imports", N_("take files in: customers, loans, extracts, conversations, …")),
    "promise": ("promise", N_("promises to pay, and what came of them")),
    "relief": ("relief", N_("relief for a loan: kinds side by side, and giving one")),
    "report": ("report", N_("portfolio, delinquency, concentration, quality")),
    "changes": ("changes", N_("what is different of the loans since a day")),
    "history": ("history", N_("every change of a customer: who, when, before and after")),
    "undo": ("undo", N_("take back a command: the last one, or one of --list")),
    "officer": ("officer", N_("loan officers: add, list, edit")),
    "policy": ("policy", N_("the bank's rules: show, check, adopt, list, indicators")),
    "config": ("config", N_("the settings: check, show, path")),
    "store": ("store", N_("the book itself: check, backup, restore, path")),
    "doctor": ("doctor", N_("whether all is in order, and what to do about what is not")),
    "init": ("init", N_("make a new book")),
    "completion": ("completion", N_("let the shell complete commands and options")),
    "demo": ("demo", N_("a sample book, and a walk through the morning")),
}


class Tree(Group):
    """The root: its commands are a table, and a module is imported when its command is run."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names, in the order of the table."""
        return list(TREE)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import the command's module and return its command."""
        if cmd_name not in TREE:
            return None
        module, _help = TREE[cmd_name]
        command = typer.main.get_command(import_module(f"{MAIN}.{module}").app)
        command.name = cmd_name
        return command

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Complete a command's name from the table, without importing it."""
        from typer._click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        names = [name for name in TREE if name.startswith(incomplete)]
        return [CompletionItem(name, help=_(TREE[name][1])) for name in names]

    def one_line_help(self, name: str) -> str:
        """Return the help of a command without importing it."""
        return TREE[name][1]


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"loancrm {__version__}")
        raise typer.Exit


def build() -> Any:
    """Return the command tree."""
    app = App()
    app.info.cls = Tree

    @app.callback(cls=Tree)
    def root(
        version: Annotated[
            bool,
            typer.Option("--version", is_eager=True, callback=_show_version, help=N_("show the version")),
        ] = False,
    ) -> None:
        """Keep your customers, loans, conversations and risks; know whom to talk to today."""

    root.__doc__ = N_("Keep your customers, loans, conversations and risks; know whom to talk to today.")
    tree = typer.main.get_command(app)
    tree.params += global_options()
    return tree


def run(argv: Sequence[str]) -> int:
    """Run one command line and return the exit code."""
    streams.prepare()
    crm = make_context()
    if COMPLETE in crm.environ:
        return _complete(crm)
    try:
        args = _choose_language(list(argv), crm)
        _refuse_other_encodings(args)
        return _invoke(args, crm)
    except LoanCrmError as fault:
        return _show_fault(fault, argv)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _leave_quietly()
    except OSError as fault:
        if fault.errno == errno.EPIPE:
            return _leave_quietly()
        if fault.errno in FULL:
            streams.drop_output()
            return _show_fault(Refused(_("the disk is full"), code="disk_full"), argv)
        return _show_bug(crm)
    except Exception as fault:  # the last resort: a bug is one line and a report in a file
        return INTERRUPTED if _is_interrupt(fault) else _show_bug(crm)


def _is_interrupt(fault: Exception) -> bool:
    """Say whether a fault is Ctrl-C: one that comes while pydantic builds a model is only in its words."""
    return type(fault).__name__ == "SchemaError" and "KeyboardInterrupt" in str(fault)


def _complete(crm: Context) -> int:
    """Offer the words that a shell asked for; a fault would stand in the middle of the officer's line."""
    from typer._completion_classes import completion_init

    completion_init()  # Typer does this itself only where it offers its own options
    try:
        _choose_language([], crm)
        return _invoke([], crm)
    except Exception:  # whatever it is, it is said when the command is run
        return BUG


def _invoke(args: list[str], crm: Context) -> int:
    try:
        result = build().main(args=args, prog_name="loancrm", standalone_mode=False, obj=crm)
    except TyperException as fault:
        if type(fault).__name__ == "NoArgsIsHelpError":
            sys.stderr.write(f"{fault}\n")
            return 2
        raise from_typer(fault) from None
    except typer.Abort:
        return INTERRUPTED
    except SystemExit as leaving:  # Typer's answer to a reader that went away
        if isinstance(leaving.__context__, BrokenPipeError):
            raise leaving.__context__ from None
        raise
    sys.stdout.flush()
    return result if isinstance(result, int) else 0


def _choose_language(args: list[str], crm: Context) -> list[str]:
    """Set the language: --lang, LOANCRM_LANG, config, locale. ``--lang`` is taken out of ``args``.

    The one option read before the tree is built: help and faults are already in it.
    """
    rest, wanted = _take_option(args, "--lang")
    _rest, file = _take_option(args, "--config")
    set_language(match_language(wanted) or _usual_language(crm, file))
    if wanted is not None and match_language(wanted) is None:
        message = _("--lang: known are {known}").format(known=listed(LANGUAGES))
        raise UsageFault(message, field="--lang")
    return rest


def _usual_language(crm: Context, config_file: str | None) -> str:
    environ = crm.environ
    if chosen := match_language(environ.get("LOANCRM_LANG")):
        return chosen
    try:
        found = config.find(config_file, environ, Path.cwd())
    except (LoanCrmError, OSError):  # said again, in the usual place, when the command needs it
        found = None
    if found is not None and found.path is not None and (chosen := config.peek_lang(found.path)):
        return chosen
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(variable):
            return match_language(environ[variable]) or "en"
    return "en"


def _take_option(args: list[str], name: str) -> tuple[list[str], str | None]:
    """Return ``args`` without the option ``name``, and its last value."""
    rest: list[str] = []
    value: str | None = None
    items = iter(args)
    for item in items:
        if item == "--":
            return [*rest, item, *items], value
        if item == name:
            value = next(items, "")
        elif item.startswith(f"{name}="):
            value = item.partition("=")[2]
        else:
            rest.append(item)
    return rest, value


def _refuse_other_encodings(args: Sequence[str]) -> None:
    """Refuse bytes that are not UTF-8: Python carries them as halves of characters, which no store takes."""
    if any("\ud800" <= char <= "\udfff" for arg in args if not arg.isascii() for char in arg):
        raise InvalidInput(_("an argument is not UTF-8 text"), code="not_utf8")


def _show_fault(fault: LoanCrmError, argv: Sequence[str]) -> int:
    """Show a fault on standard error, as JSON where JSON was asked for, even if nothing else was read."""
    formats = {_take_option(list(argv), name)[1] for name in ("--format", "-f")}
    as_json = not formats.isdisjoint(("json", "jsonl"))
    sys.stderr.write(as_text(fault, as_json=as_json, private=sys.stderr.isatty()) + "\n")
    return fault.exit_code


def _show_bug(crm: Context) -> int:
    if crm.given.get("debug"):
        traceback.print_exc()
        return BUG
    where = _write_crash_report()
    message = _("this is a bug in loancrm; look whether the command did its work before repeating it")
    lines = [f"loancrm: {message}"]
    if where is not None:
        lines.append(_("  report, without data of yours: {path}").format(path=where))
    sys.stderr.write("\n".join(lines) + "\n")
    return BUG


def _write_crash_report() -> Path | None:
    """Write the places of the traceback, without values or messages, into a private file."""
    import tempfile

    kind, _value, trace = sys.exc_info()
    frames = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
    text = "\n".join([f"loancrm {__version__}, Python {sys.version.split()[0]}", *frames, str(kind)])
    try:
        handle, name = tempfile.mkstemp(prefix="loancrm-crash-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError:
        return None
    return Path(name)


def _leave_quietly() -> int:
    streams.drop_output()
    return BROKEN_PIPE
