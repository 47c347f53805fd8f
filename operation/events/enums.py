"""Kinds of public event."""

from django.db.models import TextChoices


class EventKind(TextChoices):
    """九 names both."""

    PUBLICITY = "publicity", "宣传"
    EXCHANGE = "exchange", "交流"
