"""What keepers noted at a line of the check: who sees to it by when, that it is not needed here, what the last trial said."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.first_day.enums import OpeningItem

LONGEST_REASON, LONGEST_ANSWER = 200, 300


class OpeningMark(models.Model):
    """The notes at one line. ``target`` is what the last trial was made with: a success says nothing of other settings."""

    key = models.CharField("事项", max_length=40, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="负责人")
    due = models.DateField("办理期限", null=True, blank=True)
    needless = models.CharField("本地不需要的理由", max_length=LONGEST_REASON, blank=True)
    needless_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="写明的人"
    )
    needless_at = models.DateTimeField("写明不需要的时间", null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="试用的人")
    asked_at = models.DateTimeField("要求试用的时间", null=True, blank=True)
    tried_at = models.DateTimeField("试用的时间", null=True, blank=True)
    tried_well = models.BooleanField("试通", default=False)
    tried_words = models.CharField("试用的结果", max_length=LONGEST_ANSWER, blank=True)
    target = models.CharField("试用的设置", max_length=LONGEST_ANSWER, blank=True)

    class Meta:
        verbose_name = "开用检查的办理"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(needless="", needless_by__isnull=True, needless_at__isnull=True)
                | (~Q(needless="") & Q(needless_by__isnull=False, needless_at__isnull=False)),
                name="opening_mark_needless_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(OpeningItem(self.key).label) if self.key in OpeningItem.values else self.key

    @property
    def is_asked(self) -> bool:
        """Whether a trial was asked for that has not been made yet."""
        return self.asked_at is not None and (self.tried_at is None or self.tried_at < self.asked_at)
