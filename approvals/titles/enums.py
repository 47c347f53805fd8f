"""States of announcements."""

from enum import StrEnum


class AnnouncementState(StrEnum):
    """States of an announcement batch."""

    DRAFT = "draft"
    PUBLISHED = "published"
