"""Forms of area indicators: choice of year, decision on a link, figure of the city, its withdrawal."""

from typing import Any

from django import forms

from beautiful.area_indicators.columns import FIGURE, LINK, WITHDRAWAL
from beautiful.frame.programme import programme
from districts.file.forms.fields import several
from districts.plausibility.forms import ExplainedForm
from districts.plausibility.services import EXPLANATION
from greendistrict.columns.forms import ColumnsForm, with_columns


class AreaYearForm(forms.Form):
    """Choice of real or fictional districts, and of the year."""

    world = forms.ChoiceField(label="数据", required=False, choices=[("", "正式"), ("demo", "演示")])
    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)

    def __init__(self, data: Any = None, *, years: list[int]) -> None:
        super().__init__(data)
        self.fields["year"].choices = [("", f"{years[0]}年"), *((year, f"{year}年") for year in years[1:])]  # type: ignore[attr-defined]
        self.years = years

    def chosen(self) -> tuple[bool, int]:
        """Whether fictional districts were chosen, and the year; an invalid choice falls back to the first."""
        given = self.cleaned_data if self.is_valid() else {}
        return given.get("world") == "demo", given.get("year") or self.years[0]


class LinkDecisionForm(forms.Form):
    """Decision on the areas linked to a dimension."""

    dimension = forms.ChoiceField(
        label=LINK["dimension"].label, choices=[("", "请选择"), *((one, one) for one in programme().dimension_links)]
    )
    areas = several(LINK["areas"].label, programme().area_choices, "不选的，这个方面不对应任何领域")
    on, basis, reason = LINK.part("decided_on", "basis", "reason").form_fields().values()


@with_columns(FIGURE)
class AreaFigureForm(ExplainedForm, ColumnsForm):
    """A figure of the city with its source."""

    field_order = ("explanation", *FIGURE)
    is_demo = forms.BooleanField(label="演示（数值为虚构）", required=False)

    def values(self) -> dict[str, Any]:
        """Keyword arguments for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != EXPLANATION}


class FigureWithdrawalForm(forms.Form):
    """Reason for withdrawing a figure."""

    reason = WITHDRAWAL.form_field(required=True)
