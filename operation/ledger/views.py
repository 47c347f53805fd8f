"""Pages of the ledger: list of districts, one district and year, entry forms."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.common.forms import words_of_district
from assessments.common.views import EXPORT_ROWS
from districts.file.forms import of_world
from districts.file.models.district import District
from districts.file.selectors.visibility import district_seen, files_visible_to
from districts.file.views.common import EditPage, district_to_read
from districts.plausibility.selectors import answered, answers_to
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.filters import ChosenFilter, ListFilter
from greendistrict.columns.lists import PLACE, RowAddress
from greendistrict.core.answers import deletion_question, redirect_saying
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook
from greendistrict.documents.selectors import evidence_of
from operation.entries.models import LedgerEntry
from operation.entries.rules import may_keep
from operation.entries.sections import BY_KEY, LedgerSection
from operation.ledger import selectors, services
from operation.ledger.lists import LEDGER_LIST, ledger_book

YEARS = 6


class LedgerFilter(ListFilter):
    """Conditions on the districts, and the year of what is listed of them."""

    q = words_of_district("")
    year = ChosenFilter("年度", (), coerce=int, empty_value=None)
    short = ChosenFilter("管理机制", [("lacking", "记录不齐"), ("whole", "记录齐全")])
    world = of_world()

    def __init__(self, data: QueryDict, queryset: QuerySet[District], *, today: dt.date) -> None:
        super().__init__(data, queryset)
        this = today.year
        self.form.fields["year"].choices = [("", "本年"), *((year, f"{year}年度") for year in range(this, this - YEARS, -1))]


TEMPLATE = "operation/ledger/entry_edit.html"


def _chosen(request: HttpRequest) -> tuple[BaseForm, list[District], int]:
    """The bound filter, the districts it selects, and the year."""
    viewer = viewer_of(request)
    asked = LedgerFilter(request.GET, selectors.ledger_districts(viewer), today=viewer.today)
    districts, chosen = list(asked.qs), asked.form.cleaned_data
    year = chosen.get("year") or viewer.today.year
    if chosen.get("short"):
        wanted = chosen["short"] == "lacking"
        districts = [row.district for row in selectors.ledger_rows(districts, year) if row.kept and row.is_short == wanted]
    return asked.form, districts, year


@require_safe
def ledger_list(request: HttpRequest) -> HttpResponse:
    """Visible titled districts with the counts of their ledger of a year."""
    form, districts, year = _chosen(request)
    context = list_context(request, districts, form, export="operation:ledger_export")
    page = context["page"]
    rows = LEDGER_LIST.rows_of(selectors.ledger_rows(list(page.object_list), year))
    address = RowAddress("operation:ledger", PLACE, year)
    shown = LEDGER_LIST.html(rows, viewer_of(request).today, address, first=page.start_index())
    return render(request, "operation/ledger/ledger_list.html", {**context, "shown": shown, "year": year})


@require_safe
def ledger_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook; the export is audited."""
    _, districts, year = _chosen(request)
    rows = LEDGER_LIST.rows_of(selectors.ledger_rows(districts[:EXPORT_ROWS], year))
    book = LEDGER_LIST.book(rows, viewer_of(request).today, "运营台账", f"{year}年度运营台账（{len(rows)}个城区）")
    return list_workbook(request, book, name="运营台账", action="operation.export", rows=len(rows))


def _read(request: HttpRequest, code: str, year: int) -> tuple[District, bool]:
    """District whose ledger the person may see, and whether they may edit it. Raises ``Http404``, ``NotAllowed``."""
    if not selectors.is_year(year, viewer_of(request).today):
        raise Http404
    district, _ = district_to_read(request, code)
    return district, may_keep(viewer_of(request).held, district)


def _kept(request: HttpRequest, code: str, year: int, section: str) -> tuple[District, LedgerSection]:
    """District and section whose entries the person may edit. Raises ``Http404``, ``NotAllowed``."""
    if section not in BY_KEY or not selectors.is_year(year, viewer_of(request).today):
        raise Http404
    viewer = viewer_of(request)
    district = district_seen(viewer, code)
    NotAllowed.unless(may_keep(viewer.held, district), services.KEEPER)
    return district, BY_KEY[section]


@require_safe
def ledger_newest(request: HttpRequest, code: str) -> HttpResponse:
    """Redirect to the ledger of this year."""
    viewer = viewer_of(request)
    district, _ = _read(request, code, viewer.today.year)
    return redirect("operation:ledger", code=district.code, year=viewer.today.year)


@require_safe
def ledger_by_key(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Link target of obligations: redirects to the ledger if the person reads the district's file, else to the list of the year."""
    found = files_visible_to(viewer_of(request)).filter(pk=pk).first()
    if found is not None:
        return redirect("operation:ledger", code=found.code, year=year)
    return redirect(f"{reverse('operation:ledger_list')}?year={year}")


@require_safe
def ledger(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """All sections of one district and year, and the missing records."""
    district, keeps = _read(request, code, year)
    found = selectors.ledger_of(district, year)
    context = {
        "district": district,
        "ledger": found,
        "years": selectors.years_kept(district, viewer_of(request).today),
        "keeps": keeps,
        "keeper": services.KEEPER,
        "answered": answered(*(part.section.model._default_manager.filter(district=district, year=year) for part in found.parts)),
        "takeable": selectors.takeable(found) if keeps else 0,
    }
    return render(request, "operation/ledger/ledger.html", context)


@require_safe
def ledger_own_export(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """One ledger as a workbook."""
    district, _ = _read(request, code, year)
    found = selectors.ledger_of(district, year)
    return list_workbook(
        request, ledger_book(found), name=f"{district.name}{year}年度运营台账", action="operation.export", rows=found.entries
    )


@require_POST
def take_over(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Copy last year's entries."""
    user = signed_in(request)
    district = district_seen(viewer_of(request), code)
    try:
        number = services.take_over(district=district, year=year, by=user)
        messages.success(request, f"已带入上年条目{number}条，请逐条核对")
    except NotAllowed:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("operation:ledger", code=code, year=year)


def _entry(section: LedgerSection, district: District, year: int, pk: int | None) -> LedgerEntry | None:
    if pk is None:
        return None
    found: LedgerEntry = get_object_or_404(section.model._default_manager.select_related("district"), district=district, year=year, pk=pk)
    return found


def entry_edit(request: HttpRequest, code: str, year: int, section: str, pk: int | None = None) -> HttpResponse:
    """Form of one entry; a new one without ``pk``."""
    district, chosen = _kept(request, code, year, section)
    row = _entry(chosen, district, year, pk)

    def context(one: Any, form: Any) -> dict[str, Any]:
        files = list(evidence_of(one)) if one else []
        return {
            "district": district,
            "year": year,
            "section": chosen,
            "row": one,
            "form": form,
            "files": files,
            "answers": answers_to(one) if one else [],
        }

    def keep(form: Any) -> LedgerEntry:
        return services.save_entry(
            section=chosen,
            district=district,
            year=year,
            values=form.values(),
            uploads=form.cleaned_data.get("upload", ()),
            explanation=form.explained,
            by=signed_in(request),
            row=row,
            version=form.version_read() if row else None,
        )

    def done(saved: LedgerEntry) -> HttpResponse:
        return redirect_saying(request, f"{chosen.noun}“{saved}”已保存", "operation:ledger", code=code, year=year)

    page = EditPage(
        TEMPLATE,
        chosen.model,
        lambda data, files, one: chosen.form(data, files, year=year, today=viewer_of(request).today, row=one),
        context,
    )
    return page.answer(request, row, keep, done)


@require_POST
def entry_confirm(request: HttpRequest, code: str, year: int, section: str, pk: int) -> HttpResponse:
    """Confirm that a copied entry holds this year."""
    district, chosen = _kept(request, code, year, section)
    row = _entry(chosen, district, year, pk)
    if row is not None:
        saved = services.confirm_entry(section=chosen, row=row, by=signed_in(request))
        messages.success(request, f"{chosen.noun}“{saved}”已核对")
    return redirect("operation:ledger", code=code, year=year)


@require_POST
def entries_confirm(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Confirm the copied entries that the page showed (``row``: section and key, as ``bodies-12``), all in one press."""
    district, keeps = _read(request, code, year)
    NotAllowed.unless(keeps, services.KEEPER)
    rows = selectors.entries_of(district, year, request.POST.getlist("row"))
    number = services.confirm_entries(rows=rows, by=signed_in(request))
    messages.success(request, f"已核对上年带入的条目{number}条" if number else "没有待核对的条目")
    return redirect("operation:ledger", code=code, year=year)


@require_POST
def entry_drop(request: HttpRequest, code: str, year: int, section: str, pk: int) -> HttpResponse:
    """Delete an entry."""
    district, chosen = _kept(request, code, year, section)
    row = _entry(chosen, district, year, pk)
    if row is not None:
        back = reverse("operation:entry_edit", args=[code, year, section, pk])
        if asking := deletion_question(request, f"{chosen.noun}“{row}”", back=back, loss="证明材料一并删除，删除后不能恢复。"):
            return asking
        services.drop_entry(section=chosen, row=row, by=signed_in(request))
        messages.success(request, f"{chosen.noun}“{row}”已删除")
    return redirect("operation:ledger", code=code, year=year)
