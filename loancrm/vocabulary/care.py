"""What is shown of duplicates, merges and hand-overs."""

from __future__ import annotations

from collections.abc import Mapping

from loancrm.i18n import NP_

LABELS: Mapping[str, Mapping[str, str]] = {
    "duplicate_sign": {
        "phone": NP_("duplicate_sign", "same phone"),
        "email": NP_("duplicate_sign", "same e-mail"),
        "person_phone": NP_("duplicate_sign", "same phone of a person there"),
        "company_name": NP_("duplicate_sign", "same name without region and legal form"),
        "pinyin": NP_("duplicate_sign", "same name in pinyin"),
        "similar_name": NP_("duplicate_sign", "similar name"),
        "person_name": NP_("duplicate_sign", "same name beside that"),
        "name_and_school": NP_("duplicate_sign", "same name, school and graduation"),
        "legal_representative": NP_("duplicate_sign", "same legal representative in the same region"),
        "other_region": NP_("duplicate_sign", "different regions"),
        "other_identifier": NP_("duplicate_sign", "different numbers"),
    },
    "fact_kind": {
        "statement": NP_("fact_kind", "financial statement"),
        "turnover": NP_("fact_kind", "turnover"),
        "holding": NP_("fact_kind", "other product"),
        "bureau": NP_("fact_kind", "bureau report"),
        "academic": NP_("fact_kind", "academic record"),
        "income": NP_("fact_kind", "income"),
        "referral": NP_("fact_kind", "referral"),
        "person": NP_("fact_kind", "person"),
        "consent": NP_("fact_kind", "consent"),
        "connection": NP_("fact_kind", "connection"),
        "need": NP_("fact_kind", "need"),
        "plan": NP_("fact_kind", "service plan"),
        "plan_step": NP_("fact_kind", "step of a service plan"),
        "collateral": NP_("fact_kind", "collateral"),
        "appraisal": NP_("fact_kind", "appraisal"),
        "guarantor": NP_("fact_kind", "guarantor"),
        "clock": NP_("fact_kind", "legal clock"),
        "mark": NP_("fact_kind", "mark for the class"),
        "rating": NP_("fact_kind", "officer's view"),
    },
    "part": {"lead": NP_("part", "lead"), "second": NP_("part", "second")},
}
