"""Digital platforms of a year."""

from typing import ClassVar

from django.db import models
from django.db.models import TextChoices

from greendistrict.core.constraints import between, one_of
from operation.common.models import LedgerEntry


class PlatformKind(TextChoices):
    """What the platform is for."""

    CIM = "cim", "城市信息模型（CIM）"
    DATABASE = "database", "综合性城区管理数据库"
    ONE_NET = "one_net", "一网统管"
    TRAFFIC = "traffic", "智慧交通"
    COMMUNITY = "community", "智慧社区"
    ENERGY = "energy", "能耗监测"
    SAFETY = "safety", "公共安全"
    OTHER = "other", "其他"


class PlatformStanding(TextChoices):
    """State of the platform."""

    PLANNED = "planned", "计划建设"
    BUILDING = "building", "建设中"
    RUNNING = "running", "运行"


class DigitalPlatform(LedgerEntry):
    """A platform: purpose, operator, coverage of the district in %, data interfaces."""

    kind = models.CharField("类别", max_length=10, choices=PlatformKind)
    name = models.CharField("平台名称", max_length=100)
    standing = models.CharField("情况", max_length=10, choices=PlatformStanding)
    owner = models.CharField("建设运维单位", max_length=100, blank=True)
    coverage = models.DecimalField("覆盖率", max_digits=5, decimal_places=2, null=True, blank=True, help_text="覆盖的城区面积占比")
    interfaces = models.CharField("数据接口", max_length=500, blank=True, help_text="与哪些平台交换哪些数据")
    in_use_on = models.DateField("投用日期", null=True, blank=True)

    class Meta(LedgerEntry.Meta):
        verbose_name = "数字化平台"
        constraints: ClassVar = [
            *LedgerEntry.Meta.constraints,
            models.UniqueConstraint(
                fields=["district", "year", "name"], name="platform_once_a_year", violation_error_message="同名平台当年已登记"
            ),
            one_of("kind", PlatformKind.values, name="platform_kind_known"),
            one_of("standing", PlatformStanding.values, name="platform_standing_known"),
            between("coverage", 0, 100, name="platform_coverage_share"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def lacks(self) -> str:
        """Why the entry does not count: only platforms in operation do."""
        return "" if self.standing == PlatformStanding.RUNNING else "尚未运行"
