"""States of a review, duties of its members, states of paper scores."""

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
    """What an expert owes as a member of a panel; also the kind of the obligation."""

    INVITATION = "invitation"
    SCORES = "scores"
    SIGNATURES = "signatures"


class PaperState(StrEnum):
    """State of scores received on paper."""

    TYPING = "typing"
    CHECKING = "checking"
    CHECKED = "checked"
