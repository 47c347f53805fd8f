"""Overview of plots over all visible districts."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.file.forms.filters import DistrictFilter
from districts.file.views.lists import PAGE_ROWS
from districts.overview.selectors.progress import progress_rows
from greendistrict.accounts.http import signed_in


@require_safe
def plot_overview(request: HttpRequest) -> HttpResponse:
    """Plots, key projects and works of the districts whose file the person reads: how many, how many done."""
    user = signed_in(request)
    filters = DistrictFilter(request.GET, queryset=progress_rows(user), request=request)
    page = Paginator(filters.qs, PAGE_ROWS).get_page(request.GET.get("page"))
    asked = any(filters.form.cleaned_data.values()) if filters.form.is_valid() else False
    return render(request, "districts/file/plot_overview.html", {"page": page, "filter_form": filters.form, "asked": asked})
