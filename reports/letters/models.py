"""Text of letters at the time somebody requested their files."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class LetterCopy(models.Model):
    """A letter of a matter with its text, which never changes: its files keep the wording of the day they were requested.

    ``source`` and ``matter`` identify the matter, ``key`` the letter; the latest ``written_at`` is the current text. ``readers`` requested
    its files and may open them.
    """

    source = models.CharField("事项类别", max_length=40)
    matter = models.PositiveBigIntegerField("事项")
    key = models.CharField("文书", max_length=60)
    title = models.CharField("标题", max_length=300)
    content = models.JSONField("内容")
    digest = models.CharField("校验值", max_length=64)
    written_at = models.DateTimeField("形成时间")
    is_demo = models.BooleanField("演示数据", default=False)
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name="下载人")

    class Meta:
        verbose_name = "文书参考稿"
        ordering = ("-written_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "matter", "key", "digest"], name="letter_copy_once"),
            models.CheckConstraint(condition=~models.Q(title=""), name="letter_copy_titled"),
        ]

    def __str__(self) -> str:
        return self.title
