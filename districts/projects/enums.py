"""Kinds of values, and papers of key projects."""

from django.db import models

PROJECT_PLAN = "近期重点项目实施计划"


class ValueKind(models.TextChoices):
    """How a green requirement of a municipal work is compared with the built value."""

    AT_LEAST = "at_least", "不低于要求值"
    AT_MOST = "at_most", "不高于要求值"
    YES_NO = "yes_no", "是否做到"
