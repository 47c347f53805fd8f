"""Forms of plans: task, issue, quarterly progress, adjustment, roll-over."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django import forms

from beautiful.frame.programme import programme
from beautiful.plans.enums import RollOutcome
from beautiful.plans.models import FIRST_YEAR, LAST_YEAR, YEARS, ActionPlan, PlannedTask
from beautiful.plans.reporting import ReportReasons
from beautiful.plans.selectors.plans import owners, period_of
from beautiful.plans.services import RollDecision
from districts.file.forms.fields import day
from districts.plausibility.forms import ExplainedForm
from greendistrict.accounts.models import Organisation
from greendistrict.columns.form_fields import figure, plain
from greendistrict.documents.forms import EvidenceField

LOWEST = "-9999999999"


def _number(label: str) -> forms.DecimalField:
    return figure(label, "", digits=14, places=4, minimum=LOWEST)


class PlanFilter(forms.Form):
    """Filter of the list."""

    world = forms.ChoiceField(label="数据", required=False, choices=[("", "全部"), ("real", "正式"), ("demo", "演示")])


class ActionPlanForm(forms.Form):
    """The first plan."""

    first_year = forms.IntegerField(label="起始年", min_value=FIRST_YEAR, max_value=LAST_YEAR - YEARS + 1, help_text="计划为三年")
    is_demo = forms.BooleanField(label="演示（只用虚构单位）", required=False)


class TaskForm(forms.Form):
    """A task in a plan. Owners, targets and days are entered by hand, because the draft names none."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label="任务", max_length=200)
    target_text = forms.CharField(label="可衡量的目标", max_length=300)
    unit = forms.CharField(label="单位", max_length=20, required=False, help_text="没有数量目标的，单位、起点值和目标值都不填")
    start_value = _number("起点值")
    target_value = _number("目标值")
    starts_on = day("开始日期", required=True)
    due_on = day("完成日期", required=True)
    owner = forms.ModelChoiceField(label="责任单位", queryset=Organisation.objects.none(), empty_label="请选择")
    partners = forms.ModelMultipleChoiceField(
        label="配合单位", queryset=Organisation.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, plan: ActionPlan, planned: PlannedTask | None = None) -> None:
        super().__init__(data, initial=_stored(planned) if planned else None)
        rows = owners(is_demo=plan.is_demo)
        for name in ("owner", "partners"):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Keyword arguments for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name not in NOT_VALUES}


NOT_VALUES = {"version", "on", "basis", "reason"}


def _stored(planned: PlannedTask) -> dict[str, Any]:
    names = ("version", "title", "target_text", "unit", "start_value", "target_value", "starts_on", "due_on", "owner")
    found = {name: getattr(planned, name) for name in names}
    found = {name: plain(value) if isinstance(value, Decimal) else value for name, value in found.items()}
    return {**found, "partners": list(planned.partners.all())}


class NewTaskForm(TaskForm):
    """A new task of the city, with its area and task phrase."""

    area = forms.ChoiceField(label="重点领域", choices=[("", "请选择"), *((area.key, area.name) for area in programme().areas)])
    phrase = forms.ChoiceField(
        label="原文的任务",
        required=False,
        choices=[("", "不对应原文"), *((area.name, [(one, one) for one in area.tasks]) for area in programme().areas)],
    )
    vanguard = forms.ChoiceField(
        label="先行区", required=False, choices=[("", "不限"), *((one.place, one.place) for one in programme().vanguards)]
    )
    field_order = ("area", "phrase", "vanguard", "title")


class DistrictTaskForm(TaskForm):
    """A task of a district; area and unit are those of the city task."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["unit"]


class IssueForm(forms.Form):
    """Issue of the plan."""

    on = day("印发日期", required=True)
    basis = forms.CharField(label="依据文件", max_length=200, help_text="名称和文号")


class AdjustForm(TaskForm):
    """Decision that changes a task."""

    on = day("决定日期", required=True, help_text="从这一天所在的季度起按新的目标判灯，以前的季度不变")
    basis = forms.CharField(label="依据文件", max_length=200, help_text="名称和文号")
    reason = forms.CharField(label="理由", max_length=300)
    field_order = ("on", "basis", "reason")


def _quarters_words(quarters: Iterable[tuple[int, int]]) -> str:
    return "、".join(f"{year}年第{quarter}季度" for year, quarter in quarters)


class ProgressForm(ExplainedForm):
    """Progress in a quarter; a correction says why."""

    period = forms.ChoiceField(label="季度")
    value = _number("累计完成值")
    text = forms.CharField(label="进展", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    problems = forms.CharField(label="问题", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    reason = forms.CharField(label="更正理由", max_length=300, required=False, help_text="更正已报送的季度时必填")
    upload = EvidenceField(label="证明材料", required=False)
    field_order = ("period", "value", "explanation")

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        periods: Sequence[tuple[int, int]],
        units: Mapping[tuple[int, int], str],
        reported: Collection[tuple[int, int]],
        **kwargs: Any,
    ) -> None:
        """``units``: unit of each quarter that has a value; ``reported``: quarters with a report, which another one corrects."""
        super().__init__(data, files, **kwargs)
        again = dict.fromkeys(reported, "（已报送，再报即更正）")
        choices = [(period_of(one), f"{_quarters_words([one])}{again.get(one, '')}") for one in periods]
        self.fields["period"].choices = choices  # type: ignore[attr-defined]
        if not reported:
            del self.fields["reason"]
        if units:
            self._describe_value(sorted(set(periods) - set(units)), units)
        else:
            del self.fields["value"]

    def _describe_value(self, without: Sequence[tuple[int, int]], units: Mapping[tuple[int, int], str]) -> None:
        """Unit of the value, or where an adjustment changed it the unit of each quarter; quarters ``without`` a value."""
        field, told = self.fields["value"], []
        field.required = not without
        if len(set(units.values())) == 1:
            field.widget.attrs["data-unit"] = next(iter(units.values()))
        else:
            by_unit = {unit: sorted(one for one in units if units[one] == unit) for unit in units.values()}
            told += [f"{_quarters_words(quarters)}的单位是{unit or '无'}" for unit, quarters in sorted(by_unit.items(), key=itemgetter(1))]
        if without:
            told.append(f"{_quarters_words(without)}结束时没有数量目标，不填")
        field.help_text = "；".join(told)

    @property
    def quarter(self) -> tuple[int, int]:
        """Chosen year and quarter."""
        year, _, quarter = self.cleaned_data["period"].partition("-")
        return int(year), int(quarter)

    def values(self) -> dict[str, Any]:
        """Keyword arguments for the service."""
        return {name: self.cleaned_data[name] for name in ("value", "text", "problems") if name in self.cleaned_data}

    def said(self) -> ReportReasons:
        """Reasons for a correction and for what was asked about."""
        return ReportReasons(self.cleaned_data.get("reason") or "", self.explained)


class CheckReportForm(forms.Form):
    """Version of the report that was read."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class WithdrawReportForm(forms.Form):
    """Reason for taking a report back, or for returning it."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class RevocationForm(forms.Form):
    """Reason for revoking a roll-over."""

    reason = forms.CharField(label="撤销理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class RollForm(forms.Form):
    """Outcome and reason of every task of a plan."""

    def __init__(self, data: Any = None, *, rows: Iterable[PlannedTask]) -> None:
        super().__init__(data)
        self.rows = list(rows)
        for row in self.rows:
            choices = [("", "请选择"), *RollOutcome.choices]
            self.fields[f"outcome_{row.pk}"] = forms.ChoiceField(label=f"{row.task.number}滚动结果", choices=choices)
            self.fields[f"reason_{row.pk}"] = forms.CharField(label=f"{row.task.number}说明", max_length=300, required=False)

    @property
    def lines(self) -> list[tuple[PlannedTask, forms.BoundField, forms.BoundField]]:
        """Each task with its two fields."""
        return [(row, self[f"outcome_{row.pk}"], self[f"reason_{row.pk}"]) for row in self.rows]

    def decisions(self) -> dict[int, RollDecision]:
        """Decision for each task of the plan."""
        data = self.cleaned_data
        return {row.pk: RollDecision(RollOutcome(data[f"outcome_{row.pk}"]), data[f"reason_{row.pk}"]) for row in self.rows}
