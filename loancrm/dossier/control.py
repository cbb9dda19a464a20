"""Internal control: checks, findings, what was done about them, incidents, lessons; actions on limits."""

from __future__ import annotations

from loancrm.dossier.kinds import FactKind, Field
from loancrm.i18n import N_

CONTROL_CHECK = FactKind(
    name="control_check",
    plural="control_checks",
    model="ControlCheck",
    prefix="QC",
    owner="book",
    help=N_("Checks of a step of the work: how many cases, and with how many something was wrong."),
    added=N_("{number}: the check is recorded"),
    is_imported=False,
    fields=(
        Field("step", "identifier", N_("step of the work, as the policy names it"), is_needed=True,
              heading=N_("step of work")),
        Field("cases", "count", N_("how many cases were looked at"), is_needed=True, heading=N_("cases")),
        Field("exceptions", "count", N_("with how many something was wrong"), default="0",
              heading=N_("exceptions")),
        Field("officer", "officer", N_("who checked"), heading=N_("checked by")),
        Field("note", "note", N_("note"), is_listed=False),
    ),
)  # fmt: skip
CONTROL_FINDING = FactKind(
    name="control_finding",
    plural="control_findings",
    model="ControlFinding",
    prefix="FD",
    owner="book",
    help=N_("What a check found, who puts it right and until when."),
    added=N_("{number}: the finding is recorded"),
    is_imported=False,
    fields=(
        Field("severity", "code:control_severity", N_("severity"), is_needed=True),
        Field("what", "text", N_("what was found"), is_needed=True, heading=N_("what")),
        Field("found_by", "fact:control_check", N_("the check that found it"), is_listed=False,
              typed_as="--check"),
        Field("step", "identifier", N_("step of the work; default: that of the check"), is_listed=False,
              heading=N_("step of work")),
        Field("customer", "customer", N_("customer whose case it is"), is_listed=False),
        Field("loan", "loan", N_("loan whose case it is"), is_listed=False),
        Field("officer", "officer", N_("who puts it right"), heading=N_("owner")),
        Field("due_on", "date", N_("until when; default: by the policy's days"), heading=N_("due"),
              typed_as="--by"),
    ),
    derived=(
        Field("state", "code:rectification_state", N_("state")),
        Field("state_on", "date", N_("state since"), is_listed=False),
    ),
)  # fmt: skip
CONTROL_INCIDENT = FactKind(
    name="control_incident",
    plural="control_incidents",
    model="ControlIncident",
    prefix="IC",
    owner="book",
    help=N_("Incidents: what went wrong in operation, its loss, and who deals with it."),
    added=N_("{number}: the incident is recorded"),
    is_imported=False,
    fields=(
        Field("kind", "code:incident_kind", N_("kind"), is_needed=True, is_listed=False),
        Field("severity", "code:control_severity", N_("severity"), is_needed=True),
        Field("what", "text", N_("what happened"), is_needed=True, heading=N_("what")),
        Field("happened_on", "past_date", N_("when it happened, if that was earlier"), is_listed=False),
        Field("customer", "customer", N_("customer whose case it is"), is_listed=False),
        Field("officer", "officer", N_("who deals with it"), is_listed=False, heading=N_("owner")),
        Field("due_on", "date", N_("until when; default: by the policy's days"), heading=N_("due"),
              typed_as="--by"),
        Field("loss", "amount", N_("what was lost"), is_listed=False),
        Field("recovered", "amount", N_("what came back of it"), is_listed=False),
    ),
    derived=(
        Field("state", "code:rectification_state", N_("state")),
        Field("state_on", "date", N_("state since"), is_listed=False),
    ),
)  # fmt: skip
_FINDING = Field("finding", "fact:control_finding", N_("the finding"), heading=N_("finding"))
_INCIDENT = Field("incident", "fact:control_incident", N_("the incident"), heading=N_("incident"))
CONTROL_RECTIFICATION = FactKind(
    name="control_rectification",
    plural="control_rectifications",
    model="ControlRectification",
    prefix="RX",
    owner="book",
    help=N_("What was done about findings and incidents: put right, put off, accepted."),
    added=N_("{number}: what was done is recorded"),
    is_imported=False,
    fields=(
        _FINDING,
        _INCIDENT,
        Field("state", "code:rectification_step", N_("done, postponed, accepted or reopened"), is_needed=True,
              heading=N_("state")),
        Field("until_on", "date", N_("the new day of what is put off"), heading=N_("until"),
              typed_as="--until"),
        Field("note", "text", N_("in a few words"), heading=N_("note")),
    ),
)  # fmt: skip
CONTROL_LESSON = FactKind(
    name="control_lesson",
    plural="control_lessons",
    model="ControlLesson",
    prefix="LS",
    owner="book",
    help=N_("What was learnt from findings and incidents, and is done otherwise since."),
    added=N_("{number}: the lesson is recorded"),
    is_imported=False,
    fields=(
        Field("what", "text", N_("what is done otherwise"), is_needed=True, heading=N_("what")),
        _FINDING,
        _INCIDENT,
        Field("step", "identifier", N_("step of the work that it changes"), heading=N_("step of work")),
    ),
)
LIMIT_ACTION = FactKind(
    name="limit_action",
    plural="limit_actions",
    model="LimitAction",
    prefix="LA",
    owner="book",
    help=N_("What is done about limits that are near or broken."),
    added=N_("{number}: what is done about the limit is recorded"),
    is_imported=False,
    fields=(
        Field(
            "limit_name", "identifier", N_("limit of the policy"), is_needed=True, heading=N_("limit name")
        ),
        Field("key", "text", N_("the group that it is about"), heading=N_("group")),
        Field("action", "code:limit_step", N_("what is done"), is_needed=True, heading=N_("action")),
        Field("share", "ratio", N_("share as it stood"), is_listed=False, heading=N_("share")),
        Field("at_most", "ratio", N_("limit as it stood"), is_listed=False),
        Field(
            "state",
            "code:limit_state",
            N_("state as it stood"),
            is_needed=True,
            is_listed=False,
            heading=N_("state"),
        ),
        Field("officer", "officer", N_("who does it"), heading=N_("owner")),
        Field("due_on", "date", N_("until when"), heading=N_("due"), typed_as="--by"),
        Field("note", "text", N_("in a few words"), is_listed=False),
    ),
)
