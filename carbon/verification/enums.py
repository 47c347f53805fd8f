"""States and conclusions of verifications."""

from enum import StrEnum

from django.db import models


class VerificationState(StrEnum):
    """State of a verification."""

    CHECKING = "checking"
    CORRECTING = "correcting"
    REVIEWING = "reviewing"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class VerificationConclusion(models.TextChoices):
    """Conclusion of the verifier about the whole inventory."""

    UNQUALIFIED = "unqualified", "无保留意见"
    QUALIFIED = "qualified", "保留意见"
    ADVERSE = "adverse", "否定意见"
