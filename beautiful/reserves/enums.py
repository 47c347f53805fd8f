"""State of a project, and answers about its readiness."""

from enum import StrEnum

from django.db import models


class ReserveState(StrEnum):
    """State of a project."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RESERVED = "reserved"
    LISTED = "listed"
    DECLINED = "declined"
    REMOVED = "removed"


class ReadinessAnswer(models.TextChoices):
    """Answer to a readiness question."""

    DONE = "done", "已具备"
    DOING = "doing", "办理中"
    NONE = "none", "未开始"


EDITABLE = (ReserveState.DRAFT.value, ReserveState.RETURNED.value)
HELD = (ReserveState.RESERVED.value, ReserveState.LISTED.value)
