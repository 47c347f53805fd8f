"""Stored things of this app."""

from carbon.factors.models import AddedFactor
from carbon.inventories.models import ActivityRow, CarbonInventory

__all__ = ["ActivityRow", "AddedFactor", "CarbonInventory"]
