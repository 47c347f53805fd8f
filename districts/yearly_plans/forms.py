"""Forms of the yearly implementation plan: creation, works, document."""

import datetime as dt
from typing import Any

from django import forms

from districts.file.forms.fields import VersionMixin
from districts.file.models.district import District
from districts.plausibility.forms import ExplainedForm
from districts.plausibility.services import EXPLANATION
from districts.yearly_plans.columns import PLAN_ITEM_ENTERED
from districts.yearly_plans.models import ImplementationPlan, PlanItem
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.documents.forms import EvidenceField


class OpenPlanForm(forms.Form):
    """Year of a new plan, and whether to copy works."""

    year = forms.IntegerField(label="年度", min_value=2015, max_value=2100, error_messages={"invalid": "请填四位年份"})
    copy_last = forms.BooleanField(
        label="沿用上一年度的跨年工作", required=False, help_text="把上一年度计划中完成日期在本年度及以后的工作复制过来，再作调整"
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"year": today.year + 1})
        super().__init__(*args, **kwargs)


@with_columns(PLAN_ITEM_ENTERED)
class PlanItemForm(ExplainedForm, VersionMixin, ColumnsForm):
    """A work of a district: content, responsible body, money, schedule."""

    district = forms.ModelChoiceField(label="城区", queryset=District.objects.none(), empty_label="请选择")

    def __init__(self, *args: Any, plan: ImplementationPlan, item: PlanItem | None = None, **kwargs: Any) -> None:
        if item is not None:
            kwargs.setdefault("initial", {"district": item.district, "version": item.version, **self.initial_of(item)})
        super().__init__(*args, **kwargs)
        field = self.fields["district"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = plan.authority.districts_led.filter(guideline_area=False, merged_into=None).order_by("name_pinyin")

    def values(self) -> dict[str, Any]:
        """Fields for ``services.save_item``."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", EXPLANATION)}


class PlanDocumentForm(forms.Form):
    """Document of the plan."""

    upload = EvidenceField(label="计划文件")
