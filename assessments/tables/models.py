"""The score table: filled in, frozen at submission, reviewed."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.common.enums import BuildState, Purpose, ScoringStage
from districts.common.enums import DistrictType
from districts.file.models.district import District, InDistrict
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of
from greendistrict.documents.citations import Citation, pages_in_words
from greendistrict.documents.models import Evidence
from indicators.editions.models import Edition


class TableState(models.TextChoices):
    """States of a score table."""

    OPEN = "open", "填报中"
    LOCKED = "locked", "待签发"
    SUBMITTED = "submitted", "已提交"
    RETURNED = "returned", "退回补充"
    RECEIVED = "received", "已接收"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {TableState.OPEN: "", TableState.RETURNED: "warning", TableState.RECEIVED: "success"}.get(self, "info")


WITH_VERSION = (TableState.SUBMITTED, TableState.RECEIVED)  # score tables whose newest version is with the city


TABLE_STATES = tuple(TableState)

FILLERS = (Role.PREPARER, Role.CONSULTANT)


class ScoreTable(InDistrict, models.Model):
    """Rows of one district under one locked edition for one purpose.

    States: open → (locked while being signed) → submitted → received, or returned and edited again.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="score_tables", verbose_name="城区")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", verbose_name="标准版本")
    purpose = models.CharField("用途", max_length=20, choices=Purpose)
    type = models.CharField("城区类型", max_length=10, choices=DistrictType)
    stage = models.CharField("评价阶段", max_length=12, choices=ScoringStage)
    year = models.PositiveSmallIntegerField("年度", null=True, blank=True)
    status = models.CharField("状态", max_length=20, default="open")
    building = models.BooleanField("建设期", default=False, help_text="while a district is being built no verdict is drawn")
    planned = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="预期得分来源")
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上年")
    result = models.JSONField("得分", default=dict, help_text="last computed result as JSON; figures are text")
    bases = models.JSONField("基础数据", default=dict, help_text="by key of the quantity: value as text, version, by, at")
    created_at = models.DateTimeField("建立时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "评分表"
        ordering = ("-pk",)
        constraints: ClassVar = [
            one_of("purpose", Purpose.values, name="table_purpose_known"),
            one_of("stage", ScoringStage.values, name="table_stage_known"),
            one_of("status", TABLE_STATES, name="table_status_known"),
        ]

    def __str__(self) -> str:
        if self.purpose == Purpose.SELF_CHECK:
            return f"{self.district}{self.year}年度{self.word}"
        return f"{self.district}{f'{self.year}年' if self.year else ''}{self.get_purpose_display()}{self.word}"

    @property
    def guess(self) -> str:
        """Mark behind a star that rests on these scores: 推定 unless the edition is the official standard."""
        return "（推定）" if self.edition.mark else ""

    @property
    def word(self) -> str:
        """Name of the form: 八（二） asks for a 自评分表 with the yearly self-check."""
        return "自评分表" if self.purpose == Purpose.SELF_CHECK else "评分表"


class ScoreRow(models.Model):
    """A clause of a table. ``value`` has the form given by the clause's rule; numbers are stored as text."""

    table = models.ForeignKey(ScoreTable, models.CASCADE, related_name="rows")
    item_id = models.CharField("条文号", max_length=20)
    order = models.PositiveSmallIntegerField()
    value = models.JSONField("现状值", null=True, blank=True)
    exclusion_reason = models.CharField("不参评理由", max_length=500, blank=True)
    absent_reason = models.CharField("不存在的说明", max_length=500, blank=True)
    explanation = models.TextField("说明", blank=True)
    target = models.JSONField("年度目标", null=True, blank=True)
    build_state = models.CharField("建设情况", max_length=12, choices=BuildState, blank=True, help_text="建设期填写")
    version = models.PositiveIntegerField("版本", default=0)
    changed_at = models.DateTimeField("最近修改", null=True, blank=True)
    changed_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=FILLERS, null=True, related_name="+")

    class Meta:
        verbose_name = "评分行"
        ordering = ("table", "order")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "item_id"], name="row_once"),
            one_of("build_state", BuildState.values, name="row_build_state_known", blank=True),
        ]

    def __str__(self) -> str:
        return self.item_id


class RowChange(models.Model):
    """Change of a cell: person, time, old and new value."""

    row = models.ForeignKey(ScoreRow, models.CASCADE, related_name="changes")
    field = models.CharField(max_length=20)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=FILLERS, null=True, related_name="+")
    at = models.DateTimeField()
    token = models.CharField(max_length=40, blank=True, help_text="the browser's key of this save; a repeated one is not applied twice")

    class Meta:
        verbose_name = "修改记录"
        ordering = ("row", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["row", "token"], condition=~models.Q(token=""), name="row_change_token_once"),
        ]

    def __str__(self) -> str:
        return f"{self.row_id} {self.field}"


class BaseChange(models.Model):
    """Change of a base quantity: person, time, old and new value."""

    table = models.ForeignKey(ScoreTable, models.CASCADE, related_name="base_changes")
    key = models.CharField(max_length=40)
    old = models.CharField(max_length=60, blank=True)
    new = models.CharField(max_length=60, blank=True)
    by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=FILLERS, null=True, related_name="+")
    at = models.DateTimeField()
    token = models.CharField(max_length=40, blank=True, help_text="as in RowChange")

    class Meta:
        verbose_name = "基础数据的修改记录"
        ordering = ("table", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "key", "token"], condition=~models.Q(token=""), name="base_change_token_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.new}"


class RowEvidence(models.Model):
    """A file that proves a clause, with the cited pages."""

    row = models.ForeignKey(ScoreRow, models.CASCADE, related_name="evidence")
    document = models.ForeignKey(Evidence, models.PROTECT, related_name="+", verbose_name="材料")
    page = models.PositiveIntegerField("页码", null=True, blank=True)
    page_end = models.PositiveIntegerField("止页", null=True, blank=True, help_text="last page where the proof runs over several")
    passage = models.CharField(
        "表号或文字", max_length=200, blank=True, default="", help_text="如“表5-3”，或照抄证明的一句；打开材料时在这一页标出"
    )
    by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=FILLERS, null=True, related_name="+")
    at = models.DateTimeField("加入时间", null=True, blank=True)

    class Meta:
        verbose_name = "佐证"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["row", "document"], name="row_evidence_once"),
            models.CheckConstraint(condition=models.Q(page_end=None) | models.Q(page_end__gt=models.F("page")), name="row_evidence_pages"),
        ]

    def __str__(self) -> str:
        return str(self.document)

    @property
    def pages(self) -> str:
        """The cited pages as typed and shown: 12, or 12–14."""
        return pages_in_words(self.page, self.page_end)

    @property
    def printed_passage(self) -> str:
        """The cited passage for records, which more people read than the file; empty for a classified file."""
        return "" if self.document.is_classified else self.passage

    @property
    def printed_citation(self) -> Citation:
        """The citation for records."""
        return Citation(self.page, self.page_end, self.printed_passage)


class TableVersion(models.Model):
    """A submitted version: edition, values, exclusions, evidence digests and result, never recomputed."""

    table = models.ForeignKey(ScoreTable, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版次")
    content = models.JSONField("内容")
    digest = models.CharField("校验值", max_length=64)
    frozen_at = models.DateTimeField("提交时间")
    frozen_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.REVIEWER,), null=True, related_name="+")
    counts = models.BooleanField("已接收", default=False)

    class Meta:
        verbose_name = "评分表版本"
        ordering = ("table", "-number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "number"], name="table_version_once"),
            models.UniqueConstraint(fields=["table"], condition=models.Q(counts=True), name="table_version_that_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.table}第{self.number}版"

    @property
    def standing(self) -> TableState:
        """Whether it is the version that was received; any other was handed in."""
        return TableState.RECEIVED if self.counts else TableState.SUBMITTED
