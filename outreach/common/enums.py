"""Kinds of filings of the public."""

from django.db import models


class FilingKind(models.TextChoices):
    """What anybody may file without an account."""

    OPINION = "opinion", "公众意见"
    DISCLOSURE = "disclosure", "政府信息公开申请"
    SIGN_UP = "sign_up", "活动报名"
