"""Events and campaigns: what was held, who was invited, and what became of it."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

EVENT = FactKind(
    name="event",
    plural="events",
    model="Event",
    prefix="EV",
    owner="book",
    help=N_("Events for customers: seminars, trade fairs, open days, campus talks."),
    added=N_("{number} is planned"),
    key=("title", "held_on"),
    fields=(
        Field("title", "text", N_("what it is called"), is_needed=True, heading=N_("called")),
        Field(
            "kind",
            "code:event_kind",
            N_("seminar, trade_fair, open_day, campus, …"),
            is_needed=True,
            heading=N_("kind"),
        ),
        Field("held_on", "date", N_("day of the event"), is_needed=True, heading=N_("held on")),
        Field("place", "text", N_("where it is held"), is_listed=False, heading=N_("held at")),
        Field("cost", "amount", N_("what it costs in all"), heading=N_("cost")),
        Field(
            "organiser", "officer", N_("officer who organises it"), is_listed=False, heading=N_("organiser")
        ),
        Field("note", "text", N_("in a few words"), is_listed=False, heading=N_("note")),
    ),
    derived=(
        Field("invited", "count", N_("invited")),
        Field("attended", "count", N_("attended")),
        Field("held_back", "count", N_("kept back"), is_listed=False),
    ),
)
GUEST = FactKind(
    name="guest",
    plural="guests",
    model="EventGuest",
    prefix="EG",
    owner="customer",
    help=N_("What became of a customer's invitation to an event, step by step."),
    added=N_("{number}: {owner} on {on} is recorded"),
    effective="on",
    key=("event", "step"),
    part_of="event",
    fields=(
        Field("event", "fact:event", N_("event"), is_needed=True),
        Field("step", "code:guest_step", N_("invited, accepted, attended, …"), is_needed=True),
        Field("on", "past_date", N_("day"), is_needed=True),
        Field("reason", "identifier", N_("why held back"), heading=N_("reason")),
        Field("note", "text", N_("in a few words"), heading=N_("note")),
    ),
)
CAMPAIGN = FactKind(
    name="campaign",
    plural="campaigns",
    model="Campaign",
    prefix="CA",
    owner="book",
    help=N_("Campaigns: a message to customers of a condition, and what followed against those left out."),
    added=N_("{number} is frozen"),
    is_imported=False,
    fields=(
        Field("title", "text", N_("what it is called"), is_needed=True, heading=N_("called")),
        Field(
            "condition",
            "text",
            N_("who it is for, such as: segment = quality and region = 郑州"),
            is_needed=True,
            heading=N_("condition"),
            typed_as="--where",
        ),
        Field("channel", "code:channel", N_("by which the message goes"), heading=N_("channel")),
        Field("message", "text", N_("what it says"), is_listed=False, heading=N_("message")),
        Field("cost", "amount", N_("what it costs in all"), heading=N_("cost")),
        Field(
            "hold_out",
            "ratio",
            N_("share that is left out by lot for comparison, such as 20%"),
            default="0",
            is_listed=False,
            heading=N_("share left out"),
        ),
        Field(
            "most",
            "count",
            N_("write to no more than so many; by lot, the rest compares"),
            is_listed=False,
            heading=N_("no more than"),
        ),
        Field(
            "seed",
            "count",
            N_("of the lot: the same seed draws the same"),
            default="1",
            is_listed=False,
            heading=N_("seed"),
        ),
        Field("organiser", "officer", N_("officer who runs it"), is_listed=False, heading=N_("organiser")),
    ),
    derived=(
        Field("members", "count", N_("members")),
        Field("comparison", "count", N_("compared")),
        Field("held_back", "count", N_("kept back")),
    ),
)
