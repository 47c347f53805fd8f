"""States of inspections and of their findings."""

from enum import StrEnum

from django.db import models


class InspectionState(StrEnum):
    """States of an inspection."""

    DRAFT = "draft"
    ISSUED = "issued"
    CLOSED = "closed"
    DISCARDED = "discarded"


KNOWN_TO_DISTRICT = (InspectionState.ISSUED, InspectionState.CLOSED)  # its letter was issued


class InspectionFindingState(models.TextChoices):
    """States of a finding of an inspection."""

    OPEN = "open", "待整改"
    REPLIED = "replied", "待复核"
    CLOSED = "closed", "已销号"


class InspectionMode(models.TextChoices):
    """How an inspection is done."""

    ONSITE = "onsite", "现场检查"
    DESK = "desk", "书面检查"


class Severity(models.TextChoices):
    """Weight of a finding; a serious one allows an early assessment."""

    MINOR = "minor", "一般"
    SERIOUS = "serious", "严重"
