"""Kinds of money of a year."""

from django.db.models import TextChoices


class YearFundKind(TextChoices):
    """What the money is for."""

    PLANNING = "planning", "专业规划编制资金"
    SPECIAL = "special", "专项支持资金"
    OPERATION = "operation", "运营管理经费"
