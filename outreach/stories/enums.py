"""States of stories."""

from enum import StrEnum


class StoryState(StrEnum):
    """State of a story."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


EDITABLE = (StoryState.DRAFT.value, StoryState.RETURNED.value)
AT_THE_CITY = (StoryState.SUBMITTED.value, StoryState.RETURNED.value, StoryState.RELEASED.value, StoryState.WITHDRAWN.value)
