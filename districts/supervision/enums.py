"""Kinds and proofs of supervision."""

from django.db import models

SUPERVISION_PROOF = "监理和监督记录"


class SupervisionKind(models.TextChoices):
    """Supervisors of the construction of a plot or work besides the four departments (七（二）)."""

    SITE = "site", "监理"
    OVERSIGHT = "oversight", "质量安全监督"
