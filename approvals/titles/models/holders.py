"""Bodies that have been responsible for a titled district, recorded after a merger, dissolution or reorganisation."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from approvals.cases.models.cases import Case
from approvals.titles.enums import HolderSide, TransferGround
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of, ordered


class TitleHolder(models.Model):
    """A body responsible for a district for a time; the name is stored as it was then. The first body of a side has no change case."""

    district = models.ForeignKey(District, models.PROTECT, related_name="title_holders", verbose_name="城区")
    side = models.CharField("身份", max_length=10, choices=HolderSide)
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="单位")
    body_name = models.CharField("单位名称", max_length=100)
    since = models.DateField("起始日期", null=True, blank=True)
    until = models.DateField("终止日期", null=True, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="title_holders", verbose_name="变更")
    ground = models.CharField("事由", max_length=12, choices=TransferGround, blank=True)
    paper = models.CharField("机构调整文件", max_length=200, blank=True, help_text="名称和文号，文件随材料上传")

    class Meta:
        verbose_name = "称号责任单位"
        ordering = ("district", "side", "pk")
        constraints: ClassVar = [
            one_of("side", HolderSide.values, name="title_holder_side_known"),
            one_of("ground", TransferGround.values, name="title_holder_ground_known", blank=True),
            ordered("since", "until", name="title_holder_days_ordered"),
            models.UniqueConstraint(fields=["district", "side", "body"], condition=Q(until__isnull=True), name="title_holder_once"),
            models.CheckConstraint(
                condition=Q(case__isnull=True, ground="") | (Q(case__isnull=False, since__isnull=False) & ~Q(ground="")),
                name="title_holder_came_by_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.get_side_display()}{self.body_name}"

    @property
    def is_demo(self) -> bool:
        """Whether it is demonstration data, like its district."""
        return self.district.is_demo
