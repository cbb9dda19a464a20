"""Names, identifiers, phones and e-mail: normalised, checked, compared, masked. Pure.

Every check refuses with ``InvalidInput`` naming the field and never repeats the value: it is
personal, and it may be hostile.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import NoReturn

from loancrm.errors import InvalidInput
from loancrm.i18n import _, titled
from loancrm.regions import without_regions

NAME_LIMIT = 200
NOTE_LIMIT_BYTES = 64 * 1024

# Control, format (bidi, zero-width), surrogate, private use, line and paragraph separator.
_FORBIDDEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_OPENING, _CLOSING, _DOTS = "[{〔【〖「『《〈", "]}〕】〗」』》〉", "•・‧∙⋅"
# Brackets are typed in many shapes, and so is the dot inside 阿布都·热合曼; selectors are invisible.
_UNIFY = {ord(c): "(" for c in _OPENING} | {ord(c): ")" for c in _CLOSING} | {ord(c): "·" for c in _DOTS}
_UNIFY |= dict.fromkeys((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)), "")

_CHINESE_FORMS = (
    *("股份有限公司", "有限责任公司", "股份公司", "有限公司", "总公司", "公司", "集团", "(集团)"),
    *("(有限合伙)", "(普通合伙)", "合伙企业", "(个体工商户)", "个体工商户"),
)
# Patterns are text: re compiles one when it is first used, and keeps it. Compiling all cost 20 ms a start.
_LATIN_FORMS = (
    r"ag|bv|co|coltd|company|corp|corporation|gmbh|group|inc|incorporated|kg|limited|llc|llp|lp|ltd|nv|plc"
    r"|pte|pty|sa|sarl|spa|srl|&|"
)

# A code may hold an E among digits by right, so the point or the plus must be there.
_EXCEL_NUMBER = r"[0-9]+(\.[0-9]+[eE]\+?|[eE]\+)[0-9]+"
# First two digits of an area code; 81-83 are residence permits of Hong Kong, Macau and Taiwan.
_PROVINCE = r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]"
_PHONE_TEXT = r"\+?[0-9(][0-9 ().+/‐-―−-]{2,38}"
_CHINESE_MOBILE = r"(?:\+86)?(1[0-9]{10})"
_IN_TEXT = (
    r"(?<![0-9A-Za-z])(?:(?P<phone>(?:\+86)?1[3-9][0-9]{9})|(?P<number>[0-9]{6}(?:18|19|20)[0-9]{2}"
    r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]))(?![0-9A-Za-z])"
)
_EMAIL = (
    r"(?=.{3,254}\Z)(?P<local>[^\s@<>()\[\],;:\"\\.]+(?:\.[^\s@<>()\[\],;:\"\\.]+)*)"
    r"@(?P<domain>(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]*[^\W_])"
)
_PLAIN = re.compile("[0-9A-Za-z_-]+")


def clean_text(text: str, field: str, limit: int = NAME_LIMIT) -> str:
    """Return ``text`` as it is stored: NFC, stripped, inner spaces collapsed to one.

    Raises:
        InvalidInput: empty, longer than ``limit`` characters, or holding control, bidi,
            zero-width, newline or tab characters.
    """
    if _PLAIN.fullmatch(text) and len(text) <= limit:  # a number of the bank's: quick to say so
        return text
    _refuse_hidden(text, field, allowed="")
    clean = " ".join(unicodedata.normalize("NFC", text).split())
    if not clean:
        _refuse(field, _("must not be empty"))
    if len(clean) > limit:
        _refuse(field, _("is too long; at most {limit} characters").format(limit=limit))
    return clean


def clean_name(text: str, field: str = "name") -> str:
    """Return a name as it is stored; refuses like ``clean_text``, at 200 characters."""
    return clean_text(text, field)


def clean_note(text: str, field: str = "note", limit_bytes: int = NOTE_LIMIT_BYTES) -> str:
    r"""Return a note as it is stored: NFC, line ends as ``\n``, spaces as typed.

    Raises:
        InvalidInput: more than ``limit_bytes`` bytes of UTF-8, or controls other than newline and tab.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_hidden(lines, field, allowed="\n\t")
    clean = unicodedata.normalize("NFC", lines)
    if len(clean.encode()) > limit_bytes:
        _refuse(field, _("is too long; at most {limit} bytes").format(limit=limit_bytes))
    return clean


def name_key(text: str) -> str:
    """Return what search and sameness compare: NFKC, case folded, brackets and dots unified, no spaces."""
    folded = unicodedata.normalize("NFKC", _fold(text))
    return unicodedata.normalize("NFKC", "".join(folded.translate(_UNIFY).split()))


def company_key(text: str) -> str:
    """Return ``name_key`` without legal form and region; equal keys warn of a likely duplicate, no more.

    A name that is nothing but a legal form keeps its ``name_key``.
    """
    words = re.split(r"[\s,，、]+", _fold(text).replace(".", ""))
    while words and re.fullmatch(_LATIN_FORMS, words[-1]):
        words.pop()
    key = name_key("".join(words))
    while form := next((form for form in _CHINESE_FORMS if key.endswith(form)), None):
        key = key.removesuffix(form)
    return without_regions(key) or name_key(text)


def check_uscc(text: str, field: str) -> str:
    """Return a unified social credit code (GB 32100-2015), 18 capitals and digits.

    Raises:
        InvalidInput: wrong length, letter or check character, or damaged by a spreadsheet.
    """
    from stdnum.cn import uscc

    number = _compact(text, field)
    if not number.isascii() or not uscc.is_valid(number):
        _refuse(field, _("is not a unified social credit code (18 characters, the last one a check)"))
    return number


def check_resident_id(text: str, field: str, today: date) -> str:
    """Return a resident identity number (GB 11643), 18 characters; the old 15 digits are converted.

    The county is not looked up: numbers were first issued in 1984 with the county of that day, so a
    table of counties by year of birth would refuse real people.

    Raises:
        InvalidInput: wrong length, province, date or check character; born after ``today``.
    """
    number = _compact(text, field)
    if re.fullmatch(r"[0-9]{15}", number):
        number = _with_check(f"{number[:6]}19{number[6:]}")
    shaped = re.fullmatch(r"[0-9]{17}[0-9X]", number) and re.match(_PROVINCE, number)
    if not shaped or number != _with_check(number[:17]):
        _refuse(field, _("is not a resident identity number (18 characters, the last one a check)"))
    try:
        born = birth_date(number)
    except ValueError:
        _refuse(field, _("holds a birth date that does not exist"))
    if born > today:
        _refuse(field, _("holds a birth date in the future"))
    return number


def birth_date(resident_id: str) -> date:
    """Return the birth date in an 18-character resident identity number that was checked.

    Raises:
        ValueError: digits 7 to 14 are not a date.
    """
    return date(int(resident_id[6:10]), int(resident_id[10:12]), int(resident_id[12:14]))


def check_phone(text: str, field: str, region: str) -> str:
    """Return a phone number in E.164, such as ``+8613800138000``.

    Args:
        text: as typed; full-width digits, spaces, hyphens and brackets are fine.
        field: what the message names.
        region: two letters (ISO 3166) for numbers without a country code.

    Raises:
        InvalidInput: not a valid number there, with words or an extension, or damaged by a spreadsheet.
    """
    import phonenumbers as phones

    plain = unicodedata.normalize("NFKC", text).strip()
    _refuse_excel(plain, field)
    # The library finds a number inside any sentence; here the whole text must be one.
    if not re.fullmatch(_PHONE_TEXT, plain):
        _refuse(field, _("is not a phone number; write 138 0013 8000 or +86 138 0013 8000"))
    if region not in phones.SUPPORTED_REGIONS:
        _refuse(field, _("cannot be read: phone_region in the settings is not a country code"))
    try:
        number = phones.parse(plain, region)
    except phones.NumberParseException:
        number = phones.PhoneNumber()
    if not phones.is_valid_number(number):
        _refuse(field, _("is not a phone number in use; write 138 0013 8000 or +86 138 0013 8000"))
    return phones.format_number(number, phones.PhoneNumberFormat.E164)


def check_email(text: str, field: str) -> str:
    """Return an e-mail address with its domain in lower case; it is not looked up.

    Raises:
        InvalidInput: not of the form name@example.com.
    """
    found = re.fullmatch(_EMAIL, clean_text(unicodedata.normalize("NFKC", text), field, limit=254))
    if found is None or len(found["local"]) > 64:
        _refuse(field, _("is not an e-mail address; write name@example.com"))
    return f"{found['local']}@{found['domain'].lower()}"


def mask_phone(phone: str) -> str:
    """Return ``138****8000`` for a Chinese mobile, else all but the last four characters as ``*``."""
    if mobile := re.fullmatch(_CHINESE_MOBILE, phone):
        return f"{mobile[1][:3]}****{mobile[1][-4:]}"
    return "*" * (len(phone) - 4) + phone[-4:] if len(phone) > 6 else "*" * len(phone)


def mask_identifier(number: str) -> str:
    """Return the first three and last two characters, the rest as ``*``; under nine all are hidden."""
    if len(number) < 9:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


def mask_email(address: str) -> str:
    """Return ``z***@example.com``: the domain stays, the name keeps one character at most."""
    local, at, domain = address.rpartition("@")
    if not at:
        return "*" * len(address)
    return f"{local[0] if len(local) > 1 else ''}***@{domain}"


def mask_in_text(text: str) -> str:
    """Return a text that somebody wrote with the Chinese mobiles and resident IDs in it masked."""
    return re.sub(
        _IN_TEXT, lambda found: mask_phone(found[0]) if found["phone"] else mask_identifier(found[0]), text
    )


def _fold(text: str) -> str:
    # Compatibility caseless matching, Unicode 3.13 D146: folding can undo a normalisation.
    once = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", text).casefold())
    return unicodedata.normalize("NFKC", once.casefold())


def _compact(text: str, field: str) -> str:
    number = re.sub(r"[\s‐-―−-]", "", unicodedata.normalize("NFKC", text)).upper()
    _refuse_excel(number, field)
    return number


def _with_check(first_17: str) -> str:
    from stdnum.cn import ric

    return first_17 + ric.calc_check_digit(first_17 + "0")


def _refuse_excel(text: str, field: str) -> None:
    if re.fullmatch(_EXCEL_NUMBER, text):
        _refuse(field, _("was damaged by a spreadsheet (a number with E); export that column as text"))


def _refuse_hidden(text: str, field: str, allowed: str) -> None:
    if text.isprintable():  # holds none of them, and is quick to say so
        return
    if any(c not in allowed and unicodedata.category(c) in _FORBIDDEN for c in text):
        _refuse(field, _("must not contain control or invisible characters"))


def _refuse(field: str, problem: str) -> NoReturn:
    raise InvalidInput(titled(field, problem), field=field)
