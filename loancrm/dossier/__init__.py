"""What a customer's file holds beside the customer: kinds of dated facts, declared field by field.

One declaration gives a kind its commands (``add`` or ``record``, ``list``, ``void``), its import, its
columns and its natural key. What a kind means beyond that, such as a balance sheet that must balance, is said
where services check it.
"""

from __future__ import annotations

from loancrm.dossier.assets import APPRAISAL, COLLATERAL, GUARANTOR
from loancrm.dossier.checks import CHECK
from loancrm.dossier.churn import WIN_BACK, WIN_BACK_RESULT
from loancrm.dossier.clocks import CLOCK
from loancrm.dossier.control import (
    CONTROL_CHECK,
    CONTROL_FINDING,
    CONTROL_INCIDENT,
    CONTROL_LESSON,
    CONTROL_RECTIFICATION,
    LIMIT_ACTION,
)
from loancrm.dossier.events import CAMPAIGN, EVENT, GUEST
from loancrm.dossier.finance import BUREAU, HOLDING, STATEMENT, TURNOVER
from loancrm.dossier.kinds import FactKind, Field
from loancrm.dossier.marks import MARK
from loancrm.dossier.measures import MEASURE
from loancrm.dossier.people import CONNECTION, CONSENT, PARTNER, PERSON, RECOGNITION, REFERRAL, TRAINING
from loancrm.dossier.playbooks import PLAYBOOK
from loancrm.dossier.proceeds import PROCEEDS
from loancrm.dossier.studies import ACADEMIC, INCOME
from loancrm.dossier.views import RATING, SERIES
from loancrm.dossier.warnings import WARNING, WARNING_STEP
from loancrm.dossier.wishes import NEED, PLAN, PLAN_STEP

__all__ = ["KINDS", "FactKind", "Field"]

KINDS = {
    kind.name: kind
    for kind in (
        STATEMENT,
        TURNOVER,
        HOLDING,
        BUREAU,
        ACADEMIC,
        INCOME,
        PERSON,
        CONSENT,
        CONNECTION,
        NEED,
        PLAN,
        PLAN_STEP,
        COLLATERAL,
        APPRAISAL,
        GUARANTOR,
        PROCEEDS,
        CLOCK,
        MARK,
        CHECK,
        RATING,
        SERIES,
        PARTNER,
        REFERRAL,
        TRAINING,
        RECOGNITION,
        EVENT,
        GUEST,
        CAMPAIGN,
        MEASURE,
        WIN_BACK,
        WIN_BACK_RESULT,
        PLAYBOOK,
        CONTROL_CHECK,
        CONTROL_FINDING,
        CONTROL_INCIDENT,
        CONTROL_RECTIFICATION,
        CONTROL_LESSON,
        LIMIT_ACTION,
        WARNING,
        WARNING_STEP,
    )
}
