"""What a command is handed: settings, store, the day, the clock, and how to show what it found.

The only place that reads the clock and the environment.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from loancrm import config, parsing
from loancrm.errors import InvalidInput, UsageFault
from loancrm.i18n import _
from loancrm.identity import clean_text
from loancrm.render.sheet import PROVEN_FORMATS, SECTION_FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loancrm.policy.policy import Policy
    from loancrm.render.chart import Chart
    from loancrm.render.columns import Column
    from loancrm.render.sheet import Section
    from loancrm.reports.basis import Basis
    from loancrm.services.customer_fields import Reading
    from loancrm.settings import Settings
    from loancrm.store import Order, Store
    from loancrm.view import Clock, View

OVERRIDES = ("store", "me", "policy")  # options that stand over the settings of the same name
GARBAGE = 50_000  # new objects before a search for cycles; at Python's 700 a command searches a hundred times

Result = TypeVar("Result")
Request = TypeVar("Request")


class Context:
    """One run of the program.

    Attributes:
        given: the shared options that were typed, by name; the shell fills it while it parses.
        asked: the command with its own options and what is chosen of its rows, as words.
        rests_on: what a report that says its digest rests on, once it was read.
        environ: the environment.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.given: dict[str, Any] = {}
        self.asked: tuple[str, ...] = ()
        self.rests_on: Basis | None = None
        self.environ = environ

    # ── settings and store ──────────────────────────────────────────────────────────────────

    @cached_property
    def found(self) -> config.Found:
        """Return where the config file is."""
        return config.find(self.given.get("config"), self.environ, Path.cwd())

    @cached_property
    def _environ(self) -> dict[str, str]:
        """Return the environment with the options over it."""
        environ = dict(self.environ)
        for option in OVERRIDES:
            if self.given.get(option):
                environ[f"LOANCRM_{option.upper()}"] = self.given[option]
        environ.pop("LOANCRM_LANG", None)  # the language was chosen before anything was read
        return environ

    @cached_property
    def settings(self) -> Settings:
        """Return the settings: defaults, config file, environment, options."""
        return config.load(self.found, self._environ)

    def do_without_config(self) -> None:
        """Go on with the defaults where the config file is at fault: for what says so."""
        self.__dict__["found"] = config.Found(None, "none")
        self.__dict__.pop("settings", None)

    def know_products(self) -> None:
        """Accept the product codes of the config file too, before one is read."""
        from loancrm.vocabulary import know_products

        know_products(self.settings.product_labels)

    @property
    def origins(self) -> tuple[config.Origin, ...]:
        """Return every setting with where it came from."""
        found = config.origins(self.settings, self.found, self._environ)
        typed = {f"LOANCRM_{name.upper()}": f"--{name}" for name in OVERRIDES if self.given.get(name)}
        return tuple(replace(one, source=typed.get(one.source, one.source)) for one in found)

    @property
    def store_place(self) -> Path | str:
        """Return where the store is, or would be: a path, or the address of a database."""
        place = self.settings.store_location
        return place if config.is_address(place) else Path(place)

    @property
    def store_path(self) -> Path:
        """Return where the store's file is, or would be.

        Raises:
            Refused: the store is no file.
        """
        from loancrm.schema import file_of

        return file_of(self.store_place)

    @cached_property
    def store(self) -> Store:
        """Return the open store."""
        from loancrm.store import Store

        if not gc.isenabled():  # by __main__, for the imports: what was imported stays
            gc.freeze()
            gc.set_threshold(GARBAGE)
            gc.enable()
        return Store(self.store_place, on_wait=self.say_waiting)

    def say_waiting(self) -> None:
        """Say that somebody else holds the store."""
        self.say(_("waiting for another loancrm that is writing to this store …"))

    # ── the moment and the actor ────────────────────────────────────────────────────────────

    def clock_in(self, zone: str) -> Clock:
        """Return the moment, and the business day in ``zone``; LOANCRM_NOW fixes it."""
        from loancrm.view import Clock

        fixed = self.environ.get("LOANCRM_NOW")
        now = _read_instant(fixed, zone) if fixed else datetime.now(UTC)
        return Clock(now, now.astimezone(ZoneInfo(zone)).date(), fixed is not None)

    @cached_property
    def clock(self) -> Clock:
        """Return the moment and the business day of the book."""
        return self.clock_in(self.store.zone)

    @property
    def today(self) -> date:
        """Return the business day of the book."""
        return self.clock.today

    @property
    def hour(self) -> int:
        """Return the hour of the day in the book's zone, 0 to 23."""
        return self.clock.now.astimezone(ZoneInfo(self.store.zone)).hour

    @property
    def as_of(self) -> date:
        """Return the day of ``--as-of``, or today."""
        text = self.given.get("as_of")
        return parsing.day(text, "--as-of") if text else self.today

    @property
    def known_at(self) -> date | None:
        """Return the day of ``--known-at``."""
        text = self.given.get("known_at")
        return parsing.day(text, "--known-at") if text else None

    @property
    def reading(self) -> Reading:
        """Return what is needed to read a customer's fields."""
        from loancrm.services.customer_fields import Reading

        return Reading(self.today, self.settings.phone_region)

    @property
    def actor(self) -> str:
        """Return who acts: the officer's code, or the account's name."""
        if self.settings.me:
            return clean_text(self.settings.me, "--me")
        import getpass

        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError):  # no account entry, as in some containers and cron
            return "?"

    # ── asking and changing ─────────────────────────────────────────────────────────────────

    @contextmanager
    def view(self) -> Iterator[View]:
        """Read one snapshot as of the day."""
        with self._patience(), self.store.read(self.as_of, self.known_at) as view:
            if self.is_proven:
                from loancrm.reports.basis import basis

                self.rests_on = basis(view, self.policy(view))
            yield view

    @property
    def is_proven(self) -> bool:
        """Whether what is shown is a report that says of itself what it rests on, with a digest."""
        return self.asked[:1] == ("report",) and self.format in PROVEN_FORMATS

    def beside(self, settings: Settings) -> Context:
        """Return a context for another command on the same open store, at the same moment."""
        other = Context(self.environ)
        other.__dict__ |= {"found": self.found, "settings": settings, "store": self.store}
        other.__dict__["clock"] = self.clock
        return other

    def policy(self, view: View) -> Policy:
        """Return the policy of ``--policy``, or the one in force."""
        from loancrm.policy.policy import choose

        if "policy" not in view.memo:
            view.memo["policy"] = choose(view, self.settings.policy)
        found: Policy = view.memo["policy"]
        return found

    def ask(self, question: Callable[..., Result], *args: Any, **more: Any) -> Result:
        """Answer ``question(view, …)`` from one snapshot."""
        with self.view() as view:
            return question(view, *args, **more)

    def change(self, work: Callable[..., Result], request: object, name: str) -> Result:
        """Carry out ``work`` on ``request`` as one transaction and return its receipt."""
        self.refuse_looking_back()
        with self._patience():
            return self.store.change(work, request, self.order(name))

    def refuse_looking_back(self) -> None:
        """Refuse ``--as-of`` and ``--known-at`` on a change.

        Raises:
            UsageFault: one of them was typed.
        """
        if self.given.get("as_of") or self.given.get("known_at"):
            raise UsageFault(
                _("--as-of and --known-at are for looking; a change takes --on"), field="--as-of"
            )

    def order(self, name: str, clock: Clock | None = None) -> Order:
        """Return how the command ``name`` is carried out."""
        from loancrm.store import Order

        key: str | None = self.given.get("idempotency_key")
        return Order(
            name=name,
            actor=self.actor,
            clock=clock or self.clock,
            idempotency_key=key and clean_text(key, "--idempotency-key"),
            dry_run=bool(self.given.get("dry_run")),
            is_named=bool(self.settings.me),
        )

    def officer_id(self, view: View, code: str | None) -> int | None:
        """Return the key of the officer ``code``, of ``--me`` without one, or None for the whole book."""
        from loancrm.reports import lookup

        wanted = code or self.settings.me
        return None if wanted is None else int(lookup.officer(view, wanted).id)

    # ── showing ─────────────────────────────────────────────────────────────────────────────

    @property
    def format(self) -> str:
        """Return the format to show in: as asked, by the file's ending, table on a terminal, else TSV."""
        from loancrm.shell.output import choose_format

        return choose_format(self.given, is_terminal=sys.stdout.isatty())

    @property
    def width(self) -> int:
        """Return how many columns a line on the screen may take."""
        from loancrm.shell.output import terminal_width

        return terminal_width() or 80

    def refuse_unwritable(self) -> None:
        """Refuse an unknown format and a file that cannot be written, before anything is read or stored.

        Raises:
            LoanCrmError: what the command would show could not be shown.
        """
        from loancrm.shell.output import refuse_target

        refuse_target(self)

    def show(
        self,
        rows: Iterable[object],
        columns: Sequence[Column],
        *,
        title: str = "",
        header: Sequence[str] = (),
        footer: Sequence[str] = (),
        totals: Mapping[str, object] | None = None,
        totals_columns: Sequence[Column] = (),
        whole: bool = False,
        charts: Sequence[Chart] = (),
        parts: str | None = None,
    ) -> None:
        """Show rows in the wanted format on standard output, or in the file of ``--output``.

        A table on the screen shows the first ones, unless ``whole``. A page has the ``charts``; it and a
        workbook part the rows into sections by the column ``parts``.
        """
        from loancrm.shell import output

        extra = {"totals": totals, "totals_columns": totals_columns, "charts": charts, "parts": parts}
        output.show_rows(self, rows, columns, title, header, footer, extra, whole=whole)

    def show_one(
        self,
        item: object,
        columns: Sequence[Column],
        *,
        title: str = "",
        header: Sequence[str] = (),
        footer: Sequence[str] = (),
        sections: Sequence[Section] = (),
        charts: Sequence[Chart] = (),
    ) -> None:
        """Show one thing; where people read it in ``sections``, if it has any, a page with ``charts``."""
        from loancrm.shell import output

        if sections and self.format in SECTION_FORMATS:
            output.show_sections(self, sections, title, header, footer, charts)
        else:
            output.show_item(self, item, columns, title, header, footer)

    def receipt(self, receipt: Any, sentence: str, *notes: str) -> None:
        """Show what a change did: a sentence on a terminal, the receipt's fields to a script."""
        from loancrm.shell import output

        output.show_receipt(self, receipt, sentence, notes)

    def say(self, text: str) -> None:
        """Tell a person something beside the data, on standard error."""
        if not self.given.get("quiet"):
            print(text, file=sys.stderr)  # noqa: T201 - the one place that speaks to standard error

    def _patience(self) -> AbstractContextManager[None]:
        """Say after a second that the work goes on, on a terminal only."""
        from loancrm.shell.progress import patience

        return patience(_("working …"), visible=sys.stderr.isatty() and not self.given.get("quiet"))

    @contextmanager
    def progress(self, text: str) -> Iterator[Callable[[int, int], None]]:
        """Show progress of work that takes longer than a second, on a terminal only."""
        from loancrm.shell.progress import progress

        visible = sys.stderr.isatty() and not self.given.get("quiet")
        with progress(text, visible=visible) as tick:
            yield tick


def _read_instant(text: str, zone: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        parsing.day(f"{instant:%Y-%m-%d}", "LOANCRM_NOW")
    except (ValueError, InvalidInput):
        raise InvalidInput(
            _("LOANCRM_NOW is an instant such as 2026-11-20T09:00+08:00"), field="LOANCRM_NOW"
        ) from None
    if instant.time() == time() and len(text) == len("2026-11-20"):
        instant = instant.replace(hour=9)
    return instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(zone))


def make_context() -> Context:
    """Return the context of this process."""
    return Context(dict(os.environ))
