"""Rules and terms of targets."""

from django.db import models


class TargetRule(models.TextChoices):
    """Comparison of an achieved value with its target, for indicators outside the edition."""

    AT_LEAST = "ge", "不小于（≥）"
    AT_MOST = "le", "不大于（≤）"
    YES = "yes", "是否做到"
    RANGE = "range", "在范围内"


class Term(models.TextChoices):
    """The three target years of an indicator system."""

    NEAR = "near", "近期"
    MID = "mid", "中期"
    LONG = "long", "远期"
