"""The codes of playbooks, internal control and limits."""

from __future__ import annotations

from collections.abc import Mapping

from loancrm.i18n import NP_

VOCABULARIES: Mapping[str, Mapping[str, str]] = {
    "playbook_state": {
        "open": NP_("playbook_state", "open"),
        "cured": NP_("playbook_state", "cured"),
        "restructured": NP_("playbook_state", "restructured"),
        "legal": NP_("playbook_state", "taken to court"),
        "written_off": NP_("playbook_state", "written off"),
        "left": NP_("playbook_state", "customer left"),
        "not_needed": NP_("playbook_state", "not needed"),
    },
    "playbook_outcome": {
        "cured": NP_("playbook_outcome", "cured"),
        "restructured": NP_("playbook_outcome", "restructured"),
        "legal": NP_("playbook_outcome", "taken to court"),
        "written_off": NP_("playbook_outcome", "written off"),
        "left": NP_("playbook_outcome", "customer left"),
        "not_needed": NP_("playbook_outcome", "not needed"),
    },
    "step_state": {
        "open": NP_("step_state", "open"),
        "done": NP_("step_state", "done"),
        "late": NP_("step_state", "late"),
        "dropped": NP_("step_state", "dropped"),
    },
    "control_severity": {
        "low": NP_("control_severity", "low"),
        "medium": NP_("control_severity", "medium"),
        "high": NP_("control_severity", "high"),
        "critical": NP_("control_severity", "critical"),
    },
    # The seven types of loss events of Basel II, annex 9 (2006), and what is none of them.
    "incident_kind": {
        "internal_fraud": NP_("incident_kind", "internal fraud"),
        "external_fraud": NP_("incident_kind", "external fraud"),
        "employment": NP_("incident_kind", "employment and workplace"),
        "clients_products": NP_("incident_kind", "clients, products, business practice"),
        "damage": NP_("incident_kind", "damage to assets"),
        "systems": NP_("incident_kind", "disruption and systems"),
        "execution": NP_("incident_kind", "execution and process"),
        "compliance": NP_("incident_kind", "compliance"),
    },
    "rectification_state": {
        "open": NP_("rectification_state", "open"),
        "done": NP_("rectification_state", "put right"),
        "postponed": NP_("rectification_state", "put off"),
        "accepted": NP_("rectification_state", "accepted"),
        "reopened": NP_("rectification_state", "opened again"),
    },
    "rectification_step": {
        "done": NP_("rectification_step", "put right"),
        "postponed": NP_("rectification_step", "put off"),
        "accepted": NP_("rectification_step", "accepted"),
        "reopened": NP_("rectification_step", "opened again"),
    },
    "limit_step": {
        "reduce": NP_("limit_step", "reduce"),
        "no_new_loans": NP_("limit_step", "no new loans"),
        "secure": NP_("limit_step", "take more security"),
        "share_out": NP_("limit_step", "share with other lenders"),
        "exempt": NP_("limit_step", "exception granted"),
        "watch": NP_("limit_step", "watch"),
        "closed": NP_("limit_step", "closed"),
    },
    "limit_state": {
        "ok": NP_("limit_state", "ok"),
        "near": NP_("limit_state", "near"),
        "breach": NP_("limit_state", "breach"),
    },
    "register_state": {
        "open": NP_("register_state", "open"),
        "postponed": NP_("register_state", "put off"),
        "reopened": NP_("register_state", "opened again"),
        "acknowledged": NP_("register_state", "acknowledged"),
        "acted": NP_("register_state", "acted on"),
        "near": NP_("register_state", "near"),
        "breach": NP_("register_state", "breach"),
    },
    "register_kind": {
        "incident": NP_("register_kind", "incident"),
        "finding": NP_("register_kind", "finding"),
        "limit": NP_("register_kind", "limit"),
        "warning": NP_("register_kind", "warning"),
        "playbook": NP_("register_kind", "playbook"),
    },
}
