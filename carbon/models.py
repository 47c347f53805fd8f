"""Stored things of this app."""

from carbon.factors.models import AddedFactor
from carbon.inventories.models import ActivityRow, CarbonInventory
from carbon.metering.models import Meter, MeterReading, MeterToken, MonthlyConsumption, ReadingCorrection, ReadingImport
from carbon.targets.models import TargetExplanation
from carbon.verification.models import CarbonVerification, VerificationFinding

__all__ = [
    "ActivityRow",
    "AddedFactor",
    "CarbonInventory",
    "CarbonVerification",
    "Meter",
    "MeterReading",
    "MeterToken",
    "MonthlyConsumption",
    "ReadingCorrection",
    "ReadingImport",
    "TargetExplanation",
    "VerificationFinding",
]
