"""Monthly board of a district with its exports, the list of meters, and one meter in detail.

Also here: Access checks shared by the metering pages.
"""

import datetime as dt
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from carbon.metering.board_files import as_csv, as_workbook_of
from carbon.metering.checks import CHECKS
from carbon.metering.columns import METER_LIST
from carbon.metering.consumption import month_of
from carbon.metering.estimates import METHODS
from carbon.metering.forms import GapForm
from carbon.metering.models import Meter
from carbon.metering.rules import hold_metering, keeps_meters
from carbon.metering.selectors.board import MONTHS, CarrierYear, above_parents, board, board_with_years
from carbon.metering.selectors.meters import day_view, meter_list, meters_visible_to, month_view, months_of, open_imports
from districts.file.models.district import District
from districts.file.views.common import district_to_read
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.audit import services as audit
from greendistrict.columns.lists import RowAddress
from greendistrict.core import charts, clock
from greendistrict.core.integers import whole
from greendistrict.core.paging import list_context
from greendistrict.core.rounding import half_up
from greendistrict.documents.downloads import as_file, as_workbook

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
    return render_to_string("carbon/metering/_carrier.html", {"row": row, "chart": chart, "labels": LABELS, "legend": legend})


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
    gaps = [(fault, GapForm(initial={"after": fault.first.isoformat() if fault.first else ""})) for fault in faults if fault.kind == "gap"]
    labels, amounts = [str(date.day) for date, _, _ in days], [_figure(use.amount) for _, use, _ in days]
    chart = charts.line(labels, [charts.Series("日用量", amounts)], unit=meter.unit, title="日用量")
    return {
        "month": month,
        "year": month.year,
        "days": days,
        "faults": faults,
        "gaps": gaps,
        "methods": METHODS,
        "day_chart": chart if days else "",
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
