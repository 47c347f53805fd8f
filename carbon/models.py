"""Tables of this app."""

from carbon.factors.models import AddedFactor
from carbon.inventories.models import ActivityRow, CarbonInventory
from carbon.measures.models import AbatementMeasure, CarbonScenario, ScenarioShare
from carbon.metering.models import Meter, MeterReading, MeterToken, MonthlyConsumption, ReadingCorrection, ReadingImport, YearlyConsumption
from carbon.releases.models import CarbonRelease
from carbon.targets.models import TargetExplanation
from carbon.verification.models import CarbonVerification, VerificationFinding

__all__ = [
    "AbatementMeasure",
    "ActivityRow",
    "AddedFactor",
    "CarbonInventory",
    "CarbonRelease",
    "CarbonScenario",
    "CarbonVerification",
    "Meter",
    "MeterReading",
    "MeterToken",
    "MonthlyConsumption",
    "ReadingCorrection",
    "ReadingImport",
    "ScenarioShare",
    "TargetExplanation",
    "VerificationFinding",
    "YearlyConsumption",
]
