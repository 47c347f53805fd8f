"""Kinds and findings of visits."""

from django.db import models


class VisitKind(models.TextChoices):
    """Object of a line of a site visit."""

    PROJECT = "project", "近期重点项目"
    WORK = "work", "市政设施"
    CLAUSE = "clause", "条文"


class VisitFinding(models.TextChoices):
    """Finding of a site visit."""

    HOLDS = "holds", "相符"
    DIFFERS = "differs", "不符"
    PARTLY = "partly", "部分相符"
    UNSEEN = "unseen", "未能核查"
