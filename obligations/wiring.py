"""Registries of other apps that this app fills; called once when the models are ready."""

from approvals.letter_texts import samples
from assessments.common import owed_papers
from greendistrict.policy import tracked_duties
from greendistrict.workflow.letters import register
from obligations import (
    assessment_terms,
    case_terms,
    duties,
    filing_terms,
    letters,
    notice_terms,
    opinion_terms,
    papers,
    reminder_samples,
    review_terms,
    self_check,
    stage_assessment,
    yearly_report,
)
from obligations.duty_table import duty_kind
from obligations.reminder_settings import is_urged


def wire() -> None:
    """Collect the duties."""
    duties.register_yearly(self_check.DUTY)
    duties.register_yearly(yearly_report.OPERATION)
    duties.register_yearly(yearly_report.CARBON)
    duties.register(stage_assessment.collect, stage_assessment.MATERIAL, stage_assessment.RECTIFY)
    for family in (case_terms, notice_terms, opinion_terms, review_terms, filing_terms, assessment_terms):
        duties.register(family.collect, *map(duty_kind, family.KINDS))
    owed_papers.register(papers.Papers())
    register(letters.SOURCE)
    for kind in duties.kinds().values():
        if is_urged(kind):
            tracked_duties.register_urged(kind.key, kind.label)
    samples.register(reminder_samples.Samples())
