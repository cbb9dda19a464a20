"""Views that read well in ``sqlite3``, psql or a spreadsheet: codes and names for keys, money as text.

They are no part of any revision: an upgrade takes them away first, so that a revision may rebuild any
table, and makes them anew at its end, from here. Only rows that stand are in them, as they are today.
Amounts are decimal text (1234.50), rates fractions (0.034500), yes and no are 1 and 0 or true and false as
the database keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import Connection, inspect

from loancrm.engine import is_sqlite
from loancrm.migrations.file_views import FILE_MEANINGS, FILE_VIEWS

# name -> SELECT. {code:C,c.number} is the code C-00042, {money:f.principal} an amount, {rate:f.annual_rate}
# a rate, {signed:…} an amount that may be below zero, {ratio:…} a ratio; {of_customer} names the customer c
# whom {owner} joins, {officer:f.officer_id} joins an officer o.
VIEWS: Mapping[str, str] = {
    "v_customer": (
        "SELECT {code:C,c.number} AS customer, c.name, c.kind, c.segment, c.service_tier, c.since_on,"
        " o.code AS officer, o.name AS officer_name, s.code AS second_officer, c.branch, c.region,"
        " c.industry, c.pipeline_stage, c.source, c.bank_number, c.uscc, c.resident_id, c.phone, c.email,"
        " c.size_class, c.employees, c.founded_on, c.legal_representative, c.actual_controller, c.school,"
        " c.study_level, c.major, c.enrolled_on, c.graduates_on, c.career_direction, c.is_hardship,"
        " c.registration_number, c.development_stage, c.policy_tags, c.preferred_channel,"
        " c.family_income, c.graduated_on, c.employment, c.archived_on"
        " FROM customer AS c {officer:c.officer_id} LEFT JOIN officer AS s ON s.id = c.second_officer_id"
        " WHERE c.voided_at IS NULL"
    ),
    "v_officer": (
        "SELECT o.code AS officer, o.name, o.branch, o.email, o.is_active FROM officer AS o"
        " WHERE o.voided_at IS NULL"
    ),
    "v_facility": (
        "SELECT f.number AS facility, {of_customer}, o.code AS officer, f.effective_on,"
        " {money:f.limit_amount} AS limit_amount, f.currency, f.is_revolving, f.expires_on"
        " FROM facility AS f {owner} {officer:c.officer_id} WHERE f.voided_at IS NULL"
    ),
    "v_loan": (
        "SELECT f.number AS loan, {of_customer}, o.code AS officer, o.name AS officer_name,"
        " t.number AS contract, l.number AS facility, f.product, f.security, {money:f.principal}"
        " AS principal, f.currency, {rate:f.annual_rate} AS annual_rate, f.disbursed_on, f.matures_on,"
        " f.term_months, coalesce(f.industry, c.industry) AS industry, coalesce(f.region, c.region)"
        " AS region, f.purpose, f.status, f.closed_on, {money:f.written_off_amount} AS written_off_amount"
        " FROM loan AS f {owner} {officer:c.officer_id} LEFT JOIN contract AS t ON t.id = f.contract_id"
        " LEFT JOIN facility AS l ON l.id = t.facility_id WHERE f.voided_at IS NULL"
    ),
    "v_snapshot": (
        "SELECT n.number AS loan, {of_customer}, o.code AS officer, s.effective_on,"
        " {money:s.outstanding_principal} AS outstanding_principal,"
        " {money:s.overdue_principal} AS overdue_principal, {money:s.unpaid_interest} AS unpaid_interest,"
        " {money:s.off_balance_interest} AS off_balance_interest, s.currency, s.days_past_due,"
        " s.interest_days_past_due, s.five_tier, s.bank_grade, {rate:s.annual_rate} AS annual_rate,"
        " s.reprices_on, s.next_due_on, {money:s.next_due_amount} AS next_due_amount, s.matures_on"
        " FROM snapshot AS s JOIN loan AS n ON n.id = s.loan_id JOIN customer AS c ON c.id = n.customer_id"
        " {officer:c.officer_id} WHERE s.voided_at IS NULL AND n.voided_at IS NULL"
    ),
    "v_contact": (
        "SELECT {code:K,f.number} AS contact, {of_customer}, o.code AS officer, o.name AS officer_name,"
        " f.effective_on, f.channel, f.direction, f.purpose, f.outcome, f.note"
        " FROM contact AS f {owner} {officer:f.officer_id} WHERE f.voided_at IS NULL"
    ),
    "v_follow_up": (
        "SELECT {code:U,f.number} AS follow_up, {of_customer}, o.code AS officer, f.effective_on,"
        " f.due_on AS first_due_on, f.what, (SELECT e.until_on FROM follow_up_event AS e"
        " WHERE e.follow_up_id = f.id AND e.action = 'snoozed' AND e.voided_at IS NULL"
        " ORDER BY e.id DESC LIMIT 1) AS snoozed_until_on, (SELECT e.effective_on FROM follow_up_event AS e"
        " WHERE e.follow_up_id = f.id AND e.action = 'done' AND e.voided_at IS NULL LIMIT 1) AS done_on"
        " FROM follow_up AS f {owner} LEFT JOIN officer AS o ON o.id = coalesce((SELECT e.officer_id"
        " FROM follow_up_event AS e WHERE e.follow_up_id = f.id AND e.action = 'assigned'"
        " AND e.voided_at IS NULL ORDER BY e.effective_on DESC, e.id DESC LIMIT 1), f.officer_id)"
        " WHERE f.voided_at IS NULL"
    ),
    "v_feedback": (
        "SELECT {code:F,f.number} AS feedback, {of_customer}, f.effective_on, f.channel, f.business_line,"
        " f.product, f.service_stage, f.department, f.kind, f.importance, f.urgency, f.text,"
        " o.code AS about_officer, f.service_level, f.answer_due_on, f.resolve_due_on, g.code AS assigned_to,"
        " s.answered_on, s.resolved_on, s.status, s.priority, s.cause, s.limit_on, s.level AS escalated_to,"
        " s.reopened, s.rating, s.answer_minutes, s.is_answer_kept, s.resolve_minutes, s.is_resolve_kept"
        " FROM feedback AS f {owner} {officer:f.about_officer_id} LEFT JOIN feedback_state AS s ON s.id ="
        " (SELECT max(n.id) FROM feedback_state AS n WHERE n.feedback_id = f.id AND n.voided_at IS NULL)"
        " LEFT JOIN officer AS g ON g.id = s.officer_id WHERE f.voided_at IS NULL"
    ),
    "v_segment": (
        "SELECT {of_customer}, f.effective_on, f.segment, f.previous, f.rule, p.name AS policy"
        " FROM customer_segment AS f {owner} LEFT JOIN policy_version AS p ON p.id = f.policy_version_id"
        " WHERE f.voided_at IS NULL"
    ),
    "v_change": (
        "SELECT a.id, m.recorded_at, m.actor, m.name AS command, a.action, a.subject, a.subject_id,"
        " {code:C,c.number} AS customer, a.payload FROM audit AS a JOIN command AS m ON m.id = a.command_id"
        " LEFT JOIN customer AS c ON c.id = a.customer_id"
    ),
    "v_campaign_member": (
        "SELECT {code:CA,k.number} AS campaign, k.title, {of_customer}, f.effective_on, f.arm, f.reason"
        " FROM campaign_member AS f JOIN campaign AS k ON k.id = f.campaign_id {owner}"
        " WHERE f.voided_at IS NULL"
    ),
    "v_survey_answer": (
        "SELECT s.code AS survey, {code:SR,f.number} AS response, {of_customer}, f.effective_on, f.channel,"
        " a.question, a.role, a.rival, a.value, a.choice FROM survey_answer AS a"
        " JOIN survey_response AS f ON f.id = a.response_id JOIN survey AS s ON s.id = f.survey_id {owner}"
        " WHERE a.voided_at IS NULL AND f.voided_at IS NULL"
    ),
    "v_survey": (
        "SELECT f.code AS survey, f.effective_on, f.opens_on, f.closes_on, (SELECT count(*)"
        " FROM survey_invitation AS i WHERE i.survey_id = f.id AND i.voided_at IS NULL) AS invited,"
        " (SELECT count(*) FROM survey_response AS r WHERE r.survey_id = f.id AND r.voided_at IS NULL)"
        " AS responses FROM survey AS f WHERE f.voided_at IS NULL"
    ),
    "v_survey_invitation": (
        "SELECT s.code AS survey, f.number AS invitation_number, {of_customer}, f.effective_on, f.segment,"
        " (SELECT min(r.effective_on) FROM survey_response AS r WHERE r.survey_id = f.survey_id"
        " AND r.customer_id = f.customer_id AND r.voided_at IS NULL) AS answered_on"
        " FROM survey_invitation AS f JOIN survey AS s ON s.id = f.survey_id {owner}"
        " WHERE f.voided_at IS NULL"
    ),
    "v_survey_response": (
        "SELECT s.code AS survey, {code:SR,f.number} AS response, {of_customer}, f.effective_on, f.channel"
        " FROM survey_response AS f JOIN survey AS s ON s.id = f.survey_id {owner} WHERE f.voided_at IS NULL"
    ),
    "v_loyalty_entry": (
        "SELECT {code:Y,f.number} AS entry, {of_customer}, f.effective_on, f.kind, f.points, f.rule, f.fact,"
        " f.reward, {money:f.cost} AS cost, f.currency, f.expires_on, f.note"
        " FROM loyalty_entry AS f {owner} WHERE f.voided_at IS NULL"
    ),
    "v_offer": (
        "SELECT {code:O,f.number} AS offer, {of_customer}, f.effective_on, f.what, {money:f.cost} AS cost,"
        " f.currency, f.valid_until, a.effective_on AS approved_on, a.decided_by AS approved_by,"
        " u.effective_on AS used_on FROM offer AS f {owner} LEFT JOIN offer_event AS a ON a.offer_id = f.id"
        " AND a.action = 'approved' AND a.voided_at IS NULL LEFT JOIN offer_event AS u ON u.offer_id = f.id"
        " AND u.action = 'used' AND u.voided_at IS NULL WHERE f.voided_at IS NULL"
    ),
    **FILE_VIEWS,
}

MEANINGS: Mapping[str, str] = {  # for docs/schema.md
    "v_customer": "customers and prospects, as they are today",
    "v_officer": "loan officers",
    "v_facility": "credit lines",
    "v_loan": "loans, with contract, credit line, and the industry and region lent to",
    "v_snapshot": "what the core system said of each loan, day by day",
    "v_contact": "conversations and attempts",
    "v_follow_up": "next steps, until when each was put off and when it was done",
    "v_feedback": "complaints, suggestions, enquiries and praise, with how each stands",
    "v_segment": "the segments that the policy gave, and by which rule",
    "v_change": "the audit trail: who did what to which record",
    "v_campaign_member": "whom each campaign went to, who was left out, and who was held back",
    "v_survey_answer": "what customers answered in surveys, question by question; free words are left out",
    "v_survey": "surveys: from when until when, how many were invited and how many answered",
    "v_survey_invitation": "who was invited to a survey, and when they answered",
    "v_survey_response": "who answered a survey, when and how",
    "v_loyalty_entry": "loyalty points that were earned, adjusted and spent, and what rewards cost",
    "v_offer": "offers to customers: what they cost, until when, who approved them, and when they were used",
    **FILE_MEANINGS,
}

_SQLITE: Mapping[str, str] = {
    "code": "CASE WHEN {1} IS NOT NULL THEN printf('{0}-%05d', {1}) END",
    "money": "CASE WHEN {0} IS NOT NULL THEN printf('%d.%02d', {0} / 100, {0} % 100) END",
    "rate": "CASE WHEN {0} IS NOT NULL THEN printf('0.%06d', {0}) END",
    "signed": (
        "CASE WHEN {0} IS NOT NULL THEN"
        " printf('%s%d.%02d', CASE WHEN {0} < 0 THEN '-' ELSE '' END, abs({0}) / 100, abs({0}) % 100) END"
    ),
    "ratio": (
        "CASE WHEN {0} IS NOT NULL THEN printf('%s%d.%06d',"
        " CASE WHEN {0} < 0 THEN '-' ELSE '' END, abs({0}) / 1000000, abs({0}) % 1000000) END"
    ),
}
_POSTGRESQL: Mapping[str, str] = {
    "code": "'{0}-' || lpad({1}::text, greatest(5, length({1}::text)), '0')",
    "money": "({0} / 100)::text || '.' || lpad(mod({0}, 100)::text, 2, '0')",
    "rate": "'0.' || lpad({0}::text, 6, '0')",
    "signed": (
        "CASE WHEN {0} < 0 THEN '-' ELSE '' END || (abs({0}) / 100)::text"
        " || '.' || lpad(mod(abs({0}), 100)::text, 2, '0')"
    ),
    "ratio": (
        "CASE WHEN {0} < 0 THEN '-' ELSE '' END || (abs({0}) / 1000000)::text"
        " || '.' || lpad(mod(abs({0}), 1000000)::text, 6, '0')"
    ),
}
_EVERYWHERE: Mapping[str, str] = {
    "of_customer": "{code:C,c.number} AS customer, c.name AS customer_name, c.kind AS customer_kind",
    "owner": "JOIN customer AS c ON c.id = f.customer_id",
    "officer": "LEFT JOIN officer AS o ON o.id = {0}",
}
_PIECE = re.compile(r"\{([a-z_]+)(?::([^}]*))?\}")


def create_views(connection: Connection) -> None:
    """Make the views over the newest tables."""
    for name, query in VIEWS.items():
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {_written(query, is_sqlite(connection))}")


def drop_views(connection: Connection) -> None:
    """Take our views away, of whichever version: a revision may rebuild the tables below them."""
    for name in inspect(connection).get_view_names():
        if name.startswith("v_"):
            connection.exec_driver_sql(f"DROP VIEW {name}")


def _written(query: str, for_sqlite: bool) -> str:
    """Return ``query`` in the database's own words."""
    words = {**_EVERYWHERE, **(_SQLITE if for_sqlite else _POSTGRESQL)}

    def piece(found: re.Match[str]) -> str:
        arguments = (found[2] or "").split(",")
        text = words[found[1]]
        return _PIECE.sub(piece, text) if found[1] == "of_customer" else text.format(*arguments)

    return _PIECE.sub(piece, query)
