"""系统对接: all adapters with their exchanges, and one page for each with the exact form of its files; for the system keeper."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from districts.file.selectors.visibility import districts_edited_by, files_visible_to
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.errors import Refused
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import as_file
from portal.adapters import services
from portal.adapters.catalogue import ADAPTERS
from portal.adapters.credit import CREDIT, differences
from portal.adapters.forms import AdapterFilter, BringForm
from portal.adapters.plots import granted
from portal.adapters.rules import may_keep_adapters
from portal.adapters.selectors import AdapterLine, adapter_lines, exchanges_visible_to, items_of

SHOWN = 20


def _keeper(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not may_keep_adapters(viewer.held):
        raise Http404
    return viewer


def _line(viewer: Viewer, key: str) -> AdapterLine:
    found = next((line for line in adapter_lines(viewer) if line.adapter.key == key), None)
    if found is None:
        raise Http404
    return found


def _named(exchanges: list[Any]) -> list[tuple[Any, str, list[Any]]]:
    """Exchanges with the name of their adapter and their items."""
    items = items_of(exchanges)
    return [(one, ADAPTERS[one.adapter].name if one.adapter in ADAPTERS else one.adapter, items.get(one.run, [])) for one in exchanges]


@require_safe
def adapters(request: HttpRequest) -> HttpResponse:
    """All adapters, and the exchanges of all."""
    viewer = _keeper(request)
    form = AdapterFilter(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    found = exchanges_visible_to(viewer).filter(**{name: value for name, value in asked.items() if value})
    context = list_context(request, found, form)
    context |= {"adapters": adapter_lines(viewer), "exchanges": _named(list(context["page"]))}
    return render(request, "portal/adapters/adapters.html", context)


@require_safe
def adapter(request: HttpRequest, key: str) -> HttpResponse:
    """One adapter: setting, rules, form of its files, last exchanges."""
    viewer = _keeper(request)
    return _page(request, viewer, _line(viewer, key), BringForm())


def _page(request: HttpRequest, viewer: Viewer, line: AdapterLine, bringing: BringForm) -> HttpResponse:
    one = line.adapter
    ways = [(way, part.form, json.dumps(part.example(one.key), ensure_ascii=False, indent=2)) for way, part in one.ways]
    last = list(exchanges_visible_to(viewer).filter(adapter=one.key)[:SHOWN])
    context = {
        "line": line,
        "ways": ways,
        "exchanges": _named(last),
        "bringing": bringing,
        "differences": list(differences()) if one is CREDIT else [],
        "can_bring": line.can_bring,
        "can_carry": line.can_carry,
    }
    return render(request, "portal/adapters/adapter.html", context, status=422 if bringing.errors else 200)


@require_POST
def adapter_run(request: HttpRequest, key: str) -> HttpResponse:
    """Exchange now."""
    viewer = _keeper(request)
    _line(viewer, key)
    try:
        services.ask_for_exchange(key=key, by=viewer.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "已交后台交换，结果列在“交换记录”")
    return redirect("portal:adapter", key=key)


@require_POST
def adapter_bring(request: HttpRequest, key: str) -> HttpResponse:
    """Take a file that came by hand."""
    viewer = _keeper(request)
    line = _line(viewer, key)
    form = BringForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, viewer, line, form)
    try:
        made = services.bring(key=key, content=form.cleaned_data["file"].read(), by=viewer.user)
    except Refused as refused:
        form.add_error("file", str(refused))
        return _page(request, viewer, line, form)
    if made and made.error:
        messages.error(request, f"收入{made.items}条，未收{made.refused}条：{made.error}")
    else:
        messages.success(request, f"收入{made.items if made else 0}条")
    return redirect("portal:adapter", key=key)


@require_POST
def adapter_carry(request: HttpRequest, key: str) -> HttpResponse:
    """Download what goes out, to be carried by hand."""
    viewer = _keeper(request)
    _line(viewer, key)
    try:
        content = services.carry(key=key, by=viewer.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("portal:adapter", key=key)
    return as_file(content, f"{ADAPTERS[key].name} {viewer.today}.json", "application/json")


@require_safe
def granted_plots(request: HttpRequest, code: str) -> HttpResponse:
    """What the land market says of a district's plots otherwise than the portal, for whoever reads its file."""
    viewer = viewer_of(request)
    district = get_object_or_404(files_visible_to(viewer), code=code)
    edits = districts_edited_by(viewer).filter(pk=district.pk).exists()
    context = {"district": district, "differences": granted([district]), "edits": edits}
    return render(request, "portal/adapters/granted_plots.html", context)
