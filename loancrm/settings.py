"""The settings of a book as a frozen model. Imported only when a config file is read: it needs pydantic."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from loancrm.i18n import _
from loancrm.vocabulary.words import PRODUCT


def _product_code(code: str) -> str:
    if code in PRODUCT:
        raise ValueError(_("this product code is built in; choose another"))
    if not re.fullmatch(r"[a-z][a-z0-9_]*", code):
        raise ValueError(_("write small letters, digits and _, a letter first"))
    return code


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(_("not a time zone; write a name such as Asia/Shanghai")) from None
    return name


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
        products: further product codes and their labels.
        profiles: import profiles by name, each a file; ``config.load`` makes the places absolute.
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
        Annotated[str, AfterValidator(_product_code)],
        Annotated[str, Field(min_length=1, max_length=200)],
    ] = {}

    profiles: dict[
        Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")],
        Annotated[str, Field(min_length=1)],
    ] = {}

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

    @property
    def store_location(self) -> str:
        """Where the book is: a path or a database URL; only after ``config.load``."""
        assert self.store is not None, "config.load fills it"
        return self.store
