"""The public list of notices and announcements."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greendistrict.columns.filters import LONGEST
from greendistrict.core import clock
from greendistrict.core.paging import list_context
from greendistrict.core.widgets import DayField
from portal.publicity import selectors
from portal.publicity.selectors import KINDS


class PublicityForm(forms.Form):
    """Text, kind, year and days; ``years`` are the years with entries."""

    q = forms.CharField(label="标题、文号或城区", max_length=LONGEST, required=False)
    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *KINDS.items()])
    year = forms.TypedChoiceField(label="年份", required=False, coerce=int, empty_value=None)
    first_day = DayField(label="日期起", required=False)
    last_day = DayField(label="日期止", required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", "全部"), *((year, f"{year}年") for year in years)]  # type: ignore[attr-defined]


@require_safe
def publicity(request: HttpRequest) -> HttpResponse:
    """All announcements and notices, newest first, with search."""
    form = PublicityForm(request.GET or None, years=selectors.years_of())
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    context = list_context(request, selectors.entries_matching(asked), form)
    entries = selectors.entries_of(context["page"].object_list, clock.today())
    return render(request, "portal/publicity/list.html", {**context, "entries": entries})
