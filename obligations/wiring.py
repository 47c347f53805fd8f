"""Registries of other apps that this app fills; called once when the models are ready."""

from assessments.common import owed
from obligations import duties, papers, selfcheck, stage, yearlyreport


def wire() -> None:
    """Collect the duties."""
    duties.register_yearly(selfcheck.DUTY)
    duties.register_yearly(yearlyreport.OPERATION)
    duties.register_yearly(yearlyreport.CARBON)
    duties.register(stage.collect, stage.MATERIAL, stage.RECTIFY)
    owed.register(papers.Papers())
