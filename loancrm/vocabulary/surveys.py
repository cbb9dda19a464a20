"""What surveys ask about, and what is said of their answers."""

from __future__ import annotations

from collections.abc import Mapping

from loancrm.i18n import NP_

VOCABULARIES: Mapping[str, Mapping[str, str]] = {
    "survey_dimension": {
        "product": NP_("survey_dimension", "product"),
        "process": NP_("survey_dimension", "process"),
        "speed": NP_("survey_dimension", "speed of approval"),
        "transparency": NP_("survey_dimension", "transparency"),
        "fees": NP_("survey_dimension", "rates and fees"),
        "expertise": NP_("survey_dimension", "staff expertise"),
        "attitude": NP_("survey_dimension", "staff attitude"),
        "problem_solving": NP_("survey_dimension", "problem solving"),
        "flexibility": NP_("survey_dimension", "repayment flexibility"),
        "online": NP_("survey_dimension", "online service"),
    },
    "survey_grouping": {
        "segment": NP_("survey_grouping", "segment"),
        "officer": NP_("survey_grouping", "officer"),
        "region": NP_("survey_grouping", "region"),
    },
}
LABELS: Mapping[str, Mapping[str, str]] = {
    "survey_role": {
        "dimension": NP_("survey_role", "dimension"),
        "overall": NP_("survey_role", "satisfaction overall"),
        "nps": NP_("survey_role", "recommending us (NPS)"),
        "ces": NP_("survey_role", "ease (CES)"),
        "question": NP_("survey_role", "further question"),
    },
    "survey_movement": {
        "rose": NP_("survey_movement", "rose"),
        "fell": NP_("survey_movement", "fell"),
        "none": NP_("survey_movement", "none shown"),
        "too_few": NP_("survey_movement", "too few answers"),
        "first": NP_("survey_movement", "first time"),
    },
    "survey_state": {
        "planned": NP_("survey_state", "planned"),
        "open": NP_("survey_state", "open"),
        "closed": NP_("survey_state", "closed"),
    },
    "method": {
        "adjusted_wald": NP_("method", "adjusted Wald"),
        "spearman": NP_("method", "Spearman's rank correlation"),
    },
}
