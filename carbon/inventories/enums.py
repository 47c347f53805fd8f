"""States of inventories."""

from enum import StrEnum


class InventoryState(StrEnum):
    """How far an edition of an inventory has got."""

    DRAFT = "draft"
    SIGNING = "signing"
    FILED = "filed"


MANDATED = ("checking", "correcting", "signed")  # states of a verification in which its body reads the filed inventory
