"""Lists of feedback: filed as of their day, with who has each and whether it was answered and resolved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from loancrm.desk.ticket import State, begin
from loancrm.i18n import _
from loancrm.models import Feedback, FeedbackEvent, FeedbackState, table
from loancrm.reports.ticket_states import columns_of, filed_of, rules_by_day
from loancrm.services.feedback import deadlines, restate
from loancrm.services.intake.people import People
from loancrm.services.intake.talks import SeenBefore, check_day, said_by
from loancrm.services.intake.tally import Item, Tally, standing
from loancrm.unitofwork import UnitOfWork

_DEFAULTS = {"importance": "medium", "urgency": "medium"}
_STEPS = (("answered_on", "answered"), ("resolved_on", "resolved"))


class FeedbackList:
    """Takes chunks of a list of complaints, suggestions, enquiries and praise."""

    def __init__(self, uow: UnitOfWork, tally: Tally, on: date | None) -> None:
        self._uow = uow
        self._tally = tally
        self._on = on
        self._people = People(uow, tally)
        self._before = SeenBefore(uow, table(Feedback))
        self._rules = rules_by_day(uow.view())
        self._first = lru_cache(maxsize=4_096)(self._begun)

    def take(self, items: list[Item]) -> None:
        """Take one chunk."""
        for item in items:
            check_day(item, "feedback", self._on, self._uow.today, self._tally)
            self._check_steps(item)
        self._people.find(standing(items))
        about = {i.line: self._people.officer_id(i, "feedback.about") for i in standing(items)}
        owners = {i.line: self._owner(i, about.get(i.line)) for i in standing(items)}
        taken = standing(items)
        keys = self._before.keys([said_by(item, "feedback") for item in taken])
        news = [(item, key) for item, key in zip(taken, keys, strict=True) if key is not None]
        self._tally.known += len(taken) - len(news)
        self._tally.new += len(news)
        if news:
            self._insert(news, about, owners)

    def _insert(
        self, news: list[tuple[Item, str]], about: dict[int, int | None], owners: dict[int, int | None]
    ) -> None:
        first = self._uow.next_numbers("feedback", len(news))
        pairs = [self._row(n, item, key, about[item.line]) for n, (item, key) in enumerate(news, first)]
        self._uow.insert_many(Feedback, [row for row, _state in pairs])
        ids = self._uow.ids_from(Feedback, first)
        states = [
            {
                "feedback_id": key,
                "effective_on": row["effective_on"],
                "known_on": row["known_on"],
                **columns_of(state),
            }
            for key, (row, state) in zip(ids, pairs, strict=True)
        ]
        self._uow.insert_many(FeedbackState, states)
        events = [
            event
            for key, (item, _key) in zip(ids, news, strict=True)
            for event in _events(item, key, owners[item.line])
        ]
        self._uow.insert_many(FeedbackEvent, events)
        restate(self._uow, sorted({event["feedback_id"] for event in events}))

    def _row(self, number: int, item: Item, key: str, about: int | None) -> tuple[dict[str, Any], State]:
        given = item.part("feedback")
        on = given["on"]
        self._tally.spoke_of(on)
        values = {
            "channel": given["channel"],
            "business_line": given.get("line") or "other",
            **{name: given.get(name) for name in ("product", "service_stage", "department", "cause")},
            "kind": given["kind"],
            **{name: given.get(name) or default for name, default in _DEFAULTS.items()},
            "minute": given.get("time"),
        }
        state = self._first(values["kind"], on, values["minute"], tuple(filed_of(values).items()))
        row = {
            "number": number,
            "source_key": key,
            "customer_id": item.customer_id,
            **values,
            "text": given["text"],
            "about_officer_id": about,
            "effective_on": on,
            "known_on": on,
            **deadlines(state),
        }
        return row, state

    def _begun(self, kind: str, on: date, minute: int | None, filed: tuple[tuple[str, Any], ...]) -> State:
        return begin(kind, on, minute, dict(filed), self._rules(on))

    def _owner(self, item: Item, about: int | None) -> int | None:
        owner = self._people.officer_id(item, "feedback.owner")
        if owner is not None and owner == about:
            reason = _("a ticket is never given to the officer it is about")
            self._tally.reject(item, "feedback.owner", "about_owner", reason)
        return owner

    def _check_steps(self, item: Item) -> None:
        """Reject days that are out of order or still to come, and a rating that is none."""
        before = item.values.get("feedback.on")
        for name, _action in _STEPS:
            day = item.values.get(f"feedback.{name}")
            if day is None:
                continue
            if day > self._uow.today:
                self._tally.reject(item, f"feedback.{name}", "future_date", _("is still to come"))
            if before is not None and day < before:
                self._tally.reject(
                    item, f"feedback.{name}", "out_of_order", _("is before what came before it")
                )
            before = day
        rating = item.values.get("feedback.rating")
        if rating is not None and not 1 <= rating <= 5:
            self._tally.reject(item, "feedback.rating", "out_of_range", _("is not from 1 to 5"))
        if rating is not None and item.values.get("feedback.resolved_on") is None:
            self._tally.reject(
                item, "feedback.rating", "not_resolved", _("a rating needs the day of the resolution")
            )


def _events(item: Item, key: int, owner: int | None) -> Iterator[dict[str, Any]]:
    """Yield what a row says was done, all with the same columns."""
    given = item.part("feedback")
    if owner is not None:
        yield _event(key, "assigned", given["on"], officer_id=owner)
    for name, action in _STEPS:
        if given.get(name) is not None:
            rating = given.get("rating") if action == "resolved" else None
            yield _event(key, action, given[name], rating=rating)


def _event(
    key: int, action: str, on: date, *, officer_id: int | None = None, rating: int | None = None
) -> dict[str, Any]:
    return {
        "feedback_id": key,
        "action": action,
        "effective_on": on,
        "known_on": on,
        "officer_id": officer_id,
        "rating": rating,
    }
