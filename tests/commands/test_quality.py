"""report quality, of loans that are serviced here."""

from __future__ import annotations

from tests.commands.loan_books import SMALL, Do


def test_an_application_under_way_or_declined_lacks_no_day_of_disbursement(paid_out: Do) -> None:
    for _application in range(2):
        paid_out(f"loan apply C-00001 --product working_capital {SMALL} --on 2026-01-05")
    paid_out("loan withdraw L-00003 --on 2026-01-06")
    paid_out("loan add C-00001 --number JJ-1 --product other --principal 5")
    found = {line["check"]: line for line in paid_out("report quality")}
    assert found["no_disbursement_date"]["examples"] == ["JJ-1"]
