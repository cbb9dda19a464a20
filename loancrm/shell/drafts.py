"""Drafts of messages and letters on the command line, and the templates that they are made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from loancrm.errors import InvalidInput, UsageFault
from loancrm.i18n import LANGUAGES, N_, _, language, listed, match_language
from loancrm.identity import mask_email, mask_phone
from loancrm.letters.reasons import CONSENTED, REASONS, SPOKEN
from loancrm.parsing import count
from loancrm.render.columns import Column
from loancrm.shell.draft_reasons import name_of, reason_of, said_in
from loancrm.shell.queries import record_look
from loancrm.vocabulary import code_of, codes_of

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.letters.filling import Draft
    from loancrm.letters.library import Misnamed, TemplateFile
    from loancrm.reports.drafting import About, DraftFacts

COLUMNS = (
    Column("customer", N_("customer")),
    Column("reason", N_("reason"), "code", vocabulary="draft_reason"),
    Column("about", N_("about")),
    Column("channel", N_("channel"), "code", vocabulary="draft_channel"),
    Column("language", N_("language")),
    Column("to", N_("to")),
    Column("address", N_("address")),
    Column("subject", N_("subject")),
    Column("text", N_("text")),
    Column("template", N_("template")),
    Column("source", N_("from"), "code", vocabulary="template_source"),
    Column("consent", N_("consent"), "code", vocabulary="consent_state"),
    Column("held_back", N_("held back"), "nested"),
)
TEMPLATE_COLUMNS = (
    Column("reason", N_("reason"), "code", vocabulary="draft_reason"),
    Column("segment", N_("segment"), "code", vocabulary="segment"),
    Column("channel", N_("channel"), "code", vocabulary="draft_channel"),
    Column("language", N_("language")),
    Column("source", N_("from"), "code", vocabulary="template_source"),
    Column("file", N_("file"), table=False),
    Column("problem", N_("problem"), below=True),
)
FIELD_COLUMNS = (
    Column("field", N_("field")),
    Column("kind", N_("kind")),
    Column("may_be_missing", N_("may be missing"), "bool", table=False),
    Column("group", N_("group"), table=False),
    Column("meaning", N_("meaning")),
)
QUIET = ("wechat", "sms", "phone")  # what disturbs; an e-mail and a letter wait until they are read


@dataclass(frozen=True, slots=True)
class Wanted:
    """What draft is wanted: codes; ``channel`` None: as the customer prefers."""

    reason: str
    channel: str | None
    language: str
    about: About
    name: str | None


def wanted(typed: Mapping[str, Any]) -> Wanted:
    """Return what was typed: for, channel, language, about, version.

    Raises:
        UsageFault: an unknown reason, channel or language.
    """
    from loancrm.reports.drafting import About

    reason = reason_of(typed["reason"])
    channel, lang = typed["channel"], language()
    if typed["language"] is not None:
        lang = match_language(typed["language"]) or ""
        if lang not in LANGUAGES:
            raise UsageFault(
                _("{field}: known are {codes}").format(field="--language", codes=listed(LANGUAGES)),
                field="--language",
            )
    told, text = REASONS[reason], typed["about"]
    version = typed.get("version")
    return Wanted(
        reason=reason,
        channel=code_of("draft_channel", channel, "--channel") if channel else told.channel,
        language=lang,
        about=About(
            needs=told.needs,
            loan_by=told.loan_by,
            kind=reason,
            ref=text.strip() if text and told.needs else None,
            version=None if version is None else count(version, "--version", 1),
            purposes=CONSENTED[told.consent] if told.consent else (),
        ),
        name=name_of(reason, text),
    )


def show_draft(crm: Context, named: str, typed: Mapping[str, Any], *, unmask: bool, what: str) -> None:
    """Show the draft of a message or letter to one customer."""
    asked = wanted(typed)
    if unmask:
        record_look(crm, named, what)
    values = draft_of(crm, named, asked, unmask=unmask)
    for warning in _warnings(values, asked):
        crm.say(warning)
    _say_if_enough(crm, named, asked)
    _say_if_quiet(crm, values["channel"])
    _show(crm, values)


def draft_of(crm: Context, named: str, asked: Wanted, *, unmask: bool) -> dict[str, Any]:
    """Return a draft to one customer with everything that is known of it."""
    from loancrm.reports.drafting import draft_facts

    with crm.view() as view:
        found = draft_facts(view, crm.policy(view), named, asked.about)
    return _written(crm, found, asked, unmask=unmask)


def _say_if_enough(crm: Context, named: str, asked: Wanted) -> None:
    """Say that the customer had as much care or marketing lately as the policy takes; nothing is refused."""
    from loancrm.reports.lookup import customer
    from loancrm.reports.outreach import is_at_cap

    if not asked.about.purposes:
        return
    with crm.view() as view:
        is_care = "contact" in asked.about.purposes
        enough = is_at_cap(view, crm.policy(view), customer(view, named).id, is_care=is_care)
    if enough:
        crm.say(_("talked with or written to often enough lately, by the policy: send it later"))


def _say_if_quiet(crm: Context, channel: str) -> None:
    """Say that it is an hour at which nobody is disturbed."""
    with crm.view() as view:
        quiet = crm.policy(view).outreach.shape.quiet_hours
    now = crm.clock.now.astimezone(ZoneInfo(crm.store.zone)).time()
    if quiet is not None and channel in QUIET and quiet.holds(now):
        words = _("nobody is called or written to from {first} until {last}: send it later")
        crm.say(words.format(first=quiet.from_, last=quiet.until))


def _written(crm: Context, found: DraftFacts, asked: Wanted, *, unmask: bool) -> dict[str, Any]:
    """Return the draft with everything that is known of it."""
    from loancrm.letters.library import choose

    channel = asked.channel or _usual_channel(found)
    file = choose(_folder(crm), asked.reason, found.segment, channel, asked.language)
    facts = _facts(crm, found, asked, channel, unmask=unmask)
    draft = _filled(file, facts)
    to = facts["to"]
    return {
        "customer": found.customer,
        "reason": asked.reason,
        "about": found.ref,
        "channel": channel,
        "language": asked.language,
        "to": to["name"],
        "address": {"email": to["email"], "letter": None}.get(channel, to["phone"]),
        "subject": draft.subject,
        "text": draft.text,
        "template": file.name,
        "source": file.source,
        "consent": _consent(crm, found, asked, channel),
        "held_back": [{"rule": rule, "why": why} for rule, why in found.held_back],
    }


def _filled(file: TemplateFile, facts: Mapping[str, Any]) -> Draft:
    from loancrm.letters.filling import fill

    return fill(file, facts)


def _folder(crm: Context) -> Path | None:
    return Path(crm.settings.templates) if crm.settings.templates else None


def _usual_channel(found: DraftFacts) -> str:
    """Return how a draft goes where nobody says: as is preferred, else as one can be reached."""
    if found.preferred in codes_of("draft_channel"):
        return str(found.preferred)
    if found.preferred in SPOKEN:
        return "phone"
    to = found.facts["to"]
    return "sms" if to["phone"] else "email" if to["email"] else "letter"


def _facts(crm: Context, found: DraftFacts, asked: Wanted, channel: str, *, unmask: bool) -> dict[str, Any]:
    """Return the facts with the draft itself and the bank among them, personal ones masked."""
    facts = {
        **found.facts,
        "draft": {
            "on": crm.as_of,
            "reason": asked.reason,
            "channel": channel,
            "about": said_in(asked.reason, asked.name, asked.language),
        },
        "bank": {"name": crm.settings.bank},
    }
    if not unmask:
        for group in ("to", "customer"):
            facts[group] = _masked(facts[group])
    return facts


def _masked(group: Mapping[str, Any]) -> dict[str, Any]:
    masks = {"phone": mask_phone, "email": mask_email}
    return {name: masks[name](value) if name in masks and value else value for name, value in group.items()}


def _consent(crm: Context, found: DraftFacts, asked: Wanted, channel: str) -> str:
    from loancrm.reports.outreach import consented

    if not asked.about.purposes:
        return "not_needed"
    person = found.facts["to"]["name"]
    stands = consented(found.consents, asked.about.purposes, crm.as_of, channel=channel, person=person)
    return "given" if stands else "missing"


def _warnings(values: Mapping[str, Any], asked: Wanted) -> Iterator[str]:
    """Yield what speaks against sending it."""
    from loancrm.vocabulary import label

    if values["consent"] == "missing":
        words = _(
            "no consent of {customer} to {purpose} by {channel} is recorded: loancrm consent add {customer}"
        )
        yield words.format(
            customer=values["customer"],
            purpose=label("consent_purpose", asked.about.purposes[0]),
            channel=label("draft_channel", values["channel"]),
        )
    for one in values["held_back"]:
        yield _("offers are held back: {why}").format(why=one["why"])


def _show(crm: Context, values: dict[str, Any]) -> None:
    if crm.format not in ("table", "html"):
        crm.show_one(values, COLUMNS, title=values["customer"])
        return
    to = " · ".join(text for text in (values["to"], values["address"]) if text)
    head = [_("to: {to}").format(to=to)]
    if values["subject"]:
        head.append(_("subject: {subject}").format(subject=values["subject"]))
    next_step = f"loancrm contact log {values['customer']} --channel {values['channel']}"
    foot = ["", f"{next_step} --purpose {_purpose(values['reason'])} --outcome message_left"]
    crm.show([], (), title=values["customer"], header=[*head, "", *values["text"].splitlines()], footer=foot)


def _purpose(reason: str) -> str:
    """Return the purpose of the conversation that a draft begins."""
    purposes = {
        "past_due": "collection",
        "promise": "collection",
        "renewal": "renewal",
        "maturity": "renewal",
    }
    purposes |= {"bad_record": "bad_record_notice"}
    purposes |= {"introduction": "introduction", "feedback": "complaint", "win_back": "marketing"}
    return purposes.get(reason, REASONS[reason].consent or "service")


def show_letter(crm: Context, loan: str, typed: Mapping[str, Any], *, unmask: bool) -> None:
    """Show a letter about one loan to its customer.

    Raises:
        UsageFault: the reason is not about a loan.
    """
    asked = wanted({**typed, "about": loan})
    if asked.about.loan_by is None:
        about = [code for code in codes_of("draft_reason") if REASONS[code].loan_by is not None]
        raise UsageFault(
            _("{field}: of a loan there are {codes}").format(field="--for", codes=listed(about)),
            field="--for",
        )
    if typed.get("version") is not None and asked.reason != "rate_change":
        raise InvalidInput(_("--version is of a change of the rate"), field="--version")
    customer = crm.ask(_owner, loan)
    channel = typed["channel"] or "letter"
    values = {**typed, "about": loan.strip(), "channel": channel}
    show_draft(crm, customer, values, unmask=unmask, what="loan letter")


def _owner(view: Any, number: str) -> str:
    from loancrm.reports import lookup

    return lookup.customer_code(lookup.owner_number(view, lookup.loan(view, number).customer_id))


def show_templates(crm: Context, reason: str | None) -> None:
    """Show every template with what it is for and where it comes from; what is wrong stands below it."""
    from loancrm.letters.library import templates

    code = code_of("draft_reason", reason, "--for") if reason else None
    rows = [_template(one) for one in templates(_folder(crm))]
    crm.show([row for row in rows if code in (None, row["reason"])], TEMPLATE_COLUMNS, title=_("templates"))


def _template(one: TemplateFile | Misnamed) -> dict[str, Any]:
    from loancrm.letters.filling import problems
    from loancrm.letters.library import Misnamed

    if isinstance(one, Misnamed):
        empty = dict.fromkeys(("reason", "segment", "channel", "language"))
        return {
            **empty,
            "source": "bank",
            "file": str(one.path),
            "problem": f"{one.path.name}: {one.problem}",
        }
    names = ("reason", "segment", "channel", "language", "source")
    found = problems(one) if one.source == "bank" else ()  # ours are tested
    return {
        **{name: getattr(one, name) for name in names},
        "file": one.name if one.source == "loancrm" else str(one.path),
        "problem": "\n".join(found) or None,
    }


def show_fields(crm: Context) -> None:
    """Show what a template can say."""
    from loancrm.letters.fields import FIELDS

    rows = [
        {
            "field": f"{name}[].{field}" if group.is_list else f"{name}.{field}",
            "kind": one.kind.partition(":")[0],
            "may_be_missing": group.is_optional,
            "group": _(group.meaning),
            "meaning": _(one.meaning),
        }
        for name, group in FIELDS.items()
        for field, one in group.fields.items()
    ]
    crm.show(rows, FIELD_COLUMNS, title=_("fields"), whole=True)
