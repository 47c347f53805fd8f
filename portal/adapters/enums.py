"""Directions and results of exchanges."""

from django.db import models

from greendistrict.core.toned_words import TonedWord


class Direction(models.TextChoices):
    """Which way the items go, seen from the portal."""

    OUT = "out", "送出"
    IN = "in", "收入"


class ExchangeResult(models.TextChoices):
    """What came of an exchange."""

    DONE = "done", "成功"
    NOTHING = "nothing", "没有新内容"
    PARTLY = "partly", "部分未成"
    FAILED = "failed", "失败"

    @property
    def word(self) -> TonedWord:
        """Its label with its tone."""
        tones = {ExchangeResult.DONE: "green", ExchangeResult.PARTLY: "amber", ExchangeResult.FAILED: "red"}
        return TonedWord(str(self.label), tones.get(self, ""))


class ItemState(models.TextChoices):
    """What became of one item: sent and taken ones never go a second time."""

    SENT = "sent", "已送出"
    TAKEN = "taken", "已收入"
    REFUSED = "refused", "未收"
