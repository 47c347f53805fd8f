"""States of inspections and of their findings."""

from enum import StrEnum


class InspectionState(StrEnum):
    """States of an inspection."""

    DRAFT = "draft"
    ISSUED = "issued"
    CLOSED = "closed"
    DISCARDED = "discarded"


class InspectionFindingState(StrEnum):
    """States of a finding of an inspection."""

    OPEN = "open"
    REPLIED = "replied"
    CLOSED = "closed"
