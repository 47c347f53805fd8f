"""Decision of an authority about a district, entered by hand."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from districts.common.enums import ActKind
from districts.file.models.district import District
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of


class DistrictAct(models.Model):
    """A recorded decision about a whole district, with its document; never changed afterwards."""

    district = models.ForeignKey(District, models.PROTECT, related_name="acts")
    kind = models.CharField("事项", max_length=12, choices=ActKind)
    on = models.DateField("日期")
    document = models.CharField("依据文件", max_length=200, blank=True, help_text="名称和文号")
    reason = models.CharField("事由", max_length=300)
    before = models.CharField("原来", max_length=300, blank=True)
    after = models.CharField("现在", max_length=300, blank=True)
    handed_over = models.JSONField("移交事项", default=list, blank=True)
    entered_at = models.DateTimeField("登记时间")
    entered_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.CITY_OFFICER, Role.PREPARER, Role.REVIEWER, Role.AUTHORITY),
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = "城区事项"
        ordering = ("-entered_at", "-pk")
        constraints: ClassVar = [one_of("kind", ActKind.values, name="district_act_kind_known")]

    def __str__(self) -> str:
        return f"{self.district}{self.get_kind_display()}"
