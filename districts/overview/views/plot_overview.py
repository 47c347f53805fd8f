"""Overview of plots over all visible districts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.file.forms.filters import DistrictFilter
from districts.overview.selectors.progress import progress_rows
from greendistrict.accounts.http import signed_in
from greendistrict.core.paging import list_context


@require_safe
def plot_overview(request: HttpRequest) -> HttpResponse:
    """Plots, key projects and works of the districts whose file the person reads: how many, how many done."""
    user = signed_in(request)
    filters = DistrictFilter(request.GET, queryset=progress_rows(user), request=request)
    asked = any(filters.form.cleaned_data.values()) if filters.form.is_valid() else False
    return render(request, "districts/file/plot_overview.html", list_context(request, filters.qs, filters.form) | {"asked": asked})
