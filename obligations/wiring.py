"""Registries of other apps that this app fills; called once when the models are ready."""

from approvals.letter_texts import samples
from approvals.settings.selectors.impact import register_preview
from assessments.common import owed_papers
from districts.yearly_plans import calendar as yearly_plans
from greendistrict.accounts import revocation
from greendistrict.accounts.revocation import LOST, RIGHTS_END, Access
from greendistrict.workflow import urged
from greendistrict.workflow.letters import register
from obligations import city_duties, expected_records, feed_tokens, letters, papers, reminder_samples, setting_preview, urging
from operation.ledger.selectors import mechanism_days, planning_fund_days


def wire() -> None:
    """Register the records that meet duties, what lower apps ask about duties, and that calendar feeds end with a person's rights."""
    revocation.register(Access("feeds", "日历订阅", RIGHTS_END | LOST, feed_tokens.end_feeds))
    expected_records.register("inspection_plan", city_duties.planned_days)
    expected_records.register("mechanisms", mechanism_days)
    expected_records.register("plan_funds", planning_fund_days)
    owed_papers.register(papers.Papers())
    yearly_plans.register_decided(papers.decided_plans)
    register(letters.SOURCE)
    urged.register("obligations", urging.urged_of_cases)
    register_preview("obligations", setting_preview.moved_by_setting)
    samples.register(reminder_samples.Samples())
