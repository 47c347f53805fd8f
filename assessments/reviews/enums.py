"""States of reviews."""

from enum import StrEnum


class ReviewState(StrEnum):
    """States of a review."""

    PREPARING = "preparing"
    INVITING = "inviting"
    SCORING = "scoring"
    MEETING = "meeting"
    CONCLUDED = "concluded"
    STOPPED = "stopped"


class SeatDuty(StrEnum):
    """What an expert owes at a seat of a panel; the kinds of those obligations."""

    INVITATION = "invitation"
    SCORES = "scores"
    SIGNATURES = "signatures"


class PaperState(StrEnum):
    """States of scores received on paper."""

    TYPING = "typing"
    CHECKING = "checking"
    CHECKED = "checked"
