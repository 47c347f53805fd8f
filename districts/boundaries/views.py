"""The three boundaries of a district, and the extents of the key areas."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from districts.boundaries import services
from districts.boundaries.forms import BoundaryForm, KeyAreaForm, MapNumberForm
from districts.boundaries.geojson import outline
from districts.boundaries.selectors import area_words, boundaries_of, key_areas_entered
from districts.file.forms import key_areas
from districts.file.models.district import District
from districts.file.rules import may_edit_district, may_enter_key_areas, may_watch
from districts.file.views.common import UNPROCESSABLE, district_to_edit, district_to_read, section_address, section_context
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed
from greendistrict.core.fragments import fields_of
from greendistrict.core.refusals import RefusalsIn
from greendistrict.core.rounding import fixed
from greendistrict.workflow.pages import NOT_YOURS

TEMPLATE = "districts/boundaries/boundary_list.html"
KEY_AREAS_TEMPLATE = "districts/boundaries/key_area_list.html"


def boundary_list(request: HttpRequest, code: str) -> HttpResponse:
    """Show all versions with drawing and areas; editors of the file can upload the next one."""
    district, editable = district_to_read(request, code)
    if request.method != "POST":
        form = BoundaryForm() if editable else None
        return render(request, TEMPLATE, _context(request, district, form))
    NotAllowed.unless(may_edit_district(viewer_of(request).held, district), NOT_YOURS)
    form = BoundaryForm(request.POST, request.FILES)
    if form.is_valid():
        with RefusalsIn(form):
            if services.is_dxf(form.cleaned_data["file"]) and (context := _preview(request, district, form)):
                return render(request, TEMPLATE, {**_context(request, district, form), **context})
            kept = services.upload_boundary(district=district, by=signed_in(request), **form.values())
            messages.success(request, f"{kept.get_kind_display()}第{kept.number}版已登记，图形面积{fixed(kept.area_km2, 4)}平方公里")
            return HttpResponseRedirect(request.get_full_path())
    return render(request, TEMPLATE, _context(request, district, form), status=UNPROCESSABLE)


def _preview(request: HttpRequest, district: District, form: BoundaryForm) -> dict[str, Any]:
    """Template context of the preview of a drawing; empty once this reading has been shown and confirmed."""
    values = form.values()
    services.hold_open(district, values["kind"])
    found, mark = services.look_at(upload=values["upload"], system=values["system"], drawing=values["drawing"])
    if request.POST.get("previewed") == mark:
        return {}
    return {"preview": found, "preview_mark": mark, "preview_drawing": outline(found.geometry, width=260, height=170)}


def _context(request: HttpRequest, district: District, form: BoundaryForm | None) -> dict[str, Any]:
    shown = [(entry, *area_words(entry.newest)) if entry.newest else (entry, "", False) for entry in boundaries_of(district)]
    return {
        **section_context(request, district, "boundary_list"),
        "shown": shown,
        "form": form,
        "fields": fields_of(form) if form else "",
        "map_form": MapNumberForm() if form else None,
    }


@require_POST
def map_number(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Save the 审图号 of a version."""
    district = district_to_edit(request, code)
    boundary = get_object_or_404(district.boundaries, pk=pk)
    form = MapNumberForm(request.POST)
    if form.is_valid():
        services.set_map_number(boundary=boundary, by=signed_in(request), **form.cleaned_data)
        messages.success(request, "审图号已登记" if form.cleaned_data["map_number"] else "审图号已去掉，范围不再向公众显示")
    return HttpResponseRedirect(section_address("boundary_list", district, ""))


def key_area_list(request: HttpRequest) -> HttpResponse:
    """Show the extents of the key areas; the city's 经办 enters them, city and secretariat read them."""
    viewer = viewer_of(request)
    held = viewer.held
    enters = may_enter_key_areas(held)
    NotAllowed.when(not enters and (request.method == "POST" or not may_watch(held)), "重点区域范围由市级经办登记")
    form = KeyAreaForm(request.POST or None, request.FILES or None) if enters else None
    if form and request.method == "POST" and form.is_valid():
        with RefusalsIn(form, passing=()):
            area = services.save_key_area(by=viewer.user, **form.values())
            messages.success(request, f"{area}的范围已登记，各城区已重新叠加")
            return redirect("districts:key_area_list")
    entered = key_areas_entered()
    known = {versions[0].name for versions in entered}
    context = {
        "form": form,
        "areas": [(versions, outline(versions[0].geometry, width=260, height=170)) for versions in entered],
        "missing": [name for name, _ in key_areas() if name not in known],
    }
    return render(request, KEY_AREAS_TEMPLATE, context, status=UNPROCESSABLE if form and form.errors else 200)
