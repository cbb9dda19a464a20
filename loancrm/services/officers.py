"""Officers: added and changed."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Row

from loancrm import identity
from loancrm.errors import Conflict, InvalidInput, LoanCrmError
from loancrm.i18n import _
from loancrm.models import Officer
from loancrm.reports import lookup
from loancrm.services.inputs import Input, Receipt
from loancrm.unitofwork import Change, UnitOfWork
from loancrm.view import View


class OfficerIn(Input):
    """A new officer, or what changes of one."""

    code: str
    name: str | None = None
    branch: str | None = None
    email: str | None = None
    is_active: bool | None = None


class OfficerReceipt(Receipt):
    """The officer as written."""

    code: str
    name: str
    branch: str | None
    is_active: bool


def officer_in(
    code: str, *, name: str | None, branch: str | None, email: str | None, is_active: bool | None = None
) -> OfficerIn:
    """Return the request from what was typed.

    Raises:
        InvalidInput: a text that cannot be taken.
    """
    return OfficerIn(
        code=code,
        name=None if name is None else identity.clean_name(name, "--name"),
        branch=None if branch is None else identity.clean_text(branch, "--branch"),
        email=None if email is None else identity.check_email(email, "--email"),
        is_active=is_active,
    )


def add(uow: UnitOfWork, request: OfficerIn) -> OfficerReceipt:
    """Add an officer.

    Raises:
        InvalidInput: the code is not one word of a-z, 0-9, dot, dash, underscore.
        Conflict: the code is taken.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,39}", request.code):
        message = _("an officer's code is up to 40 of a-z, 0-9, dot, dash and underscore, such as li.wei")
        raise InvalidInput(message, field="CODE")
    assert request.name is not None
    if _known(uow, request.code):
        message = _("there is an officer {code} already").format(code=request.code)
        raise Conflict(message, field="CODE", code="taken")
    values = {"code": request.code, "name": request.name, "branch": request.branch, "email": request.email}
    key = uow.insert(Officer, **values)
    uow.record(Change("create", Officer, key, None, {}, values))
    return _receipt(uow, request.code)


def edit(uow: UnitOfWork, request: OfficerIn) -> OfficerReceipt:
    """Change an officer's name, branch, e-mail, or whether they still work here.

    Raises:
        NotFound: there is no such officer.
    """
    row = lookup.officer(uow.view(), request.code, "CODE")
    wanted = request.model_dump(exclude={"code"}, exclude_none=True)
    changes = {name: value for name, value in wanted.items() if row._mapping[name] != value}
    if changes:
        uow.update(Officer, row.id, **changes, version=row.version + 1)
        before = {name: row._mapping[name] for name in changes}
        uow.record(Change("change", Officer, row.id, None, before, changes))
    return _receipt(uow, request.code)


def present(view: View, code: str, field: str = "--officer") -> Row[Any]:
    """Return the row of an officer who is to be given work.

    Raises:
        NotFound: there is no such officer.
        Conflict: they do not work here any more.
    """
    row = lookup.officer(view, code, field)
    if not row.is_active:
        hint = _("if they are back: {command}").format(command=f"loancrm officer edit {row.code} --active")
        message = _("the officer {code} is not active").format(code=row.code)
        raise Conflict(message, field=field, hint=hint, code="inactive")
    return row


def _known(uow: UnitOfWork, code: str) -> bool:
    try:
        lookup.officer(uow.view(), code)
    except LoanCrmError:
        return False
    return True


def _receipt(uow: UnitOfWork, code: str) -> OfficerReceipt:
    row = lookup.officer(uow.view(), code)
    return OfficerReceipt(code=row.code, name=row.name, branch=row.branch, is_active=row.is_active)
