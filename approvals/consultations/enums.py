"""Kinds of opinions of departments."""

from django.db import models


class OpinionKind(models.TextChoices):
    """Kinds of opinions of a consulted department."""

    AGREES = "agrees", "无不同意见"
    REMARKS = "remarks", "有修改意见"
    OBJECTS = "objects", "不同意"
