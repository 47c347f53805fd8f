"""Tiers of trained staff (人才梯度)."""

from django.db.models import TextChoices


class TrainingTier(TextChoices):
    """Whom a session is for."""

    MANAGEMENT = "management", "管理人员"
    TECHNICAL = "technical", "专业技术人员"
    WORKING = "working", "作业服务人员"
