"""States of a score table."""

from enum import StrEnum


class TableState(StrEnum):
    """States of a score table."""

    OPEN = "open"
    LOCKED = "locked"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RECEIVED = "received"
