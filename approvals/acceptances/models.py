"""Site visit (现场核查) of an acceptance, with one line per key project, facility and clause, and photos."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.cases.models.cases import Case
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import between, one_of
from greendistrict.documents.models import Evidence


class VisitKind(models.TextChoices):
    """Object of a line of a site visit."""

    PROJECT = "project", "近期重点项目"
    WORK = "work", "市政设施"
    CLAUSE = "clause", "条文"


class VisitFinding(models.TextChoices):
    """Finding of a site visit."""

    HOLDS = "holds", "相符"
    DIFFERS = "differs", "不符"
    PARTLY = "partly", "部分相符"
    UNSEEN = "unseen", "未能核查"


class SiteVisit(models.Model):
    """One site visit. ``members`` names the participants, one per line; closed visits are not changed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="visits")
    number = models.PositiveSmallIntegerField("次")
    planned_on = models.DateField("核查日期")
    place = models.CharField("集合地点", max_length=100, blank=True)
    members = models.TextField("核查专家和人员", blank=True, help_text="每行一人，可以到场后填写")
    note = models.TextField("总体情况", blank=True)
    opened_at = models.DateTimeField("告知时间")
    opened_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER, Role.SECRETARIAT), related_name="+", verbose_name="组织人"
    )
    closed_at = models.DateTimeField("完成时间", null=True, blank=True)
    closed_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.CITY_OFFICER, Role.SECRETARIAT),
        null=True,
        blank=True,
        related_name="+",
        verbose_name="完成人",
    )
    record = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核查记录")
    scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签字扫描件")

    class Meta:
        verbose_name = "现场核查"
        ordering = ("case", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="visit_number_once"),
            models.UniqueConstraint(fields=["case"], condition=models.Q(closed_at__isnull=True), name="visit_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.case}现场核查"


class VisitRow(models.Model):
    """One line of a visit: a project or facility of the frozen list, or a clause of the locked edition."""

    visit = models.ForeignKey(SiteVisit, models.CASCADE, related_name="rows")
    order = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("类别", max_length=8, choices=VisitKind)
    ref = models.CharField("对应", max_length=30, help_text="primary key in the frozen list, or clause")
    group = models.CharField("分组", max_length=60)
    title = models.CharField("核查内容", max_length=200)
    claim = models.CharField("申报情况", max_length=300, blank=True)
    required = models.BooleanField("须有结论", default=True)
    finding = models.CharField("结论", max_length=8, choices=VisitFinding, blank=True)
    note = models.TextField("情况", blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField("保存时间", null=True, blank=True)
    saved_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.CITY_OFFICER, Role.SECRETARIAT),
        null=True,
        blank=True,
        related_name="+",
        verbose_name="记录人",
    )

    class Meta:
        verbose_name = "现场核查项"
        ordering = ("visit", "order")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "kind", "ref"], name="visit_row_once"),
            one_of("kind", VisitKind.values, name="visit_row_kind_known"),
            one_of("finding", VisitFinding.values, name="visit_row_finding_known", blank=True),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def claimed(self) -> str:
        """What the district claimed, without the prefix 申报： that visits of older versions stored."""
        return self.claim.removeprefix("申报：")


class VisitPhoto(models.Model):
    """Photo of a line of a visit. Time and place were read from the file into these fields and removed from the file.

    ``token`` is the upload number chosen by the browser; an upload repeated after a broken connection is stored once.
    """

    row = models.ForeignKey(VisitRow, models.CASCADE, related_name="photos")
    document = models.OneToOneField(Evidence, models.PROTECT, related_name="+", verbose_name="照片")
    token = models.UUIDField(unique=True)
    taken_at = models.DateTimeField("拍摄时间", null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField("经度", max_digits=8, decimal_places=5, null=True, blank=True)
    added_at = models.DateTimeField("上传时间")
    added_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER, Role.SECRETARIAT), related_name="+", verbose_name="上传人"
    )

    class Meta:
        verbose_name = "现场照片"
        ordering = ("row", "pk")
        constraints: ClassVar = [
            between("latitude", -90, 90, name="visit_photo_latitude"),
            between("longitude", -180, 180, name="visit_photo_longitude"),
        ]

    def __str__(self) -> str:
        return f"{self.row} 照片"
