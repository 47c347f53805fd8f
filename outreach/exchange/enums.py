"""Enums of events: state, kind, circle of participants, standing of a sign-up."""

from enum import StrEnum

from django.db import models


class EventState(StrEnum):
    """State of an event."""

    DRAFT = "draft"
    PUBLISHED = "published"
    HELD = "held"
    CLOSED = "closed"
    CANCELLED = "cancelled"


NOT_YET_HELD = (EventState.DRAFT, EventState.PUBLISHED)  # not yet held


IN_PUBLIC = (EventState.PUBLISHED.value, EventState.HELD.value, EventState.CLOSED.value, EventState.CANCELLED.value)
OVER = (EventState.CLOSED.value, EventState.CANCELLED.value)


class ExchangeKind(models.TextChoices):
    """Kind of exchange: 九 names 论坛, 展会 and 对话交流; 七（三）2 names 培训."""

    FORUM = "forum", "论坛"
    FAIR = "fair", "展会"
    DIALOGUE = "dialogue", "对话交流"
    VISIT = "visit", "现场观摩"
    SEMINAR = "seminar", "研讨"
    TRAINING = "training", "培训"


class SignUpCircle(models.TextChoices):
    """Who may sign up."""

    SEATS = "seats", "平台用户"
    DISTRICTS = "districts", "城区"
    PUBLIC = "public", "公众"


class SignUpStanding(models.TextChoices):
    """Standing of a sign-up, derived from the decisions about it."""

    PLACED = "placed", "已报上"
    WAITING = "waiting", "候补"
    WITHDRAWN = "withdrawn", "已取消"
    STRUCK = "struck", "不予接受"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {SignUpStanding.PLACED: "success", SignUpStanding.WAITING: "warning"}.get(self, "")
