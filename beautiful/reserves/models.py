"""Projects of the reserve libraries."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from beautiful.frame.programme import programme
from beautiful.plans.models import SEAT
from districts.projects.models import KeyProject
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of, ordered


class ReserveState(StrEnum):
    """State of a project."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RESERVED = "reserved"
    LISTED = "listed"
    DECLINED = "declined"
    REMOVED = "removed"


class ReadinessAnswer(models.TextChoices):
    """Answer to a readiness question."""

    DONE = "done", "已具备"
    DOING = "doing", "办理中"
    NONE = "none", "未开始"


EDITABLE = (ReserveState.DRAFT.value, ReserveState.RETURNED.value)
HELD = (ReserveState.RESERVED.value, ReserveState.LISTED.value)


PROPOSERS = (Role.AUTHORITY, Role.PARTNER, *SEAT)
FUNDING = ("fiscal", "social", "other")


def _money(label: str) -> models.DecimalField:  # type: ignore[type-arg]  # no subscript at run time
    return models.DecimalField(label, max_digits=12, decimal_places=2, null=True, blank=True)


class ReserveProject(models.Model):
    """A project proposed for a library. ``readiness`` are its answers by question; ``screened`` the screening result at admission."""

    number = models.CharField("编号", max_length=20, blank=True)
    pool = models.CharField("储备库", max_length=40, choices=[(pool, pool) for pool in programme().pools])
    area = models.CharField("重点领域", max_length=20, choices=programme().area_choices)
    title = models.CharField("项目名称", max_length=100)
    status = models.CharField("状态", max_length=10, default=ReserveState.DRAFT.value)
    proposer = models.ForeignKey(Organisation, models.PROTECT, related_name="reserve_projects", verbose_name="申报单位")
    key_project = models.ForeignKey(
        KeyProject, models.SET_NULL, null=True, blank=True, related_name="reserve_projects", verbose_name="近期重点项目",
        help_text="项目已列入城区的近期重点项目的，在这里连接",
    )  # fmt: skip
    content = models.TextField("建设内容", blank=True)
    effect = models.TextField("预期的生态环境效益", blank=True, help_text="有数量的写明出处")
    starts_on = models.DateField("计划开始", null=True, blank=True)
    ends_on = models.DateField("计划完成", null=True, blank=True)
    fiscal = _money("财政资金")
    social = _money("社会资本")
    other = _money("其他资金")
    funding_note = models.CharField("资金来源", max_length=300, blank=True, help_text="哪一级财政、哪类社会资本，批复或意向文件")
    readiness = models.JSONField("成熟度", default=dict, blank=True)
    screened = models.JSONField("初筛结果", null=True, blank=True)
    listed_on = models.DateField("列入日期", null=True, blank=True)
    listed_basis = models.CharField("列入依据", max_length=200, blank=True, help_text="名称和文号")
    opened_at = models.DateTimeField("建立时间")
    opened_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=PROPOSERS, related_name="+", verbose_name="建立人")
    submitted_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=PROPOSERS, null=True, blank=True, related_name="+", verbose_name="提交人"
    )
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "储备项目"
        ordering = ("-opened_at", "-pk")
        indexes: ClassVar = [models.Index(fields=["status", "pool"], name="reserve_by_status")]
        constraints: ClassVar = [
            one_of("pool", programme().pools, name="reserve_pool_known"),
            one_of("area", [area.key for area in programme().areas], name="reserve_area_known"),
            one_of("status", [one.value for one in ReserveState], name="reserve_status_known"),
            ordered("starts_on", "ends_on", name="reserve_days"),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="reserve_number_once"),
        ]

    def __str__(self) -> str:
        return f"储备项目“{self.title}”"

    @property
    def is_demo(self) -> bool:
        """Whether it is fictional."""
        return self.proposer.is_demo

    @property
    def total(self) -> Decimal | None:
        """Funds of all sources in 万元; None if none is stated."""
        stated = [amount for amount in (getattr(self, name) for name in FUNDING) if amount is not None]
        return sum(stated, Decimal()) if stated else None
