"""Enums about signatures."""

from django.db import models


class Integrity(models.TextChoices):
    """Whether the bytes changed since they were signed."""

    INTACT = "intact", "签名有效，签名后没有改动"
    BROKEN = "broken", "签名无效，签名后内容有改动"
    UNSIGNED = "unsigned", "没有数字签名"


class CertificateState(models.TextChoices):
    """State of the signer's certificate at the time of the signature, or today if no timestamp proves that time."""

    GOOD = "good", "有效"
    EXPIRED = "expired", "不在有效期内"
    REVOKED = "revoked", "已吊销"
    UNKNOWN = "unknown", "无法确认"
