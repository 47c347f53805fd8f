"""States of inventories."""

from enum import StrEnum


class InventoryState(StrEnum):
    """State of an edition of an inventory."""

    DRAFT = "draft"
    SIGNING = "signing"
    FILED = "filed"


MANDATED = ("checking", "correcting", "reviewing", "signed")  # states of a verification in which its body reads the filed inventory
