"""Carbon measures of a district and its scenarios."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from carbon.enums import Sector
from carbon.measures.forecast import MeasureFigures
from districts.file.models.district import District
from districts.file.stated_figures import StatedFigure, StatedFigures
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of, ordered
from greendistrict.workflow.second_person import another_person, checked_or_returned


class AbatementMeasures(StatedFigures["AbatementMeasure"]):
    """Measures by how far they are."""


class AbatementMeasure(StatedFigure):
    """减排措施, stated by the district with its source; the portal estimates none of its figures."""

    NAME = "减排措施"
    NOTED = ("name", "tco2e", "first", "last")
    ACTS = ("carbon.check_measure", "carbon.return_measure")
    PAGES = ("carbon:measure_check", "carbon:measure_return")

    district = models.ForeignKey(District, models.PROTECT, related_name="carbon_measures", verbose_name="城区")
    name = models.CharField("措施", max_length=100)
    sector = models.CharField("部门", max_length=10, choices=Sector)
    tco2e = models.DecimalField("年减排量", max_digits=14, decimal_places=3, help_text="建成并正常运行后每年的减排量")
    investment = models.DecimalField("投资", max_digits=14, decimal_places=2, help_text="没有投资的填0")
    yearly = models.DecimalField("年运行费用", max_digits=14, decimal_places=2, help_text="每年增加的费用；节省费用的填负数")
    first = models.PositiveSmallIntegerField("起始年")
    last = models.PositiveSmallIntegerField("终止年")
    source = models.CharField("数据来源", max_length=300, help_text="减排量和费用取自哪份文件、哪项测算")

    objects = AbatementMeasures.as_manager()

    class Meta:
        verbose_name = "减排措施"
        ordering = ("first", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "name"], name="measure_name_once", violation_error_message="这个名称已有措施"),
            one_of("sector", Sector.values, name="measure_sector_known"),
            ordered("first", "last", name="measure_years_ordered"),
            models.CheckConstraint(condition=Q(tco2e__gt=0), name="measure_saves", violation_error_message="年减排量应大于 0"),
            models.CheckConstraint(condition=Q(investment__gte=0), name="measure_investment_not_negative"),
            models.CheckConstraint(condition=Q(first__gte=1990, last__lte=2100), name="measure_years_known"),
            another_person("measure", "entered"),
            checked_or_returned("measure"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def figures(self) -> MeasureFigures:
        """The measure as input of the forecast."""
        return MeasureFigures(self.pk, self.name, self.tco2e, self.investment, self.yearly, self.first, self.last)


class CarbonScenario(models.Model):
    """情景: a trial of which measures are carried out, and how far. It does not change the measures."""

    district = models.ForeignKey(District, models.PROTECT, related_name="carbon_scenarios", verbose_name="城区")
    name = models.CharField("情景名称", max_length=60)
    note = models.TextField("说明", blank=True)
    entered_at = models.DateTimeField("填写时间")
    entered_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT), related_name="+", verbose_name="填写人"
    )
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "减排情景"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "name"], name="scenario_name_once", violation_error_message="这个名称已有情景")
        ]

    def __str__(self) -> str:
        return self.name


class ScenarioShare(models.Model):
    """Per cent to which a scenario carries out a measure; a measure without a row is switched off."""

    scenario = models.ForeignKey(CarbonScenario, models.CASCADE, related_name="shares")
    measure = models.ForeignKey(AbatementMeasure, models.PROTECT, related_name="shares")
    share = models.DecimalField("实施比例", max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = "情景中的措施"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scenario", "measure"], name="scenario_measure_once"),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=100), name="scenario_share_of_hundred"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.share}%"
