"""What a draft is written for, as it is typed: a reason to write, or a kind of line of the day's list."""

from __future__ import annotations

from loancrm.errors import UsageFault
from loancrm.i18n import _, speaking
from loancrm.letters.reasons import CALLED
from loancrm.vocabulary import code_of, label


def reason_of(text: str) -> str:
    """Return the reason to write that was typed.

    Raises:
        UsageFault: it is none; of what ``today`` says but nobody writes about, the message says so.
    """
    try:
        return code_of("draft_reason", text, "--for")
    except UsageFault:
        kind = _kind_of_line(text)
        if kind is None:
            raise
    if kind in CALLED:
        return CALLED[kind]
    raise UsageFault(
        _("--for: nothing is written to a customer about this: {kind}").format(
            kind=label("reason_kind", kind)
        ),
        field="--for",
        hint=_(
            "it is our own work: loancrm agenda CUSTOMER has what to do; letters: loancrm contact templates"
        ),
        code="no_letter",
    ) from None


def _kind_of_line(text: str) -> str | None:
    try:
        return code_of("reason_kind", text, "--for")
    except UsageFault:
        return None


def name_of(reason: str, text: str | None) -> str | None:
    """Return what ``--about`` names: of a festival its code, else the text.

    Raises:
        UsageFault: no festival is called so; the message lists the known ones.
    """
    if text is None or not text.strip():
        return None
    return code_of("festival", text, "--about") if reason == "festival" else text.strip()


def said_in(reason: str, name: str | None, lang: str) -> str | None:
    """Return a name as a message says it: a festival's in the message's language."""
    if name is None or reason != "festival":
        return name
    with speaking(lang):
        return label("festival", name)
