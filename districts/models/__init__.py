"""Tables of the district file."""

from districts.models.boundaries import Boundary, KeyArea
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
from districts.models.indicators import IndicatorActual, IndicatorRow, IndicatorSystem
from districts.models.parties import DesignatedBody, DistrictAct, DistrictPaper, FigureSource, Fund, SubArea
from districts.models.plans import PlanItem
from districts.models.plots import ListImport, Plot, PlotCheck, PlotControl, PlotIndicator, PlotOpinion
from districts.models.projects import KeyProject, KeyProjectPlan, Work

__all__ = [
    "AdministrativeArea",
    "Baseline",
    "Boundary",
    "ConsultantMandate",
    "DesignatedBody",
    "District",
    "DistrictAct",
    "DistrictPaper",
    "ExternalHonour",
    "FigureSource",
    "Fund",
    "ImplementationPlan",
    "IndicatorActual",
    "IndicatorRow",
    "IndicatorSystem",
    "KeyArea",
    "KeyProject",
    "KeyProjectPlan",
    "ListImport",
    "PlanItem",
    "Plot",
    "PlotCheck",
    "PlotControl",
    "PlotIndicator",
    "PlotOpinion",
    "SpecialPlan",
    "SpecialPlanPart",
    "SubArea",
    "Work",
]
