"""File of a loss of title (取消、撤销), and city assessments recorded from paper."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.common.enums import LossGround
from assessments.common.enums import StageConclusion
from districts.common.enums import Certainty
from districts.file.models.district import District
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of
from greendistrict.core.days import day_in_words
from greendistrict.documents.models import Evidence
from greendistrict.workflow.second_person import CheckedRows, ReturnableRecord, another_person, checked_or_returned

FILED_HERE = "平台提交"  # way of a statement that the holder typed

WAIVED = "放弃陈述申辩"  # begins the statement of a holder who makes none


class RecordedKind(models.TextChoices):
    """Assessments organised by the city that count for 八（四）."""

    STAGE = "stage", "阶段评估"
    POST = "post", "后评估"


class LossFile(models.Model):
    """Grounds of a loss of title, and the steps before the decision, each with date and paper.

    ``failures``: the failed assessments as known when the file was submitted for checking (``{"on", "what", "source"}``).
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="loss")
    ground = models.CharField("事由", max_length=8, choices=LossGround)
    acceptance = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="loss_files", verbose_name="未通过的终期验收")
    failures = models.JSONField("不合格评估", default=list, blank=True)
    facts = models.TextField("事实", blank=True, help_text="写明查明的事实和证据")
    basis = models.TextField("依据", blank=True, help_text="写明文件名称、文号和条款")
    not_implemented = models.TextField(
        "未按照绿色生态相关要求实施的认定", blank=True, help_text="八（四）的两项条件之一，写明哪些要求没有实施、由何材料证明"
    )
    intent_number = models.CharField("告知书文号", max_length=60, blank=True)
    intent_served_on = models.DateField("告知书送达日期", null=True, blank=True, help_text="陈述申辩期限自次日起算")
    hearing_due = models.DateField("陈述申辩期限", null=True, blank=True)
    statement = models.TextField("陈述申辩", blank=True, help_text="写明意见和理由")
    statement_on = models.DateField("陈述申辩日期", null=True, blank=True)
    statement_way = models.CharField("方式", max_length=20, blank=True)
    statement_by = models.CharField("陈述人", max_length=100, blank=True)
    considered = models.TextField("对陈述申辩的复核意见", blank=True, help_text="逐条写明是否采纳和理由；没有陈述申辩的，写明情况")
    legal_opinion = models.TextField("法制审核意见", blank=True, help_text="事实是否清楚，证据是否充分，依据是否正确，程序是否合法")
    legal_on = models.DateField("法制审核日期", null=True, blank=True)
    minutes_number = models.CharField("集体讨论纪要文号", max_length=60, blank=True)
    discussed_on = models.DateField("集体讨论日期", null=True, blank=True)
    discussed_by = models.CharField("参加人员", max_length=300, blank=True)
    discussion = models.TextField("集体讨论意见", blank=True)
    remedies = models.TextField("救济途径", blank=True, help_text="写明机关和期限，以决定书为准")
    served_on = models.DateField("送达日期", null=True, blank=True)
    served_way = models.CharField("送达方式", max_length=20, blank=True)
    served_to = models.CharField("签收人", max_length=100, blank=True)

    class Meta:
        verbose_name = "取消与撤销"
        constraints: ClassVar = [
            one_of("ground", LossGround.values, name="loss_ground_known"),
            models.UniqueConstraint(fields=["intent_number"], condition=~models.Q(intent_number=""), name="loss_intent_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case}（{self.heading}）"

    @property
    def was_heard(self) -> bool:
        """Whether the holder made a statement; not if it waived that or let the term pass."""
        return bool(self.statement) and not self.statement.startswith(WAIVED)

    @property
    def heading(self) -> str:
        """Ground and measure in words; prefixed with 拟 until decided."""
        why, does = str(self.get_ground_display()).split("，")
        return f"{why}，{does if self.case.decided_on and self.case.status != CaseState.DROPPED else f'拟{does}'}"


class RecordedAssessments(CheckedRows["RecordedAssessment"]):
    """Titles, cases, duties and reports read no others than ``counted()``."""


class RecordedAssessment(ReturnableRecord):
    """A city assessment held on paper or before the portal (历史补录): day, kind and result; counted once another person checked it."""

    NAME = "补录的市级评估结论"
    NOTED = ("passed", "source")
    ACTS = ("approvals.check_assessment", "approvals.return_assessment")
    PAGES = ("approvals:recorded_check", "approvals:recorded_return")

    district = models.ForeignKey(District, models.PROTECT, related_name="recorded_assessments", verbose_name="城区")
    kind = models.CharField("类别", max_length=8, choices=RecordedKind)
    concluded_on = models.DateField("结论日期")
    passed = models.BooleanField("合格")
    source = models.CharField("出处", max_length=300, help_text="结论文件的名称、文号")
    certainty = models.CharField("确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    document = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="结论文件")
    recorded_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="补录人")
    recorded_at = models.DateTimeField("补录时间")

    objects = RecordedAssessments.as_manager()

    class Meta:
        verbose_name = "补录的市级评估"
        ordering = ("district", "concluded_on")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "kind", "concluded_on"],
                condition=models.Q(returned_at__isnull=True),
                name="recorded_assessment_once",
            ),
            another_person("recorded_assessment"),
            checked_or_returned("recorded_assessment"),
            one_of("kind", RecordedKind.values, name="recorded_assessment_kind_known"),
            models.CheckConstraint(condition=~models.Q(source=""), name="recorded_assessment_sourced"),
        ]

    @property
    def conclusion(self) -> StageConclusion:
        """Its result as a conclusion."""
        return StageConclusion.of(passed=self.passed)

    def __str__(self) -> str:
        return f"{self.district}{self.get_kind_display()} {day_in_words(self.concluded_on)}"

    @property
    def is_fictional(self) -> bool:
        """Whether its district is."""
        return self.district.is_demo
