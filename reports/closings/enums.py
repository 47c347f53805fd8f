"""States of the closing of a year."""

from enum import StrEnum


class ClosingState(StrEnum):
    """State of the closing of a year."""

    OPEN = "open"
    CLOSED = "closed"
    CORRECTING = "correcting"
