"""Notices through apprise (the extra ``notify``): WeCom, DingTalk, Feishu, ntfy and a hundred more."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from loancrm.errors import InvalidInput, Refused, Undelivered
from loancrm.i18n import _


def notify(places: Sequence[str], title: str, text: str) -> None:
    """Send a notice to all ``places``, which are addresses of apprise.

    Raises:
        Refused: the extra is not installed.
        InvalidInput: an address that apprise does not know; it is not shown, since it holds a key.
        Undelivered: one of them did not take it.
    """
    apprise = _apprise()
    logging.getLogger("apprise").addHandler(logging.NullHandler())  # it would show the addresses
    sender = apprise.Apprise()
    for n, place in enumerate(places, 1):
        if not sender.add(place):
            words = _("address {n} in remind.notify is none that apprise knows")
            raise InvalidInput(words.format(n=n), field="remind.notify")
    if not sender.notify(title=title, body=text, body_format=apprise.NotifyFormat.TEXT):
        raise Undelivered(_("a notice was not taken"))


def _apprise() -> Any:
    try:
        import apprise
    except ImportError:
        raise Refused(
            _("apprise is not installed, which notices need"),
            hint=_("install it: pip install 'loancrm[notify]'"),
            code="missing_extra",
        ) from None
    return apprise
