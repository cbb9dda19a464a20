"""Warnings of customers, and what became of each."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

WARNING = FactKind(
    name="warning",
    plural="warnings",
    model="RiskWarning",
    prefix="W",
    owner="customer",
    help=N_("Warnings: found by the policy's rules or heard of, and what became of each."),
    added=N_("{number}: {owner} is warned of"),
    fields=(
        Field("kind", "code:warning_kind", N_("kind of risk"), is_needed=True, heading=N_("kind")),
        Field(
            "severity",
            "code:warning_severity",
            N_("how grave it is"),
            default="medium",
            heading=N_("severity"),
        ),
        Field("signal", "text", N_("what was heard or seen"), is_needed=True, heading=N_("signal")),
        Field(
            "source", "code:warning_source", N_("where it comes from"), is_needed=True, heading=N_("source")
        ),
        Field(
            "expected_by", "date", N_("until when what is warned of is expected"), heading=N_("expected by")
        ),
        Field("note", "text", N_("note"), is_listed=False),
    ),
    derived=(
        Field("rule", "identifier", N_("rule")),
        Field("state", "code:warning_state", N_("state")),
        Field("state_on", "date", N_("state since"), is_listed=False),
    ),
)
WARNING_STEP = FactKind(
    name="warning_step",
    plural="warning_steps",
    model="WarningStep",
    prefix="WS",
    owner="customer",
    help=N_("What became of warnings."),
    added=N_("{number}: what became of it at {owner} is recorded"),
    is_imported=False,
    part_of="warning",
    fields=(
        Field("warning", "fact:warning", N_("the warning"), is_needed=True),
        Field("step", "code:warning_step", N_("what was done"), is_needed=True, heading=N_("step")),
        Field("verdict", "code:warning_verdict", N_("whether it was right"), heading=N_("verdict")),
        Field("note", "text", N_("in a few words"), heading=N_("note")),
    ),
)
