"""Helpers shared by the pages of the district file: access, sections, refused and stale forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from districts.common.enums import ImportKind, Stage
from districts.file.file_locks import lock_reasons
from districts.file.models.district import District, ListImport
from districts.file.rules import is_bureau, may_edit_district, may_read_file, sides_of
from districts.file.selectors.visibility import district_seen
from districts.file.services import hold_editor, hold_right
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.refusals import add_refusals
from greendistrict.workflow.pages import as_of

Shown = TypeVar("Shown", bound=forms.BaseForm)
SECTIONS = {
    "profile_edit": "基本情况",
    "boundary_list": "范围",
    "plan_edit": "专业规划",
    "indicator_system": "指标体系",
    "plot_list": "地块",
    "key_project_list": "近期重点项目",
    "work_list": "市政设施",
}
UNPROCESSABLE = 422


@dataclass(frozen=True)
class Conflict:
    """A field that somebody else changed meanwhile: stored value and typed value."""

    label: str
    stored: str
    typed: str


def district_to_edit(request: HttpRequest, code: str) -> District:
    """District whose file the user may edit; raises ``Http404`` if it is not visible, ``NotAllowed`` if it may not be edited."""
    user = signed_in(request)
    district = district_seen(viewer_of(request), code)
    hold_editor(user, district)
    return district


def district_of_form(request: HttpRequest, code: str) -> District:
    """As ``district_to_edit``, but what is posted to a locked file is left to the service, whose refusal comes with the form.

    Who filled the form in before the lock finds texts and files again.
    """
    if request.method != "POST":
        return district_to_edit(request, code)
    district = district_seen(viewer_of(request), code)
    hold_right(signed_in(request), district)
    return district


def district_to_fill(request: HttpRequest, code: str) -> tuple[District, bool]:
    """District whose file the user fills in, and whether the form is open: a locked file is shown, and refused in the form that is posted.

    Raises ``Http404`` if it is not visible, ``NotAllowed`` if it is not theirs to edit.
    """
    district = district_seen(viewer_of(request), code)
    hold_right(signed_in(request), district)
    return district, request.method == "POST" or not lock_reasons(district)


def read_only(form: Shown, *, editable: bool) -> Shown:
    """The form as it is shown: while the file is locked, with fields that cannot be changed."""
    if not editable:
        for field in form.fields.values():
            field.disabled = True
    return form


def district_to_read(request: HttpRequest, code: str) -> tuple[District, bool]:
    """District whose inner file the user reads, and whether they may edit it now. Raises ``Http404``, ``NotAllowed``.

    ``file_locks.lock_reasons`` gives the reasons of a lock.
    """
    viewer = viewer_of(request)
    district = district_seen(viewer, code)
    held = viewer.held
    editor = may_edit_district(held, district)
    if not editor and not may_read_file(held, district):
        if district.stage == Stage.CANDIDATE and (sides_of(held) or is_bureau(held, district)):
            msg = "这个城区还在培育、尚未报送申报，资料由申报主体填写，报送后可以查看"
            raise NotAllowed(msg)
        hold_editor(viewer.user, district)
    return district, editor and not lock_reasons(district)


def district_to_list(request: HttpRequest, code: str, opens: Callable[[HeldPosts, District], bool]) -> tuple[District, bool, bool]:
    """District, whether the user may edit its file now, and whether they may read it.

    For a list that ``opens`` to some users while the file is closed. Raises ``Http404``, ``NotAllowed``.
    """
    viewer = viewer_of(request)
    try:
        return *district_to_read(request, code), True
    except NotAllowed:
        district = district_seen(viewer, code)
        if opens(viewer.held, district):
            return district, False, False
        raise


def back_address(request: HttpRequest) -> str:
    """URL from which the section was opened (``next``), if it belongs to the portal."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}) else ""


def section_address(name: str, district: District, back: str) -> str:
    """URL of a section that keeps the return URL."""
    address = reverse(f"districts:{name}", kwargs={"code": district.code})
    return f"{address}?{urlencode({'next': back})}" if back else address


def section_context(request: HttpRequest, district: District, current: str) -> dict[str, Any]:
    """Template context around a section: names, links, buttons."""
    back = back_address(request)
    names = list(SECTIONS)
    position = names.index(current)
    detail = reverse("districts:district_detail", kwargs={"code": district.code})
    after = names[position + 1] if position + 1 < len(names) else ""
    return {
        "district": district,
        "editor": may_edit_district(viewer_of(request).held, district),
        "back": back,
        "back_label": "返回申报" if back else "返回城区",
        "back_href": back or detail,
        "sections": [
            {"name": label, "href": section_address(name, district, back), "now": name == current} for name, label in SECTIONS.items()
        ],
        "section": SECTIONS[current],
        "previous_href": section_address(names[position - 1], district, back) if position else "",
        "next_href": section_address(after, district, back) if after else (back or detail),
        "next_label": "下一步" if after else ("返回申报" if back else "完成"),
    }


def after_saving(request: HttpRequest, context: Mapping[str, Any], said: str) -> HttpResponseRedirect:
    """Redirect after saving: 暂存 stays on the section, 下一步 goes on."""
    messages.success(request, said)
    if request.POST.get("do") == "next":
        return HttpResponseRedirect(context["next_href"])
    return HttpResponseRedirect(request.get_full_path())


def imports_of(district: District, kind: ImportKind) -> list[ListImport]:
    """The latest imports of a list, without the stored rows."""
    return list(district.imports.filter(kind=kind).select_related("imported_by", "undone_by").defer("rows")[:10])


def conflicts_of(fresh: forms.BaseForm, typed: forms.BaseForm) -> list[Conflict]:
    """Fields whose stored value differs from the typed one; ``fresh`` is the form of the stored values."""
    conflicts = []
    for name in typed.fields:
        if name in {"version", "explanation"} or isinstance(typed.fields[name], forms.FileField):
            continue
        stored, own = shown(fresh, name, fresh.get_initial_for_field(fresh.fields[name], name)), shown(typed, name, typed[name].value())
        if stored != own:
            conflicts.append(Conflict(str(typed[name].label), stored or "未填", own or "未填"))
    return conflicts


def shown(form: forms.BaseForm, name: str, value: Any) -> str:
    """Value of a field in words."""
    field = form.fields[name]
    words = {str(key): str(word) for key, word in getattr(field, "choices", ())}
    values = value if isinstance(value, list | tuple) else [value]
    keys = [str(field.prepare_value(entry)) for entry in values if entry not in (None, "")]
    return "、".join(words.get(key, _plain(key)) for key in keys)


def _plain(text: str) -> str:
    """Number without trailing zeros."""
    return text.rstrip("0").rstrip(".") if "." in text and text.replace(".", "").isdigit() else text


def stale_page(request: HttpRequest, template: str, context: dict[str, Any], stale: Stale) -> HttpResponse:
    """Respond with 409: the form keeps what was typed and shows the stored values beside it."""
    return render(request, template, {**context, "stale": stale.refusals[0].text}, status=stale.status)


@dataclass(frozen=True)
class EditPage:
    """Page with the form of one stored row: saved, refused with reasons at the fields, or shown with the stored values after a conflict.

    ``form_of(data, files, row)`` creates the form (without data from the row); ``context(row, form)`` is the context of ``template``.
    ``model`` is the model of the row in a conflict. Refusals of the kinds in ``passing`` have their own page. ``conflicts(fresh, typed)``
    finds what was stored meanwhile.
    """

    template: str
    model: type[models.Model]
    form_of: Callable[[Any, Any, Any], Any]
    context: Callable[[Any, Any], dict[str, Any]]
    passing: tuple[type[Refused], ...] = (NotAllowed,)
    conflicts: Callable[[Any, Any], list[Conflict]] = conflicts_of

    def answer(
        self, request: HttpRequest, row: models.Model | None, keep: Callable[[Any], Any], done: Callable[[Any], HttpResponse]
    ) -> HttpResponse:
        """Show the form; on POST ``keep(form)`` stores it and ``done(saved)`` responds."""
        if request.method != "POST":
            return render(request, self.template, self.context(row, self.form_of(None, None, row)))
        form = self.form_of(request.POST, request.FILES, row)
        if form.is_valid():
            try:
                saved = keep(form)
            except Stale as stale:
                return self._beside(request, stale)
            except self.passing:
                raise
            except Refused as refused:
                add_refusals(form, refused)
            else:
                return done(saved)
        return render(request, self.template, self.context(row, form), status=UNPROCESSABLE)

    def _beside(self, request: HttpRequest, stale: Stale) -> HttpResponse:
        """The form with the typed values and the stored version, so that saving again overwrites."""
        stored = stale.current
        if not isinstance(stored, self.model):
            raise stale
        form = self.form_of(as_of(request.POST, stored), request.FILES, stored)
        form.is_valid()
        conflicts = self.conflicts(self.form_of(None, None, stored), form)
        return stale_page(request, self.template, {**self.context(stored, form), "conflicts": conflicts}, stale)
