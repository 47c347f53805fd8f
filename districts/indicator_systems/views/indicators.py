"""Pages of the indicator system: table by chapter, rows as forms, years, steps."""

from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from districts.common.enums import TITLED, SystemStatus
from districts.file.file_locks import lock_reasons
from districts.file.rules import may_edit_district
from districts.file.selectors.visibility import district_seen
from districts.file.views.common import (
    UNPROCESSABLE,
    Conflict,
    EditPage,
    district_to_edit,
    district_to_read,
    section_context,
)
from districts.indicator_systems.forms import SHARED, EditionChoice, IndicatorForm, OwnForm, SharedValuesForm, YearsForm
from districts.indicator_systems.lifecycle import INDICATOR_SYSTEM
from districts.indicator_systems.models import IndicatorRow, IndicatorSystem
from districts.indicator_systems.row_rules import CARBON, LABELS, LACKING, baseline_of, lacks, missing
from districts.indicator_systems.selectors import dimension_marks, groups_of, line_of, lines_of, newest_actual, systems_visible_to
from districts.indicator_systems.services import indicators
from districts.indicator_systems.services.changes import against_change, drop_change, edition_followed, preview_move, start_change
from districts.indicator_systems.targets import show
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.answers import deletion_question
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.core.integers import whole
from greendistrict.core.refusals import RefusalsIn
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import StepPage, act
from greendistrict.workflow.procedure import offered
from greendistrict.workflow.services import Offered
from indicators.editions.selectors import published_editions, rules_for

TEMPLATE = "districts/indicator_systems/indicator_system.html"
ROW_TEMPLATE = "districts/indicator_systems/indicator_row.html"
SEVERAL_TEMPLATE = "districts/indicator_systems/indicator_several.html"
ADD_TEMPLATE = "districts/indicator_systems/indicator_add.html"
DONE = {
    "hand_up": "已送审核人签发",
    "take_back": "已收回，可以继续修改",
    "sign": "已签发，报实施主体批准",
    "send_back": "已退回填报人",
    "approve": "已批准，这一版冻结",
    "return": "已退回申报主体修改",
}


def page_address(system: IndicatorSystem, anchor: str = "") -> str:
    """URL of a version's page, optionally at a row."""
    address = reverse("districts:indicator_system", kwargs={"code": system.district.code})
    return f"{address}?v={system.number}{'#' + anchor if anchor else ''}"


def seen_system(request: HttpRequest, code: str, number: int | str | None = None) -> IndicatorSystem:
    """A visible version, by default the newest. Raises ``Http404``."""
    viewer = viewer_of(request)
    district = district_seen(viewer, code)
    versions = systems_visible_to(viewer).filter(district=district)
    if number is not None:
        versions = versions.filter(number=number)
    system = versions.order_by("-number").first()
    if system is None:
        raise Http404
    system.district = district
    return system


@require_safe
def indicator_system(request: HttpRequest, code: str) -> HttpResponse:
    """Show a version (``?v=``, by default the newest visible) with the possible steps, or a notice if there is none."""
    number = request.GET.get("v", "")
    try:
        system = seen_system(request, code, number if whole(number) is not None else None)
    except Http404:
        if number:
            raise
        district, editable = district_to_read(request, code)
        context = {**section_context(request, district, "indicator_system"), "system": None, "editable": editable}
        context["against"] = indicators.against_starting(district) if editable else []
        return render(request, TEMPLATE, context)
    return render(request, TEMPLATE, page_context(request, system))


def page_context(request: HttpRequest, system: IndicatorSystem) -> dict[str, Any]:
    """Template context of a version; the offered steps are exactly those that ``perform`` would allow."""
    viewer, district = viewer_of(request), system.district
    editor = may_edit_district(viewer.held, district)
    is_open = editor and not lock_reasons(district)
    lines = lines_of(system)
    rows = [line.row for line in lines]
    gaps = missing(system, rows)
    if not is_open:  # nothing on the page mends them now
        gaps = [replace(gap, field="", href="") for gap in gaps]
    lacking = request.GET.get("lacking", "") if request.GET.get("lacking") in LACKING else ""
    shown = [line for line in lines if lacks(line.row, lacking)] if lacking else lines
    versions = list(systems_visible_to(viewer).filter(district=district).order_by("-number"))
    editable = is_open and system.status == SystemStatus.DRAFT
    return {
        **section_context(request, district, "indicator_system"),
        "system": system,
        "state": INDICATOR_SYSTEM.state(system.status),
        "versions": versions,
        "groups": groups_of(shown),
        "lacking": LABELS[lacking] if lacking else "",
        "gives_several": lacking in {"source", "department"},
        "shown": len(shown),
        "counts": (len(rows), sum(row.taking_part for row in rows)),
        "dimensions": dimension_marks(rows),
        "gaps": gaps if system.status != SystemStatus.APPROVED else [],
        "editor": editor,
        "editable": editable,
        "years_form": YearsForm(system=system) if editable else None,
        **start_context(system, versions, editor=is_open),
        "offered": offered(system, viewer.user, {"missing": gaps}),
        "entries": [step_entry(record) for record in reversed(timeline.of_subject(system))],
        "carbon": CARBON,
    }


def start_context(system: IndicatorSystem, versions: list[IndicatorSystem], *, editor: bool) -> dict[str, Any]:
    """What an editor may create from the newest approved version: the next one, or a draft for a change once a title is held."""
    newest = editor and system.status == SystemStatus.APPROVED and system.number == versions[0].number
    titled = system.district.stage in TITLED
    against = against_change(system.district, system) if newest and titled else []
    against += indicators.against_starting(system.district) if newest else []
    return {"may_start": newest and not titled, "may_change": newest and titled, "against": against}


def step_entry(record: Any) -> dict[str, Any]:
    """A step as shown on the timeline."""
    who = "　".join(filter(None, (record.organisation, record.actor_name, record.seat.partition("（")[0])))
    return {"at": record.at, "title": timeline.action_label(record), "who": who, "note": record.reason}


@require_POST
def indicator_start(request: HttpRequest, code: str) -> HttpResponse:
    """Create the first or the next version; a refusal is shown on its own page with the reasons."""
    system = indicators.start_system(district=district_to_edit(request, code), by=signed_in(request))
    messages.success(request, f"已建立指标体系第{system.number}版，请逐条填写")
    return HttpResponseRedirect(page_address(system))


@require_POST
def indicator_change(request: HttpRequest, code: str) -> HttpResponse:
    """Create a draft for a change besides the version in force."""
    draft = start_change(district=district_to_edit(request, code), by=signed_in(request))
    messages.success(request, f"已建立变更草案（第{draft.number}版），改好后在变更中提交")
    return HttpResponseRedirect(page_address(draft))


@require_POST
def indicator_drop(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Delete a draft made for a change."""
    system = seen_system(request, code, number)
    indicators.hold_draft(system, signed_in(request))
    what, loss = f"变更草案（第{number}版）", "草案里填写的内容一并删除，不能恢复。"
    if asking := deletion_question(request, what, back=page_address(system), label="作废", loss=loss):
        return asking
    drop_change(system=system, by=signed_in(request))
    messages.success(request, f"变更草案（第{number}版）已作废")
    return HttpResponseRedirect(reverse("districts:indicator_system", kwargs={"code": code}))


@require_POST
def indicator_years(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Save the three target years."""
    system = seen_system(request, code, number)

    def context(one: IndicatorSystem, form: YearsForm) -> dict[str, Any]:
        one.district = system.district  # read with what holds its file
        return {**page_context(request, one), "years_form": form}

    page = EditPage(
        TEMPLATE,
        IndicatorSystem,
        lambda data, _files, one: YearsForm(data, system=one),
        context,
        passing=(NotAllowed, Closed),
    )

    def done(saved: IndicatorSystem) -> HttpResponse:
        messages.success(request, "目标年已保存")
        return HttpResponseRedirect(page_address(saved))

    def keep(form: YearsForm) -> IndicatorSystem:
        return indicators.save_years(system=system, values=form.values(), version=form.version_read(), by=signed_in(request))

    return page.answer(request, system, keep, done)


def row_to_edit(request: HttpRequest, code: str, number: int, pk: int) -> IndicatorRow:
    """Row of a draft that the user may edit. Raises ``Http404``, ``NotAllowed``, ``Closed``."""
    system = seen_system(request, code, number)
    indicators.hold_draft(system, signed_in(request))
    row = get_object_or_404(system.rows, pk=pk)
    row.system = system
    return row


def indicator_row(request: HttpRequest, code: str, number: int, pk: int) -> HttpResponse:
    """Form of one indicator, inside the table for htmx, else on its own page. ``?show=1`` returns the row without form."""
    row = row_to_edit(request, code, number, pk)
    if request.method != "POST" and "show" in request.GET:
        return _line(request, row)
    items = rules_for(row.system.edition).items

    def context(one: IndicatorRow, form: IndicatorForm) -> dict[str, Any]:
        one.system = row.system
        line = line_of(one, items)
        newest = newest_actual(one, viewer_of(request).today) or baseline_of(one)
        reached = (newest[0], show(line.measure, newest[1])) if newest else None
        about = {"district": row.system.district, "system": row.system, "row": one, "line": line, "carbon": CARBON}
        about["following"] = None if is_htmx(request) else following_row(row)
        return {**about, "form": form, "today": reached}

    page = EditPage(
        "districts/indicator_systems/_indicator_form.html" if is_htmx(request) else ROW_TEMPLATE,
        IndicatorRow,
        lambda data, _files, one: IndicatorForm(data, line=line_of(one, items)),
        context,
        passing=(NotAllowed, Closed),
    )

    def keep(form: IndicatorForm) -> IndicatorRow:
        return indicators.save_row(row=row, values=form.values(), version=form.version_read(), by=signed_in(request))

    return page.answer(request, row, keep, partial(_saved, request, row))


def following_row(row: IndicatorRow) -> IndicatorRow | None:
    """The next row below that still lacks something, else the first above; None once no other does."""
    rows = list(row.system.rows.all())
    place = next(number for number, one in enumerate(rows) if one.pk == row.pk)
    return next((one for one in (*rows[place + 1 :], *rows[:place]) if any(lacks(one, what) for what in LACKING)), None)


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx requests a part of the page."""
    return request.headers.get("HX-Request") == "true"


def _line(request: HttpRequest, row: IndicatorRow, version: int | None = None) -> HttpResponse:
    """The row of the table, with the new version number of the whole, which the page's other forms post."""
    line = line_of(row, rules_for(row.system.edition).items)
    context = {"line": line, "district": row.system.district, "system": row.system, "editable": True, "new_version": version}
    return render(request, "districts/indicator_systems/_indicator_line.html", context)


def _saved(request: HttpRequest, row: IndicatorRow, saved: IndicatorRow) -> HttpResponse:
    if is_htmx(request):
        version = saved.system.version
        saved.system = row.system
        return _line(request, saved, version)
    messages.success(request, f"{saved.item_id}　{saved.title}　已保存".lstrip())
    if "next" in request.POST and (following := following_row(row)):
        return redirect("districts:indicator_row", row.system.district.code, row.system.number, following.pk)
    return HttpResponseRedirect(page_address(row.system, f"row-{saved.pk}"))


def _overwritten(_fresh: SharedValuesForm, typed: SharedValuesForm) -> list[Conflict]:
    """Stored sources and departments of the chosen indicators that saving would replace."""
    given = {name: typed.cleaned_data[name] for name in SHARED if typed.cleaned_data.get(name)}
    rows = [typed.indicators[int(key)] for key in typed.cleaned_data.get("rows", ())]
    found = [(row, name, getattr(row, name)) for row in rows for name in given]
    return [Conflict(f"{row}：{LABELS[name]}", stored, given[name]) for row, name, stored in found if stored not in ("", given[name])]


def indicator_several(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One data source or department for several indicators at once."""
    system = seen_system(request, code, number)
    indicators.hold_draft(system, signed_in(request))

    def form_of(data: Any, _files: Any, one: IndicatorSystem) -> SharedValuesForm:
        return SharedValuesForm(data, system=one)

    def context(_one: IndicatorSystem, form: SharedValuesForm) -> dict[str, Any]:
        return {"district": system.district, "system": system, "form": form}

    def keep(form: SharedValuesForm) -> int:
        return indicators.fill_several(
            system=system, keys=form.chosen(), values=form.values(), version=form.version_read(), by=signed_in(request)
        )

    def done(written: int) -> HttpResponse:
        messages.success(request, f"已填到{written}条指标" if written else "所选的各条已经是这样填的")
        return HttpResponseRedirect(page_address(system, "indicators"))

    page = EditPage(SEVERAL_TEMPLATE, IndicatorSystem, form_of, context, passing=(NotAllowed, Closed), conflicts=_overwritten)
    return page.answer(request, system, keep, done)


def indicator_add(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Add an indicator outside the edition."""
    system = seen_system(request, code, number)
    indicators.hold_draft(system, signed_in(request))
    form = OwnForm(request.POST) if request.method == "POST" else OwnForm()
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            row = indicators.add_own(system=system, values=form.values(), by=signed_in(request))
            messages.success(request, f"自定指标“{row.title}”已添加")
            return HttpResponseRedirect(page_address(system, f"row-{row.pk}"))
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    context = {"district": system.district, "system": system, "form": form}
    return render(request, ADD_TEMPLATE, context, status=status)


@require_POST
def indicator_delete(request: HttpRequest, code: str, number: int, pk: int) -> HttpResponse:
    """Delete an indicator outside the edition."""
    row = row_to_edit(request, code, number, pk)
    if asking := deletion_question(request, f"自定指标“{row.title}”", back=page_address(row.system, f"row-{row.pk}")):
        return asking
    indicators.delete_own(row=row, by=signed_in(request))
    messages.success(request, f"自定指标“{row.title}”已删除")
    return HttpResponseRedirect(page_address(row.system))


@require_POST
def indicator_step(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take a step of the version; approval asks for confirmation."""
    system = seen_system(request, code, number)
    page = StepPage(
        back=page_address(system),
        again=lambda refused, **typed: _again(request, code, number, refused, **typed),
        done=lambda offer: _done(request, system, offer),
        question=lambda offer: f"确认{offer.label}{system.district}的指标体系（第{number}版）？",
    )
    return act(request, system, page)


def _again(request: HttpRequest, code: str, number: int, refused: Refused | None, **typed: Any) -> HttpResponse:
    if refused is not None:
        typed["errors"] = [refusal.text for refusal in refused.refusals]
    context = {**page_context(request, seen_system(request, code, number)), **typed}
    return render(request, TEMPLATE, context, status=refused.status if refused else UNPROCESSABLE)


def _done(request: HttpRequest, system: IndicatorSystem, offer: Offered | None) -> HttpResponse:
    """Redirect to the version, or to the district if the user no longer sees the version."""
    messages.success(request, DONE[offer.action] if offer else "已办理")
    if systems_visible_to(viewer_of(request)).filter(pk=system.pk).exists():
        return HttpResponseRedirect(page_address(system))
    return HttpResponseRedirect(reverse("districts:district_detail", kwargs={"code": system.district.code}))


EDITION_MOVE_TEMPLATE = "districts/indicator_systems/edition_move.html"


@require_safe
def edition_move(request: HttpRequest, code: str) -> HttpResponse:
    """Preview the move to the edition ``?edition=``; without it show the choice."""
    district, editable = district_to_read(request, code)
    old = edition_followed(district)
    choices = published_editions(real=not district.is_demo).exclude(pk=old.pk if old else 0)
    form = EditionChoice(request.GET or None, editions=choices)
    context: dict[str, Any] = {"district": district, "old": old, "form": form, "editable": editable}
    if not form.is_valid():
        return render(request, EDITION_MOVE_TEMPLATE, context, status=UNPROCESSABLE if form.errors else 200)
    try:
        context["preview"] = preview_move(district, form.cleaned_data["edition"])
    except Refused as refused:
        context["refusals"] = refused.refusals
    return render(request, EDITION_MOVE_TEMPLATE, context)
