"""The settings of a book as a frozen model. Imported only when a config file is read: it needs pydantic."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from loancrm.i18n import _
from loancrm.vocabulary.words import PRODUCT


def _product_code(code: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", code):
        raise ValueError(_("write small letters, digits and _, a letter first"))
    return code


def _with_label(product: Any) -> Any:
    """A product may be its label alone."""
    return {"label": product} if isinstance(product, str) else product


def _address(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,190}", text):
        raise ValueError(_("not an e-mail address; write name@example.com"))
    return text


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(_("not a time zone; write a name such as Asia/Shanghai")) from None
    return name


class Product(BaseModel):
    """What goes for loans of a product where an application does not say it: texts as they are typed.

    Attributes:
        label: what it is called; only for a code of the bank's own.
        rate: a year, where it is fixed.
        reference: the published series that the rate follows, with ``spread`` over it, looked up as
            ``reprice`` says.
        prepayment: what the rest becomes when money comes early and nobody says.
        penalty: what overdue principal costs a year, as a percentage of the contract rate; none: nothing.
        compound: whether overdue interest bears interest.
        misuse: what principal used otherwise than agreed costs a year, as such a percentage; none: no more.
        grace_days: days past due that do not count.
        allocation: what a payment pays first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    label: str | None = Field(default=None, min_length=1, max_length=200)
    security: str | None = None
    rate: str | None = None
    reference: str | None = None
    spread: str | None = None
    reprice: str | None = None
    repayment: str | None = None
    frequency: str | None = None
    day_count: str | None = None
    rounding: str | None = None
    round_to: str | None = None
    settlement_day: int | None = Field(default=None, ge=1, le=28)
    holiday_shift: str | None = None
    principal_grace: int | None = Field(default=None, ge=0, le=1200)
    interest_grace: int | None = Field(default=None, ge=0, le=1200)
    recurring_grace: int | None = Field(default=None, ge=0, le=1200)
    prepayment: str | None = None
    penalty: int | None = Field(default=None, ge=100, le=300)
    compound: bool = False
    misuse: int | None = Field(default=None, ge=100, le=300)
    grace_days: int = Field(default=0, ge=0, le=365)
    allocation: tuple[str, ...] = ()

    @property
    def typed(self) -> dict[str, str]:
        """Return its terms as they would be typed."""
        own = {"label", "penalty", "compound", "misuse", "grace_days", "allocation"}
        return {k: str(v) for k, v in self.model_dump(exclude=own, exclude_none=True).items()}


class _Part(BaseModel):
    """A part of the settings; it is compiled when a file says something of it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, hide_input_in_errors=True, defer_build=True
    )


class Mail(_Part):
    """How a mail is sent.

    Attributes:
        host: the mail server; None: no mail.
        port: None: 587 for starttls, 465 for tls, 25 for none.
        security: starttls, tls from the start, or none.
        sender: whom the mails are from.
        user: as whom to log in; None: without.
        password_file: a file of which the first line is the password; LOANCRM_SMTP_PASSWORD goes before it.
        timeout: seconds to wait for an answer.
    """

    host: str | None = Field(default=None, min_length=1, max_length=255)
    port: int | None = Field(default=None, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Annotated[str, AfterValidator(_address)] | None = None
    user: str | None = Field(default=None, min_length=1)
    password_file: str | None = Field(default=None, min_length=1)
    timeout: int = Field(default=20, ge=1, le=300)

    @property
    def usual_port(self) -> int:
        """Return the port that is said, or the usual one of the security."""
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]


class Remind(_Part):
    """What ``remind`` says, and where to.

    Attributes:
        within_days: it says also what falls due in so many days.
        mail: how ``--mail`` sends.
        addresses: e-mail addresses by officer; without one, the officer's own in the book.
        notify: addresses of apprise by officer, where ``--notify`` sends.
    """

    within_days: int = Field(default=0, ge=0, le=366)
    mail: Mail = Field(default_factory=Mail.model_construct)
    addresses: dict[str, Annotated[str, AfterValidator(_address)]] = {}
    notify: dict[str, list[str]] = {}

    def __str__(self) -> str:
        """Return what is said of it in a line; the addresses of apprise hold keys, and are hidden."""
        said = [f"within_days: {self.within_days}", *self.addresses]
        said += [f"mail.{name}: {value}" for name, value in self.mail if value is not None]
        return ", ".join([*said, *(f"notify.{officer}: ***" for officer in self.notify)])


class CalendarFile(_Part):
    """What stands in a calendar file.

    Attributes:
        alarm_at: at what time of the day an alarm rings; None: never.
        alarm_days_before: how many days before, each an alarm.
        keep_cancelled_days: so long a line that is gone stays in the file as cancelled.
    """

    alarm_at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] | None = "08:30"
    alarm_days_before: list[Annotated[int, Field(ge=0, le=366)]] = [0]
    keep_cancelled_days: int = Field(default=30, ge=0, le=3_660)

    def __str__(self) -> str:
        """Return what is said of it in a line."""
        return ", ".join(f"{name}: {value}" for name, value in self)


class Settings(BaseModel):
    """What a config file may say; every key is optional.

    Attributes:
        store: file or database URL of the book; None is the user's data folder. After
            ``config.load`` it is never None.
        lang: language of the interface; ``auto`` asks the locale.
        me: code of the acting officer.
        policy: policy file used instead of the adopted one.
        zone: IANA zone of the business day of a new book.
        currency: ISO 4217 code of a new book.
        phone_region: ISO 3166 code for phone numbers written without a country code.
        table_rows: rows shown at most in a table on a terminal.
        backup_days: days after which ``doctor`` misses a backup.
        products: further product codes with their labels, and the terms of any product.
        profiles: import profiles by name, each a file; ``config.load`` makes the places absolute.
        remind: what ``remind`` says, and where to.
        calendar: what stands in a calendar file.
        bank: the bank's name, as customers read it.
        templates: the folder of the bank's own templates of messages and letters.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, hide_input_in_errors=True, defer_build=True
    )

    store: str | None = Field(default=None, min_length=1)
    lang: Literal["auto", "en", "zh_CN"] = "auto"
    me: str | None = Field(default=None, min_length=1, max_length=200)
    policy: str | None = Field(default=None, min_length=1)
    zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    currency: str = "CNY"
    phone_region: str = "CN"
    table_rows: int = Field(default=50, ge=1, le=10_000)
    backup_days: int = Field(default=7, ge=1, le=3_650)
    products: dict[
        Annotated[str, AfterValidator(_product_code)], Annotated[Product, BeforeValidator(_with_label)]
    ] = {}

    profiles: dict[
        Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")],
        Annotated[str, Field(min_length=1)],
    ] = {}
    remind: Remind = Field(default_factory=Remind.model_construct)
    calendar: CalendarFile = Field(default_factory=CalendarFile.model_construct)
    bank: str | None = Field(default=None, min_length=1, max_length=200)
    templates: str | None = Field(default=None, min_length=1)

    @field_validator("currency")
    @classmethod
    def _three_capitals(cls, code: str) -> str:
        if not re.fullmatch(r"[A-Z]{3}", code):
            raise ValueError(_("not a currency; write three capitals such as CNY"))
        return code

    @field_validator("phone_region")
    @classmethod
    def _two_capitals(cls, code: str) -> str:
        if not re.fullmatch(r"[A-Z]{2}", code):
            raise ValueError(_("not a country; write two capitals such as CN"))
        return code

    @field_validator("products")
    @classmethod
    def _own_or_known(cls, products: dict[str, Product]) -> dict[str, Product]:
        for code, product in products.items():
            if code in PRODUCT and product.label is not None:
                words = _("the product code {code} is built in and has its label; choose another")
                raise ValueError(words.format(code=code))
            if code not in PRODUCT and product.label is None:
                raise ValueError(_("the product {code} needs a label").format(code=code))
        return products

    @property
    def product_labels(self) -> dict[str, str]:
        """Return the labels of the bank's own product codes."""
        return {code: one.label for code, one in self.products.items() if one.label is not None}

    def product(self, code: str | None) -> Product:
        """Return what is said of a product; nothing of one that the file does not name."""
        return self.products.get(code or "", Product())

    def terms_of(self, code: str | None) -> dict[str, str]:
        """Return the terms of a product as they would be typed."""
        return self.product(code).typed

    @property
    def store_location(self) -> str:
        """Where the book is: a path or a database URL; only after ``config.load``."""
        assert self.store is not None, "config.load fills it"
        return self.store
