"""Forms of plans: task, issue, quarterly progress, adjustment, roll-over."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from django import forms

from beautiful.plans.columns import ADJUSTED, PLAN, PLANNED, REPORTED, TASK
from beautiful.plans.models import (
    FIRST_YEAR,
    LAST_YEAR,
    YEARS,
    ActionPlan,
    PlannedTask,
    ProgressCorrection,
    RollOutcome,
    RollOverRevocation,
)
from beautiful.plans.reporting import ReportReasons
from beautiful.plans.selectors.plans import owners, period_of
from beautiful.plans.services import RollDecision
from districts.common.enums import World
from districts.file.forms import of_world
from districts.plausibility.views import ExplainedForm
from greendistrict.columns.declared import Columns
from greendistrict.columns.filters import ListFilter
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.documents.forms import EvidenceFilesField


class PlanFilter(ListFilter):
    """Filter of the list."""

    world = of_world(choices=[(World.REAL, "正式"), (World.DEMO, "演示")])


class ActionPlanForm(forms.Form):
    """The first plan."""

    first_year = forms.IntegerField(label="起始年", min_value=FIRST_YEAR, max_value=LAST_YEAR - YEARS + 1, help_text="计划为三年")
    is_demo = forms.BooleanField(label="演示（只用虚构单位）", required=False)


@with_columns(PLANNED)
class TaskForm(ColumnsForm):
    """A task in a plan. Owners, targets and days are entered by hand, because the draft names none."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, plan: ActionPlan, planned: PlannedTask | None = None) -> None:
        super().__init__(data, initial={**self.initial_of(planned), "version": planned.version} if planned else None)
        rows = owners(is_demo=plan.is_demo)
        for name in ("owner", "partners"):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Keyword arguments for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name not in NOT_VALUES}


NOT_VALUES = {"version", "on", "basis", "reason"}


@with_columns(TASK)
class NewTaskForm(TaskForm):
    """A new task of the city, with its area and task phrase."""

    field_order = ("area", "phrase", "vanguard", "title")


class DistrictTaskForm(TaskForm):
    """A task of a district; area and unit are those of the city task."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["unit"]


class IssueForm(forms.Form):
    """Issue of the plan."""

    on, basis = PLAN.part("issued_on", "basis").needed().form_fields().values()


class AdjustForm(TaskForm):
    """Decision that changes a task."""

    on, basis, reason = ADJUSTED.form_fields().values()
    field_order = ("on", "basis", "reason")


def _quarters_words(quarters: Iterable[tuple[int, int]]) -> str:
    return "、".join(f"{year}年第{quarter}季度" for year, quarter in quarters)


@with_columns(REPORTED)
class ProgressForm(ExplainedForm, ColumnsForm):
    """Progress in a quarter; a correction says why."""

    period = forms.ChoiceField(label="季度")
    reason = Columns.of(ProgressCorrection, "reason")["reason"].form_field(required=False)
    upload = EvidenceFilesField(label="证明材料", required=False)
    field_order = ("period", "value", "explanation", "text", "problems")

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
        choices = [(period_of(period), f"{_quarters_words([period])}{again.get(period, '')}") for period in periods]
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
        return {name: self.cleaned_data[name] for name in self.columns if name in self.cleaned_data}

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


@with_columns(Columns(RollOverRevocation, reason=TextColumn(rows=2)))
class RevocationForm(ColumnsForm):
    """Reason for revoking a roll-over."""


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
