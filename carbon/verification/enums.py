"""States of verifications and what they conclude."""

from enum import StrEnum

from django.db import models


class VerificationState(StrEnum):
    """How far a verification has got."""

    CHECKING = "checking"
    CORRECTING = "correcting"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class VerificationConclusion(models.TextChoices):
    """What the verifier says of the inventory as a whole."""

    UNQUALIFIED = "unqualified", "无保留意见"
    QUALIFIED = "qualified", "保留意见"
    ADVERSE = "adverse", "否定意见"
