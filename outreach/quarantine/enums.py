"""Standing of filings that wait apart."""

from django.db import models


class HeldStanding(models.TextChoices):
    """Whether somebody looked at it; what was let through is a matter of its kind."""

    WAITING = "waiting", "待核对"
    CLOSED = "closed", "已关闭"
