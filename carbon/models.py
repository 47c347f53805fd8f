"""Stored things of this app."""

from carbon.inventories.models import ActivityRow, CarbonInventory

__all__ = ["ActivityRow", "CarbonInventory"]
