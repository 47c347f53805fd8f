"""Bulk runs, and closed cases marked as filed away."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.cases.models.cases import Case
from approvals.common.enums import BulkKind
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of


class BulkRun(models.Model):
    """One bulk action: included items, and excluded ones with the reason. ``items``: ``{"pk", "label", "out"}``."""

    kind = models.CharField("事项", max_length=12, choices=BulkKind)
    items = models.JSONField("清单", default=list)
    note = models.CharField("说明", max_length=300, blank=True)
    by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="办理人")
    at = models.DateTimeField("办理时间")
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+", verbose_name="撤销人"
    )

    class Meta:
        verbose_name = "批量办理"
        ordering = ("-at", "-pk")
        constraints: ClassVar = [one_of("kind", BulkKind.values, name="bulk_run_kind_known")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{self.done}件"

    @property
    def done(self) -> int:
        """Number of items that were executed."""
        return sum(not item.get("out") for item in self.items)


class Archive(models.Model):
    """存查: marks a closed case as finished with. Undoing it deletes the row. Not to be confused with an archive volume (案卷)."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="archive")
    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="archives")
    at = models.DateTimeField("存查时间")

    class Meta:
        verbose_name = "存查"

    def __str__(self) -> str:
        return f"{self.case} 存查"
