"""Records of a district and their choices: designated bodies, sub-areas, papers, funds, acts, sources of figures."""

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from districts.common.enums import DistrictType, RenewalDrive
from districts.file.models.district import District
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of, ordered
from greendistrict.core.folded_rows import FoldedKeyModel, OnceFolded


class RenewalProjectKind(models.TextChoices):
    """Building programmes that a renewal district includes (六（二）)."""

    STREET = "street", "美丽街区"
    HOME = "home", "美丽家园"


class DistrictPaperKind(models.TextChoices):
    """Papers that apply to a district."""

    GUIDELINE = "guideline", "导则"
    POLICY = "policy", "区级政策"


class FundKind(models.TextChoices):
    """Planning money comes from the treasury of the same level (七（一）); subsidies from elsewhere."""

    PLANNING = "planning", "专业规划编制资金"
    SUBSIDY = "subsidy", "补助资金"
    REWARD = "reward", "奖励资金"
    OTHER = "other", "其他"


class FundState(models.TextChoices):
    """Progress of a fund."""

    APPLIED = "applied", "已申请"
    APPROVED = "approved", "已批复"
    PAID = "paid", "已拨付"
    REFUSED = "refused", "未批准"


class DesignatedBody(models.Model):
    """The body designated by a 区政府 (五（二）), with the name used in the document, because names differ by district."""

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="designated_bodies", verbose_name="实施主体")
    body = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="平台中的单位")
    name = models.CharField("区专门机构", max_length=100, help_text="按指定文件上的名称填写")
    document = models.CharField("指定文件", max_length=200, blank=True, help_text="文件名称和文号")
    since = models.DateField("指定日期")
    until = models.DateField("终止日期", null=True, blank=True)
    entered_at = models.DateTimeField("登记时间")
    entered_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.AUTHORITY, Role.CITY_OFFICER), null=True, related_name="+"
    )

    class Meta:
        verbose_name = "区专门机构"
        ordering = ("-since", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["authority"], condition=models.Q(until__isnull=True), name="designated_body_one_at_a_time"),
            ordered("since", "until", name="designated_body_term_ordered"),
        ]

    def __str__(self) -> str:
        return self.name


class SubArea(FoldedKeyModel):
    """Sub-area (分区): one title may cover two areas or a town."""

    district = models.ForeignKey(District, models.CASCADE, related_name="sub_areas")
    name = models.CharField("分区名称", max_length=60)
    area_km2 = models.DecimalField("面积", max_digits=8, decimal_places=4, null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "分区"
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "name"], name="sub_area_once", violation_error_message="同名分区已有"),
            OnceFolded(key="name", within=["district"], name="sub_area_once_folded"),
            models.CheckConstraint(
                condition=models.Q(area_km2__isnull=True) | models.Q(area_km2__gt=0),
                name="sub_area_positive",
                violation_error_message="面积应大于0",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DistrictPaper(FoldedKeyModel):
    """A guideline (导则) or policy of the 区 that applies to the district."""

    district = models.ForeignKey(District, models.CASCADE, related_name="papers")
    kind = models.CharField("类别", max_length=12, choices=DistrictPaperKind)
    title = models.CharField("名称", max_length=200)
    number = models.CharField("文号", max_length=100, blank=True)
    issuer = models.CharField("制定单位", max_length=100, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    source = models.CharField("出处", max_length=300, blank=True, help_text="如公开网址")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "适用的导则和政策"
        ordering = ("kind", "-issued_on", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "title"], name="district_paper_once", violation_error_message="同名文件已有"),
            OnceFolded(key="title", within=["district"], name="district_paper_once_folded"),
            one_of("kind", DistrictPaperKind.values, name="district_paper_kind_known"),
        ]

    def __str__(self) -> str:
        return self.title


class Fund(models.Model):
    """Funding (资金): planning money and subsidies, each with its document; amount in 万元."""

    district = models.ForeignKey(District, models.CASCADE, related_name="funds")
    kind = models.CharField("类别", max_length=12, choices=FundKind, help_text="专业规划编制资金由同级财政保障　七（一）")
    document = models.CharField("文件", max_length=200, help_text="名称和文号")
    amount = models.DecimalField("金额", max_digits=12, decimal_places=2)
    state = models.CharField("状态", max_length=12, choices=FundState, default=FundState.APPLIED)
    decided_on = models.DateField("日期", null=True, blank=True, help_text="申请、批复或拨付的日期")
    source = models.CharField("资金来源", max_length=100, blank=True, help_text="如区财政")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "资金"
        ordering = ("kind", "-decided_on", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "kind", "document"], name="fund_once", violation_error_message="这份文件的资金已登记"
            ),
            one_of("kind", FundKind.values, name="fund_kind_known"),
            one_of("state", FundState.values, name="fund_state_known"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="fund_positive", violation_error_message="金额应大于0"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.document}"


class RenewalProject(FoldedKeyModel):
    """A 美丽街区 or 美丽家园 project that a renewal district includes (六（二）), with the drive it serves."""

    district = models.ForeignKey(District, models.CASCADE, related_name="renewal_projects")
    kind = models.CharField("类别", max_length=12, choices=RenewalProjectKind, help_text="六（二）")
    name = models.CharField("项目名称", max_length=100)
    place = models.CharField("位置", max_length=200, blank=True, help_text="街道、社区或路段")
    drive = models.CharField("对应更新导向", max_length=20, choices=RenewalDrive, blank=True, help_text="六（二），以哪一项更新导向为主")
    started_on = models.DateField("开工日期", null=True, blank=True)
    finished_on = models.DateField("完工日期", null=True, blank=True)
    source = models.CharField("依据", max_length=300, blank=True, help_text="如区域更新行动计划的名称和文号")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "美丽街区、美丽家园项目"
        ordering = ("kind", "started_on", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "name"], name="renewal_project_once", violation_error_message="同名项目已有"),
            OnceFolded(key="name", within=["district"], name="renewal_project_once_folded"),
            one_of("kind", RenewalProjectKind.values, name="renewal_project_kind_known"),
            one_of("drive", RenewalDrive.values, name="renewal_project_drive_known", blank=True),
            ordered("started_on", "finished_on", name="renewal_project_dates_ordered"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse such a project for districts other than renewal ones."""
        if self.district.type != DistrictType.RENEWAL:
            msg = "六（二）结合“美丽街区”“美丽家园”建设的是更新城区，本城区不是更新城区"
            raise ValidationError(msg)


class FigureSource(models.Model):
    """Source of a figure of the district file, with author and time of entry; one row per figure, for its current value."""

    district = models.ForeignKey(District, models.CASCADE, related_name="figure_sources")
    field = models.CharField("资料项", max_length=40)
    source = models.CharField("依据", max_length=300, blank=True)
    entered_at = models.DateTimeField("登记时间")
    entered_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), null=True, related_name="+")

    class Meta:
        verbose_name = "资料出处"
        constraints: ClassVar = [models.UniqueConstraint(fields=["district", "field"], name="figure_source_once")]

    def __str__(self) -> str:
        return f"{self.district} {self.field}"
