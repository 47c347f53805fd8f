"""Models of the district file."""

from districts.acts.models import DistrictAct
from districts.baselines.models import Baseline
from districts.boundaries.models import Boundary, KeyArea
from districts.file.models.district import AdministrativeArea, ConsultantMandate, District, ExternalHonour
from districts.file.models.imports import ListImport
from districts.file.models.parties import DesignatedBody, DistrictPaper, FigureSource, Fund, RenewalProject, SubArea
from districts.indicator_systems.models import IndicatorActual, IndicatorRow, IndicatorSystem
from districts.plausibility.models import FigureAnswer
from districts.plot_changes.models import PlotChange
from districts.plot_map.models import PlotShape
from districts.plots.models import Plot, PlotBackfill, PlotCheck, PlotControl, PlotIndicator, PlotOpinion
from districts.projects.models import KeyProject, KeyProjectPlan, Work, WorkCheck, WorkIndicator
from districts.special_plans.models import PlanSection, PlanSectionFile, SpecialPlan, SpecialPlanPart
from districts.supervision.models import SupervisionRecord
from districts.yearly_plans.models import ImplementationPlan, PlanItem

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
    "FigureAnswer",
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
    "PlanSection",
    "PlanSectionFile",
    "Plot",
    "PlotBackfill",
    "PlotChange",
    "PlotCheck",
    "PlotControl",
    "PlotIndicator",
    "PlotOpinion",
    "PlotShape",
    "RenewalProject",
    "SpecialPlan",
    "SpecialPlanPart",
    "SubArea",
    "SupervisionRecord",
    "Work",
    "WorkCheck",
    "WorkIndicator",
]
