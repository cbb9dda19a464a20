"""Pages of the sample book on a screen of 80 columns, in both languages: nothing runs over its edge."""

from __future__ import annotations

import pytest

from loancrm.typeset import display_width
from tests import places
from tests.conftest import call
from tests.demo.conftest import Book

WIDTH = 80
PAGES = """\
report portfolio
report portfolio --since 2026-10-31 --explain
report portfolio --by segment
report roll-rates --since 2026-05-31
report roll-rates --of class --by segment --months 3 --since 2026-05-31
report par --since 2026-05-31
report portfolio --by product --since 2026-10-31
report portfolio npl_ratio --explain
report migration --since 2026-08-31
report migration --since 2026-08-31 --by segment --explain
report delinquency
report delinquency --by officer --since 2026-10-31 --explain
report par --months 3
report par --by segment
warning rules
warning backtest --all --horizon 90d --event days_past_due>30
warning backtest newly_past_due --event days_past_due>30 --explain
score backtest --event days_past_due>30
score backtest enterprise_credit --event days_past_due>30 --explain
report roll-rates
report roll-rates --of class --explain
report vintage
report vintage --cohort quarter --explain
report vintage --cohort year --by segment
report vintage --cohort quarter --since 2026-06-30
report vintage --cohort quarter --by branch --since 2026-06-30
report provision --explain --since 2026-08-31
report provision --by segment --since 2026-08-31
report stress --scenario examples/scenarios/export_slump.yaml --explain
report stress --scenario examples/scenarios/export_slump.yaml --by industry
report stress --scenario examples/scenarios/export_slump.yaml --since 2026-06-30
report stress --scenario examples/scenarios/export_slump.yaml --by branch --since 2026-06-30
report maturity --explain
report maturity --since 2026-08-31 --by segment
report cash-flow --explain
report cash-flow --by product --months 2
report cash-flow --since 2026-10-31
report cash-flow --as-of 2026-11-14 --by segment --since 2026-10-31
report watch-list --explain
report watch-list --since 2026-08-31
report five-tier
report transitions --since 2026-08-31
report concentration
report satisfaction
report satisfaction --by segment
report feedback
report value
report value --by customer
report rfm
report next-products
report loyalty
report churn
report churn --by region
report referrals
report officer
report growth
report growth --by segment
report growth --funnel
report growth --retention
customer value C-00001
report limits
report limits --all
report risk-register
report risk-register --by branch --since 2026-08-31
playbook rules
playbook list
playbook show PB-00001
playbook concerned --where live_loans>=1
playbook stats
playbook stats --by branch
control due
control sample disbursement
control check list
control finding list
control incident list
control rectification list
control lesson list
limit actions
churn list
warning list
warning list --all
warning show W-00001
churn attempts
churn results
loyalty show C-00001
loyalty reward list
feedback list
feedback causes
feedback effect ME-00001
feedback show F-00001
measure list
survey list
survey show S-2026Q3
survey responses
survey invitations S-2026Q3
event result EV-00001
campaign result CA-00001
followup list
today
contact neglected
""".splitlines()

pytestmark = pytest.mark.sqlite_only("a page is drawn alike whatever the rows come from")


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("line", PAGES)
def test_a_page_fits_on_80_columns(book: Book, line: str, lang: str) -> None:
    words = ("--lang", lang, "--store", places.path_of(book.store), *line.split(), "--format", "table")
    answer = call(*words)
    assert answer.code == 0, answer.err
    assert len(answer.text) > WIDTH, "a page that shows nothing proves nothing"
    too_wide = [part for part in answer.text.split("\n") if display_width(part) > WIDTH]
    assert [part for part in too_wide if "loancrm " not in part] == []
