"""地块: the plot list, and the control of green requirements from land supply to completion (七（二）)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.common.enums import Acquisition, CheckResult, CheckStage, ControlStep, OpinionPurpose
from districts.file.models.district import District
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Department, Role
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of, ordered
from greendistrict.core.folded_keys import once_in_district
from greendistrict.documents.models import Evidence

BACKFILL_PROOF = "补录证明"  # kinds of the files behind plots entered afterwards, an approved plan, the plan of key projects


STEP_PAPER = "建设过程文件"  # contract, examined drawings, acceptance report


class OpinionResult(models.TextChoices):
    """A department's answer."""

    AGREED = "agreed", "同意"
    AMENDED = "amended", "修改后同意"
    OBJECTED = "objected", "不同意"


class SupplierLevel(models.TextChoices):
    """Level of the land supplier, which determines the 住建 authority to ask."""

    CITY = "city", "市级供地"
    DISTRICT = "district", "区级供地"


class PlotBackfill(models.Model):
    """补录说明: why plots were acquired or built outside the control tables, with proof (七（二）1).

    One record may cover many plots.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="backfills")
    reason = models.TextField("没有逐步办理的理由", help_text="例如在本平台启用前、指导意见施行前取得，或征询以书面办理")
    document = models.ForeignKey(Evidence, models.PROTECT, related_name="+", verbose_name="证明材料")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), null=True, related_name="+", verbose_name="登记人"
    )

    class Meta:
        verbose_name = "补录说明"
        ordering = ("-recorded_at", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="plot_backfill_has_reason", violation_error_message="请填写理由")
        ]

    def __str__(self) -> str:
        return self.reason[:40]


class CurrentPlots(models.Manager["Plot"]):
    """Manager of current plots, without those that were split or merged."""

    def get_queryset(self) -> models.QuerySet["Plot"]:
        """Without ended plots."""
        return super().get_queryset().filter(ended_by__isnull=True)


class Plot(models.Model):
    """地块. Rates refer to the buildable plots of the frozen baseline; a plot that is not buildable stays as it is (保留).

    A plot that was split or merged keeps its control table and has ``ended_by`` set; ``objects`` and relations return current plots only,
    ``with_ended`` all. ``origins`` tells which shares of which earlier plots it represents (``districts.plots.succession``).

    While it has a control table (``PlotControl``), only its steps write ``acquired_on``, ``built_on`` and ``conforms``.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="plots")
    number = models.CharField("地块编号", max_length=40)
    sub_area = models.CharField("所在分区", max_length=60, blank=True)
    land_use_code = models.CharField("用地分类代码", max_length=6, blank=True)
    land_use = models.CharField("用地性质", max_length=60, blank=True, help_text="按国家用地用海分类（2023）选代码或名称")
    area_ha = models.DecimalField("用地面积", max_digits=8, decimal_places=4)
    floor_area = models.DecimalField("建筑面积", max_digits=12, decimal_places=2, null=True, blank=True)
    buildable = models.BooleanField("可建设", default=True, help_text="否为保留")
    owner = models.CharField("建设单位（权属）", max_length=100, blank=True)
    acquisition = models.CharField("取得方式", max_length=12, choices=Acquisition, blank=True)
    planned_acquisition = models.DateField("计划取得", null=True, blank=True)
    planned_start = models.DateField("计划开工", null=True, blank=True)
    planned_finish = models.DateField("计划竣工", null=True, blank=True)
    acquired_on = models.DateField("取得日期", null=True, blank=True, help_text="补录用；逐步办理的由管控步骤写入")
    started_on = models.DateField("开工日期", null=True, blank=True)
    built_on = models.DateField("建成日期", null=True, blank=True, help_text="竣工验收合格的日期")
    conforms = models.BooleanField("绿色生态内容符合", null=True, blank=True, help_text="平台理解：不符合的不计入完成建设比例")
    backfill = models.ForeignKey(PlotBackfill, models.SET_NULL, null=True, blank=True, related_name="plots", verbose_name="补录说明")
    lineage = models.CharField("来历", max_length=200, blank=True)
    origins = models.JSONField("前身份额", default=dict, blank=True)
    ended_by = models.ForeignKey(
        "districts.PlotChange", models.RESTRICT, null=True, blank=True, related_name="ended", verbose_name="由变更结束"
    )
    looks_like_another = models.BooleanField("编号与别的只是写法不同", default=False, editable=False)  # from before such ones were refused
    is_demo = models.BooleanField("演示数据", default=False)
    version = models.PositiveIntegerField(default=0)

    objects: ClassVar[CurrentPlots] = CurrentPlots()
    with_ended: ClassVar[models.Manager["Plot"]] = models.Manager()

    class Meta:
        verbose_name = "地块"
        ordering = ("district", "number")
        constraints: ClassVar = [
            once_in_district("number", name="plot_number_once", words="地块编号已有", ended_by__isnull=True),
            one_of("acquisition", Acquisition.values, name="plot_acquisition_known", blank=True),
            ordered("acquired_on", "built_on", name="plot_dates_ordered"),
            ordered("started_on", "built_on", name="plot_building_ordered"),
            ordered("planned_start", "planned_finish", name="plot_plan_ordered"),
            models.CheckConstraint(condition=Q(area_ha__gt=0), name="plot_area_positive"),
        ]

    def __str__(self) -> str:
        return self.number


class PlotControl(models.Model):
    """Control table of a plot. ``status`` is the current step, written only by the state machine of its table.

    ``steps`` stores day, document number and recording body of each step taken, and whether it is a 补录:
    ``{"contract": {"on": "2026-03-01", "number": "…", "body": 12, "backfill": true}}``; older records have the first two only.
    """

    plot = models.OneToOneField(Plot, models.CASCADE, related_name="control")
    table = models.CharField("管控表", max_length=12, choices=Acquisition)
    status = models.CharField("管控步骤", max_length=12, choices=ControlStep, default=ControlStep.PREPARE)
    with_scheme = models.BooleanField(
        "工业园区内带方案出让的工业项目", default=False, help_text="七（二）2，不审核设计方案；平台限于出让的工业用地（1001）"
    )
    steps = models.JSONField("各步日期和文号", default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "地块管控"
        indexes: ClassVar = [models.Index(fields=["status"], name="plot_control_status")]
        constraints: ClassVar = [
            one_of("table", Acquisition.values, name="plot_control_table_known"),
            one_of("status", ControlStep.values, name="plot_control_status_known"),
            models.CheckConstraint(
                condition=Q(with_scheme=False) | Q(table=Acquisition.GRANT),
                name="plot_scheme_only_granted",
                violation_error_message="带方案出让只用于出让地块",
            ),
        ]

    def __str__(self) -> str:
        return f"地块{self.plot.number}"

    @property
    def machine_name(self) -> str:
        """Name of the state machine; each way of land supply has its own."""
        return f"plot_{self.table}"

    @property
    def timeline_scope(self) -> str:
        """Its steps appear in the district's timeline."""
        return self.plot.district.timeline_scope


class PlotPaper(models.Model):
    """File of a step: the paper that the policy names, or the proof of a 补录. It stays if the step is taken back."""

    control = models.ForeignKey(PlotControl, models.CASCADE, related_name="papers")
    action = models.CharField("步骤", max_length=20)
    document = models.ForeignKey(Evidence, models.PROTECT, related_name="+", verbose_name="文件")
    is_backfill = models.BooleanField("补录", default=False)
    reason = models.TextField("补录理由", blank=True, help_text="为什么不由该单位在平台登记，例如该单位未开通账号、本平台启用前办理")

    class Meta:
        verbose_name = "管控步骤文件"
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.document)


class PlotIndicator(models.Model):
    """Required, designed and built value of a green indicator, as text in the format of ``districts.land.green_indicators``.

    ``designed_short`` and ``built_short`` store the comparison, so that boards over thousands of plots need one query.
    """

    plot = models.ForeignKey(Plot, models.CASCADE, related_name="indicators")
    key = models.CharField("指标", max_length=20)
    required = models.CharField("要求值", max_length=20, blank=True)
    designed = models.CharField("设计值", max_length=20, blank=True)
    built = models.CharField("建成值", max_length=20, blank=True)
    by_consultation = models.BooleanField("征询提出", default=False, help_text="otherwise from the specialised plan")
    excepted = models.CharField("例外的设计值", max_length=20, blank=True)  # the worst design that who asked for the value agreed to
    exception_reason = models.TextField("例外理由", blank=True)
    exception_on = models.DateField("例外日期", null=True, blank=True)
    exception_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.BUREAU, Role.AUTHORITY, Role.CITY_OFFICER),
        null=True,
        blank=True,
        related_name="+",
    )
    designed_short = models.BooleanField(null=True, blank=True)
    built_short = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = "地块绿色生态指标"
        constraints: ClassVar = [models.UniqueConstraint(fields=["plot", "key"], name="plot_indicator_once")]
        indexes: ClassVar = [
            models.Index(fields=["plot"], name="plot_indicator_built_short", condition=Q(built_short=True)),
            models.Index(fields=["plot"], name="plot_indicator_design_short", condition=Q(designed_short=True)),
        ]

    def __str__(self) -> str:
        return self.key


class PlotOpinion(models.Model):
    """A question to a department and its reply: requirements before land supply (征询), or the design (方案审核).

    A department with users answers in the portal; for others the paper reply is entered. Silence leads to reminders, never to consent.
    """

    plot = models.ForeignKey(Plot, models.CASCADE, related_name="opinions")
    purpose = models.CharField("事项", max_length=12, choices=OpinionPurpose)
    department = models.CharField("部门", max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复单位")
    level = models.CharField("供地层级", max_length=10, choices=SupplierLevel, blank=True, help_text="按供地层级征询市或者区的住建部门")
    mandatory = models.BooleanField("必询", default=False)
    asked_on = models.DateField("发出日期")
    asked_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.PREPARER, Role.CONSULTANT, Role.BUREAU),
        null=True,
        blank=True,
        related_name="+",
    )
    due_on = models.DateField("答复期限")
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answered_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.PREPARER, Role.CONSULTANT, Role.BUREAU),
        null=True,
        blank=True,
        related_name="+",
    )
    result = models.CharField("结论", max_length=12, choices=OpinionResult, blank=True)
    number = models.CharField("答复文号", max_length=60, blank=True, help_text="登记书面意见的必填")
    text = models.TextField("意见", blank=True)
    required = models.JSONField("提出的指标要求", default=dict, blank=True)
    document = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="书面答复扫描件")
    carried_from = models.ForeignKey("self", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="承自")

    class Meta:
        verbose_name = "部门意见"
        ordering = ("asked_on", "pk")
        indexes: ClassVar = [
            models.Index(fields=["organisation", "due_on"], name="plot_opinion_open", condition=Q(answered_on__isnull=True)),
        ]
        constraints: ClassVar = [
            one_of("purpose", OpinionPurpose.values, name="plot_opinion_purpose_known"),
            one_of("result", OpinionResult.values, name="plot_opinion_result_known", blank=True),
            ordered("asked_on", "answered_on", name="plot_opinion_dates_ordered"),
            models.UniqueConstraint(
                fields=["plot", "purpose", "department"],
                condition=Q(answered_on__isnull=True),
                name="plot_opinion_open_once",
                violation_error_message="已向这个部门征询，尚未答复",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department}意见"


class PlotCheck(models.Model):
    """Check of green indicators and design by a department at one of the four stages (七（二）)."""

    plot = models.ForeignKey(Plot, models.CASCADE, related_name="checks")
    stage = models.CharField("环节", max_length=12, choices=CheckStage)
    department = models.CharField("部门", max_length=60, help_text="主管部门之一，或其在“单位”登记的全称；其他名称另列一行")
    department_key = models.CharField("部门职责", max_length=20, choices=Department, blank=True)  # what ``department`` stands for
    checked_on = models.DateField("审查日期", help_text="已提请的填提请日期")
    result = models.CharField("结论", max_length=12, choices=CheckResult, help_text="已提请、部门尚未答复的选“已提请，待审查”")
    text = models.CharField("意见", max_length=300, blank=True, help_text="不符合的必填")
    document = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="书面审查意见扫描件")
    is_backfill = models.BooleanField("补录", default=False)  # recorded by another than the department
    carried_from = models.ForeignKey("self", models.RESTRICT, null=True, blank=True, related_name="+", verbose_name="承自")
    entered_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT, Role.BUREAU), related_name="+")

    class Meta:
        verbose_name = "部门审查"
        ordering = ("checked_on", "pk")
        constraints: ClassVar = [
            one_of("stage", CheckStage.values, name="plot_check_stage_known"),
            one_of("result", CheckResult.values, name="plot_check_result_known"),
        ]

    def __str__(self) -> str:
        return f"{self.department}{self.get_stage_display()}审查"
