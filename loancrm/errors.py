"""Every fault an officer can meet: a code for scripts, an exit code, a message and what to do next.

Raised anywhere, shown once in ``cli``. A message never carries personal data; names go into
``names``, which is shown only when standard error is a terminal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from loancrm.i18n import _, listed, titled


class LoanCrmError(Exception):
    """A fault with a way out.

    Attributes:
        code: stable word for scripts, such as ``not_found``.
        exit_code: what the process returns.
        hint: what to do next, or None.
        field: the option or column at fault, or None.
        names: pairs (code, private name) that belong to the message.
    """

    code = "error"
    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        field: str | None = None,
        names: Sequence[tuple[str, str]] = (),
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.field = field
        self.names = tuple(names)
        if code is not None:
            self.code = code

    def text(self, *, private: bool) -> str:
        """Return the message; with ``private`` the names stand beside the codes."""
        if not self.names:
            return self.message
        shown = [f"{code} {name}" if private else code for code, name in self.names]
        return titled(self.message, listed(shown))

    def as_json(self) -> Mapping[str, object]:
        """Return the fault as scripts read it, without names."""
        body = {
            "code": self.code,
            "exit_code": self.exit_code,
            "message": self.text(private=False),
            "hint": self.hint,
            "field": self.field,
        }
        return {"error": body}


class UsageFault(LoanCrmError):
    """The command line itself is wrong."""

    code = "usage"
    exit_code = 2


class NotFound(LoanCrmError):
    """No such customer, loan, … or no store."""

    code = "not_found"
    exit_code = 3


class InvalidInput(LoanCrmError):
    """A value, a config or policy file that cannot be taken."""

    code = "invalid_input"
    exit_code = 4


class Conflict(LoanCrmError):
    """Somebody or something was there first, or the name is ambiguous."""

    code = "conflict"
    exit_code = 5


class Busy(LoanCrmError):
    """Another loancrm holds the store."""

    code = "busy"
    exit_code = 6

    def __init__(self) -> None:
        super().__init__(
            _("another loancrm is writing to this store and did not finish in time"),
            hint=_("try again in a moment; nothing was changed"),
        )


class Unreachable(LoanCrmError):
    """The database server does not answer, or went away."""

    code = "unreachable"
    exit_code = 6

    def __init__(self) -> None:
        super().__init__(
            _("the database server cannot be reached"),
            hint=_("is the server running, and are host and port in --store right? nothing was changed"),
        )


class Undelivered(LoanCrmError):
    """A mail or a notice was not taken; what it says counts as not said."""

    code = "undelivered"
    exit_code = 6

    def __init__(self, why: str) -> None:
        super().__init__(why, hint=_("try again later; what was not delivered is said the next time"))


class Damaged(LoanCrmError):
    """The store is damaged, or a check failed."""

    code = "damaged"
    exit_code = 7


class Refused(LoanCrmError):
    """Permission, key, a foreign or newer store, a missing extra."""

    code = "refused"
    exit_code = 8


class PartlyDone(LoanCrmError):
    """Some of it was done, and the rest was left out and said."""

    code = "partly_done"
    exit_code = 9


def did_you_mean(word: str, known: Sequence[str]) -> str | None:
    """Return « did you mean 'x'? » for the nearest of ``known``, or None."""
    from difflib import get_close_matches

    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return _("did you mean '{word}'?").format(word=near[0]) if near else None
