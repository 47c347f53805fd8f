"""Pages of the three lists (plots, key projects, works) as tables with forms.

Also here: Page with the sources of one plot, key project or work.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from districts.file.models.district import District
from districts.file.views.common import (
    EditPage,
    back_address,
    district_of_form,
    district_to_edit,
    district_to_list,
    district_to_read,
    section_context,
)
from districts.lists import forms
from districts.lists import selectors as fragments
from districts.lists import services as rows
from districts.lists.selectors import row_origins
from districts.plausibility.selectors import answered, answers_to
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from districts.projects.rules import lists_works
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core.answers import deletion_question
from greendistrict.core.integers import whole


@dataclass(frozen=True)
class List:
    """One of the three lists: words, model, form."""

    section: str
    noun: str
    related: str
    model: type[Plot | KeyProject | Work]
    form: type[forms.ListRowForm]
    context: Callable[..., dict[str, Any]]
    table: str
    suggestions: tuple[str, tuple[str, ...]]
    opens: Callable[[HeldPosts, District], bool] = lambda _held, _district: False  # to whom while the file is closed


LISTS = {
    "plots": List(
        "plot_list", "地块", "plots", Plot, forms.PlotForm, fragments.plots_context, "districts/lists/_plots.html",
        ("land-uses", forms.LAND_USES),
    ),
    "projects": List(
        "key_project_list", "近期重点项目", "key_projects", KeyProject, forms.KeyProjectForm, fragments.key_projects_context,
        "districts/lists/_key_projects.html", ("categories", forms.CATEGORIES),
    ),
    "works": List(
        "work_list", "市政设施", "works", Work, forms.WorkForm, fragments.works_context, "districts/lists/_works.html",
        ("work-kinds", forms.WORK_KINDS), lists_works,
    ),
}  # fmt: skip
TEMPLATE = "districts/lists/row_list.html"
FORM_TEMPLATE = "districts/lists/row_edit.html"


@require_safe
def row_list(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Show the table; editors get links to add and change rows."""
    listed = LISTS[kind]
    district, editable, reads_file = district_to_list(request, code, listed.opens)
    # a link may ask for certain rows, such as those a check found incomplete
    only = [key for text in request.GET.get("only", "").split(",") if (key := whole(text)) is not None]
    edit = RowAddress(f"districts:{listed.section.replace('_list', '_edit')}", district.code, back=back_address(request))
    shown = listed.context(district, viewer_of(request).today, only, edit=edit if editable else None)
    context = {**section_context(request, district, listed.section), **shown}
    more = {
        "only": only,
        "listed": listed,
        "editable": editable,
        "reads_file": reads_file,
        "answered": answered(getattr(district, listed.related).all()),
        "has_rows": getattr(district, listed.related).exists(),
        "add_fields": empty_fields(kind) if editable else "",
        "create_href": _address(request, listed.section.replace("_list", "_create"), district),
        "hrefs": {what: _address(request, listed.section.replace("_list", f"_{what}"), district) for what in ("export", "import")},
    }
    return render(request, TEMPLATE, {**context, **more})


@cache
def empty_fields(kind: str) -> SafeString:
    """Rendered fields and suggestions of an empty form: equal for all users, so rendered once."""
    listed = LISTS[kind]
    return render_to_string("districts/lists/_empty_fields.html", {"listed": listed, "form": listed.form()})


def _address(request: HttpRequest, name: str, district: District, **more: int) -> str:
    """URL of a row's page that keeps the return URL."""
    address = reverse(f"districts:{name}", kwargs={"code": district.code, **more})
    back = back_address(request)
    return f"{address}?{urlencode({'next': back})}" if back else address


def row_edit(request: HttpRequest, code: str, kind: str, pk: int | None = None) -> HttpResponse:
    """Show and save the form of one row; 保存 returns to the table, 保存并再加一条 to an empty form."""
    district = district_of_form(request, code)
    listed = LISTS[kind]
    row = get_object_or_404(getattr(district, listed.related), pk=pk) if pk else None
    context = partial(_form_context, request, district, kind)
    page = EditPage(FORM_TEMPLATE, listed.model, lambda data, _files, one: listed.form(data, row=one), context)

    def keep(form: forms.ListRowForm) -> Any:
        version = form.version_read() if row else None
        return rows.save(
            listed.model,
            district=district,
            values=form.values(),
            by=signed_in(request),
            row=row,
            version=version,
            explanation=form.explained,
        )

    def done(saved: Any) -> HttpResponse:
        messages.success(request, f"{listed.noun}“{saved}”已保存")
        return HttpResponseRedirect(_after(request, district, kind))

    return page.answer(request, row, keep, done)


def _after(request: HttpRequest, district: District, kind: str) -> str:
    if request.POST.get("do") == "more":
        return request.get_full_path()
    return _address(request, LISTS[kind].section, district)


def _form_context(
    request: HttpRequest, district: District, kind: str, row: Plot | KeyProject | Work | None, form: forms.ListRowForm
) -> dict[str, Any]:
    listed = LISTS[kind]
    return {
        **section_context(request, district, listed.section),
        "listed": listed,
        "row": row,
        "answers": answers_to(row) if row else [],
        "form": form,
        "list_href": _address(request, listed.section, district),
        "delete_href": _address(request, listed.section.replace("_list", "_delete"), district, pk=row.pk) if row else "",
        "against": rows.against_deleting(row) if row else [],
    }


@require_POST
def row_delete(request: HttpRequest, code: str, kind: str, pk: int) -> HttpResponse:
    """Delete a row after confirmation; rows of the pilot baseline are kept (the refusal page says why)."""
    district = district_to_edit(request, code)
    listed = LISTS[kind]
    row = get_object_or_404(getattr(district, listed.related), pk=pk)
    words = str(row)
    back = _address(request, listed.section.replace("_list", "_edit"), district, pk=row.pk)
    if asking := deletion_question(request, f"{listed.noun}“{words}”", back=back, loss="连同已填的各项内容一起删除，不能恢复。"):
        return asking
    rows.delete(row, by=signed_in(request))
    messages.success(request, f"{listed.noun}“{words}”已删除")
    return HttpResponseRedirect(_after(request, district, kind))


@require_safe
def row_sources(request: HttpRequest, code: str, kind: str, pk: int) -> HttpResponse:
    """Show each figure of the row with its source, author and time of entry, to everybody who reads the file."""
    district, editable = district_to_read(request, code)
    listed = LISTS[kind]
    row = get_object_or_404(getattr(district, listed.related), pk=pk)
    context = {
        "district": district,
        "listed": listed,
        "row": row,
        "origins": row_origins(row),
        "editable": editable,
        "list_href": reverse(f"districts:{listed.section}", args=[code]),
        "edit_href": reverse(f"districts:{listed.section.replace('_list', '_edit')}", args=[code, pk]),
    }
    return render(request, "districts/lists/row_sources.html", context)
