"""Fills registries of other apps; called once when the models are ready."""

from approvals.amendments.lifecycle import AMENDMENT
from approvals.publicity.lifecycle import ANNOUNCEMENT
from approvals.publicity.services import ANSWERED as OBJECTION_ANSWERED
from approvals.record_requests import gaps
from assessments.self_checks.lifecycle import SELF_CHECK
from districts.file.lifecycle import DISTRICT
from greendistrict.accounts import revocation
from greendistrict.accounts.revocation import LOST, RIGHTS_END, Access, Why
from greendistrict.workflow import outbox
from greendistrict.workflow.enums import Lane
from greendistrict.workflow.registry import on
from obligations import expected_records
from outreach.opinions.services import ANSWERED as OPINION_ANSWERED
from portal.adapters import services as adapters
from portal.first_day import services as first_day
from portal.first_day.selectors import lacks
from portal.operations.selectors import status
from portal.operations.selectors.expiries import backup_days, certificate_ends
from portal.takeover.selectors import missing_records
from portal.tokens.services import end_tokens
from portal.webhooks import pushing
from portal.webhooks import services as webhooks
from portal.webhooks.models import WebhookEvent


def wire() -> None:
    """Register what regular use lacks, records of keepers' duties, handlers of webhooks, and what ends with a person's rights."""
    revocation.register(Access("tokens", "接口令牌", frozenset(Why), end_tokens))
    revocation.register(Access("webhooks", "接口推送", RIGHTS_END | LOST | {Why.POST}, webhooks.pause_all))
    status.lacks.register("first_day", lacks)
    gaps.missing_records.register("takeover", missing_records)
    expected_records.register("backup_age", backup_days)
    expected_records.register("certificate", certificate_ends)
    outbox.handle(first_day.TRIAL, first_day.enqueue, "开用检查的试用")
    outbox.handle(adapters.EXCHANGE, adapters.enqueue, "系统对接的立即交换")
    outbox.handle(webhooks.EVENT, webhooks.spread, "接口推送的事件")
    outbox.handle(webhooks.SEND, pushing.enqueue, "接口推送", lane=Lane.HOOKS)
    outbox.handle(OPINION_ANSWERED, webhooks.opinion_answered, "公众意见答复后的推送")
    outbox.handle(OBJECTION_ANSWERED, webhooks.objection_answered, "公示意见答复后的推送")
    on(ANNOUNCEMENT, "publish", webhooks.step_taken(WebhookEvent.ANNOUNCEMENT_PUBLISHED))
    on(AMENDMENT, "publish", webhooks.step_taken(WebhookEvent.ANNOUNCEMENT_AMENDED, "announcement_id"))
    on(SELF_CHECK, "receive", webhooks.step_taken(WebhookEvent.ASSESSMENT_RECEIVED))
    for step in dict.fromkeys(step.action for step in DISTRICT.transitions):
        on(DISTRICT, step, webhooks.step_taken(WebhookEvent.TITLE_CHANGED))
