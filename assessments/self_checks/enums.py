"""States of self checks."""

from enum import StrEnum


class SelfCheckState(StrEnum):
    """States of a self-check."""

    DRAFT = "draft"
    SIGNING = "signing"
    COUNTERSIGNING = "countersigning"
    FILED = "filed"
    RECEIVED = "received"
    RETURNED = "returned"


SIGNED_STATES = (SelfCheckState.COUNTERSIGNING, SelfCheckState.FILED, SelfCheckState.RECEIVED)
