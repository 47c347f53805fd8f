"""Pages of meters: a district's consumption by month, meters with their readings, imports, estimates and tokens."""

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from carbon.metering import reading_file
from carbon.metering.board_files import as_csv, as_workbook_of
from carbon.metering.checks import CHECKS
from carbon.metering.columns import METER_LIST
from carbon.metering.consumption import month_of
from carbon.metering.estimates import METHODS
from carbon.metering.forms import GapForm, MeterForm, MeterTokenForm, ReadingFileForm, ReadingReasonForm
from carbon.metering.models import Meter, MeterToken, ReadingImport
from carbon.metering.rules import hold_metering, keeps_meters
from carbon.metering.selectors.board import MONTHS, CarrierYear, above_parents, board, board_with_years
from carbon.metering.selectors.meters import day_view, imports_of, meter_list, meters_visible_to, month_view, months_of, open_imports
from carbon.metering.services import imports
from carbon.metering.services import meters as services
from districts.common.enums import QueuedState
from districts.file.models.district import District
from districts.file.views.common import UNPROCESSABLE, EditPage, district_to_read
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.audit import services as audit
from greendistrict.columns.lists import RowAddress
from greendistrict.core import charts, clock
from greendistrict.core.answers import deletion_question
from greendistrict.core.errors import Refusal, Refused
from greendistrict.core.integers import whole
from greendistrict.core.paging import list_context
from greendistrict.core.refusals import RefusalsIn
from greendistrict.core.rounding import half_up
from greendistrict.documents.downloads import as_file, as_workbook
from greendistrict.documents.office.inspection import display_name
from greendistrict.documents.workbooks.other_formats import is_workbook
from greendistrict.documents.workbooks.pages import taken_upload
from greendistrict.documents.workbooks.pasted import NAME, NO_CELLS

# Monthly board of a district with its exports, the list of meters, and one meter in detail.

FIRST_YEAR = 1992


def metering_to_read(request: HttpRequest, code: str) -> tuple[District, bool]:
    """District whose meters the person may see, and whether they may edit them. Raises ``Http404``, ``NotAllowed``."""
    district, _ = district_to_read(request, code)
    return district, keeps_meters(viewer_of(request).held, district)


def metering_to_keep(request: HttpRequest, code: str) -> District:
    """District whose meters the person may edit. Raises ``Http404``, ``NotAllowed``."""
    district, _ = district_to_read(request, code)
    hold_metering(viewer_of(request).held, district)
    return district


def meter_seen(request: HttpRequest, code: str, pk: int) -> tuple[Meter, bool]:
    """Meter that the person may see, and whether they may edit it. Raises ``Http404``."""
    district, keeps = metering_to_read(request, code)
    rows = meters_visible_to(viewer_of(request)).select_related("plot", "work", "parent")
    meter: Meter = get_object_or_404(rows, pk=pk, district=district)
    meter.district = district
    return meter, keeps


def year_asked(request: HttpRequest) -> int:
    """Year of the query string, by default this year. Raises ``Http404`` for an impossible year."""
    viewer = viewer_of(request)
    year = whole(request.GET.get("year"), viewer.today.year)
    if not FIRST_YEAR < year <= viewer.today.year:
        raise Http404
    return year


LABELS = [f"{number}月" for number in MONTHS]
CSV = "text/csv; charset=utf-8"
KEPT_CARDS = 256


@require_safe
def metering_board(request: HttpRequest, code: str) -> HttpResponse:
    """Consumption by carrier and month beside the previous year."""
    district, keeps = metering_to_read(request, code)
    year = year_asked(request)
    rows, years = board_with_years(district, year, viewer_of(request).today)
    context = {
        "district": district,
        "keeps": keeps,
        "year": year,
        "cards": [_card(row, year) for row in rows],
        "years": years,
        "above": above_parents(district, year),
        "queued": open_imports(district) if keeps else (),
        "before": year - 1 if year - 1 > FIRST_YEAR else None,
        "after": year + 1 if year < viewer_of(request).today.year else None,
    }
    return render(request, "carbon/metering/metering_board.html", context)


@lru_cache(KEPT_CARDS)
def _card(row: CarrierYear, year: int) -> SafeString:
    """Chart and table of a carrier, kept by everything they show."""
    legend = [("line-0", f"{year}年"), ("line-1", f"{year - 1}年")]
    series = [
        charts.Series(f"{one}年", [_figure(cell.amount) for cell in cells]) for one, cells in ((year, row.months), (year - 1, row.before))
    ]
    chart = charts.line(LABELS, series, unit=row.unit.replace("m3", "m³"), title=f"{row.carrier.label}月用量")
    return render_to_string("carbon/metering/_carrier.html", {"row": row, "chart": chart, "labels": LABELS, "legend": legend, "year": year})


def _figure(amount: Fraction | None) -> float | None:
    return None if amount is None else float(half_up(amount, 2))


@require_safe
def metering_export(request: HttpRequest, code: str) -> HttpResponse:
    """The board of a year as a workbook or CSV; the export is audited."""
    district, _ = metering_to_read(request, code)
    year = year_asked(request)
    rows = board(district, year, viewer_of(request).today)
    audit.record(action="carbon.export_consumption", by=signed_in(request), obj=district, data={"year": year})
    name = f"{district.name}-计量用量-{year}年"
    if request.GET.get("format") == "csv":
        return as_file(as_csv(rows, year), f"{name}.csv", CSV)
    return as_workbook(as_workbook_of(rows, year, district.name, demo=district.is_demo), f"{name}.xlsx")


@require_safe
def meters(request: HttpRequest, code: str) -> HttpResponse:
    """Meters of the district."""
    district, keeps = metering_to_read(request, code)
    context = list_context(request, meter_list(district), forms.Form())
    shown = METER_LIST.of_page(context["page"], viewer_of(request).today, RowAddress("carbon:meter", district.code), objects=True)
    return render(
        request, "carbon/metering/meter_list.html", {**context, "shown": shown, "district": district, "keeps": keeps, "checks": CHECKS}
    )


@require_safe
def meter_page(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One meter: its year, the days of a month, the readings of a day."""
    meter, keeps = meter_seen(request, code, pk)
    year = year_asked(request)
    context: dict[str, Any] = {
        "district": meter.district,
        "meter": meter,
        "keeps": keeps,
        "year": year,
        "months": [
            (dt.date(year, number, 1), cell) for number, cell in zip(MONTHS, months_of(meter, year, viewer_of(request).today), strict=True)
        ],
        "parts": meter.parts.order_by("code"),
        "before": year - 1 if year > meter.begins.year else None,
        "after": year + 1 if year < viewer_of(request).today.year else None,
    }
    if "month" in request.GET or "day" in request.GET:
        context |= _deeper(request, meter)
    return render(request, "carbon/metering/meter.html", context)


def _deeper(request: HttpRequest, meter: Meter) -> dict[str, Any]:
    day = _day(request.GET["day"]) if request.GET.get("day") else None
    month = day.replace(day=1) if day else _day(f"{request.GET.get('month', '')}-01")
    days, faults = month_view(meter, month, viewer_of(request).moment)
    between = [(fault, fault.first) for fault in faults if fault.kind == "gap" and fault.first]
    gaps = [(fault, GapForm(initial={"after": first.isoformat()})) for fault, first in between]
    labels, amounts = [str(date.day) for date, _, _ in days], [_figure(use.amount if use.is_known else None) for _, use, _ in days]
    chart = charts.line(labels, [charts.Series("日用量", amounts)], unit=meter.unit, title="日用量")
    return {
        "month": month,
        "year": month.year,
        "days": days,
        "faults": faults,
        "gaps": gaps,
        "methods": METHODS,
        "day_chart": chart if days else "",
        "unread_days": [date.day for date, use, _ in days if not use.is_known],
        "day": day,
        "readings": day_view(meter, day) if day else (),
    }


def _day(text: str) -> dt.date:
    """Day given in the query string. Raises ``Http404``."""
    try:
        found = dt.date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if not FIRST_YEAR < found.year <= month_of(clock.now()).year:
        raise Http404
    return found


# Pages that edit meters, readings, estimates and tokens.


def meter_edit(request: HttpRequest, code: str, pk: int | None = None) -> HttpResponse:
    """Form of one meter; a new one without ``pk``."""
    district = metering_to_keep(request, code)
    row = get_object_or_404(Meter, pk=pk, district=district) if pk else None

    def context(one: Meter | None, form: MeterForm) -> dict[str, Any]:
        return {"district": district, "meter": one, "form": form, "against": services.against_deleting(one) if one else []}

    page = EditPage(
        "carbon/metering/meter_edit.html", Meter, lambda data, _files, one: MeterForm(data, district=district, row=one), context
    )

    def keep(form: MeterForm) -> Meter:
        version = form.version_read() if row else None
        return services.save_meter(district=district, values=form.values(), by=signed_in(request), meter=row, version=version)

    def done(saved: Meter) -> HttpResponse:
        messages.success(request, f"计量器具“{saved}”已保存")
        return HttpResponseRedirect(reverse("carbon:meter", args=[district.code, saved.pk]))

    return page.answer(request, row, keep, done)


@require_POST
def meter_delete(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Delete a meter without readings."""
    meter, _ = meter_seen(request, code, pk)
    hold_metering(viewer_of(request).held, meter.district)
    back, loss = reverse("carbon:meter_edit", args=[code, pk]), "没有读数和分表的才能删除，删除后不能恢复。"
    if asking := deletion_question(request, f"计量器具“{meter}”", back=back, loss=loss):
        return asking
    services.delete_meter(meter=meter, by=signed_in(request))
    messages.success(request, f"计量器具“{meter}”已删除")
    return HttpResponseRedirect(reverse("carbon:meter_list", args=[code]))


@require_POST
def gap_fill(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Estimate the readings of a gap."""
    meter, _ = meter_seen(request, code, pk)
    hold_metering(viewer_of(request).held, meter.district)
    form = GapForm(request.POST)
    back = reverse("carbon:meter", args=[code, pk])
    if not form.is_valid():
        messages.error(request, "请选择估算方法")
        return HttpResponseRedirect(back)
    after = form.cleaned_data["after"]
    done = services.fill_gap(meter=meter, after=after, method=form.cleaned_data["method"], by=signed_in(request))
    messages.success(request, f"补了{done.added}个估算读数")
    return HttpResponseRedirect(f"{back}?{urlencode({'month': f'{month_of(after):%Y-%m}'})}")


# --- files of readings ---


def reading_upload(request: HttpRequest, code: str) -> HttpResponse:
    """Upload a file of readings; nothing is written before the preview is confirmed."""
    district = metering_to_keep(request, code)
    posted = request.method == "POST"
    form = ReadingFileForm(request.POST, request.FILES) if posted else ReadingFileForm()
    if posted and form.is_valid():
        with RefusalsIn(form, aliases={"": "file" if form.cleaned_data["file"] else "pasted"}):
            name, content = _sent(form.cleaned_data)
            asked = imports.ask(district=district, content=content, file_name=name, by=signed_in(request))
            return HttpResponseRedirect(_address(district, asked.pk))
    context = {"district": district, "form": form, "imports": imports_of(district), "heads": reading_file.HEADS}
    return render(request, "carbon/metering/reading_upload.html", context, status=UNPROCESSABLE if form.errors else 200)


def _sent(given: Mapping[str, Any]) -> tuple[str, bytes]:
    """Name and content of the file of readings that was chosen, or of the cells that were pasted. Raises ``Refused``."""
    upload = given["file"]
    if not upload:
        if "\t" not in given["pasted"]:
            raise Refused([Refusal(NO_CELLS, field="pasted")])
        return NAME, given["pasted"].encode()
    name = display_name(upload.name or "")
    return name, taken_upload(upload) if is_workbook(name) else upload.read(reading_file.MOST_BYTES + 1)


def _address(district: District, pk: int) -> str:
    return reverse("carbon:reading_import", args=[district.code, pk])


@require_safe
def reading_template(request: HttpRequest, code: str) -> HttpResponse:
    """Empty file of readings with its column headings."""
    district = metering_to_keep(request, code)
    return as_file(reading_file.template(), f"{district.name}-读数.csv", CSV)


def reading_import(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A file of readings: progress, then the preview to confirm, then what was written. HTMX requests only the progress."""
    district = metering_to_keep(request, code)
    asked = get_object_or_404(ReadingImport.objects.select_related("by").defer("content"), pk=pk, district=district)
    is_choice = "head" in request.POST
    form = ReadingReasonForm(request.POST if request.method == "POST" else None)
    if is_choice:
        given = zip(request.POST.getlist("head"), request.POST.getlist("column"), strict=False)
        with RefusalsIn(form):
            imports.choose(pk=pk, district=district, by=signed_in(request), given=given)
            return HttpResponseRedirect(_address(district, pk))
    if not is_choice and request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            confirmed = {"reason": form.cleaned_data["reason"], "seen": request.POST.get("seen", "")}
            imports.order(pk=pk, district=district, by=signed_in(request), **confirmed)
            return HttpResponseRedirect(_address(district, pk))
    if asked.is_waiting:
        return _progress(request, district, asked)
    if getattr(request, "htmx", False):
        return HttpResponseClientRefresh()
    context = {"district": district, "asked": asked, "seen": asked.seen, "form": form, "is_read": asked.state == QueuedState.READ}
    return render(request, "carbon/metering/reading_import.html", context, status=UNPROCESSABLE if form.errors else 200)


def _progress(request: HttpRequest, district: District, asked: ReadingImport) -> HttpResponse:
    verb = "核对" if asked.state == QueuedState.WAITING else "写入"
    job = {"label": f"{verb}{asked.file_name}", "state": "queued", "done": 0, "total": asked.seen.get("lines", 0), "unit": "行"}
    context = {"district": district, "asked": asked, "job": job, "poll": _address(district, asked.pk)}
    part = getattr(request, "htmx", False)
    return render(request, f"carbon/metering/{'_reading_job' if part else 'reading_queued'}.html", context)


# --- tokens ---


def meter_tokens(request: HttpRequest, code: str) -> HttpResponse:
    """Tokens of systems that write readings: make one (shown once) or revoke one."""
    district = metering_to_keep(request, code)
    user = signed_in(request)
    if request.method == "POST" and request.POST.get("action") == "revoke":
        token = get_object_or_404(MeterToken.objects.select_related("district"), district=district, pk=whole(request.POST.get("token"), 0))
        services.revoke_token(token=token, by=user)
        messages.success(request, f"“{token}”的令牌已收回，立即不能再写入")
        return HttpResponseRedirect(request.path)
    form = MeterTokenForm(request.POST if request.method == "POST" else None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        secret = services.make_token(district=district, label=form.cleaned_data["label"], by=user)
    tokens = MeterToken.objects.filter(district=district).select_related("made_by")
    context = {"district": district, "form": form, "secret": secret, "tokens": tokens}
    response = render(request, "carbon/metering/meter_tokens.html", context, status=UNPROCESSABLE if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response
