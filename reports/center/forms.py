"""Request form of the report centre."""

from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.db.models import Q

from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.widgets import BoxList
from reports.composition.enums import FileFormat
from reports.jobs.enums import Scope
from reports.jobs.kinds import Report

ALL, CHOSEN = "all", "chosen"
EXTENTS = ((CHOSEN, "选择城区"), (ALL, "该年度全部城区"))
SEVERAL = "选择一个城区生成一份；选择多个，逐个生成并打包下载"
LIKELY = (FileFormat.PDF, FileFormat.XLSX)


class RequestForm(forms.Form):
    """Request of one kind of report: year, formats, and for district reports the districts."""

    year = forms.TypedChoiceField(label="年度", coerce=int)
    formats = forms.MultipleChoiceField(label="格式", widget=forms.CheckboxSelectMultiple, help_text="可以多选，内容和数字相同")
    extent = forms.ChoiceField(label="城区范围", widget=forms.RadioSelect, choices=EXTENTS, initial=CHOSEN)
    districts = forms.ModelMultipleChoiceField(
        District.objects.none(),
        label="城区",
        required=False,
        widget=BoxList,
        help_text=SEVERAL,
    )

    def __init__(self, viewer: Viewer, report: Report, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report, self.viewer = report, viewer
        self.years = years = list(report.years(viewer.today))
        self.fields["year"].choices = [(year, f"{year}年度") for year in years]  # type: ignore[attr-defined]
        self.fields["formats"].choices = [(one, FileFormat(one).label) for one in report.formats]  # type: ignore[attr-defined]
        self.fields["formats"].initial = [one for one in report.formats if one in LIKELY] or list(report.formats)
        if report.scope == Scope.DISTRICT:
            having = reduce(or_, (Q(pk__in=report.districts(year).values("pk")) for year in years), Q(pk__in=()))
            offered = files_visible_to(self.viewer).filter(having).order_by("name_pinyin", "pk")
            self.fields["districts"].queryset = offered  # type: ignore[attr-defined]
        else:
            del self.fields["extent"], self.fields["districts"]

    def clean(self) -> dict[str, Any]:
        """Set the districts: those chosen, or all visible ones of the year."""
        cleaned = super().clean() or self.cleaned_data
        if self.report.scope != Scope.DISTRICT or "year" not in cleaned:
            return cleaned
        of_year = files_visible_to(self.viewer).filter(pk__in=self.report.districts(cleaned["year"]).values("pk"))
        if cleaned.get("extent") == ALL:
            cleaned["districts"] = list(of_year.order_by("name_pinyin", "pk"))
            if not cleaned["districts"]:
                self.add_error("year", f"{cleaned['year']}年度{self.report.missing}")
        elif not (chosen := list(cleaned.get("districts") or ())):
            self.add_error("districts", "请选择城区")
        elif missing := [place.name for place in chosen if place not in set(of_year)]:
            self.add_error("districts", f"{'、'.join(missing)}{cleaned['year']}年度{self.report.missing}")
        return cleaned
