"""Imports of workbooks with the data needed to undo them, and imports queued for the worker."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.common.enums import ImportKind, QueuedState
from districts.file.models.district import District
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of


class ListImport(models.Model):
    """An import with the previous values, so that it can be undone.

    ``rows``: ``[{"id", "label", "version", "before": {field: text} or null for an added row, "indicators": {key: [r, d, b]}}]`` for plots;
    key projects keep the numbers of their plots under ``links``. Rows of an indicator system are only changed, never added.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="imports")
    kind = models.CharField("清单", max_length=12, choices=ImportKind, default=ImportKind.PLOTS)
    system = models.ForeignKey("districts.IndicatorSystem", models.CASCADE, null=True, blank=True, related_name="imports")
    file_name = models.CharField("文件", max_length=120)
    imported_at = models.DateTimeField("导入时间")
    imported_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), related_name="+")
    added = models.PositiveIntegerField("新增")
    changed = models.PositiveIntegerField("修改")
    rows = models.JSONField("导入前", default=list)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "清单导入"
        ordering = ("-imported_at", "-pk")
        constraints: ClassVar = [
            one_of("kind", ImportKind.values, name="list_import_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=ImportKind.INDICATORS, system__isnull=False) | (~Q(kind=ImportKind.INDICATORS) & Q(system__isnull=True)),
                name="list_import_system_of_indicators",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class QueuedImport(models.Model):
    """A workbook too large for a single request: kept until it is compared, then with its preview until it is written.

    ``preview`` is a ``Preview`` as JSON; ``done`` of ``total`` rows are compared; ``since`` is when it entered its state or was queued
    again, ``attempts`` counts how often a worker has started it since then.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="queued_imports")
    kind = models.CharField("清单", max_length=12, choices=ImportKind)
    state = models.CharField("状态", max_length=10, choices=QueuedState, default=QueuedState.WAITING)
    file_name = models.CharField("文件", max_length=120)
    content = models.BinaryField("工作簿")
    preview = models.JSONField("核对结果", default=dict)
    done = models.PositiveIntegerField("已核对行", default=0)
    total = models.PositiveIntegerField("行数", default=0)
    attempts = models.PositiveSmallIntegerField("办理次数", default=0)
    error = models.CharField("没有写入的原因", max_length=500, blank=True)
    by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), related_name="+", verbose_name="办理人"
    )
    since = models.DateTimeField("状态起始时间")
    imported = models.ForeignKey(ListImport, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "排队的导入"
        ordering = ("-pk",)
        constraints: ClassVar = [
            one_of("kind", ImportKind.values, name="queued_import_kind_known"),
            one_of("state", QueuedState.values, name="queued_import_state_known"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_waiting(self) -> bool:
        """Whether a worker processes it now or will."""
        return self.state in {QueuedState.WAITING, QueuedState.ORDERED}
