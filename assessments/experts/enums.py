"""Kinds of ties of experts."""

from django.db import models


class TieKind(models.TextChoices):
    """Ground for a recusal other than employment."""

    TOOK_PART = "took_part", "参与过项目"
    RELATION = "relation", "有利害关系"
