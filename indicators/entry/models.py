"""Editions being entered chapter by chapter. Written by ``indicators.entry.services`` only; nothing scores, publishes or exports them."""

from typing import Any

from django.conf import settings
from django.db import models

from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role

SEAT = (Role.CITY_OFFICER,)


class EntryDraft(models.Model):
    """An edition being entered. ``frame`` is the normal form of an edition without its chapters."""

    code = models.CharField("编号", max_length=64, unique=True)
    frame = models.JSONField("版本的数据")
    begun_at = models.DateTimeField("开始时间")
    begun_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, related_name="+", verbose_name="开始录入的人")
    changed_at = models.DateTimeField("最后改动时间")
    changed_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, related_name="+", verbose_name="最后改动的人")
    handed_at = models.DateTimeField("生成待核对版本的时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = verbose_name_plural = "逐章录入"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        """Title of the edition."""
        title: str = self.frame["edition"]["title"]
        return title


class DraftChapter(models.Model):
    """A chapter being entered: ``facts`` and ``items`` are the normal form of a chapter, without and with its clauses.

    ``expected``: number of clauses by the book's own table. ``whole_at``: since when the chapter is whole.
    """

    draft = models.ForeignKey(EntryDraft, on_delete=models.CASCADE, related_name="chapters", verbose_name="逐章录入")
    key = models.CharField("键", max_length=64)
    facts = models.JSONField("章的数据")
    expected = models.PositiveIntegerField("条文数", null=True, blank=True)
    items = models.JSONField("条文", default=list)
    whole_at = models.DateTimeField("录完时间", null=True, blank=True)
    changed_at = models.DateTimeField("最后改动时间")
    changed_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, related_name="+", verbose_name="最后改动的人")
    version = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = verbose_name_plural = "逐章录入的章"
        ordering = ["draft_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["draft", "key"], name="draft_chapter_key_once")]

    def __str__(self) -> str:
        return f"{self.facts['no']} {self.facts['title']}"

    @property
    def content(self) -> dict[str, Any]:
        """The chapter in the normal form of an edition."""
        return {**self.facts, "items": self.items}
