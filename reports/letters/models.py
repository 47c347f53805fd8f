"""Letters as they were written when somebody asked for their files."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class LetterCopy(models.Model):
    """One letter of a matter with its text, which never changes: its files keep the wording of the day on which they were asked for.

    ``source`` and ``matter`` say of what, ``key`` which letter of it; the one that was ``written_at`` last is how the letter reads now.
    ``readers`` asked for its files and may open them.
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
