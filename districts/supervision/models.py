"""Records of construction supervision and of quality and safety oversight of a plot or a municipal work (七（二）)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.file.models.district import District
from districts.plots.models import Plot
from districts.projects.models import Work
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of
from greendistrict.documents.models import Evidence

SUPERVISION_PROOF = "监理和监督记录"


class SupervisionKind(models.TextChoices):
    """Supervisors of the construction of a plot or work besides the four departments (七（二）)."""

    SITE = "site", "监理"
    OVERSIGHT = "oversight", "质量安全监督"


class SupervisionRecord(models.Model):
    """A record of 监理 or 质量安全监督: body, day, finding, document. Never changed afterwards; no step depends on it."""

    district = models.ForeignKey(District, models.CASCADE, related_name="supervision_records")
    plot = models.ForeignKey(Plot, models.CASCADE, null=True, blank=True, related_name="supervision_records", verbose_name="地块")
    work = models.ForeignKey(Work, models.CASCADE, null=True, blank=True, related_name="supervision_records", verbose_name="市政设施")
    kind = models.CharField("类别", max_length=12, choices=SupervisionKind)
    body = models.CharField("监理或监督单位", max_length=100)
    inspected_on = models.DateField("检查日期")
    finding = models.TextField("检查结果", help_text="绿色生态内容的落实情况、发现的问题和整改")
    document = models.ForeignKey(Evidence, models.PROTECT, related_name="+", verbose_name="记录文件")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.PREPARER, Role.CONSULTANT, Role.BUREAU),
        null=True,
        related_name="+",
        verbose_name="登记人",
    )

    class Meta:
        verbose_name = "监理和监督记录"
        ordering = ("-inspected_on", "-pk")
        constraints: ClassVar = [
            one_of("kind", SupervisionKind.values, name="supervision_kind_known"),
            models.CheckConstraint(
                condition=Q(plot__isnull=True, work__isnull=False) | Q(plot__isnull=False, work__isnull=True),
                name="supervision_of_one",
            ),
            models.CheckConstraint(
                condition=~Q(body="") & ~Q(finding=""), name="supervision_has_words", violation_error_message="请填写单位和检查结果"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.body}"
