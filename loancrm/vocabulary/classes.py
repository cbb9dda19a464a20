"""The codes of what the policy's rules give: the schemes, and the classes that only students have."""

from __future__ import annotations

from loancrm.i18n import NP_

SCHEME = {
    "segment": NP_("scheme", "segment"),
    "credit_standing": NP_("scheme", "credit standing"),
    "service_tier": NP_("scheme", "service tier"),
    "life_cycle": NP_("scheme", "life cycle"),
    "student_level": NP_("scheme", "level of study"),
    "student_means": NP_("scheme", "means"),
    "student_credit_file": NP_("scheme", "credit file"),
    "student_need": NP_("scheme", "need"),
}
STUDENT_LEVEL = {
    "vocational": NP_("student_level", "vocational"),
    "undergraduate": NP_("student_level", "undergraduate"),
    "master": NP_("student_level", "master"),
    "doctor": NP_("student_level", "doctor"),
}
STUDENT_MEANS = {
    "in_hardship": NP_("student_means", "in hardship"),
    "consuming": NP_("student_means", "consuming"),
}
STUDENT_CREDIT_FILE = {
    "yes": NP_("student_credit_file", "has a credit file"),
    "no": NP_("student_credit_file", "no credit file"),
}
STUDENT_NEED = {
    "tuition": NP_("student_need", "tuition"),
    "living": NP_("student_need", "living costs"),
    "books": NP_("student_need", "books and equipment"),
    "start_up": NP_("student_need", "start-up"),
}
