"""The yearly implementation plan."""

from typing import Any

from django import forms

from districts.forms.fields import VersionMixin, day
from districts.models import District, ImplementationPlan
from greendistrict.accounts.models import Organisation
from greendistrict.documents.forms import EvidenceField


class ImplementationPlanForm(VersionMixin):
    """Plan of one authority for one year, with the districts it lists."""

    year = forms.IntegerField(label="年度", min_value=2015, max_value=2100, error_messages={"invalid": "请填四位年份"})
    districts = forms.ModelMultipleChoiceField(
        label="列入城区", queryset=District.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    filed_on = day("上报日期", help_text="向市住房城乡建设管理委上报的日期；未上报的不填")
    upload = EvidenceField(label="计划文件", required=False)

    def __init__(self, *args: Any, authority: Organisation, plan: ImplementationPlan | None = None, **kwargs: Any) -> None:
        if plan is not None:
            initial = {"year": plan.year, "filed_on": plan.filed_on, "districts": list(plan.districts.all()), "version": plan.version}
            kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)
        field = self.fields["districts"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = authority.districts_led.filter(guideline_area=False).order_by("name_pinyin")
