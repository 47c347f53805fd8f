"""Registries of other apps that this app fills; called once when the models are ready."""

from assessments.common import owed_papers
from greendistrict.workflow.letters import register
from obligations import duties, letters, papers, self_check, stage_assessment, yearly_report


def wire() -> None:
    """Collect the duties."""
    duties.register_yearly(self_check.DUTY)
    duties.register_yearly(yearly_report.OPERATION)
    duties.register_yearly(yearly_report.CARBON)
    duties.register(stage_assessment.collect, stage_assessment.MATERIAL, stage_assessment.RECTIFY)
    owed_papers.register(papers.Papers())
    register(letters.SOURCE)
