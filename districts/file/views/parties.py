"""Pages of designated bodies, sub-areas, papers, funds, renewal projects and honours."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from districts.common.enums import DistrictType
from districts.file import columns, forms, services
from districts.file.models.district import District, ExternalHonour
from districts.file.models.parties import DistrictPaper, Fund, RenewalProject, SubArea
from districts.file.rules import may_designate, may_watch
from districts.file.selectors.parties import answered_of, areas_told, bodies_of, funds_told, renewal_told
from districts.file.selectors.visibility import authorities_choosable
from districts.file.views.common import UNPROCESSABLE, EditPage, district_of_form, district_to_edit, district_to_read
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.lists import ListTable, RowAddress
from greendistrict.core.answers import deletion_question
from greendistrict.core.errors import NotAllowed
from greendistrict.core.refusals import RefusalsIn


@dataclass(frozen=True)
class PartyList:
    """One of the lists: its table, model and form, and what is told above it."""

    table: ListTable
    model: type[Any]
    form: type[forms.FileListForm]
    related: str
    told: Callable[[District, list[Any]], str] = lambda _district, _rows: ""
    note: str = ""

    @property
    def noun(self) -> str:
        """What its rows are."""
        return self.table.caption


RENEWAL = "renewal-projects"
KINDS = {
    "sub-areas": PartyList(columns.SUB_AREA_LIST, SubArea, forms.SubAreaForm, "sub_areas", areas_told),
    "papers": PartyList(columns.PAPER_LIST, DistrictPaper, forms.PaperForm, "papers"),
    "funds": PartyList(columns.FUND_LIST, Fund, forms.FundForm, "funds", funds_told),
    RENEWAL: PartyList(columns.RENEWAL_LIST, RenewalProject, forms.RenewalProjectForm, "renewal_projects", renewal_told, "六（二）"),
    "honours": PartyList(columns.HONOUR_LIST, ExternalHonour, forms.HonourForm, "honours", note="不属于本市试点和示范称号"),
}
TEMPLATE = "districts/file/entry_edit.html"


def designated_body(request: HttpRequest, pk: int) -> HttpResponse:
    """Show designated bodies of an authority, newest first, with a form for the next."""
    viewer = viewer_of(request)
    authority = get_object_or_404(authorities_choosable(), pk=pk)
    held = viewer.held
    allowed = may_designate(held, authority)
    if not allowed and not may_watch(held):
        raise Http404
    if request.method == "POST":
        NotAllowed.unless(allowed, services.DESIGNATED_BY)  # before the form is read
    form = forms.DesignateForm(request.POST or None, authority=authority)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            made = services.designate(authority=authority, by=viewer.user, **form.cleaned_data)
            messages.success(request, f"已登记{made}为{authority}的区专门机构")
            return redirect("districts:designated_body", pk=pk)
    bodies = authority.designated_bodies.select_related("body", "entered_by")
    context = {"authority": authority, "bodies": bodies, "form": form if allowed else None, "may_watch": may_watch(held)}
    return render(request, "districts/file/designated_body.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_safe
def district_file(request: HttpRequest, code: str) -> HttpResponse:
    """Show bodies, sub-areas, papers, funds, honours and, of a renewal district, projects."""
    district, editable = district_to_read(request, code)
    lists = []
    for kind, listed in KINDS.items():
        if kind != RENEWAL or district.type == DistrictType.RENEWAL:
            rows = listed.table.read(listed.table.ordered(getattr(district, listed.related), ""))
            edit = RowAddress("districts:entry_edit", code, kind) if editable else None
            shown = listed.table.html(rows, viewer_of(request).today, edit, first=None) if rows else None
            lists.append((kind, listed, listed.told(district, rows), shown))
    context = {"district": district, "editable": editable, "lists": lists, "bodies": bodies_of(district), "answered": answered_of(district)}
    return render(request, "districts/file/district_file.html", context)


def _kind(name: str) -> PartyList:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def entry_edit(request: HttpRequest, code: str, kind: str, pk: int | None = None) -> HttpResponse:
    """Show and save the form of one row; without ``pk`` a new one."""
    district, listed = district_of_form(request, code), _kind(kind)
    row = get_object_or_404(getattr(district, listed.related), pk=pk) if pk else None
    page = EditPage(
        TEMPLATE,
        listed.model,
        lambda data, _files, one: listed.form(data, row=one, today=viewer_of(request).today),
        lambda one, form: {
            "district": district,
            "kind": kind,
            "noun": listed.noun,
            "row": one,
            "form": form,
            "against": services.against_dropping(one) if one else [],
        },
    )

    def keep(form: forms.FileListForm) -> Any:
        version = form.version_read() if row else None
        return services.save_entry(
            district=district, model=listed.model, values=form.values(), by=signed_in(request), row=row, version=version
        )

    def done(saved: Any) -> HttpResponse:
        messages.success(request, f"{listed.noun}“{saved}”已保存")
        return redirect("districts:district_file", code=code)

    return page.answer(request, row, keep, done)


@require_POST
def entry_drop(request: HttpRequest, code: str, kind: str, pk: int) -> HttpResponse:
    """Delete a row of a list."""
    district, listed = district_to_edit(request, code), _kind(kind)
    row = get_object_or_404(getattr(district, listed.related), pk=pk)
    if asking := deletion_question(request, f"{listed.noun}“{row}”", back=reverse("districts:entry_edit", args=[code, kind, pk])):
        return asking
    services.drop_entry(row=row, by=signed_in(request))
    messages.success(request, f"{listed.noun}“{row}”已删除")
    return redirect("districts:district_file", code=code)
