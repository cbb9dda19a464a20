"""The shape of what the policy says of customers' files: what a duplicate is, what a file must hold."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from loancrm.dossier import KINDS
from loancrm.i18n import _
from loancrm.indicators.facts import DATED
from loancrm.policy.shapes import Shape
from loancrm.vocabulary import VOCABULARIES

Points = Annotated[int, Field(ge=-100, le=100)]
Percent = Annotated[int, Field(ge=0, le=100)]
SignCode = Literal[
    "phone",
    "email",
    "person_phone",
    "company_name",
    "pinyin",
    "similar_name",
    "person_name",
    "name_and_school",
    "legal_representative",
    "other_region",
    "other_identifier",
]


class DuplicatesShape(Shape):
    """What speaks for two customers being one: points by sign, and from how many a pair is shown.

    Companies that begin with the same ``name_block`` characters are compared letter by letter, and are
    similar from ``similar_percent`` on. What more than ``largest_block`` customers share says nothing.
    """

    show_from: Percent
    similar_percent: Percent
    name_block: Annotated[int, Field(ge=1, le=10)]
    largest_block: Annotated[int, Field(ge=2, le=1000)]
    points: dict[SignCode, Points]


class FactNeedShape(Shape):
    """A kind of fact that a file must hold: not older than so many months, with these codes."""

    fact: str
    within_months: Annotated[int, Field(ge=1, le=1200)] | None = None
    with_: dict[str, str] = Field(default={}, alias="with")

    @field_validator("fact")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in KINDS or KINDS[name].owner != "customer":
            raise ValueError(_("there is no such kind of fact of a customer"))
        return name

    @field_validator("with_")
    @classmethod
    def _coded(cls, codes: dict[str, str], info: Any) -> dict[str, str]:
        kind = KINDS.get(info.data.get("fact", ""))
        readings = {field.name: field.reading for field in kind.fields} if kind is not None else {}
        for name, code in codes.items():
            if code not in VOCABULARIES.get(readings.get(name, "").removeprefix("code:"), {}):
                raise ValueError(_("{name} is no field of it with that code").format(name=name))
        return codes

    @property
    def code(self) -> str:
        """Return what scripts call it: ``statement``, ``person.contact``."""
        return ".".join((self.fact, *self.with_.values()))


class FileRuleShape(Shape):
    """What the file of customers for whom ``when`` holds must hold: fields, and kinds of facts."""

    rule: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
    when: Any = "always"
    need: tuple[str | FactNeedShape, ...] = Field(min_length=1)

    @field_validator("need")
    @classmethod
    def _fields(cls, needs: tuple[str | FactNeedShape, ...]) -> tuple[str | FactNeedShape, ...]:
        for need in needs:
            if isinstance(need, str) and column_of(need) not in DATED:
                raise ValueError(_("there is no field {name}").format(name=need[:40]))
        return needs


class CareSections(Shape):
    """Duplicates and files; without the first, of a policy from before, the example's holds."""

    duplicates: DuplicatesShape | None = None
    file: tuple[FileRuleShape, ...] = ()


def column_of(field: str) -> str:
    """Return the column of a field of a customer's file: ``officer_id`` for ``officer``."""
    return f"{field}_id" if field in ("officer", "second_officer") else field
