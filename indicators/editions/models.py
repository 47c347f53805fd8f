"""Standard editions as rows: an edition, its chapters, its clauses. Written by ``indicators.editions.services`` only."""

from typing import Any

from django.db import models
from django.db.models import Q

from indicators.catalogue.normal_form import use_note


class EditionStatus(models.TextChoices):
    """States of an edition: frozen once it was used; superseded once it was replaced, and still readable."""

    DRAFT = "draft", "草稿"
    CHECKED = "checked", "已校核"
    PUBLISHED = "published", "已发布"
    FROZEN = "frozen", "已锁定"
    SUPERSEDED = "superseded", "已被代替"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {EditionStatus.DRAFT: "amber", EditionStatus.CHECKED: "blue", EditionStatus.SUPERSEDED: "line"}.get(self, "green")


class ChapterKind(models.TextChoices):
    """Scored chapters are weighted; bonus chapters add their points."""

    SCORED = "scored", "评分章"
    BONUS = "bonus", "加分章"


class ClauseKind(models.TextChoices):
    """Control clauses must hold; the others earn points."""

    CONTROL = "control", "控制项"
    SCORE = "score", "评分项"
    BONUS = "bonus", "加分项"


class WhenAbsent(models.TextChoices):
    """What follows if a district declares that something does not exist in it."""

    FULL = "full", "声明不存在得满分"
    EXCLUDE = "exclude", "声明不存在不参评"


class AutoPart(models.TextChoices):
    """Criterion by which the portal itself decides whether a clause applies."""

    KEY_AREA = "key_area", "按重点区域自动判定"


class BasisCertainty(models.TextChoices):
    """How a basis supports the clause; anything but quoted is shown as 推定."""

    QUOTED = "quoted", "原文"
    INFERRED = "inferred", "推定"
    AUTHORED = "authored", "自拟"


class Edition(models.Model):
    """One edition of an evaluation standard.

    Its ``document``, the whole normalised file, is the only input of scoring (``selectors.rules_for``); chapters and clauses
    are the same data as rows, for lists, links and filters. ``types``, ``stages`` and ``levels`` are lists of
    ``{"key", "label", …}``, for JSON objects in a database lose their order.
    """

    code = models.CharField("编号", max_length=64, unique=True)
    title = models.TextField("名称")
    official = models.BooleanField("官方标准", help_text="否为参考版")
    based_on = models.TextField("编制依据")
    in_force = models.DateField("施行日期", null=True, blank=True)
    replaces = models.CharField("代替", max_length=64, blank=True)
    sources = models.JSONField("来源", default=list)
    types = models.JSONField("城区类型", default=list)
    stages = models.JSONField("阶段", default=list)
    levels = models.JSONField("星级", default=list)
    total = models.JSONField("总分方法", default=dict)
    status = models.CharField("状态", max_length=16, choices=EditionStatus, default=EditionStatus.DRAFT)
    complete = models.BooleanField("录入完整")
    problems = models.JSONField("缺项", default=list)
    digest = models.CharField("校验值", max_length=64, help_text="内容的SHA-256")
    imported_at = models.DateTimeField("导入时间")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "评价标准"
        ordering = ["-in_force", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=EditionStatus.values), name="edition_status_known"),
            models.CheckConstraint(
                condition=Q(complete=True) | Q(status__in=[EditionStatus.DRAFT, EditionStatus.SUPERSEDED]),
                name="edition_incomplete_is_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def document(self) -> dict[str, Any]:
        """The whole edition as normalised JSON; one query."""
        document: dict[str, Any] = self.stored.document
        return document

    @property
    def mark(self) -> str:
        """Mark shown next to every score of this edition; empty for an official one."""
        return "" if self.official else "参考版"

    @property
    def use_note(self) -> str:
        """What may be done with a file that holds its clauses; empty for a reference edition."""
        return use_note(official=self.official)

    @property
    def type_labels(self) -> dict[str, str]:
        """District type key → label."""
        return labels_of(self.types)

    @property
    def stage_labels(self) -> dict[str, str]:
        """Stage key → label."""
        return labels_of(self.stages)


class EditionDocument(models.Model):
    """The normalised file of an edition, in a table of its own so that lists and joins do not load hundreds of kilobytes."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, primary_key=True, related_name="stored", verbose_name="标准")
    document = models.JSONField("全文")

    class Meta:
        verbose_name = verbose_name_plural = "标准全文"

    def __str__(self) -> str:
        return str(self.edition)


class Chapter(models.Model):
    """A chapter; ``weight`` maps type → stage → share (null where the edition does not give it)."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="chapters", verbose_name="标准")
    key = models.CharField("键", max_length=64)
    number = models.CharField("章号", max_length=64)
    title = models.TextField("名称")
    dimension = models.CharField("方面", max_length=64, blank=True)
    kind = models.CharField("种类", max_length=16, choices=ChapterKind)
    full = models.DecimalField("满分", max_digits=20, decimal_places=6, null=True, blank=True)
    minimum = models.DecimalField("最低分", max_digits=20, decimal_places=6, null=True, blank=True)
    weight = models.JSONField("权重", null=True, blank=True)
    order = models.PositiveIntegerField("顺序")

    class Meta:
        verbose_name = verbose_name_plural = "章"
        ordering = ["edition_id", "order"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="chapter_key_once_per_edition"),
            models.CheckConstraint(condition=Q(kind__in=ChapterKind.values), name="chapter_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Clause(models.Model):
    """A clause; JSON fields have the shapes of the edition format, ``points`` is null exactly for controls and gaps."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="clauses", verbose_name="标准")
    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="clauses", verbose_name="章")
    item_id = models.CharField("条文号", max_length=64)
    order = models.PositiveIntegerField("顺序")
    kind = models.CharField("种类", max_length=16, choices=ClauseKind)
    group = models.TextField("分组")
    title = models.TextField("名称")
    requirement = models.CharField("要求", max_length=60)
    points = models.DecimalField("分值", max_digits=20, decimal_places=6, null=True, blank=True)
    applies = models.JSONField("适用")
    may_exclude = models.BooleanField("可不参评")
    exclude_when = models.TextField("不参评情形", blank=True)
    when_absent = models.CharField("不存在时", max_length=16, choices=WhenAbsent, blank=True)
    shared_with = models.JSONField("成果互斥", default=list)
    auto = models.CharField("自动判定", max_length=16, choices=AutoPart, blank=True)
    value = models.JSONField("取值", null=True, blank=True)
    inputs = models.JSONField("比例两数", null=True, blank=True)
    rule = models.JSONField("规则", null=True, blank=True)
    evidence = models.JSONField("佐证材料", default=list)
    source_department = models.TextField("数据来源部门")
    method = models.TextField("核算方法")
    beauty = models.JSONField("美丽上海", default=list)
    basis = models.JSONField("依据", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "条文"
        ordering = ["edition_id", "order"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "item_id"], name="clause_id_once_per_edition"),
            models.CheckConstraint(condition=Q(kind__in=ClauseKind.values), name="clause_kind_known"),
            models.CheckConstraint(condition=Q(when_absent__in=["", *WhenAbsent.values]), name="clause_when_absent_known"),
            models.CheckConstraint(condition=Q(auto__in=["", *AutoPart.values]), name="clause_auto_known"),
            models.CheckConstraint(condition=~Q(kind=ClauseKind.CONTROL) | Q(points__isnull=True), name="clause_control_no_points"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.title}"

    @property
    def inferred(self) -> bool:
        """True when no basis of the clause is quoted from an official text; shown as 推定."""
        return not any(entry.get("certainty") == "quoted" for entry in self.basis)


def labels_of(entries: list[dict[str, Any]]) -> dict[str, str]:
    """Key → label of an ordered list of ``{"key", "label"}``."""
    return {entry["key"]: entry["label"] for entry in entries}
