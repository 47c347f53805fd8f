"""Overview of plots over all visible districts."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.file.forms.filters import DistrictFilter
from districts.file.models.district import District
from districts.overview.selectors.progress import progress_rows
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn, WholeColumn
from greendistrict.columns.lists import ListTable, RowAddress
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook

COUNTED = partial(WholeColumn, most=2**31 - 1)
PROGRESS = Columns(
    District,
    name=TextColumn(label="城区", width=34),
    plot_count=COUNTED("个", label="可建设地块", link=("districts:plot_list", "code")),
    plots_acquired=COUNTED("个", label="已取得"),
    plots_built=COUNTED("个", label="建成且符合"),
    project_count=COUNTED("个", label="重点项目", link=("districts:key_project_list", "code")),
    projects_in_use=COUNTED("个", label="已投用"),
    work_count=COUNTED("项", label="主要市政设施", link=("districts:work_list", "code")),
    works_built=COUNTED("项", label="已建成"),
)
PROGRESS_LIST = ListTable(PROGRESS, *PROGRESS, caption="各城区的地块、重点项目和市政设施", key="code", demo="is_demo")


@require_safe
def plot_overview(request: HttpRequest) -> HttpResponse:
    """Show numbers of plots, key projects and works in the districts whose file the user reads, and how many are completed."""
    filters = _filter(request)
    asked = any(filters.form.cleaned_data.values()) if filters.form.is_valid() else False
    context = list_context(request, filters.qs, filters.form, export="districts:plot_overview_export")
    page = context["page"]
    address, today = RowAddress("districts:district_detail"), viewer_of(request).today
    shown = PROGRESS_LIST.html(PROGRESS_LIST.read(page.object_list), today, address, first=page.start_index())
    return render(request, "districts/file/plot_overview.html", context | {"asked": asked, "shown": shown})


@require_safe
def plot_overview_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered list as a workbook."""
    rows = PROGRESS_LIST.read(_filter(request).qs)
    content = PROGRESS_LIST.book(rows, viewer_of(request).today, "地块与项目", f"地块与项目（{len(rows)}个城区）")
    return list_workbook(request, content, name="地块与项目", action="districts.export_overview", rows=len(rows))


def _filter(request: HttpRequest) -> DistrictFilter:
    return DistrictFilter(request.GET, queryset=progress_rows(viewer_of(request)), request=request)
