"""Kinds of publicity events."""

from django.db.models import TextChoices


class EventKind(TextChoices):
    """宣传 and 交流, both named in 九."""

    PUBLICITY = "publicity", "宣传"
    EXCHANGE = "exchange", "交流"
