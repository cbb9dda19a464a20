"""What a customer needs, and what was offered."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

NEED = FactKind(
    name="need",
    plural="needs",
    model="Need",
    prefix="NE",
    owner="customer",
    help=N_("What a customer needs money for, how much, from when, how long."),
    added=N_("{number}: the need of {owner} is recorded"),
    fields=(
        Field("kind", "code:need_kind", N_("what for"), is_needed=True),
        Field("amount", "amount", N_("how much")),
        Field("from_on", "date", N_("from when")),
        Field("months", "count", N_("for how many months")),
        Field("annual_rate", "rate", N_("rate wished for"), is_listed=False),
        Field("repayment", "code:repayment_wish", N_("repayment wished for")),
        Field("channel", "code:channel", N_("preferred channel"), is_listed=False),
        Field("risk_appetite", "code:level", N_("risk appetite"), is_listed=False),
        Field("school_year", "text", N_("school year"), is_listed=False),
        Field("note", "note", N_("note"), is_listed=False),
    ),
)
PLAN = FactKind(
    name="plan",
    plural="plans",
    model="ServicePlan",
    prefix="SP",
    owner="customer",
    help=N_("Service plans: what is offered for a need, and what became of it."),
    added=N_("{number}: a service plan for {owner}"),
    fields=(
        Field("offer", "text", N_("what is offered"), is_needed=True, heading=N_("offer")),
        Field("need", "fact:need", N_("the need it answers"), heading=N_("need")),
        Field("product", "code:product", N_("product")),
        Field("amount", "amount", N_("amount")),
    ),
    derived=(
        Field("state", "code:plan_state", N_("state")),
        Field("state_on", "date", N_("state since")),
    ),
)
PLAN_STEP = FactKind(
    name="plan_step",
    plural="plan_steps",
    model="ServicePlanStep",
    prefix="PS",
    owner="customer",
    help=N_("What became of a service plan."),
    added=N_("{number}: the answer of {owner} is recorded"),
    fields=(
        Field("plan", "fact:plan", N_("service plan"), is_needed=True),
        Field("step", "code:plan_step", N_("step"), is_needed=True, heading=N_("step")),
        Field("note", "text", N_("note"), heading=N_("note")),
    ),
    part_of="plan",
)
