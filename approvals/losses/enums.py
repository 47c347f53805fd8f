"""Kinds of recorded facts about a loss."""

from django.db import models


class RecordedKind(models.TextChoices):
    """Assessments organised by the city that count for 八（四）."""

    STAGE = "stage", "阶段评估"
    POST = "post", "后评估"
