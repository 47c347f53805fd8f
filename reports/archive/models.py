"""Archive volumes and their items."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.file.models.district import District, InDistrict
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import between, one_of
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from reports.archive.enums import ItemKind, Retention, VolumeState
from reports.jobs.models import ExportJob

VOLUME_STATES = tuple(VolumeState)


class ArchiveVolume(InDistrict, models.Model):
    """案卷: one for each finished matter, which ``source`` (kind of matter) and ``matter`` (its key) name.

    ``fonds`` (全宗号) and ``number`` (案卷号) are given when it is closed for the first time, and stay with it. ``ready_at`` is when the
    officer asked for the check; a change of the volume clears it.
    """

    source = models.CharField("事项类别", max_length=40)
    matter = models.PositiveBigIntegerField("事项")
    district = models.ForeignKey(District, models.PROTECT, related_name="volumes", verbose_name="城区")
    matter_number = models.CharField("事项编号", max_length=60, blank=True)
    kind = models.CharField("类别", max_length=40)
    title = models.CharField("题名", max_length=300)
    year = models.PositiveSmallIntegerField("年度")
    retention = models.CharField("保管期限", max_length=10, choices=Retention)
    fonds = models.CharField("全宗号", max_length=60, blank=True)
    number = models.PositiveIntegerField("案卷号", null=True, blank=True)
    status = models.CharField("状态", max_length=12, default=VolumeState.PREPARING)
    confidentiality = models.CharField("密级", max_length=10, choices=Confidentiality, default=Confidentiality.INTERNAL)
    note = models.TextField("说明", blank=True)
    prepared_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="立卷人")
    opened_at = models.DateTimeField("开始整理时间")
    ready_at = models.DateTimeField("提请检查时间", null=True, blank=True)
    checked_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_CHECKER,), null=True, blank=True, related_name="+", verbose_name="检查人"
    )
    closed_at = models.DateTimeField("立卷时间", null=True, blank=True)
    receiver = models.CharField("接收单位", max_length=200, blank=True)
    receiving_person = models.CharField("接收人", max_length=60, blank=True)
    handed_over_on = models.DateField("移交日期", null=True, blank=True)
    is_demo = models.BooleanField("演示数据", default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "案卷"
        ordering = ("-year", "fonds", "number", "pk")
        constraints: ClassVar = [
            one_of("status", VOLUME_STATES, name="archive_volume_status_known"),
            one_of("retention", Retention.values, name="archive_volume_retention_known"),
            one_of("confidentiality", Confidentiality.values, name="archive_volume_confidentiality_known"),
            between("year", 2000, 2100, name="archive_volume_year_plausible"),
            models.UniqueConstraint(fields=["source", "matter"], name="archive_volume_once", violation_error_message="这一事项已经立卷"),
            models.UniqueConstraint(fields=["fonds", "year", "number"], name="archive_volume_number_once"),
            models.CheckConstraint(
                condition=Q(status=VolumeState.PREPARING)
                | Q(number__isnull=False, closed_at__isnull=False, checked_by__isnull=False) & ~Q(fonds=""),
                name="archive_volume_closed_numbered",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True, fonds="") | Q(number__gt=0) & ~Q(fonds=""), name="archive_volume_number_in_fonds"
            ),
            models.CheckConstraint(
                condition=~Q(status=VolumeState.HANDED_OVER) | Q(handed_over_on__isnull=False) & ~Q(receiver="") & ~Q(receiving_person=""),
                name="archive_volume_handed_to_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def call_number(self) -> str:
        """全宗号-年度-保管期限-案卷号 as it stands on papers; empty before the number is given."""
        return f"{self.fonds}-{self.year}-{self.get_retention_display()}-{self.number:04}" if self.number else ""


class ArchiveItem(models.Model):
    """件 of a volume. ``number`` (件号) is its place; one that is left out has none and says why.

    A letter or report is made by ``job`` first; closing the volume fills ``document``, ``pages`` and ``sha256`` with what was made.
    ``pages`` None is 未查明. ``key`` names what it was made from, so that collecting again adds only what is new.
    """

    volume = models.ForeignKey(ArchiveVolume, models.CASCADE, related_name="items", verbose_name="案卷")
    key = models.CharField("来源", max_length=120)
    number = models.PositiveIntegerField("件号", null=True, blank=True)
    kind = models.CharField("种类", max_length=10, choices=ItemKind)
    title = models.CharField("题名", max_length=300)
    responsible = models.CharField("责任者", max_length=200, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    dated = models.DateField("日期", null=True, blank=True)
    pages = models.PositiveIntegerField("页数", null=True, blank=True)
    confidentiality = models.CharField("密级", max_length=10, choices=Confidentiality, default=Confidentiality.INTERNAL)
    remark = models.CharField("备注", max_length=300, blank=True)
    left_out = models.CharField("不归档的理由", max_length=300, blank=True)
    document = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件")
    job = models.ForeignKey(ExportJob, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="生成")
    sha256 = models.CharField("校验值", max_length=64, blank=True)

    class Meta:
        verbose_name = "归档文件"
        ordering = ("volume", models.F("number").asc(nulls_last=True), "dated", "pk")
        constraints: ClassVar = [
            one_of("kind", ItemKind.values, name="archive_item_kind_known"),
            one_of("confidentiality", Confidentiality.values, name="archive_item_confidentiality_known"),
            models.UniqueConstraint(fields=["volume", "key"], name="archive_item_once"),
            models.UniqueConstraint(fields=["volume", "number"], name="archive_item_numbered", deferrable=models.Deferrable.DEFERRED),
            models.CheckConstraint(
                condition=Q(number__isnull=True) & ~Q(left_out="") | Q(number__gt=0, left_out=""), name="archive_item_numbered_or_left_out"
            ),
            models.CheckConstraint(condition=Q(document__isnull=False) | Q(job__isnull=False), name="archive_item_has_a_file"),
            models.CheckConstraint(condition=~Q(title=""), name="archive_item_titled"),
        ]

    def __str__(self) -> str:
        return self.title
