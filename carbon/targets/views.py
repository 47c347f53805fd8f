"""Page on which a district explains a missed target."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from carbon.inventories.selectors import may_open
from carbon.targets import services
from carbon.targets.selectors import carbon_path, version_of
from carbon.targets.services import LONGEST
from districts.file.selectors.visibility import district_seen
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import Refused, Stale


class ExplanationForm(forms.Form):
    """Explanation of one year."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label="原因和措施", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}))


UNPROCESSABLE = 422


def target_explain(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Form with which the district explains a year; after an edit conflict both versions are shown. Raises ``Http404``."""
    viewer = viewer_of(request)
    district = district_seen(viewer, code)
    found = carbon_path(viewer, district)
    row = next((one for one in found.years if one.year == year), None)
    if row is None or not may_open(viewer.held, district):
        raise Http404
    form = ExplanationForm(request.POST or None, initial={"text": row.reason, "version": version_of(district, year)})
    context: dict[str, Any] = {"district": district, "row": row, "aim": found.aim(row), "form": form}
    if request.method != "POST":
        return render(request, "carbon/targets/target_explain.html", context)
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            services.explain(district=district, year=year, by=viewer.user, **form.cleaned_data)
        except Stale as stale:
            data = request.POST.copy()
            data["version"] = str(version_of(district, year))
            context |= {"form": ExplanationForm(data), "stored": [("说明", row.reason)], "errors": [one.text for one in stale.refusals]}
            status = stale.status
        except Refused as refused:
            form.add_error("text", [refusal.text for refusal in refused.refusals])
        else:
            messages.success(request, f"{year}年度的说明已保存")
            return HttpResponseRedirect(f"{reverse('districts:district_detail', args=[district.code])}?tab=carbon")
    return render(request, "carbon/targets/target_explain.html", context, status=status)
