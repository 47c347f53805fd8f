"""When duties fall due, in the words of the table of duties with the values of today's settings."""

from collections.abc import Mapping

from greendistrict.policy import parameters
from greendistrict.policy.duty_table import DutyKind
from greendistrict.policy.parameters import Parameters
from greendistrict.policy.selectors import setting_value

# Settings whose values stand in the words, by kind, or by kind and rule of a variant. A kind that is not here has no number of ours.
SETTINGS_OF: Mapping[str, tuple[str, ...]] = {
    "self_check": ("selfcheck.due", "selfcheck.window_opens"),
    "operation_report": ("operation_report.due",),
    "carbon_verification": ("carbon_verification.due",),
    "stage_material": ("stage.grace_days",),
    "rectification": ("rectify.days",),
    "accept_case": ("form_review_days",),
    "form_review": ("form_review_days",),
    "correction": ("supplement.days",),
    "endorse": ("endorse_remind_days",),
    "draw_panel": ("draw_days",),
    "opinion_reply": ("opinion_reply_days",),
    "decide": ("decide_days",),
    "notice_open": ("notice_days",),
    "announce": ("announce_days",),
    "serve": ("serve_days",),
    "hearing": ("hearing_days",),
    "hearing_weigh": ("weigh_days",),
    "cancel_start": ("cancel_start_days",),
    "notice_close": ("notice_days",),
    "objection_reply": ("objection_reply_days",),
    "disclosure_serve": ("disclosure_serve_days",),
    "consult_reply": ("consult_days",),
    "plot_opinion": ("plot_consult_days",),
    "plot_opinion:PLOT-DESIGN": ("consult_days",),
    "invitation": ("expert_reply_days",),
    "signatures": ("signature_days",),
    "meeting": ("meeting_days",),
    "countersign": ("countersign_days",),
    "receive_filing": ("receive_days", "selfcheck.city_receipt"),
    "recheck": ("recheck_days",),
    "stage_hold": ("stage.window_opens_days_before",),
    "stage_conclude": ("stage.conclude_days",),
    "post_hold": ("duties.post_hold",),
    "post_material": ("post_evaluation.report_days",),
    "key_area_plan": ("duties.key_area_months",),
    "plan_yearly": ("plan_due",),
    "body_designated": ("duties.body_days",),
    "inspection_plan": ("duties.inspection_plan",),
    "exchange": ("duties.exchange",),
    "snapshot": ("duties.snapshot",),
    "yearly_report": ("duties.yearly_report",),
    "post_draw": ("duties.post_draw",),
    "plan_quarter": ("beautiful.quarter_days",),
    "policy_expiry": ("duties.expiry_days",),
    "edition_expiry": ("duties.expiry_days",),
    "holidays_missing": ("duties.holidays",),
    "backup_age": ("duties.backup_days",),
    "certificate": ("duties.certificate_days",),
    "job_failed": ("duties.job_days",),
    "account_review": ("duties.account_review",),
    "evidence_expiring": ("duties.evidence_days",),
}
# Settings by which another duty falls due, with which these fall due together.
WITH_ANOTHER: Mapping[str, tuple[str, ...]] = {"mechanisms": ("operation_report.due",), "plan_funds": ("plan_due",)}


def settings_of(kind: DutyKind) -> tuple[str, ...]:
    """Keys of the settings whose values stand in the words of a kind."""
    return SETTINGS_OF.get(f"{kind.key}:{kind.rule}") or SETTINGS_OF.get(kind.key, ())


def due_words(kind: DutyKind, held: Parameters) -> str:
    """When a duty falls due, with the values of the settings."""
    words = kind.due
    for key in settings_of(kind):
        words = words.replace(setting_value(key, parameters.default_of(key)), setting_value(key, held[key].value))
    return words


def is_default(kind: DutyKind, held: Parameters) -> bool:
    """Whether a number in the words, or the day of the duty with which it falls due, is one that the city has not confirmed."""
    return any(held[key].waits for key in (*settings_of(kind), *WITH_ANOTHER.get(kind.key, ())))
