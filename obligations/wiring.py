"""Registries of other apps that this app fills; called once when the models are ready."""

from approvals.letter_texts import samples
from approvals.settings.selectors.impact import register_preview
from assessments.common import owed_papers
from beautiful.plans.models import REPORTERS
from districts.yearly_plans import calendar as yearly_plans
from greendistrict.accounts import revocation
from greendistrict.accounts.enums import Role
from greendistrict.accounts.revocation import LOST, RIGHTS_END, Access
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.policy import tracked_duties
from greendistrict.policy.reminder_rungs import AS_GENERAL
from greendistrict.workflow import urged
from greendistrict.workflow.letters import register
from obligations import (
    assessment_terms,
    authority_duties,
    case_terms,
    city_duties,
    disclosure_terms,
    duties,
    expected_records,
    expiries,
    feed_tokens,
    filing_terms,
    keeper_duties,
    letters,
    notice_terms,
    opinion_terms,
    papers,
    plan_quarters,
    remedy_terms,
    reminder_samples,
    review_terms,
    self_check,
    setting_preview,
    stage_assessment,
    urging,
    watches,
    yearly_report,
)
from obligations.duty_table import duty_kind
from obligations.reminder_settings import is_urged
from operation.ledger.selectors import mechanism_days, planning_fund_days


def _is_inside(held: HeldPosts) -> bool:
    """City and secretariat (the sides of ``matters.INSIDE``)."""
    return held.is_city or held.has(Role.SECRETARIAT)


FAMILIES = (
    (case_terms, duties.everybody),
    (notice_terms, _is_inside),
    (remedy_terms, _is_inside),
    (disclosure_terms, lambda held: held.is_city),
    (opinion_terms, duties.everybody),
    (review_terms, lambda held: _is_inside(held) or held.has(Role.EXPERT)),
    (filing_terms, duties.everybody),
    (assessment_terms, duties.everybody),
)


def wire() -> None:
    """Register the collectors of all duties, and that calendar feeds end with a person's rights."""
    revocation.register(Access("feeds", "日历订阅", RIGHTS_END | LOST, feed_tokens.end_feeds))
    duties.register_yearly(self_check.DUTY)
    duties.register_yearly(yearly_report.OPERATION)
    duties.register_yearly(yearly_report.CARBON)
    duties.register(stage_assessment.collect, stage_assessment.MATERIAL, stage_assessment.RECTIFY)
    for family, concerns in FAMILIES:
        duties.register(family.collect, *map(duty_kind, family.KINDS), tables=family.TABLES, concerns=concerns)
    duties.register(city_duties.collect_held, city_duties.HOLD, city_duties.POST, tables=(city_duties.EVALUATIONS,))
    duties.register(city_duties.collect_visits, city_duties.VISIT, concerns=_is_inside)
    expected_records.register("inspection_plan", city_duties.planned_days)
    expected_records.register("mechanisms", mechanism_days)
    expected_records.register("plan_funds", planning_fund_days)
    duties.register_unlisted(authority_duties.FUNDS.key, authority_duties.collect_unrecorded)
    duties.register_unlisted(expiries.POLICY.key, expiries.collect_coming)
    duties.register_unlisted(city_duties.HOLD.key, city_duties.collect_coming)
    duties.register_unlisted(city_duties.MECHANISMS.key, city_duties.collect_unrecorded)
    duties.register(city_duties.collect_mechanisms, city_duties.MECHANISMS)
    duties.register(authority_duties.collect_key_areas, authority_duties.KEY_AREA)
    duties.register_of_bodies(authority_duties.collect, *authority_duties.KINDS, concerns=lambda held: held.has(Role.AUTHORITY))
    duties.register_of_bodies(city_duties.collect_yearly, *city_duties.KINDS, concerns=lambda held: held.is_city)
    duties.register_of_bodies(city_duties.collect_draws, city_duties.DRAW, concerns=lambda held: held.is_city)
    duties.register_of_bodies(plan_quarters.collect, plan_quarters.QUARTER, concerns=lambda held: held.has(*REPORTERS))
    duties.register_of_bodies(expiries.collect_expiries, expiries.POLICY, expiries.EDITION, concerns=lambda held: held.is_city)
    duties.register_of_bodies(expiries.collect_terms, expiries.TERMS, concerns=lambda held: bool(held.admin_of))
    duties.register_of_keepers(keeper_duties.collect, *keeper_duties.KINDS)
    duties.register_watch(watches.collect, *watches.KINDS)
    duties.register_watch(watches.collect_ready, watches.READY, is_dated=False)
    owed_papers.register(papers.Papers())
    yearly_plans.register_decided(papers.decided_plans)
    register(letters.SOURCE)
    urged.register("obligations", urging.urged_of_cases)
    register_preview("obligations", setting_preview.moved_by_setting)
    for kind in duties.kinds().values():
        if is_urged(kind):
            tracked_duties.register_urged(kind.key, kind.label, kind.ladder or AS_GENERAL)
    samples.register(reminder_samples.Samples())
