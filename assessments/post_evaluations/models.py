"""Models of the post-evaluation (后评估, 八（二）): the yearly sample of demonstrations, and one evaluation per sampled district."""

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.common.enums import StageConclusion
from districts.file.models.district import District, InDistrict
from greendistrict.core.constraints import one_of


class PostEvaluationState(StrEnum):
    """States of a post-evaluation."""

    DRAFT = "draft"
    SIGNING = "signing"
    FILED = "filed"
    CHECKING = "checking"
    DECIDING = "deciding"
    QUALIFIED = "qualified"
    UNQUALIFIED = "unqualified"


CONCLUDED = (PostEvaluationState.QUALIFIED, PostEvaluationState.UNQUALIFIED)
UNFILED = (PostEvaluationState.DRAFT, PostEvaluationState.SIGNING)


POST_STATES = tuple(PostEvaluationState)


class SampleDraw(models.Model):
    """The sample of one year; demo districts are sampled separately.

    The hash of the secret is recorded before the list freezes (docs/draw.md).
    """

    year = models.PositiveSmallIntegerField("年度")
    is_demo = models.BooleanField("演示数据", default=False)
    secret_digest = models.CharField("种子校验值", max_length=64)
    secret = models.CharField("种子", max_length=64)
    places = models.JSONField("名单", default=list)
    terms = models.JSONField("条件", default=dict)
    list_digest = models.CharField("名单校验值", max_length=64, blank=True)
    due = models.JSONField("到期必评", default=list)
    drawn = models.JSONField("抽中", default=list)
    committed_at = models.DateTimeField("校验值登记时间")
    committed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "后评估抽取"
        ordering = ("-year",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["year", "is_demo"], name="sample_once_a_year")]

    def __str__(self) -> str:
        return f"{self.year}年后评估抽取"


class PostEvaluation(InDistrict, models.Model):
    """One demonstration evaluated in one year.

    ``report`` is the district's text on each aspect, ``judged`` the city's finding. ``figures`` are the results of its operation at the
    time of filing.
    """

    number = models.CharField("编号", max_length=20, unique=True, null=True, blank=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="post_evaluations", verbose_name="城区")
    draw = models.ForeignKey(SampleDraw, models.PROTECT, related_name="evaluations", verbose_name="抽取")
    year = models.PositiveSmallIntegerField("年度")
    status = models.CharField("状态", max_length=12, default="draft")
    report = models.JSONField("填报", default=dict)
    figures = models.JSONField("运营数据", default=list)
    judged = models.JSONField("核定", default=dict)
    opinion = models.TextField("评估意见", blank=True)
    conclusion = models.CharField("结论", max_length=12, choices=StageConclusion, blank=True)
    due = models.DateField("报送期限")
    handed_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField("开放时间")
    filed_at = models.DateTimeField("报送时间", null=True, blank=True)
    concluded_at = models.DateTimeField("结论时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "后评估"
        ordering = ("-year", "district")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "year"], name="post_evaluation_once_a_year"),
            one_of("status", POST_STATES, name="post_evaluation_status_known"),
            one_of("conclusion", StageConclusion.values, name="post_conclusion_known", blank=True),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.year}年后评估"
