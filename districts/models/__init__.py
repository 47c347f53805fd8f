"""Tables of the district file."""

from districts.models.core import (
    AdministrativeArea,
    Baseline,
    ConsultantMandate,
    District,
    ExternalHonour,
    ImplementationPlan,
    KeyProject,
    Plot,
    SpecialPlan,
    SpecialPlanPart,
    Work,
)
from districts.models.indicators import IndicatorRow, IndicatorSystem

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
    "Plot",
    "SpecialPlan",
    "SpecialPlanPart",
    "Work",
]
