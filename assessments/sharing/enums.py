"""State of a share."""

from enum import StrEnum


class ShareState(StrEnum):
    """States of a share."""

    OPEN = "open"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"
