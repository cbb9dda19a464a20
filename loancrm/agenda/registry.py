"""The sources of the day's list: what each needs to be asked at all, and the bands that it may use.

A source is asked where the policy has it and the book holds facts for it; what is not there costs nothing. A
new source is a function of ``Agenda`` and a line here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from sqlalchemy import BigInteger, Date, Select, literal

from loancrm.agenda.base import Agenda
from loancrm.agenda.filled import filled


@dataclass(frozen=True, slots=True)
class Source:
    """A source of reasons.

    Attributes:
        kind: its key in the policy's section ``due``, and the kind of its reasons.
        place: ``module:function`` below ``loancrm.agenda``; loaded when it is asked.
        tables: it is asked only where all of these have rows.
        bands: the attributes of its shape that name bands.
    """

    kind: str
    place: str
    tables: tuple[str, ...] = ()
    bands: tuple[str, ...] = ("band",)

    def select(self, agenda: Agenda) -> Select[Any] | None:
        """Return its reasons; None where it is clear beforehand that there are none."""
        module, name = self.place.split(":")
        found: Select[Any] | None = getattr(import_module(f"loancrm.agenda.{module}"), name)(agenda)
        return found


SOURCES = (
    Source("legal_clock", "clocks:legal_clocks", ("legal_clock",), ("band", "other_band")),
    Source("follow_up", "hand:follow_ups", ("follow_up",)),
    Source("past_due", "loans:past_due", ("loan",)),
    Source("bad_record", "bad_records:without_notice", ("loan",)),
    Source("promise", "promised:promises", ("promise",)),
    Source("maturity", "loans:maturities", ("loan",)),
    Source("account_short", "loans:short_accounts", ("loan", "turnover")),
    Source("instalment", "loans:instalments", ("loan",)),
    Source("rate_change", "loans:rate_changes", ("loan", "snapshot")),
    Source("rate_change", "repricing:ahead", ("loan_terms",)),
    Source("rate_change", "repricing:waiting", ("loan_terms",)),
    Source("facility", "loans:facilities", ("facility",)),
    Source("warning", "warned:warnings", ("warning",)),
    Source("limit", "limits:limits", ("loan",)),
    Source("approval", "papers:approvals", ("loan_stage",)),
    Source("approval", "drawing:undrawn", ("loan_stage",)),
    Source("check", "checks:checks", ("loan", "post_loan_check")),
    Source("requirement", "papers:requirements", ("loan_requirement",)),
    Source("statement", "papers:statements", ("loan", "statement")),
    Source("stage", "papers:stages", ("loan_stage",)),
    Source("graduation", "students:graduations", ("loan",)),
    Source("subsidy_end", "students:subsidy_ends", ("loan_terms",)),
    Source("grace_end", "students:grace_ends", ("instalment",)),
    Source("confirmation", "students:confirmations", ("loan",)),
    Source("feedback", "tickets:feedback", ("feedback",), ("band", "limit_band")),
    Source("escalation", "tickets:escalations", ("feedback",)),
    Source("plan_step", "tickets:plan_steps", ("feedback_event",)),
    Source("low_answer", "opinions:low_answers", ("survey_response",)),
    Source("cadence", "cadence:cadence"),
    Source("no_next_step", "cadence:without_next_step", ("loan",)),
    Source("rectification", "control:findings", ("control_finding",)),
    Source("rectification", "control:incidents", ("control_incident",)),
    Source("referral", "referrals:thanks", ("referral",)),
    Source("offer", "expiring:offers", ("offer",)),
    Source("points", "expiring:points", ("loyalty_entry",)),
    Source("birthday", "care:birthdays", ("person",)),
    Source("birthday", "care:own_birthdays"),
    Source("anniversary", "care:anniversaries"),
    Source("festival", "care:greetings"),
)
KINDS = tuple(dict.fromkeys(source.kind for source in SOURCES))


@dataclass(frozen=True, slots=True)
class Asked:
    """A source that is asked, with the bands that its reasons may be in."""

    source: Source
    bands: tuple[int, ...]


def asked(agenda: Agenda) -> Iterator[Asked]:
    """Yield the sources that the policy has and the book holds facts for."""
    for source in SOURCES:
        shape = getattr(agenda.due, source.kind)
        if shape is not None and filled(agenda).issuperset(source.tables):
            yield Asked(source, tuple(getattr(shape, name) for name in source.bands))


def selects(agenda: Agenda, band: int | None = None, kinds: tuple[str, ...] = KINDS) -> list[Select[Any]]:
    """Return the selects of the sources that are asked: of those that may give a band, of some kinds."""
    agenda.band = band
    wanted = [one for one in asked(agenda) if band in (None, *one.bands) and one.source.kind in kinds]
    found = [one.source.select(agenda) for one in wanted]
    return [query for query in found if query is not None]


def bands(agenda: Agenda) -> list[int]:
    """Return the bands that the list may have, in order."""
    return sorted({band for one in asked(agenda) for band in one.bands})


def none(agenda: Agenda) -> Select[Any]:
    """Return a source without reasons: a book may have none."""
    on = literal(agenda.view.as_of, Date())
    query = agenda.reason("follow_up", agenda.due.follow_up, literal(0, BigInteger()), due_on=on)
    return query.where(literal(value=False))
