"""Overview of plots over all visible districts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.file.forms.filters import DistrictFilter
from districts.overview.selectors.progress import COUNTS, progress_rows
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook
from greendistrict.documents.list_workbook import list_book, mark_of


@require_safe
def plot_overview(request: HttpRequest) -> HttpResponse:
    """Show numbers of plots, key projects and works in the districts whose file the user reads, and how many are completed."""
    filters = _filter(request)
    asked = any(filters.form.cleaned_data.values()) if filters.form.is_valid() else False
    context = list_context(request, filters.qs, filters.form, export="districts:plot_overview_export")
    return render(request, "districts/file/plot_overview.html", context | {"asked": asked})


@require_safe
def plot_overview_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered list as a workbook."""
    rows = list(_filter(request).qs)
    cells = [[row["name"], *(row[name] for name in COUNTS), mark_of(is_demo=row["is_demo"])] for row in rows]
    content = list_book("地块与项目", f"地块与项目（{len(rows)}个城区）", HEADS, cells, demo=any(row["is_demo"] for row in rows))
    return list_workbook(request, content, name="地块与项目", action="districts.export_overview", rows=len(rows))


def _filter(request: HttpRequest) -> DistrictFilter:
    return DistrictFilter(request.GET, queryset=progress_rows(viewer_of(request)), request=request)


HEADS = (
    ("城区名称", 34), ("可建设地块（个）", 12), ("已取得（个）", 12), ("建成且符合（个）", 12), ("重点项目（个）", 12),
    ("已投用（个）", 12), ("主要市政设施（项）", 12), ("已建成（项）", 12), ("数据", 10),
)  # fmt: skip
