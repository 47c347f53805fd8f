"""Result of the last check of the data."""

from django.db import models


class DataCheckRun(models.Model):
    """The result of a check of all data; only the newest is kept.

    ``findings`` are the first ones as JSON, ``found`` is the number of all.
    """

    at = models.DateTimeField("核对时间")
    seconds = models.FloatField("用时（秒）")
    found = models.PositiveIntegerField("发现")
    counts = models.JSONField("核对的数量", default=dict)
    findings = models.JSONField("发现的问题", default=list)

    class Meta:
        verbose_name = "数据核对"
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.found}"
