"""States of inventories."""

from enum import StrEnum


class InventoryState(StrEnum):
    """How far an edition of an inventory has got."""

    DRAFT = "draft"
    SIGNING = "signing"
    FILED = "filed"
