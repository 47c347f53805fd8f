"""Kinds of clauses and what is true of their values."""

from django.db import models


class ChapterKind(models.TextChoices):
    """Scored chapters are weighted; bonus chapters add their points."""

    SCORED = "scored", "评分章"
    BONUS = "bonus", "加分章"


class ClauseKind(models.TextChoices):
    """Control clauses must hold; the others earn points."""

    CONTROL = "control", "控制项"
    SCORE = "score", "评分项"
    BONUS = "bonus", "加分项"


class WhenAbsent(models.TextChoices):
    """What follows if a district declares that something does not exist in it."""

    FULL = "full", "声明不存在得满分"
    EXCLUDE = "exclude", "声明不存在不参评"


class AutoPart(models.TextChoices):
    """Criterion by which the portal itself decides whether a clause applies."""

    KEY_AREA = "key_area", "按重点区域自动判定"


class BasisCertainty(models.TextChoices):
    """How a basis supports the clause; anything but quoted is shown as 推定."""

    QUOTED = "quoted", "原文"
    INFERRED = "inferred", "推定"
    AUTHORED = "authored", "自拟"
