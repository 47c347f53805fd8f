"""Entries of the ledger, by kind: bodies, mechanisms and meetings, platforms, trainings, energy audits, events, funds of a year."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import TextChoices

from assessments.common.mechanism import CHECKLIST, STANDINGS
from districts.file.models.district import District, InDistrict
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import between, one_of

KEEPERS = (Role.PREPARER, Role.CONSULTANT, Role.AUTHORITY)
FIRST_YEAR, LAST_YEAR = 2000, 2100


class LedgerEntry(InDistrict, models.Model):
    """An entry of the ledger. An entry copied from last year does not count until somebody confirms or saves it.

    ``counts_since`` is the first day on which the entry was complete; only the service writes it.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="operation_%(class)ss", verbose_name="城区")
    year = models.PositiveSmallIntegerField("年度")
    note = models.CharField("说明", max_length=500, blank=True)
    is_confirmed = models.BooleanField("已核对", default=True)
    counts_since = models.DateField("计入日期", null=True, blank=True)
    entered_at = models.DateTimeField("登记时间")
    entered_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=KEEPERS, null=True, related_name="+", verbose_name="登记人")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ("district", "-year", "pk")
        indexes: ClassVar = [models.Index(fields=["year", "district"], name="%(class)s_year")]
        constraints: ClassVar = [between("year", FIRST_YEAR, LAST_YEAR, name="%(class)s_year_known")]

    @property
    def lacks(self) -> str:
        """What is missing before the entry counts; empty if it only has to be confirmed, or counts already."""
        return ""

    def counted_from(self, today: dt.date) -> dt.date | None:
        """First day on which the entry counts, given the state on ``today``; an earlier day is kept while the entry still counts."""
        return (self.counts_since or today) if self.is_confirmed and not self.lacks else None


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


MECHANISMS = [(one.key, one.title) for one in CHECKLIST]
ESTABLISHED = "done"


class MechanismRecord(LedgerEntry):
    """State of one mechanism of 七（三）1 in a year: lead, participants, founding document."""

    mechanism = models.CharField("机制", max_length=20, choices=MECHANISMS, help_text="前两项是七（三）1的应建立机制")
    standing = models.CharField("情况", max_length=10, choices=list(STANDINGS.items()))
    lead = models.CharField("牵头单位", max_length=100, blank=True)
    members = models.CharField("参加单位", max_length=500, blank=True, help_text="各单位之间用顿号隔开")
    basis = models.CharField("依据文件", max_length=200, blank=True, help_text="名称和文号")
    established_on = models.DateField("建立日期", null=True, blank=True)

    class Meta(LedgerEntry.Meta):
        verbose_name = "管理机制记录"
        constraints: ClassVar = [
            *LedgerEntry.Meta.constraints,
            models.UniqueConstraint(
                fields=["district", "year", "mechanism"], name="mechanism_once_a_year", violation_error_message="这一机制当年已登记"
            ),
            one_of("mechanism", [key for key, _ in MECHANISMS], name="mechanism_known"),
            one_of("standing", list(STANDINGS), name="mechanism_standing_known"),
        ]

    def __str__(self) -> str:
        return self.get_mechanism_display()

    @property
    def lacks(self) -> str:
        """What is missing before the entry counts: being established, the lead, or the founding document."""
        if self.standing != ESTABLISHED:
            return "尚未建立"
        lacking = [word for word, value in (("牵头单位", self.lead), ("依据文件", self.basis)) if not value.strip()]
        return f"缺{'、'.join(lacking)}" if lacking else ""


class MechanismMeeting(LedgerEntry):
    """A meeting or evaluation held under a mechanism."""

    mechanism = models.CharField("机制", max_length=20, choices=MECHANISMS)
    title = models.CharField("议题或评估事项", max_length=200)
    held_on = models.DateField("日期")
    attended = models.PositiveIntegerField("参加人数", null=True, blank=True)
    outcome = models.CharField("结论和落实", max_length=500, blank=True)

    class Meta(LedgerEntry.Meta):
        verbose_name = "会议和评估记录"
        constraints: ClassVar = [
            *LedgerEntry.Meta.constraints,
            one_of("mechanism", [key for key, _ in MECHANISMS], name="meeting_mechanism_known"),
        ]

    def __str__(self) -> str:
        return self.title


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


class TrainingTier(TextChoices):
    """Whom a session is for."""

    MANAGEMENT = "management", "管理人员"
    TECHNICAL = "technical", "专业技术人员"
    WORKING = "working", "作业服务人员"


class TrainingSession(LedgerEntry):
    """A session; it is only planned while ``held_on`` is empty."""

    tier = models.CharField("培训对象", max_length=12, choices=TrainingTier)
    title = models.CharField("培训内容", max_length=200)
    planned_on = models.DateField("计划日期", null=True, blank=True)
    held_on = models.DateField("举办日期", null=True, blank=True, help_text="尚未举办的先不填")
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1, null=True, blank=True)
    invited = models.PositiveIntegerField("计划人数", null=True, blank=True)
    attended = models.PositiveIntegerField("参加人数", null=True, blank=True)
    material = models.CharField("教材", max_length=200, blank=True)
    rating = models.DecimalField("满意率", max_digits=5, decimal_places=2, null=True, blank=True)
    result = models.CharField("培训评价", max_length=500, blank=True)

    class Meta(LedgerEntry.Meta):
        verbose_name = "培训"
        constraints: ClassVar = [
            *LedgerEntry.Meta.constraints,
            one_of("tier", TrainingTier.values, name="training_tier_known"),
            between("rating", 0, 100, name="training_rating_share"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def lacks(self) -> str:
        """Why the entry does not count: it was not held, or its attendance is unknown."""
        if self.held_on is None:
            return "尚未举办"
        return "" if self.attended is not None else "未填参加人数"


MOST_AUDITED = 10**9


class EnergyAudit(LedgerEntry):
    """Audit of a building or facility: auditor, findings, energy used and possible saving."""

    subject = models.CharField("审计对象", max_length=100, help_text="建筑或者设施")
    auditor = models.CharField("审计单位", max_length=100)
    audited_on = models.DateField("审计日期")
    area = models.DecimalField("建筑面积", max_digits=12, decimal_places=2, null=True, blank=True)
    consumed = models.DecimalField("年用能", max_digits=14, decimal_places=2, null=True, blank=True)
    saving = models.DecimalField("年节能潜力", max_digits=14, decimal_places=2, null=True, blank=True)
    measures = models.CharField("改进措施", max_length=500, blank=True)

    class Meta(LedgerEntry.Meta):
        verbose_name = "能源审计"
        constraints: ClassVar = [
            *LedgerEntry.Meta.constraints,
            *(between(name, 0, MOST_AUDITED, name=f"energy_audit_{name}_positive") for name in ("area", "consumed", "saving")),
        ]

    def __str__(self) -> str:
        return self.subject


class EventKind(TextChoices):
    """宣传 and 交流, both named in 九."""

    PUBLICITY = "publicity", "宣传"
    EXCHANGE = "exchange", "交流"


class PublicEvent(LedgerEntry):
    """An event: subject, date, channel, number of people reached."""

    kind = models.CharField("类别", max_length=10, choices=EventKind)
    title = models.CharField("活动名称", max_length=200)
    held_on = models.DateField("日期")
    channel = models.CharField("渠道或者地点", max_length=200, blank=True, help_text="如电视、网络、展会、论坛")
    attended = models.PositiveIntegerField("参加人数", null=True, blank=True)

    class Meta(LedgerEntry.Meta):
        verbose_name = "宣传和交流"
        constraints: ClassVar = [*LedgerEntry.Meta.constraints, one_of("kind", EventKind.values, name="public_event_kind_known")]

    def __str__(self) -> str:
        return self.title


class YearFundKind(TextChoices):
    """Purpose of a fund."""

    PLANNING = "planning", "专业规划编制资金"
    SPECIAL = "special", "专项支持资金"
    OPERATION = "operation", "运营管理经费"


MOST_FUNDS = 10**8


class YearFund(LedgerEntry):
    """One source of funds in one year; amounts in 万元. Funds applied for and granted are in the district's file instead."""

    kind = models.CharField("类别", max_length=10, choices=YearFundKind, help_text="专业规划编制资金，由同级财政予以保障　七（一）")
    source = models.CharField("资金来源", max_length=100, help_text="如区财政")
    document = models.CharField("依据文件", max_length=200, blank=True, help_text="名称和文号")
    budget = models.DecimalField("预算", max_digits=12, decimal_places=2, null=True, blank=True)
    used = models.DecimalField("使用", max_digits=12, decimal_places=2, null=True, blank=True)
    purpose = models.CharField("用途", max_length=200, blank=True)

    class Meta(LedgerEntry.Meta):
        verbose_name = "资金"
        constraints: ClassVar = [
            *LedgerEntry.Meta.constraints,
            models.UniqueConstraint(
                fields=["district", "year", "kind", "source"], name="year_fund_once", violation_error_message="这一来源的资金当年已登记"
            ),
            one_of("kind", YearFundKind.values, name="year_fund_kind_known"),
            between("budget", 0, MOST_FUNDS, name="year_fund_budget_positive"),
            between("used", 0, MOST_FUNDS, name="year_fund_used_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.source}）"

    @property
    def lacks(self) -> str:
        """What is missing before the entry counts: the source and the amount, by which 七（一） is judged."""
        return "" if self.budget else "未填预算"
