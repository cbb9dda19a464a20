"""What services take: frozen models that know their fields and refuse all others."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    SerializerFunctionWrapHandler,
    ValidatorFunctionWrapHandler,
    WrapSerializer,
    WrapValidator,
)

from loancrm.errors import InvalidInput
from loancrm.i18n import _
from loancrm.spool import Spool
from loancrm.unitofwork import UnitOfWork


class Input(BaseModel):
    """A request to a service. Faults never repeat the value."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, strict=True, defer_build=True
    )


def _as_it_is(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    return value if isinstance(value, Spool) else tuple(handler(value))


def _listed(value: Any, handler: SerializerFunctionWrapHandler) -> Any:
    return handler(list(value))


# What a receipt has many of: it may lie on disk until it is asked for.
SPOOLED = (WrapValidator(_as_it_is), WrapSerializer(_listed))


def _by_name(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


# Counts by name. PostgreSQL keeps no order of a receipt's keys: a retry puts them as they were.
ByName = Annotated[dict[str, int], AfterValidator(_by_name)]


class Receipt(BaseModel):
    """What a service answers; kept with an idempotency key and returned again to a retry."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def happened_on(uow: UnitOfWork, on: date | None, field: str = "--on") -> date:
    """Return the day on which something took effect: today unless said, never a day to come.

    Raises:
        InvalidInput: the day is in the future.
    """
    if on is None:
        return uow.today
    if on > uow.today:
        raise InvalidInput(
            _("{field}: {day} is still to come; today is {today}").format(
                field=field, day=on, today=uow.today
            ),
            field=field,
            hint=_("what is planned goes to --next or loancrm followup add"),
            code="future_date",
        )
    return on
