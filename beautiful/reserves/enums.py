"""States of a project of a reserve library, and how ready a point of it is."""

from enum import StrEnum

from django.db import models


class ReserveState(StrEnum):
    """How far a project is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RESERVED = "reserved"
    LISTED = "listed"
    DECLINED = "declined"
    REMOVED = "removed"


class ReadinessAnswer(models.TextChoices):
    """How far a point of readiness is."""

    DONE = "done", "已具备"
    DOING = "doing", "办理中"
    NONE = "none", "未开始"


EDITABLE = (ReserveState.DRAFT.value, ReserveState.RETURNED.value)
HELD = (ReserveState.RESERVED.value, ReserveState.LISTED.value)
