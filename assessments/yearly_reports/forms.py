"""Forms of the yearly reports."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from assessments.common.forms import LATE_CHOICES, NOT_BEGUN, YearFilter, state_filter
from assessments.yearly_reports.columns import GAP
from assessments.yearly_reports.comparison import FigureGap
from assessments.yearly_reports.kinds import LONGEST, REPORT_SPECS
from assessments.yearly_reports.lifecycle import YEARLY_REPORT
from assessments.yearly_reports.models import YearlyReport
from greendistrict.columns.declared import Columns
from greendistrict.columns.filters import ChosenFilter, ColumnFilter
from greendistrict.columns.kinds import TextColumn
from greendistrict.documents.forms import EvidenceFilesField

REPORT = Columns(YearlyReport, verifier=TextColumn(suggestions="verifiers", autocomplete="off"), note=TextColumn(rows=4, most=LONGEST))


class FiguresForm(forms.Form):
    """Figures and text of a report; nothing is required before it is handed up."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, report: YearlyReport, gaps: Sequence[FigureGap]) -> None:
        first = {"version": report.version, "note": report.note, "verifier": report.verifier, **report.figures}
        super().__init__(data, initial=first)
        self.kind, self._gaps = REPORT_SPECS[report.kind], gaps
        for one in self.kind.figures:
            asked = "" if one.required else "，可以不填"
            self.fields[one.key] = forms.DecimalField(
                label=one.title,
                help_text=f"{one.unit}，{f'最多{one.places}位小数' if one.places else '整数'}{asked}",
                required=False,
                min_value=0,
                max_value=one.most,
                decimal_places=one.places,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )
        if self.kind.verified:
            self.fields["verifier"] = REPORT["verifier"].form_field()
        self.fields["note"] = REPORT["note"].form_field()
        for gap in gaps:
            self.fields[gap.field] = GAP["said"].form_field(label=f"{gap.name}的说明", initial=gap.said, required=False)

    @property
    def shown(self) -> list[Any]:
        """The fields to show, without explanations."""
        hidden = {"version", *(gap.field for gap in self._gaps)}
        return [self[name] for name in self.fields if name not in hidden]

    @property
    def explaining(self) -> list[tuple[FigureGap, Any]]:
        """Differences from the portal, each with the field of its explanation."""
        return [(gap, self[gap.field]) for gap in self._gaps]

    def explained(self) -> dict[str, str]:
        """Explanations by key of the difference."""
        return {gap.key: self.cleaned_data.get(gap.field, "") for gap in self._gaps}

    def figures(self) -> dict[str, str]:
        """Figures as decimal texts, without empty ones."""
        found = {figure.key: self.cleaned_data.get(figure.key) for figure in self.kind.figures}
        return {key: f"{value:f}" for key, value in found.items() if isinstance(value, Decimal)}


class ReportFileForm(forms.Form):
    """Files of a report, and which part they are."""

    part = forms.ChoiceField(label="材料类别")
    upload = EvidenceFilesField(label="文件")

    def __init__(self, *args: Any, report: YearlyReport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = [part.title for part in REPORT_SPECS[report.kind].parts]
        self.fields["part"].choices = [(title, title) for title in (*parts, "其他材料")]  # type: ignore[attr-defined]


class ReportFilter(YearFilter):
    """Filter of the list; the page knows what is late."""

    kind = ColumnFilter(Columns.of(YearlyReport, "kind")["kind"])
    status = state_filter(YEARLY_REPORT, NOT_BEGUN)
    late = ChosenFilter("是否逾期", LATE_CHOICES)
