"""The interface in the officer's language: one catalogue, chosen once per run.

English is the source text. ``N_`` marks a text that is translated later, where it is shown.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh_CN")
LOCALE_DIR = Path(__file__).parent / "locale"
_current: list[str] = ["en"]


@cache
def catalogue(lang: str) -> gettext.NullTranslations:
    """Return the translations of ``lang``, read once."""
    if lang == "en":
        return gettext.NullTranslations()
    return gettext.translation("loancrm", LOCALE_DIR, [lang])


def set_language(lang: str) -> None:
    """Speak ``lang`` (one of ``LANGUAGES``) from now on."""
    _current[0] = lang


def language() -> str:
    """Return the language in use, ``en`` or ``zh_CN``."""
    return _current[0]


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak ``lang`` for a while: what is written for a customer is in the customer's language."""
    before = _current[0]
    _current[0] = lang
    try:
        yield
    finally:
        _current[0] = before


def match_language(text: str | None) -> str | None:
    """Return the language that a locale or option value means, or None.

    ``zh``, ``zh_CN.UTF-8``, ``zh-Hans`` and ``中文`` mean Chinese; ``en…``, ``C`` and ``POSIX`` English.
    """
    if not text:
        return None
    name = text.strip().replace("-", "_").split(".")[0]
    if name.lower().startswith("zh") or name in {"中文", "简体中文"}:
        return "zh_CN"
    if name.lower().startswith("en") or name in {"C", "POSIX"}:
        return "en"
    return None


def _(message: str) -> str:
    """Translate ``message``."""
    return catalogue(_current[0]).gettext(message) if message else message


def p_(context: str, message: str) -> str:
    """Translate ``message`` as it is meant in ``context`` (a vocabulary, such as ``segment``)."""
    return catalogue(_current[0]).pgettext(context, message)


def n_(singular: str, plural: str, n: int) -> str:
    """Translate and choose the plural form for ``n``."""
    return catalogue(_current[0]).ngettext(singular, plural, n)


def titled(title: str, text: str) -> str:
    """Return « title: text » with the colon of the language in use."""
    return _("{title}: {text}").format(title=title, text=text)


def noted(text: str, note: str) -> str:
    """Return « text (note) » with the brackets of the language in use."""
    return _("{text} ({note})").format(text=text, note=note)


def listed(items: Iterable[str]) -> str:
    """Return « a, b, c » with the comma of the language in use."""
    return _(", ").join(items)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a marker
    """Mark ``message`` for translation; it is translated where it is shown."""
    return message


def NP_(context: str, message: str) -> str:  # noqa: N802 - the same, with a context
    """Mark ``message`` for translation in ``context``; ``p_`` translates it."""
    del context
    return message
