"""A mapping profile: which column of a file becomes what, as YAML that an officer can read and mend."""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from loancrm.errors import InvalidInput, NotFound, did_you_mean
from loancrm.exchange.days import FORMS
from loancrm.exchange.header import TOTALS, header_key
from loancrm.exchange.targets import KINDS, TARGETS, target
from loancrm.i18n import _, noted
from loancrm.strictyaml import Loaded, load, validate

UNITS = {"元": 0, "千元": 3, "万元": 4, "百万元": 6, "亿元": 8, "thousand": 3, "million": 6}  # powers of ten
SIZE_LIMIT = 1 << 20
SHIPPED = Path(__file__).parent / "profiles"
_COUNTS = ("count", "days", "months")
_DAYS = ("date", "past_date")
_AMOUNTS = ("amount", "signed_amount")
_NUMBERS = ("identifier", "uscc", "resident_id")
# What an option of a column is for, by how the target's text is read.
_MEANINGFUL = {
    "date": _DAYS,
    "file_name": _DAYS,
    "unit": _AMOUNTS,
    "amount": _AMOUNTS,
    "thousands": (*_AMOUNTS, *_COUNTS),
    "rate": ("rate",),
    "digits": _NUMBERS,
}
_EXTRA = r"(customer|loan)\.extra\.[a-z][a-z0-9_]{0,39}"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


def _texts(value: Any) -> Any:
    """Return one text as a list of one; numbers that YAML read are texts here."""
    items = value if isinstance(value, list) else [value]
    return tuple("" if item is None else str(item) for item in items)


def _header_rows(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _totals(value: Any) -> Any:
    if isinstance(value, bool):
        return TOTALS if value else ()
    return tuple(header_key(text) for text in _texts(value))


def _map(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: "" if item is None else str(item) for key, item in value.items()}


class Format(_Model):
    """How the file is written; what is not said is found out and reported."""

    type: Literal["auto", "csv", "xlsx", "xls", "html"] = "auto"
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=3)] | None = None
    sheet: str | int | None = None
    header_row: Annotated[int | tuple[int, int] | None, BeforeValidator(_header_rows)] = None
    header: bool = True
    skip_totals: Annotated[tuple[str, ...], BeforeValidator(_totals)] = TOTALS

    @property
    def mark(self) -> str | None:
        """The delimiter as a character."""
        return "\t" if self.delimiter in ("tab", "\\t") else self.delimiter


class ColumnSpec(_Model):
    """Where a value comes from and how its text is read."""

    column: Annotated[tuple[str, ...], BeforeValidator(_texts)] | None = None
    constant: (
        Annotated[str, BeforeValidator(lambda v: v if isinstance(v, str) else str(v).lower())] | None
    ) = None
    file_name: bool = False
    missing: Annotated[tuple[str, ...], BeforeValidator(_texts)] = ()
    map: Annotated[dict[str, str], BeforeValidator(_map)] | None = None
    date: Annotated[tuple[str, ...], BeforeValidator(_texts)] = ()
    unit: str | None = None
    thousands: Literal[",", ".", " ", "'", "，"] | None = None
    amount: Literal["plain", "any"] = "plain"
    rate: Literal["fraction", "percent", "permille_month", "bp"] | None = None
    digits: Annotated[int, Field(ge=1, le=40)] | None = None

    def useless_for(self, reading: str) -> list[str]:
        """Return the options that say nothing about a value that is read like this."""
        given = self.model_fields_set
        return [name for name, readings in _MEANINGFUL.items() if name in given and reading not in readings]

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnSpec:
        if (self.column is not None) + (self.constant is not None) + self.file_name != 1:
            raise ValueError(_("a target has one of: column, constant, file_name"))
        if self.unit is not None and self.unit not in UNITS:
            raise ValueError(_("unit is one of {known}").format(known=", ".join(UNITS)))
        if any(form not in FORMS and "%" not in form for form in self.date):
            raise ValueError(_("date is one of {known}, or a pattern").format(known=", ".join(FORMS)))
        return self


def _spec(value: Any) -> Any:
    return value if isinstance(value, dict) else {"column": value}


def _known(columns: dict[str, ColumnSpec]) -> dict[str, ColumnSpec]:
    if not columns:
        raise ValueError(_("a profile names at least one column"))
    return columns


class Profile(_Model):
    """A profile as it is written; ``name`` is that of its file.

    ``filled_in``: targets of which a row fills in one at least; others were left empty, and are passed over.
    """

    kind: Literal[KINDS]  # type: ignore[valid-type]  # as many as there are kinds of fact
    format: Format = Format()
    files: Annotated[tuple[str, ...], BeforeValidator(_texts)] = ()
    extract: Literal["full", "partial"] = "partial"
    missing: Literal["ask", "settle"] = "ask"
    filled_in: Annotated[tuple[str, ...], BeforeValidator(_texts)] = ()
    columns: Annotated[dict[str, Annotated[ColumnSpec, BeforeValidator(_spec)]], AfterValidator(_known)]
    name: str = "profile"

    def fits(self, file: Path) -> bool:
        """Say whether a file of a folder is one of this profile's."""
        return any(fnmatch.fnmatch(file.name.casefold(), pattern.casefold()) for pattern in self.files)

    def origin(self, name: str) -> str | None:
        """Return the first column that a target comes from, for messages."""
        spec = self.columns.get(name)
        return spec.column[0] if spec is not None and spec.column else None


def shipped(name: str) -> Path | None:
    """Return the profile of that name that loancrm brings, of a form of its own; None: there is none."""
    path = SHIPPED / f"{name}.yaml"
    return path if re.fullmatch(r"[a-z_]{1,40}", name) and path.is_file() else None


def read_profile(path: Path) -> Profile:
    """Read a profile file.

    Raises:
        NotFound: there is none.
        InvalidInput: one line with file:line:column for each problem.
    """
    if not path.is_file():
        raise NotFound(
            _("there is no profile {path}").format(path=path),
            field="--profile",
            hint=_("loancrm import profile FILE drafts one"),
        )
    if path.stat().st_size > SIZE_LIMIT:
        raise InvalidInput(_("{path} is too large for a profile").format(path=path), field="--profile")
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidInput(_("{path} is not UTF-8 text").format(path=path), code="invalid_file") from None
    return parse_profile(text, path.name, path.stem)


def parse_profile(text: str, source: str, name: str) -> Profile:
    """Return the profile in ``text``; ``source`` is what complaints call the file.

    Raises:
        InvalidInput: one line with file:line:column for each problem.
    """
    loaded = load(text, source)
    profile = validate(Profile, loaded)
    lines = [line for key in profile.columns for line in _column_faults(profile, key, loaded)]
    if profile.kind != "snapshots":
        lines += [
            loaded.complaint((key,), _("{key} is for snapshots").format(key=key))
            for key in ("extract", "missing")
            if key in profile.model_fields_set
        ]
    lines += [
        loaded.complaint(("filled_in",), _("{target}: columns name no column for it").format(target=key))
        for key in profile.filled_in
        if profile.origin(key) is None
    ]
    needed = [
        key for key, one in TARGETS[profile.kind].items() if one.is_needed and key not in profile.columns
    ]
    lines += [f"{source}:1:1: " + _("columns: {target} is missing").format(target=key) for key in needed]
    if lines:
        raise InvalidInput("\n".join(lines), code="invalid_file")
    return profile.model_copy(update={"name": name})


def _column_faults(profile: Profile, key: str, loaded: Loaded) -> list[str]:
    found = target(profile.kind, key)
    if found is None or (".extra." in key and not re.fullmatch(_EXTRA, key)):
        problem = _("{target}: a file of {kind} has no such target").format(target=key, kind=profile.kind)
        guess = did_you_mean(key, tuple(TARGETS[profile.kind]))
        return [loaded.complaint(("columns", key), noted(problem, guess) if guess else problem)]
    return [
        loaded.complaint(
            ("columns", key, option),
            _("{target}: {option} means nothing here").format(target=key, option=option),
        )
        for option in profile.columns[key].useless_for(found.reading)
    ]
