"""The three boundaries of a district, and the extents of the key areas."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from districts.boundaries import services
from districts.boundaries.forms import AsOfForm, BoundaryForm, KeyAreaForm, MapNumberForm, RestoreForm
from districts.boundaries.geojson import outline
from districts.boundaries.models import Boundary, KeyArea
from districts.boundaries.preview import layers_of
from districts.boundaries.selectors import area_words, boundaries_of, key_areas_entered
from districts.file.forms import key_areas
from districts.file.models.district import District
from districts.file.rules import may_edit_district, may_enter_key_areas, may_watch
from districts.file.views.common import UNPROCESSABLE, district_to_edit, district_to_read, section_address, section_context
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.columns import fitted
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
        form = BoundaryForm() if editable and _day(request).day is None else None
        return render(request, TEMPLATE, _context(request, district, form))
    NotAllowed.unless(may_edit_district(viewer_of(request).held, district), NOT_YOURS)
    form = BoundaryForm(request.POST, request.FILES)
    if form.is_valid():
        with RefusalsIn(form):
            by = signed_in(request)
            asked = services.look_at(district=district, by=by, **form.outline())
            if not form.asks(asked.preview):
                kept = services.keep_boundary(district=district, asked=asked, by=by, **form.more())
                messages.success(request, f"{kept.get_kind_display()}第{kept.number}版已登记，图形面积{fixed(kept.area_km2, 4)}平方公里")
                return HttpResponseRedirect(request.get_full_path())
    return render(request, TEMPLATE, _context(request, district, form), status=UNPROCESSABLE if form.errors else 200)


def _day(request: HttpRequest) -> AsOfForm:
    return AsOfForm(request.GET, viewer_of(request).today)


def _context(request: HttpRequest, district: District, form: BoundaryForm | None) -> dict[str, Any]:
    day_form = _day(request)
    on = day_form.day
    shown = [(entry, *area_words(entry.newest)) if entry.newest else (entry, "", False) for entry in boundaries_of(district, on)]
    return {
        "day_form": day_form,
        "on": on,
        **section_context(request, district, "boundary_list"),
        "shown": shown,
        "form": form,
        "fields": fields_of(form) if form else "",
        "map_form": MapNumberForm() if form else None,
    }


def boundary_version(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One version over the newest one; editors of the file restore a former one as the next version."""
    district, editable = district_to_read(request, code)
    boundary = get_object_or_404(district.boundaries.select_related("district", "entered_by"), pk=pk)
    newest = district.boundaries.filter(kind=boundary.kind).order_by("-number").first()
    is_sent = request.method == "POST"
    NotAllowed.when(is_sent and not may_edit_district(viewer_of(request).held, district), NOT_YOURS)
    is_former = newest != boundary
    closed = services.why_closed(district, boundary.kind) if editable and is_former else []
    form = RestoreForm(request.POST or None) if is_former and (is_sent or (editable and not closed)) else None
    if form and form.is_valid():
        with RefusalsIn(form):
            by, answer, reason = signed_in(request), form.cleaned_data["check"], form.cleaned_data["reason"]
            asked = services.look_at_former(boundary=boundary, by=by, answer=answer)
            if not form.asks(asked.preview):
                words = fitted(Boundary, "reason", f"恢复第{boundary.number}版：{reason}")
                kept = services.keep_boundary(district=district, kind=boundary.kind, asked=asked, by=by, answer=answer, reason=words)
                messages.success(request, f"已恢复为{kept.get_kind_display()}第{kept.number}版")
                return redirect("districts:boundary_list", code=district.code)
    context = {
        **section_context(request, district, "boundary_list"),
        **_version_context(boundary, newest, f"{boundary.get_kind_display()}第{boundary.number}版"),
        "form": form,
        "closed": closed,
        "words": area_words(boundary)[0],
    }
    return render(request, "districts/boundaries/boundary_version.html", context, status=UNPROCESSABLE if form and form.errors else 200)


def _version_context(version: Boundary | KeyArea, newest: Boundary | KeyArea | None, title: str) -> dict[str, Any]:
    """A version with its drawing over the newest one."""
    is_former = newest is not None and newest != version
    shapes = [("edge-known", newest.geometry, f"第{newest.number}版（最新）")] if newest and is_former else []
    frame, layers = layers_of([*shapes, ("edge", version.geometry, f"第{version.number}版")])
    return {"version": version, "newest": newest, "title": title, "preview": {"frame": frame, "layers": layers}}


def key_area_version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a key area's extent; the city's 经办 restores a former one."""
    viewer = viewer_of(request)
    enters = may_enter_key_areas(viewer.held)
    NotAllowed.when(not enters and (request.method == "POST" or not may_watch(viewer.held)), "重点区域范围由市级经办登记")
    area = get_object_or_404(KeyArea.objects.select_related("entered_by"), pk=pk)
    newest = KeyArea.objects.filter(name=area.name).order_by("-number").first()
    form = RestoreForm(request.POST or None) if enters and newest != area else None
    if form and form.is_valid():
        with RefusalsIn(form, passing=()):
            answer, reason = form.cleaned_data["check"], form.cleaned_data["reason"]
            asked = services.look_at_former_key_area(area=area, by=viewer.user, answer=answer)
            if not form.asks(asked.preview):
                words = fitted(KeyArea, "reason", f"恢复第{area.number}版：{reason}")
                kept = services.keep_key_area(name=area.name, asked=asked, source=area.source, by=viewer.user, answer=answer, reason=words)
                messages.success(request, f"已恢复为{kept}第{kept.number}版，各城区已重新叠加")
                return redirect("districts:key_area_list")
    context = {**_version_context(area, newest, f"{area.name}第{area.number}版"), "form": form}
    return render(request, "districts/boundaries/key_area_version.html", context, status=UNPROCESSABLE if form and form.errors else 200)


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
            asked = services.look_at_key_area(by=viewer.user, **form.outline())
            if not form.asks(asked.preview):
                area = services.keep_key_area(asked=asked, by=viewer.user, **form.more())
                messages.success(request, f"{area}的范围已登记，各城区已重新叠加")
                return redirect("districts:key_area_list")
    day_form = _day(request)
    on = day_form.day
    entered = key_areas_entered(on)
    known = {versions[0].name for versions in entered}
    context = {
        "form": form if on is None else None,
        "day_form": day_form,
        "on": on,
        "areas": [(versions, outline(versions[0].geometry, width=260, height=170)) for versions in entered],
        "missing": [name for name, _ in key_areas() if name not in known],
    }
    return render(request, KEY_AREAS_TEMPLATE, context, status=UNPROCESSABLE if form and form.errors else 200)
