"""The codes of customers, loans, conversations and reports, each with its English label."""

from __future__ import annotations

from loancrm.i18n import NP_

CUSTOMER_KIND = {
    "enterprise": NP_("customer_kind", "enterprise"),
    "sole_proprietor": NP_("customer_kind", "sole proprietor"),
    "student": NP_("customer_kind", "student"),
}
SEGMENT = {
    "quality": NP_("segment", "quality"),
    "potential": NP_("segment", "potential"),
    "mass_market": NP_("segment", "mass market"),
    "risk": NP_("segment", "risk"),
}
SERVICE_TIER = {
    "key": NP_("service_tier", "key"),
    "general": NP_("service_tier", "general"),
    "prospective": NP_("service_tier", "prospective"),
    "leaving": NP_("service_tier", "leaving"),
}
PIPELINE_STAGE = {
    "prospect": NP_("pipeline_stage", "prospect"),
    "enquiry": NP_("pipeline_stage", "enquiry"),
    "application": NP_("pipeline_stage", "application"),
    "investigation": NP_("pipeline_stage", "investigation"),
    "review": NP_("pipeline_stage", "review"),
    "approval": NP_("pipeline_stage", "approval"),
    "contract": NP_("pipeline_stage", "contract"),
    "disbursement": NP_("pipeline_stage", "disbursement"),
    "repayment": NP_("pipeline_stage", "repayment"),
    "closed": NP_("pipeline_stage", "closed"),
    "declined": NP_("pipeline_stage", "declined"),
    "withdrawn": NP_("pipeline_stage", "withdrawn"),
}
STUDY_LEVEL = {
    "vocational": NP_("study_level", "vocational"),
    "undergraduate": NP_("study_level", "undergraduate"),
    "master": NP_("study_level", "master"),
    "doctor": NP_("study_level", "doctor"),
}
SIZE_CLASS = {
    "large": NP_("size_class", "large"),
    "medium": NP_("size_class", "medium"),
    "small": NP_("size_class", "small"),
    "micro": NP_("size_class", "micro"),
}
CHANNEL = {
    "branch": NP_("channel", "branch"),
    "visit": NP_("channel", "visit"),
    "phone": NP_("channel", "phone"),
    "video": NP_("channel", "video"),
    "wechat": NP_("channel", "WeChat"),
    "sms": NP_("channel", "SMS"),
    "email": NP_("channel", "e-mail"),
    "letter": NP_("channel", "letter"),
    "website": NP_("channel", "website"),
    "app": NP_("channel", "app"),
    "social_media": NP_("channel", "social media"),
    "industry_event": NP_("channel", "industry event"),
    "seminar": NP_("channel", "seminar"),
}
DIRECTION = {"out": NP_("direction", "outgoing"), "in": NP_("direction", "incoming")}
PURPOSE = {
    "introduction": NP_("purpose", "introduction"),
    "needs": NP_("purpose", "needs"),
    "application": NP_("purpose", "application"),
    "post_loan_check": NP_("purpose", "post-loan check"),
    "collection": NP_("purpose", "collection"),
    "bad_record_notice": NP_("purpose", "notice before a bad record is reported"),
    "renewal": NP_("purpose", "renewal"),
    "service": NP_("purpose", "service"),
    "complaint": NP_("purpose", "complaint"),
    "care": NP_("purpose", "care"),
    "marketing": NP_("purpose", "marketing"),
    "other": NP_("purpose", "other"),
}
OUTCOME = {
    "reached": NP_("outcome", "reached"),
    "met": NP_("outcome", "met"),
    "promised": NP_("outcome", "promised"),
    "call_back": NP_("outcome", "asked to call back"),
    "no_answer": NP_("outcome", "no answer"),
    "wrong_number": NP_("outcome", "wrong number"),
    "refused": NP_("outcome", "refused to talk"),
    "message_left": NP_("outcome", "message left"),
}
PRODUCT = {
    "working_capital": NP_("product", "working capital loan"),
    "fixed_asset": NP_("product", "fixed asset loan"),
    "investment_project": NP_("product", "project loan"),
    "supply_chain": NP_("product", "supply chain finance"),
    "green": NP_("product", "green loan"),
    "tuition": NP_("product", "tuition loan"),
    "living": NP_("product", "living cost loan"),
    "books": NP_("product", "books and equipment loan"),
    "start_up": NP_("product", "start-up loan"),
    "other": NP_("product", "other"),
}
SECURITY = {
    "unsecured": NP_("security", "unsecured"),
    "guarantee": NP_("security", "guarantee"),
    "mortgage": NP_("security", "mortgage"),
    "pledge": NP_("security", "pledge"),
}
CONTRACT_KIND = {
    "single": NP_("contract_kind", "single"),
    "maximum": NP_("contract_kind", "maximum amount"),
}
LOAN_STATUS = {
    "live": NP_("loan_status", "live"),
    "settled": NP_("loan_status", "settled"),
    "written_off": NP_("loan_status", "written off"),
    "transferred": NP_("loan_status", "transferred"),
    "cancelled": NP_("loan_status", "cancelled"),
}
FIVE_TIER = {
    "normal": NP_("five_tier", "normal"),
    "special_mention": NP_("five_tier", "special mention"),
    "substandard": NP_("five_tier", "substandard"),
    "doubtful": NP_("five_tier", "doubtful"),
    "loss": NP_("five_tier", "loss"),
}
BUSINESS_LINE = {
    "corporate": NP_("business_line", "corporate"),
    "student": NP_("business_line", "student"),
    "other": NP_("business_line", "other"),
}
SERVICE_STAGE = {
    "enquiry": NP_("service_stage", "enquiry"),
    "application": NP_("service_stage", "application"),
    "approval": NP_("service_stage", "approval"),
    "contract": NP_("service_stage", "contract"),
    "disbursement": NP_("service_stage", "disbursement"),
    "repayment": NP_("service_stage", "repayment"),
    "after_loan": NP_("service_stage", "after the loan"),
}
LEVEL = {"high": NP_("level", "high"), "medium": NP_("level", "medium"), "low": NP_("level", "low")}

GROUPING = {
    "industry": NP_("grouping", "industry"),
    "region": NP_("grouping", "region"),
    "customer": NP_("grouping", "customer"),
    "officer": NP_("grouping", "officer"),
    "branch": NP_("grouping", "branch"),
    "segment": NP_("grouping", "segment"),
    "service_tier": NP_("grouping", "service tier"),
    "kind": NP_("grouping", "kind"),
    "source": NP_("grouping", "lead source"),
    "size_class": NP_("grouping", "size class"),
    "school": NP_("grouping", "school"),
    "product": NP_("grouping", "product"),
    "security": NP_("grouping", "security"),
    "five_tier": NP_("grouping", "five-tier class"),
    "status": NP_("grouping", "status"),
}
MOVEMENT = {
    "newly_overdue": NP_("movement", "newly overdue"),
    "cured": NP_("movement", "cured"),
    "settled": NP_("movement", "settled"),
    "written_off": NP_("movement", "written off"),
    "transferred": NP_("movement", "transferred"),
    "disbursed": NP_("movement", "disbursed"),
    "class_moved": NP_("movement", "class moved"),
    "balance_jumped": NP_("movement", "balance jumped"),
}
MEASURE = {
    "outstanding": NP_("measure", "outstanding"),
    "disbursed": NP_("measure", "disbursed"),
    "overdue": NP_("measure", "overdue"),
    "loans": NP_("measure", "loans"),
}
