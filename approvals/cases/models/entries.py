"""Matters of a case that arrived on paper and were entered by the city."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.cases.models.cases import Case
from approvals.common.enums import EntryWay
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of
from greendistrict.documents.models import Evidence

ENTERED = {
    "filing": "试点申报", "sign": "签发", "send_up": "报送", "answer": "补正答复", "replies": "预评审答复", "objection": "公示意见",
    "withdraw": "撤回", "statement": "陈述申辩", "extension": "延期申请", "filing_change": "变更申请",
}  # fmt: skip


class PaperEntry(models.Model):
    """代录: a matter that arrived on paper or by phone, entered by the officer: for whom, when it arrived, and the scan."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="paper_entries")
    action = models.CharField("事项", max_length=40)
    way = models.CharField("来件方式", max_length=8, choices=EntryWay)
    received_on = models.DateField("收到日期")
    on_behalf = models.CharField("来件单位和联系人", max_length=100, help_text="单位和姓名")
    scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="原件扫描件")
    note = models.CharField("通话内容和核实情况", max_length=300, blank=True)
    entered_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="录入人")
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = "代录"
        ordering = ("-entered_at", "-pk")
        constraints: ClassVar = [
            one_of("way", EntryWay.values, name="paper_entry_way_known"),
            models.CheckConstraint(condition=~models.Q(way="paper") | models.Q(scan__isnull=False), name="paper_entry_has_its_scan"),
        ]

    def __str__(self) -> str:
        return f"{self.case} 代录"

    @property
    def what(self) -> str:
        """What kind of matter was entered, in words."""
        return ENTERED.get(self.action, self.action)
