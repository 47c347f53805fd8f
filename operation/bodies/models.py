"""Management bodies of a district in a year."""

from typing import ClassVar

from django.db import models

from operation.common.models import LedgerEntry


class ManagementBody(LedgerEntry):
    """A body that manages or operates the district: duties, founding document, number of staff. No person is named."""

    name = models.CharField("机构名称", max_length=100)
    duties = models.CharField("职责", max_length=500, blank=True)
    basis = models.CharField("依据文件", max_length=200, blank=True, help_text="名称和文号")
    set_up_on = models.DateField("设立日期", null=True, blank=True)
    staff = models.PositiveIntegerField("工作人员数", null=True, blank=True)

    class Meta(LedgerEntry.Meta):
        verbose_name = "运营管理机构"
        constraints: ClassVar = [
            *LedgerEntry.Meta.constraints,
            models.UniqueConstraint(
                fields=["district", "year", "name"], name="management_body_once_a_year", violation_error_message="同名机构当年已登记"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def lacks(self) -> str:
        """What is missing before the entry counts: its duties."""
        return "" if self.duties.strip() else "未填职责"
