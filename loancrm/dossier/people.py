"""People at a customer, consents, who belongs together; partners; the staff's training and recognition."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

PERSON = FactKind(
    name="person",
    plural="people",
    model="Person",
    prefix="PE",
    owner="customer",
    help=N_("People at a customer, with their roles."),
    added=N_("{number}: one more person at {owner}"),
    key=("name", "role"),
    fields=(
        Field("name", "name", N_("name"), is_needed=True),
        Field("role", "code:person_role", N_("role"), is_needed=True),
        Field("position", "text", N_("position")),
        Field("phone", "phone", N_("phone")),
        Field("email", "email", N_("e-mail"), is_listed=False),
        Field("resident_id", "resident_id", N_("resident ID"), is_listed=False),
        Field("share", "ratio", N_("share held")),
        Field("birthday", "past_date", N_("day of birth, solar"), is_listed=False),
        Field(
            "calendar",
            "code:calendar",
            N_("calendar by which the birthday is kept"),
            default="solar",
            is_listed=False,
        ),
        Field("preferred_channel", "code:channel", N_("preferred channel")),
        Field("note", "text", N_("note"), is_listed=False),
    ),
)
CONSENT = FactKind(
    name="consent",
    plural="consents",
    model="Consent",
    prefix="CN",
    owner="customer",
    help=N_("What somebody consented to, or took back."),
    added=N_("{number}: the consent of {on} at {owner} is recorded"),
    effective="on",
    fields=(
        Field("person", "name", N_("who"), is_needed=True),
        Field("purpose", "code:consent_purpose", N_("what for"), is_needed=True),
        Field("channel", "code:channel", N_("by which channel; default: any"), heading=N_("channel")),
        Field("on", "past_date", N_("since"), is_needed=True),
        Field("expires_on", "date", N_("until")),
        Field("is_withdrawn", "flag", N_("taken back")),
        Field("evidence", "text", N_("where it is kept"), is_listed=False),
    ),
)
CONNECTION = FactKind(
    name="connection",
    plural="connections",
    model="Connection",
    prefix="CX",
    owner="customer",
    help=N_("Groups, guarantee circles and families that a customer belongs to."),
    added=N_("{number}: {owner} is connected since {on}"),
    key=("kind", "name"),
    fields=(
        Field("kind", "code:connection_kind", N_("kind"), is_needed=True),
        Field("name", "text", N_("name of the group or circle"), is_needed=True, heading=N_("name")),
        Field("role", "text", N_("part in it")),
        Field("share", "ratio", N_("share held"), is_listed=False),
    ),
)
PARTNER = FactKind(
    name="partner",
    plural="partners",
    model="Partner",
    prefix="PA",
    owner="book",
    help=N_("Schools, county aid centres, guarantee companies and others who send customers."),
    added=N_("{number}: one more partner"),
    key=("name",),
    fields=(
        Field("name", "text", N_("name"), is_needed=True),
        Field("kind", "code:partner_kind", N_("kind"), is_needed=True),
        Field("region", "text", N_("region")),
        Field("person", "name", N_("whom to talk to")),
        Field("phone", "phone", N_("phone")),
        Field("note", "text", N_("note"), is_listed=False),
    ),
)
REFERRAL = FactKind(
    name="referral",
    plural="referrals",
    model="Referral",
    prefix="RF",
    owner="customer",
    help=N_("Who brought a customer: another customer, or a partner."),
    added=N_("{number}: who brought {owner} is recorded"),
    effective="on",
    key=("on",),
    fields=(
        Field("on", "past_date", N_("day of the referral"), is_needed=True),
        Field("referrer", "customer", N_("customer of ours who brought this one"), heading=N_("brought by")),
        Field("partner", "fact:partner", N_("partner who brought this one"), heading=N_("partner")),
        Field("note", "text", N_("note")),
    ),
)
RECOGNITION = FactKind(
    name="recognition",
    plural="recognitions",
    model="Recognition",
    prefix="RG",
    owner="officer",
    help=N_("Incentives and recognition of the staff: what was given, for what."),
    added=N_("{number}: the recognition of {owner} is recorded"),
    effective="on",
    key=("on", "what"),
    fields=(
        Field("on", "past_date", N_("day on which it was given"), is_needed=True),
        Field("what", "text", N_("what"), is_needed=True),
        Field("kind", "code:recognition_kind", N_("kind"), default="award"),
        Field("amount", "amount", N_("amount")),
        Field("reason", "text", N_("for what")),
    ),
)
TRAINING = FactKind(
    name="training",
    plural="trainings",
    model="Training",
    prefix="TR",
    owner="officer",
    help=N_("Trainings and examinations of the staff, due and done."),
    added=N_("{number}: the training of {owner} is recorded"),
    key=("what", "due_on"),
    fields=(
        Field("what", "text", N_("what"), is_needed=True),
        Field("kind", "code:training_kind", N_("kind"), default="training"),
        Field("due_on", "date", N_("to be done by"), is_needed=True),
        Field("done_on", "past_date", N_("done on")),
        Field("result", "text", N_("result")),
    ),
)
