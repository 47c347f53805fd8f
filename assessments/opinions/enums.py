"""States of opinions."""

from enum import StrEnum


class OpinionState(StrEnum):
    """States of a panel opinion, whatever the panel judged."""

    OPEN = "open"
    REPLIED = "replied"
    CLOSED = "closed"
