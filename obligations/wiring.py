"""Registries of other apps that this app fills; called once when the models are ready."""

from approvals.common.duties import duties_above
from assessments.common import owed_papers
from districts.yearly_plans import calendar as yearly_plans
from greendistrict.accounts import revocation
from greendistrict.accounts.revocation import LOST, RIGHTS_END, Access
from obligations import expected_records, feed, inspection_visits, papers, previews
from operation.ledger.selectors import mechanism_days, planning_fund_days


def wire() -> None:
    """Register the records that meet duties, what lower apps ask about duties, and that calendar feeds end with a person's rights."""
    revocation.register(Access("feeds", "日历订阅", RIGHTS_END | LOST, feed.end_feeds))
    expected_records.register("inspection_plan", inspection_visits.planned_days)
    expected_records.register("mechanisms", mechanism_days)
    expected_records.register("plan_funds", planning_fund_days)
    owed_papers.register(papers.Papers())
    yearly_plans.register_decided(papers.decided_plans)
    duties_above.register("obligations", previews.DutiesOfPages())
