"""谁在哪一步: page and workbook."""

from collections.abc import Iterator, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.file.forms import DistrictFilter, of_world
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.filters import ChosenFilter
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook
from greendistrict.documents.list_workbook import Cell, list_book, mark_of
from obligations.duties import ObligationState
from obligations.rules import reads_progress
from portal.pilot_progress.rules import Lateness, ProgressRow, Readiness
from portal.pilot_progress.selectors import districts_followed, filled, narrowed, progress_rows


class ProgressFilter(DistrictFilter):
    """Conditions of the page; ``late`` and ``ready`` are not columns of a district and are applied to the rows (``selectors``)."""

    without = ("type", "star", "key_area")
    kind = of_world(nothing="全部城区")
    late = ChosenFilter("逾期", Lateness.choices)
    ready = ChosenFilter("下一阶段条件", Readiness.choices)


HEADS = (
    ("城区", 34), ("阶段", 12), ("实施主体", 34), ("在办", 40), ("下一事项", 34), ("期限", 12), ("逾期 项", 8), ("逾期事项", 44),
    ("下一阶段", 10), ("未满足", 8), ("资料不足或在办", 10), ("还差的条款", 60), ("演示数据", 10),
)  # fmt: skip


def _reader(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not reads_progress(viewer.held):
        raise Http404
    return viewer


def _found(request: HttpRequest, viewer: Viewer) -> tuple[ProgressFilter, list[ProgressRow]]:
    found = ProgressFilter(request.GET, queryset=districts_followed(viewer), request=request)
    rows = progress_rows(viewer, found.qs)
    late, ready = (found.form.cleaned_data.get(name, "") for name in ("late", "ready"))
    return found, narrowed(viewer, rows, late=late, ready=ready, order=request.GET.get("order", ""))


@require_safe
def pilot_progress(request: HttpRequest) -> HttpResponse:
    """Every visible district: stage, open matters, next duty, overdue duties, unmet conditions of the next stage."""
    viewer = _reader(request)
    request.nav = "obligations:obligation_list"  # type: ignore[attr-defined]  # read by the menu
    found, rows = _found(request, viewer)
    context = list_context(request, rows, found.form, export="portal:pilot_progress_export")
    lines = filled(viewer, context["page"].object_list)
    context |= {
        "lines": lines,
        "today": viewer.today,
        "overdue": ObligationState.OVERDUE.value,
        "any_demo": any(row.district.is_demo for row in rows),
    }
    return render(request, "portal/pilot_progress/pilot_progress.html", context)


@require_safe
def pilot_progress_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered rows as a workbook; the export is recorded."""
    viewer = _reader(request)
    _, rows = _found(request, viewer)
    rows = filled(viewer, rows)
    content = list_book("谁在哪一步", "谁在哪一步", HEADS, _cells(rows), demo=any(row.district.is_demo for row in rows))
    return list_workbook(request, content, name="谁在哪一步", action="portal.export_progress", rows=len(rows))


def _cells(rows: Sequence[ProgressRow]) -> Iterator[Sequence[Cell]]:
    for row in rows:
        failing = row.check.failing if row.check else []
        asked = bool(row.check and row.check.verdicts)
        bodies = row.district.authorities.all()
        yield (
            row.district.name,
            row.district.stage_text,
            "、".join(body.name for body in bodies) + "（推定）" * bool(bodies and row.district.place_is_inferred),
            "；".join(f"{matter.label}：{matter.step}" for matter in row.matters),
            row.next_duty.title if row.next_duty else "",
            row.next_duty.due if row.next_duty else None,
            None if row.is_recorded_only else len(row.late),
            "；".join(duty.title for duty in row.late),
            row.target,
            len(failing) if asked else None,
            row.open_musts if asked else None,
            "；".join(f"{verdict.title}（{verdict.cite}）" for verdict in row.missing),
            mark_of(is_demo=row.district.is_demo),
        )
