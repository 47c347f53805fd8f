"""States of announcements, and of what is done to them afterwards."""

from enum import StrEnum

from django.db import models


class AnnouncementState(StrEnum):
    """States of an announcement batch."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


PUBLIC_STATES = (AnnouncementState.PUBLISHED, AnnouncementState.WITHDRAWN)


class AmendmentState(StrEnum):
    """States of a correction or withdrawal of an announcement."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    PUBLISHED = "published"
    REFUSED = "refused"
    DROPPED = "dropped"


class AmendmentKind(models.TextChoices):
    """What is done to a published announcement."""

    CORRECT = "correct", "更正"
    WITHDRAW = "withdraw", "撤回"


class AmendedField(models.TextChoices):
    """What of an announcement can be corrected."""

    TITLE = "title", "公告标题"
    NUMBER = "number", "公告文号"
    DAY = "announced_on", "公告日期"
    STAR = "star", "评定星级"
