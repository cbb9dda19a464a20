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
    "part": {"lead": NP_("part", "lead"), "second": NP_("part", "second")},
}
