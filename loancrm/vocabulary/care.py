"""What is shown of duplicates, merges and hand-overs, and of care."""

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
        "proceeds": NP_("fact_kind", "use of proceeds"),
        "clock": NP_("fact_kind", "legal clock"),
        "mark": NP_("fact_kind", "mark for the class"),
        "check": NP_("fact_kind", "post-loan check"),
        "event": NP_("fact_kind", "event"),
        "guest": NP_("fact_kind", "invitation"),
        "campaign": NP_("fact_kind", "campaign"),
        "rating": NP_("fact_kind", "officer's view"),
    },
    "festival": {
        "new_year": NP_("festival", "New Year's Day"),
        "new_years_eve": NP_("festival", "New Year's Eve of the lunar year"),
        "spring_festival": NP_("festival", "Spring Festival"),
        "lantern_festival": NP_("festival", "Lantern Festival"),
        "qingming": NP_("festival", "Qingming"),
        "labour_day": NP_("festival", "Labour Day"),
        "dragon_boat": NP_("festival", "Dragon Boat Festival"),
        "qixi": NP_("festival", "Qixi Festival"),
        "mid_autumn": NP_("festival", "Mid-Autumn Festival"),
        "double_ninth": NP_("festival", "Double Ninth Festival"),
        "national_day": NP_("festival", "National Day"),
    },
    "campaign_outcome": {
        "contact": NP_("campaign_outcome", "got in touch"),
        "application": NP_("campaign_outcome", "applied for a loan"),
        "disbursement": NP_("campaign_outcome", "drew a loan"),
        "holding": NP_("campaign_outcome", "took another product"),
        "feedback": NP_("campaign_outcome", "gave feedback"),
        "complaint": NP_("campaign_outcome", "complained"),
        "opt_out": NP_("campaign_outcome", "took consent back"),
    },
    "event_comparison": {
        "absent": NP_("event_comparison", "no show"),
        "not_invited": NP_("event_comparison", "uninvited"),
    },
    "campaign_basis": {
        "lot": NP_("campaign_basis", "left out by lot"),
        "held_back": NP_("campaign_basis", "held back, not by lot"),
        "none": NP_("campaign_basis", "nobody to compare with"),
    },
    "hold_back": {
        "no_consent": NP_("hold_back", "no consent to marketing"),
        "withdrawn": NP_("hold_back", "consent taken back"),
        "expired": NP_("hold_back", "consent expired"),
        "contacted_enough": NP_("hold_back", "contacted often enough"),
    },
    "part": {"lead": NP_("part", "lead"), "second": NP_("part", "second")},
}
