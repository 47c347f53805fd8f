"""Recorded changes of plots."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.common.enums import PlotChangeKind
from districts.file.models.district import District
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of
from greendistrict.documents.models import Evidence

PLOT_CHANGE_PROOF = "地块变更依据"


class PlotChange(models.Model):
    """地块变更, immutable. ``before`` and ``after`` store the plots before and after it, with their primary keys.

    ``case_number`` is the number of the change case that decided it (plots of the pilot baseline); empty if the editor recorded it.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="plot_changes")
    kind = models.CharField("变更", max_length=12, choices=PlotChangeKind)
    on = models.DateField("变更日期", help_text="批准或登记的日期")
    number = models.CharField("文号", max_length=100, blank=True)
    reason = models.TextField("依据和事由")
    document = models.ForeignKey(Evidence, models.PROTECT, related_name="+", verbose_name="依据文件")
    before = models.JSONField("原来")
    after = models.JSONField("现在")
    case_number = models.CharField("变更编号", max_length=20, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT, Role.CITY_CHECKER, Role.CITY_DIRECTOR),
        null=True, related_name="+", verbose_name="登记人",
    )  # fmt: skip

    class Meta:
        verbose_name = "地块变更"
        ordering = ("-recorded_at", "-pk")
        constraints: ClassVar = [
            one_of("kind", PlotChangeKind.values, name="plot_change_kind_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="plot_change_has_reason", violation_error_message="请填写依据和事由"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.words}"

    @property
    def words(self) -> str:
        """Plot numbers before and after, as text."""
        before, after = ("、".join(row["number"] for row in rows) for rows in (self.before, self.after))
        return f"{before} → {after}"
