"""Purposes of funds."""

from django.db.models import TextChoices


class YearFundKind(TextChoices):
    """Purpose of a fund."""

    PLANNING = "planning", "专业规划编制资金"
    SPECIAL = "special", "专项支持资金"
    OPERATION = "operation", "运营管理经费"
