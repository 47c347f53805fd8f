"""Base of what is released to the public until it is withdrawn."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from greendistrict.accounts.acting import ActorField

LIVE = models.Q(withdrawn_at__isnull=True)


class ReleaserField(ActorField):
    """Person of the model's ``seat`` who released or withdrew."""

    def contribute_to_class(self, cls: Any, name: str, *args: Any, **kwargs: Any) -> None:
        """Take the roles of the model."""
        self.roles = frozenset(cls.seat)
        super().contribute_to_class(cls, name, *args, **kwargs)


class PublicRelease(models.Model):
    """Release to the public by ``seat``, roles that withdraw it too. A withdrawal fills in who, when and why; no row is deleted."""

    seat: ClassVar[Collection[str]] = ()

    basis = models.CharField("公开依据", max_length=200, help_text="例如公开的决定、文号或会议")
    released_at = models.DateTimeField("公开时间")
    released_by = ReleaserField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="公开人")
    withdrawal = models.CharField("撤回理由", max_length=500, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = ReleaserField(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回人")

    class Meta:
        abstract = True
        ordering = ("-released_at", "-pk")
