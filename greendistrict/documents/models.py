"""Files with kind, version, digest and validity. Permissions follow from the selector registered for their owner.

The content of a file cannot be opened while it is in quarantine.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.fields.files import FieldFile

from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of, ordered
from greendistrict.core.errors import Refused
from greendistrict.documents.enums import PRINTED, QUARANTINED, Confidentiality, CopyState, ScanState


class Quarantined(Refused):
    """The file has not been scanned for viruses yet, or contains one."""


def refuse_quarantined(evidence: Any) -> None:
    """Raise ``Quarantined`` with what to do, if the file is in quarantine."""
    if evidence.scan in QUARANTINED:
        raise Quarantined(quarantine_words(evidence))


def quarantine_words(evidence: Any) -> str:
    """Why a file cannot be opened; empty if it can."""
    if evidence.scan == ScanState.WAITING:
        return f"“{evidence.printed_title}”正在查毒，查完才能打开，请稍候再看"
    if evidence.scan == ScanState.INFECTED:
        return f"“{evidence.printed_title}”中发现病毒（{evidence.virus}），不能打开，请换成无毒的文件"
    return ""


class EvidenceFile(FieldFile):
    """Checked when opened for reading or copying; scanner, backup and data check read the storage directly."""

    def open(self, mode: str = "rb") -> "EvidenceFile":  # type: ignore[override]  # as in Django
        """Open the file. Raises ``Quarantined``."""
        refuse_quarantined(self.instance)
        super().open(mode)
        return self


class EvidenceFileField(models.FileField):
    """A ``FileField`` whose files obey the quarantine."""

    attr_class = EvidenceFile

    def deconstruct(self) -> Any:
        """Deconstruct as the field known to the migrations."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.FileField", args, kwargs


COPIES = "copies"  # folder of derived files, which can be recreated


def copy_path(instance: "ReadingCopy", filename: str) -> str:
    """File name of a PDF made for reading."""
    del filename
    return f"{COPIES}/{instance.sha256}.pdf"


def upload_path(instance: "Evidence", filename: str) -> str:
    """Random file name below the year; the original name is only stored for display."""
    del filename
    return f"evidence/{instance.uploaded_at:%Y}/{instance.key}"


class Evidence(models.Model):
    """One version of one file that belongs to a registered owner, such as ``districts.district:3``."""

    key = models.UUIDField(unique=True, editable=False)
    owner = models.CharField("归属", max_length=80, db_index=True)
    kind = models.CharField("材料类别", max_length=60, blank=True)
    title = models.CharField("材料名称", max_length=200)
    original_name = models.CharField("文件名", max_length=120)
    file = EvidenceFileField("文件", upload_to=upload_path, max_length=200)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小")
    sha256 = models.CharField("校验值", max_length=64, db_index=True)
    version = models.PositiveIntegerField("版本", default=1)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    valid_from = models.DateField("有效期起", null=True, blank=True)
    valid_to = models.DateField("有效期止", null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")
    scan = models.CharField("病毒扫描", max_length=20, choices=ScanState, default=ScanState.UNSCANNED)
    virus = models.CharField("病毒名称", max_length=200, blank=True)
    scanned_at = models.DateTimeField("查毒时间", null=True, blank=True)
    stripped = models.CharField("存入时去除的内容", max_length=200, blank=True, db_default="")
    is_demo = models.BooleanField("演示数据", default=False)
    confidentiality = models.CharField("密级", max_length=10, choices=Confidentiality, default=Confidentiality.INTERNAL)

    class Meta:
        verbose_name = "材料"
        ordering = ("title", "-version")
        constraints: ClassVar = [
            one_of("confidentiality", Confidentiality.values, name="evidence_confidentiality_known"),
            ordered("valid_from", "valid_to", name="evidence_validity_ordered"),
            models.UniqueConstraint(fields=["replaces"], name="evidence_replaced_once"),
            one_of("scan", ScanState.values, name="evidence_scan_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["scan"], condition=models.Q(scan__in=QUARANTINED), name="evidence_in_quarantine")]

    def __str__(self) -> str:
        return self.printed_title

    @property
    def printed_title(self) -> str:
        """Title for documents and records, which more people read than the file; the title of a classified file is replaced."""
        return PRINTED if self.is_classified else self.title

    @property
    def quarantine(self) -> str:
        """Why the file cannot be opened, in words; empty if it can."""
        return quarantine_words(self)

    @property
    def is_public(self) -> bool:
        """Whether public pages may name it."""
        return self.confidentiality == Confidentiality.PUBLIC

    @property
    def is_classified(self) -> bool:
        """Whether only its owner's side and the city may read it."""
        return self.confidentiality == Confidentiality.CLASSIFIED


class ReadingCopy(models.Model):
    """PDF of a Word or Excel file for the viewer, made once for each content. Readable by those who may open the file."""

    sha256 = models.CharField("原文件校验值", max_length=64, unique=True)
    state = models.CharField("状态", max_length=10, choices=CopyState, default=CopyState.WAITING)
    file = models.FileField("文件", upload_to=copy_path, max_length=200, blank=True)
    size = models.PositiveBigIntegerField("大小", default=0)
    error = models.CharField("不能转换的原因", max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField("转换次数", default=0)
    since = models.DateTimeField("状态起始时间")

    class Meta:
        verbose_name = "阅读用 PDF"
        ordering = ("pk",)
        constraints: ClassVar = [
            one_of("state", CopyState.values, name="reading_copy_state_known"),
            models.CheckConstraint(condition=~models.Q(state=CopyState.READY) | ~models.Q(file=""), name="reading_copy_ready_has_file"),
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.get_state_display()}"


class Upload(models.Model):
    """A resumable upload in pieces; deleted if not completed in time.

    ``received`` is the number of bytes stored; once it reaches ``size``, the file can become ``Evidence``.
    """

    key = models.UUIDField(unique=True, editable=False)
    owner = models.CharField("归属", max_length=80)
    name = models.CharField("文件名", max_length=200)
    size = models.PositiveBigIntegerField("大小")
    received = models.PositiveBigIntegerField("已收到", default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    started_at = models.DateTimeField("开始时间")

    class Meta:
        verbose_name = "上传中的文件"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(received__lte=models.F("size")), name="upload_received_within_size"),
        ]

    def __str__(self) -> str:
        return self.name


class StorageAllowance(models.Model):
    """Storage limit of one organisation that differs from the general setting."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="storage_allowance", verbose_name="单位")
    most_gb = models.PositiveIntegerField("材料上限（GB）")

    class Meta:
        verbose_name = "材料上限"
        ordering = ("organisation",)
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(most_gb__gte=1), name="storage_allowance_is_some")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.most_gb} GB"


class ChosenHeads(models.Model):
    """Columns that people of a body chose for heads of its sheets in one ``kind`` of import; ``heads``: labels of columns by head."""

    kind = models.CharField("导入", max_length=60)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", verbose_name="单位")
    heads = models.JSONField("选定的列", default=dict, db_default={})

    class Meta:
        verbose_name = "选定的表头"
        ordering = ("kind", "organisation")
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "organisation"], name="chosen_heads_once")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.kind}"


class KeptFile(models.Model):
    """A file chosen in a form that was refused for another reason; kept until the form is sent again."""

    key = models.UUIDField(unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    page = models.CharField("页面", max_length=300)
    field = models.CharField("字段", max_length=100)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("类型", max_length=100, blank=True)
    size = models.PositiveBigIntegerField("大小")
    kept_at = models.DateTimeField("暂存时间")

    class Meta:
        verbose_name = "暂存的文件"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name
