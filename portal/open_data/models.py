"""Published versions of the open data."""

from typing import ClassVar

from django.db import models


class DatasetVersion(models.Model):
    """State of a dataset from a moment on. ``content``: rows as compressed JSON; if empty, only the digest is kept."""

    dataset = models.SlugField("数据集", max_length=40)
    number = models.PositiveIntegerField("版本")
    made_at = models.DateTimeField("编入时间")
    digest = models.CharField("校验值", max_length=64, help_text="SHA-256 of the JSON file, of GeoJSON where the set has it")
    row_count = models.PositiveIntegerField("行数")
    columns = models.JSONField("字段", default=list)
    content = models.BinaryField("内容", null=True, blank=True)

    class Meta:
        verbose_name = "开放数据的版本"
        ordering = ("dataset", "-number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["dataset", "number"], name="dataset_version_once")]

    def __str__(self) -> str:
        return f"{self.dataset} {self.number}"
