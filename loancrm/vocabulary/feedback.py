"""The codes of feedback: kinds, causes, priorities, what is done about a ticket, what a measure did."""

from __future__ import annotations

from collections.abc import Mapping

from loancrm.i18n import NP_

VOCABULARIES: Mapping[str, Mapping[str, str]] = {
    "feedback_kind": {
        "complaint": NP_("feedback_kind", "complaint"),
        "suggestion": NP_("feedback_kind", "suggestion"),
        "enquiry": NP_("feedback_kind", "enquiry"),
        "praise": NP_("feedback_kind", "praise"),
    },
    "feedback_status": {
        "open": NP_("feedback_status", "open"),
        "answered": NP_("feedback_status", "answered"),
        "waiting": NP_("feedback_status", "waiting for the customer"),
        "resolved": NP_("feedback_status", "resolved"),
        "closed": NP_("feedback_status", "closed"),
    },
    "feedback_cause": {
        "slow_approval": NP_("feedback_cause", "slow approval"),
        "process": NP_("feedback_cause", "cumbersome process"),
        "documents": NP_("feedback_cause", "too many documents"),
        "transparency": NP_("feedback_cause", "unclear terms"),
        "rates_and_fees": NP_("feedback_cause", "rates and fees"),
        "repayment": NP_("feedback_cause", "inflexible repayment"),
        "product": NP_("feedback_cause", "product does not fit"),
        "staff_expertise": NP_("feedback_cause", "staff expertise"),
        "staff_attitude": NP_("feedback_cause", "staff attitude"),
        "no_contact": NP_("feedback_cause", "nobody gets in touch"),
        "waiting_time": NP_("feedback_cause", "waiting at the branch"),
        "online_service": NP_("feedback_cause", "online service"),
        "wrong_data": NP_("feedback_cause", "wrong data"),
        "messages": NP_("feedback_cause", "messages"),
        "privacy": NP_("feedback_cause", "privacy"),
        "collection": NP_("feedback_cause", "how debts are collected"),
        "other": NP_("feedback_cause", "other"),
    },
    "feedback_priority": {
        "critical": NP_("feedback_priority", "critical"),
        "high": NP_("feedback_priority", "high"),
        "normal": NP_("feedback_priority", "normal"),
        "low": NP_("feedback_priority", "low"),
    },
    "cause_grouping": {
        "cause": NP_("cause_grouping", "cause"),
        "line": NP_("cause_grouping", "business line"),
        "product": NP_("cause_grouping", "product"),
        "stage": NP_("cause_grouping", "service stage"),
        "department": NP_("cause_grouping", "department"),
    },
    "ticket_relation": {
        "duplicate": NP_("ticket_relation", "repeats"),
        "related": NP_("ticket_relation", "has to do with"),
    },
}
LABELS: Mapping[str, Mapping[str, str]] = {
    "feedback_action": {
        "assigned": NP_("feedback_action", "assigned"),
        "triaged": NP_("feedback_action", "triaged"),
        "answered": NP_("feedback_action", "answered"),
        "progressed": NP_("feedback_action", "told how it goes"),
        "waiting": NP_("feedback_action", "waits for the customer"),
        "resumed": NP_("feedback_action", "taken up again"),
        "extended": NP_("feedback_action", "limit put off"),
        "escalated": NP_("feedback_action", "escalated"),
        "planned": NP_("feedback_action", "planned"),
        "step_done": NP_("feedback_action", "step done"),
        "step_dropped": NP_("feedback_action", "step dropped"),
        "resolved": NP_("feedback_action", "resolved"),
        "reopened": NP_("feedback_action", "reopened"),
        "closed": NP_("feedback_action", "closed"),
        "linked": NP_("feedback_action", "linked"),
        "unlinked": NP_("feedback_action", "no longer linked"),
    },
    "ticket_clock": {
        "answer": NP_("ticket_clock", "first answer"),
        "progress": NP_("ticket_clock", "next word"),
        "resolution": NP_("ticket_clock", "resolution"),
        "limit": NP_("ticket_clock", "day limit"),
    },
    "clock_state": {
        "running": NP_("clock_state", "running"),
        "stopped": NP_("clock_state", "stopped"),
        "late": NP_("clock_state", "late"),
        "kept": NP_("clock_state", "kept"),
        "missed": NP_("clock_state", "missed"),
    },
    "plan_status": {
        "open": NP_("plan_status", "open"),
        "done": NP_("plan_status", "done"),
        "dropped": NP_("plan_status", "dropped"),
    },
    "ticket_link": {
        "duplicate": NP_("ticket_link", "repeats"),
        "repeated_by": NP_("ticket_link", "is repeated by"),
        "related": NP_("ticket_link", "has to do with"),
    },
    "trend": {
        "fell": NP_("trend", "fell"),
        "rose": NP_("trend", "rose"),
        "no_change_shown": NP_("trend", "no change shown"),
        "nothing_to_compare": NP_("trend", "nothing to compare"),
    },
    "effect_figure": {
        "frequency": NP_("effect_figure", "tickets"),
        "satisfaction": NP_("effect_figure", "satisfied"),
    },
    "effect_source": {
        "feedback": NP_("effect_source", "feedback"),
        "closing_rating": NP_("effect_source", "ratings"),
        "survey": NP_("effect_source", "surveys"),
    },
    "effect_method": {
        "exact_rate_ratio": NP_("effect_method", "rate ratio, exact conditional interval"),
        "newcombe": NP_("effect_method", "difference of shares, Newcombe's interval"),
    },
    "feedback_section": {
        "kind": NP_("feedback_section", "kind"),
        "clock": NP_("feedback_section", "clock"),
        "age": NP_("feedback_section", "open for"),
        "officer": NP_("feedback_section", "officer"),
        "channel": NP_("feedback_section", "channel"),
    },
    "ticket_age": {
        "0_7": NP_("ticket_age", "up to 7 days"),
        "8_15": NP_("ticket_age", "8 to 15 days"),
        "16_30": NP_("ticket_age", "16 to 30 days"),
        "31_60": NP_("ticket_age", "31 to 60 days"),
        "over_60": NP_("ticket_age", "over 60 days"),
    },
}
