"""What is new on the lists, said once: on standard output, by mail, or as a notice.

Each is delivered inside the transaction that remembers it, and that is committed afterwards.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from loancrm.errors import InvalidInput, LoanCrmError, PartlyDone, UsageFault
from loancrm.i18n import N_, _, listed, n_, titled
from loancrm.render.columns import Column

if TYPE_CHECKING:
    from email.message import EmailMessage

    from loancrm.context import Context
    from loancrm.services.reminders import Audience, News, Said

PASSWORD = "LOANCRM_SMTP_PASSWORD"  # noqa: S105 - the name of the variable
COLUMNS = (
    Column("due_on", N_("due"), "date"),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer")),
    Column("kind", N_("kind"), "code", vocabulary="reason_kind"),
    Column("days_late", N_("days late"), "int", table=False),
    Column("band", N_("band"), "int", table=False),
    Column("rule", N_("rule"), table=False),
    Column("amount", N_("amount"), "money", table=False),
    Column("ref", N_("number"), table=False),
    Column("reason_code", N_("reason code"), table=False),
    Column("reason", N_("why"), below=True),
    Column("command", N_("command"), table=False),
)

Deliver = Callable[["News"], None]
One = TypeVar("One")
Result = TypeVar("Result")


def remind(crm: Context, *, officer: str | None, all_: bool, mail: bool, notify: bool, dry_run: bool) -> None:
    """Say what is new on the lists since the last time.

    Raises:
        PartlyDone: some of several officers could not be told; the others were.
        LoanCrmError: nobody could.
    """
    _refuse_options(crm, officer, all_=all_, mail=mail, notify=notify)
    if crm.given.get("format") is None and not crm.given.get("output"):
        crm.given["format"] = "table"  # cron mails it to a person
    people, failed = _people(crm, officer, all_=all_), dict[str, LoanCrmError]()
    waiting = [one for one in _each(people, failed, lambda who: _news(crm, who)) if one.lines or one.gone]
    if dry_run:
        _show(crm, [said for one in waiting for said in one.lines.values()])
        crm.say(_("dry run: nothing was stored"))
    elif mail:
        _by_mail(crm, waiting, failed)
    elif notify:
        _each(waiting, failed, lambda one: _told(crm, one.audience, lambda news: _notify(crm, news)))
    else:
        _on_screen(crm, waiting, failed)
    _raise_failed(failed, len(people))


def _refuse_options(crm: Context, officer: str | None, *, all_: bool, mail: bool, notify: bool) -> None:
    crm.refuse_looking_back()
    if officer is not None and all_:
        raise UsageFault(_("--officer or --all, not both"), field="--all")
    if mail and notify:
        raise UsageFault(_("--mail or --notify, not both"), field="--notify")
    if (mail or notify) and not (officer or all_ or crm.settings.me):
        raise UsageFault(_("say to whom: --officer CODE, --all, or me: in the settings"), field="--officer")


def _people(crm: Context, officer: str | None, *, all_: bool) -> list[Audience]:
    from loancrm.services.reminders import audiences

    return crm.ask(audiences, officer or crm.settings.me, all_=all_)


def _news(crm: Context, who: Audience) -> News:
    """Look first, without the lock: mostly there is nothing to say."""
    from loancrm.services.reminders import news

    with crm.view() as view:
        return news(view, crm.policy(view), who, crm.settings.remind.within_days)


def _each(
    items: Iterable[One], failed: dict[str, LoanCrmError], work: Callable[[One], Result]
) -> list[Result]:
    """Do ``work`` for each; a fault of one never stops the others."""
    done = []
    for one in items:
        try:
            done.append(work(one))
        except LoanCrmError as fault:
            failed[str(one)] = fault
    return done


def _told(crm: Context, who: Audience, deliver: Deliver) -> None:
    """Deliver the news of one audience, and remember it when that is done."""
    from loancrm.services.reminders import tell

    with crm.store.unit_of_work(crm.order("remind")) as uow:
        found = tell(uow, crm.policy(uow.view()), who, crm.settings.remind.within_days)
        if found.lines:
            deliver(found)


def _on_screen(crm: Context, waiting: list[News], failed: dict[str, LoanCrmError]) -> None:
    """Show the news of all as one list, and remember it when that is written."""
    from loancrm.services.reminders import tell

    if not waiting:
        _show(crm, [])
        return
    with crm.store.unit_of_work(crm.order("remind")) as uow:
        policy, within = crm.policy(uow.view()), crm.settings.remind.within_days

        def tell_one(one: News) -> News:
            with uow.attempt():
                return tell(uow, policy, one.audience, within)

        _show(crm, [said for one in _each(waiting, failed, tell_one) for said in one.lines.values()])


def _show(crm: Context, lines: list[Said]) -> None:
    if lines or crm.format not in ("table", "html") or crm.given.get("output"):
        header = [_title(crm, lines), ""]
        crm.show(lines, COLUMNS, title=_("new on the list"), header=header, whole=True)
    elif sys.stderr.isatty():
        crm.say(_("nothing new; the whole list: loancrm today"))


def _title(crm: Context, lines: list[Said]) -> str:
    words = n_("{day}: {n} new on the list", "{day}: {n} new on the list", len(lines))
    return words.format(day=crm.today, n=len(lines))


# ── by mail, and as a notice ────────────────────────────────────────────────────────────────────


def _by_mail(crm: Context, waiting: list[News], failed: dict[str, LoanCrmError]) -> None:
    from loancrm.exchange.mail import MailServer, read_password

    if not waiting:
        return
    settings = crm.settings.remind.mail
    password = crm.environ.get(PASSWORD) or read_password(settings.password_file)
    with MailServer(settings, password) as server:
        _each(
            waiting,
            failed,
            lambda one: _told(crm, one.audience, lambda news: server.send(_message(crm, news))),
        )


def _message(crm: Context, news: News) -> EmailMessage:
    """Return the mail: the list as plain text and as a page; the same news have the same Message-ID."""
    import hashlib
    from email.message import EmailMessage
    from email.policy import SMTP
    from email.utils import format_datetime

    lines = _masked(news)
    sender = crm.settings.remind.mail.sender or ""
    digest = hashlib.sha256("\n".join((news.audience.code, *news.lines)).encode()).hexdigest()[:32]
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = sender, _address(crm, news.audience)
    message["Subject"] = titled("loancrm", _title(crm, lines))
    message["Date"] = format_datetime(crm.clock.now)
    message["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_rendered(crm, lines, "table"))
    message.add_alternative(_rendered(crm, lines, "html"), subtype="html")
    return message


def _address(crm: Context, who: Audience) -> str:
    from loancrm.identity import check_email

    found = crm.settings.remind.addresses.get(who.code) or who.email
    if found is None:
        raise InvalidInput(
            _("officer {code} has no e-mail address").format(code=who.code),
            field="--mail",
            hint=_("loancrm officer edit {code} --email ADDRESS, or remind.addresses").format(code=who.code),
        )
    return check_email(found, "remind.addresses")


def _notify(crm: Context, news: News) -> None:
    from loancrm.exchange.notices import notify

    places = crm.settings.remind.notify.get(news.audience.code)
    if not places:
        raise InvalidInput(
            _("remind.notify has no address for officer {code}").format(code=news.audience.code),
            field="remind.notify",
        )
    lines = _masked(news)
    notify(places, _title(crm, lines), _rendered(crm, lines, "table"))


def _masked(news: News) -> list[Said]:
    """Return the lines as they may leave the house: phones and numbers in what was written are masked."""
    from dataclasses import replace

    from loancrm.identity import mask_in_text

    return [replace(said, reason=mask_in_text(said.reason)) for said in news.lines.values()]


def _rendered(crm: Context, lines: list[Said], form: str) -> str:
    from io import BytesIO

    from loancrm.render.output import Options, write

    out, title = BytesIO(), _title(crm, lines)
    keys = tuple(column.key for column in COLUMNS if column.table and column.key != "officer")
    options = Options(
        form,
        columns=keys if form == "table" else (*keys, "command"),
        currency=crm.store.currency,
        zone=crm.store.zone,
        title=title,
        limit=len(lines),
    )
    footer = ["", _("the whole list, with the commands: loancrm today")]
    write(lines, COLUMNS, out, options, header=[title, ""] if form == "table" else [], footer=footer)
    return out.getvalue().decode()


def _raise_failed(failed: dict[str, LoanCrmError], of: int) -> None:
    if not failed:
        return
    if of == 1:
        raise next(iter(failed.values()))
    said = listed(titled(code, fault.text(private=False)) for code, fault in failed.items())
    words = _("{n} of {of} officers were not told: {who}")
    raise PartlyDone(
        words.format(n=len(failed), of=of, who=said),
        hint=_("they are told the next time; the others were told"),
    )
