"""What the policy says of internal control: which steps of the work are checked; limits of the book."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from loancrm import strictyaml
from loancrm.i18n import _
from loancrm.numerals import MILLION
from loancrm.policy.compiling import problem
from loancrm.policy.credit import Share
from loancrm.policy.pipeline import StageCode
from loancrm.policy.sections import sections
from loancrm.policy.shapes import Days, RuleName, Shape, TextShape

Severity = Literal["low", "medium", "high", "critical"]
By = Literal["industry", "region", "product", "segment", "security", "officer", "branch", "customer", "group"]
OK, NEAR, BREACH = "ok", "near", "breach"
MINOR = 100  # minor units in one of the currency
BY_NUMBER = ("customer", "group", "officer")


class ControlledShape(TextShape):
    """A step of the work that is checked: every so many days, so many cases drawn by lot.

    ``stage``: the cases are the loans that passed this stage since the last check; null: all live loans.
    """

    step: RuleName
    stage: StageCode | None = None
    every_days: Annotated[int, Field(ge=1, le=3650)]
    sample: Annotated[int, Field(ge=1, le=1000)]


class ControlShape(Shape):
    """The steps that are checked, and in how many days what was found is put right, by severity."""

    steps: tuple[ControlledShape, ...] = Field(min_length=1)
    rectify_days: dict[Severity, Days]

    @model_validator(mode="after")
    def _all_severities(self) -> Self:
        if len(self.rectify_days) < len(Severity.__args__):  # type: ignore[attr-defined]
            raise ValueError(_("a number of days for each severity is needed"))
        return self

    def step(self, name: str) -> ControlledShape | None:
        """Return a step by name; None without one."""
        return next((one for one in self.steps if one.step == name), None)


class LimitShape(TextShape):
    """A limit: what one group of ``by`` may owe at most, as a share of the capital or of the book.

    ``key``: of this group only; null: of each. ``digits``: cut the key to so many characters (C34 by 1 is
    C). ``near``: from this share of the limit on it is near. ``officer``: the code of who answers for it.
    """

    limit: RuleName
    by: By
    key: str | None = None
    digits: Annotated[int, Field(ge=1, le=20)] | None = None
    of: Literal["capital", "book"] = "book"
    at_most: Share
    near: Share | None = None
    officer: str | None = None

    @model_validator(mode="after")
    def _digits_fit(self) -> Self:
        if self.digits is not None and self.by in BY_NUMBER:
            raise ValueError(_("digits do not go with this grouping"))
        return self


class LimitsShape(Shape):
    """The limits of the book. ``capital``: net capital, whole units of the currency; null: not known here."""

    capital: Annotated[int, Field(ge=1, le=10**13)] | None = None
    near: Share
    limits: tuple[LimitShape, ...] = ()

    def limit(self, name: str) -> LimitShape | None:
        """Return a limit by name; None without one."""
        return next((one for one in self.limits if one.limit == name), None)

    def whole_of(self, rule: LimitShape, book: int) -> int:
        """Return what a limit is a share of: what the ``book`` owes, or the capital; minor units."""
        return book if rule.of == "book" else (self.capital or 0) * MINOR

    def state_of(self, rule: LimitShape, value: int, whole: int) -> str:
        """Return how a group that owes ``value`` stands: ``OK``, ``NEAR`` or ``BREACH``."""
        if value * MILLION > whole * rule.at_most:
            return BREACH
        near = rule.near or self.near
        return NEAR if value and value * MILLION * MILLION >= whole * rule.at_most * near else OK


class ControlSections(Shape):
    """The sections of control and limits; without one, of a policy from before, the example's holds."""

    control: ControlShape | None = None
    limits: LimitsShape | None = None


def read_control(loaded: strictyaml.Loaded, problems: list[str]) -> ControlShape | None:
    """Return the section of control, None without one; what is wrong goes into ``problems``.

    Raises:
        InvalidInput: the section has another shape.
    """
    shape = sections(ControlSections, loaded).control
    if shape is not None:
        problems.extend(_taken(loaded, ("control", "steps"), "step", [one.step for one in shape.steps]))
    return shape


def read_limits(loaded: strictyaml.Loaded, problems: list[str]) -> LimitsShape | None:
    """Return the section of limits, None without one; what is wrong goes into ``problems``.

    Raises:
        InvalidInput: the section has another shape.
    """
    shape = sections(ControlSections, loaded).limits
    if shape is None:
        return None
    problems.extend(_taken(loaded, ("limits", "limits"), "limit", [one.limit for one in shape.limits]))
    for n, one in enumerate(shape.limits):
        if one.of == "capital" and shape.capital is None:
            text = _("this limit is a share of the capital, which is not said above")
            problems.append(problem(loaded, ("limits", "limits", n, "of"), text))
    return shape


def _taken(
    loaded: strictyaml.Loaded, place: tuple[str, ...], key: str, names: Iterable[str]
) -> Iterator[str]:
    seen: set[str] = set()
    for n, name in enumerate(names):
        if name in seen:
            yield problem(loaded, (*place, n, key), _("this rule's name is taken above"))
        seen.add(name)
