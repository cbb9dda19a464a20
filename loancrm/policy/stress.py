"""A stress scenario: what a file assumes to happen to the economy, read strictly."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from loancrm import parsing, strictyaml
from loancrm.errors import InvalidInput, NotFound
from loancrm.i18n import _
from loancrm.indicators.exposures import Shock
from loancrm.lending.rounding import rounded
from loancrm.numerals import MILLION
from loancrm.policy.credit import Share
from loancrm.policy.shapes import Shape

SIZE_LIMIT = 1 << 16
MOST = 10 * MILLION
HUNDRED_BP, TEN_POINTS = MILLION // 100, MILLION // 10


def _change(value: Any) -> Any:
    """Read ``-30%``, ``+100bp`` or ``0.05`` as millionths."""
    text = str(value).strip()
    try:
        found = parsing.ratio(text[1:] if text[:1] in ("+", "-") else text, "")
    except InvalidInput:
        found = MOST + 1
    change = -found if text.startswith("-") else found
    if not -MILLION <= change <= MOST:
        raise ValueError(_("a change from -100% to +1000%; write -30% or +100bp"))
    return change


Change = Annotated[int, BeforeValidator(_change)]
Times = Annotated[Share, Field(ge=0, le=100 * MILLION)]
Industry = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,6}$")]


class DefaultShape(Shape):
    """What multiplies how often loans default: of all, and of industries by the beginning of their code."""

    all: Times = MILLION
    industries: dict[Industry, Times] = Field(default={})


class RateShape(Shape):
    """How much published rates change, and what 100 basis points do to loans whose rate follows them."""

    change: Change
    default_per_100bp: Times


class EmploymentShape(Shape):
    """How the share of graduates with a job changes, and what ten points less do to students' loans."""

    change: Change
    default_per_10_points: Times


class StressShape(Shape):
    """A scenario; what it does not say stays as it is."""

    format: Literal[1]
    name: str = Field(min_length=1, max_length=100)
    default: DefaultShape | None = None
    collateral: Change | None = None
    reference_rate: RateShape | None = None
    graduate_employment: EmploymentShape | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if all(
            one is None
            for one in (self.default, self.collateral, self.reference_rate, self.graduate_employment)
        ):
            raise ValueError(
                _("nothing is assumed: default, collateral, reference_rate or graduate_employment")
            )
        return self

    @property
    def rate_change(self) -> int:
        """Return by how much published rates change, in millionths."""
        return 0 if self.reference_rate is None else self.reference_rate.change

    @property
    def shock(self) -> Shock:
        """Return what is assumed, as factors: changes count in proportion, and none is below 0."""
        default, rate, jobs = self.default or DefaultShape(), self.reference_rate, self.graduate_employment
        return Shock(
            default=default.all,
            industries=tuple(default.industries.items()),
            collateral=MILLION + (self.collateral or 0),
            floating=MILLION if rate is None else _factor(rate.default_per_100bp, rate.change, HUNDRED_BP),
            students=MILLION
            if jobs is None
            else _factor(jobs.default_per_10_points, -jobs.change, TEN_POINTS),
        )


def _factor(times: int, change: int, unit: int) -> int:
    return max(0, MILLION + rounded((times - MILLION) * change, unit))


def read_scenario(path: Path) -> StressShape:
    """Return the scenario in the file at ``path``.

    Raises:
        NotFound: there is none.
        InvalidInput: it cannot be read as text or is too large, or every problem with file:line:column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NotFound(_("there is no scenario file {path}").format(path=path), field="--scenario") from None
    except (OSError, UnicodeDecodeError):
        message = _("{path} cannot be read as UTF-8 text").format(path=path)
        raise InvalidInput(message, field="--scenario") from None
    if len(text) > SIZE_LIMIT:
        raise InvalidInput(_("{path} is too large for a scenario").format(path=path), field="--scenario")
    return strictyaml.validate(StressShape, strictyaml.load(text, str(path)))
