"""Tables of the district file."""

from districts.models.core import (
    AdministrativeArea,
    Baseline,
    ConsultantMandate,
    District,
    ExternalHonour,
    ImplementationPlan,
    SpecialPlan,
    SpecialPlanPart,
)
from districts.models.indicators import IndicatorRow, IndicatorSystem
from districts.models.plots import ListImport, Plot, PlotCheck, PlotControl, PlotIndicator, PlotOpinion
from districts.models.projects import KeyProject, KeyProjectPlan, Work

__all__ = [
    "AdministrativeArea",
    "Baseline",
    "ConsultantMandate",
    "District",
    "ExternalHonour",
    "ImplementationPlan",
    "IndicatorRow",
    "IndicatorSystem",
    "KeyProject",
    "KeyProjectPlan",
    "ListImport",
    "Plot",
    "PlotCheck",
    "PlotControl",
    "PlotIndicator",
    "PlotOpinion",
    "SpecialPlan",
    "SpecialPlanPart",
    "Work",
]
