"""Shapes of plots that were replaced: read, as of a day, and restored."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from districts.boundaries.forms import AsOfForm, RestoreForm
from districts.boundaries.preview import layers_of
from districts.file.rules import may_edit_district
from districts.file.views.common import UNPROCESSABLE, district_to_read, section_context
from districts.plot_map import services
from districts.plot_map.models import FormerShape, PlotShape
from districts.plot_map.selectors import former_shapes, shapes_on
from districts.plot_map.views import NOT_YOURS
from districts.plots.columns import PLOT
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.refusals import RefusalsIn

PAGE = 50
ENDED, DELETED = "地块已分割或合并，图形只留作历史，不能恢复", "地块已删除，图形只留作历史，不能恢复"
FORMER = Columns.of(FormerShape, "area_ha", "file_name", "entered_at", "ended_at")
HEADS = {
    "number": PLOT["number"].label,
    "area_ha": FORMER["area_ha"].label,
    "others": [FORMER[name].label for name in ("file_name", "entered_at", "ended_at")],
}


@require_safe
def shape_history(request: HttpRequest, code: str) -> HttpResponse:
    """Replaced shapes, and the map as it was on a day."""
    district, _editable = district_to_read(request, code)
    day_form = AsOfForm(request.GET, viewer_of(request).today)
    on = day_form.day
    page = Paginator(former_shapes(district), PAGE).get_page(request.GET.get("page"))
    context = {
        **section_context(request, district, "plot_list"),
        "day_form": day_form,
        "on": on,
        "stood": shapes_on(district, on) if on else None,
        "page": page,
        "heads": HEADS,
    }
    return render(request, "districts/plot_map/shape_history.html", context)


def former_shape(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One replaced shape over the present one; editors of the file restore it."""
    district, editable = district_to_read(request, code)
    former = get_object_or_404(former_shapes(district).defer(None), pk=pk)
    is_sent = request.method == "POST"
    NotAllowed.when(is_sent and not may_edit_district(viewer_of(request).held, district), NOT_YOURS)
    ended = DELETED if former.plot is None else ENDED if former.plot.ended_by_id else ""
    Refused.when(is_sent and ended, ended)
    form = RestoreForm(request.POST or None) if not ended and (editable or is_sent) else None
    if form and form.is_valid():
        with RefusalsIn(form):
            by, answer = signed_in(request), form.cleaned_data["check"]
            asked = services.look_at_former(former=former, by=by, answer=answer)
            if not form.asks(asked.preview):
                words = fitted(PlotShape, "reason", f"恢复{former.entered_at:%Y-%m-%d}登记的图形：{form.cleaned_data['reason']}")
                services.keep_shapes(district=district, asked=asked, by=by, answer=answer, reason=words)
                messages.success(request, f"地块{former.number}的图形已恢复，换下的图形留在历史中")
                return redirect("districts:shape_history", code=district.code)
    present = PlotShape.objects.filter(plot=former.plot).first() if former.plot else None
    context = {
        **section_context(request, district, "plot_list"),
        "former": former,
        "preview": _drawing(former, present),
        "form": form,
        "ended": ended if editable else "",
    }
    return render(request, "districts/plot_map/former_shape.html", context, status=UNPROCESSABLE if form and form.errors else 200)


def _drawing(former: FormerShape, present: PlotShape | None) -> dict[str, object]:
    shapes = [("edge-known", present.geometry, "现在的图形")] if present else []
    frame, layers = layers_of([*shapes, ("edge", former.geometry, "原图形")])
    return {"frame": frame, "layers": layers}
