"""Pages of the archive: list, volume with items, their forms and steps."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.common.views import timeline_entry
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Refused
from greendistrict.core.integers import whole
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import UNPROCESSABLE, MatterPage
from greendistrict.workflow.procedure import offered
from reports.archive import selectors
from reports.archive.columns import VOLUME_LIST
from reports.archive.documents import BASIS, DEFAULTS, cover_of, pages_in_words
from reports.archive.forms import HandOverForm, ItemForm, VolumeFilter, VolumeForm
from reports.archive.lifecycle import ARCHIVE_VOLUME, prepares_volumes, reads_archive
from reports.archive.models import ArchiveItem, ArchiveVolume, VolumeState
from reports.archive.services import change_item, change_volume, collect, open_volume, open_volumes
from reports.archive.sources import ARCHIVE_SOURCES

MOST_UNFILED = 20
MOST_AT_ONCE = 50
REPORTS, ARCHIVE = ("报告", "reports:report_center"), ("档案", "reports:archive_list")


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [*((label, reverse(name)) for label, name in (REPORTS, ARCHIVE)), *more]


@require_safe
def archive_list(request: HttpRequest) -> HttpResponse:
    """Show volumes filtered by the query string, and finished matters without a volume."""
    viewer = viewer_of(request)
    if not reads_archive(viewer.held):
        raise Http404
    found = VolumeFilter(request.GET, queryset=selectors.volumes_visible_to(viewer), request=request)
    context = list_context(request, selectors.counted(found.qs), found.form, export="reports:archive_export")
    rows = VOLUME_LIST.read(context["page"].object_list)
    context |= {
        "shown": VOLUME_LIST.html(rows, viewer.today, RowAddress("reports:archive_volume"), first=context["page"].start_index()),
        "unfiled": [] if request.GET else selectors.unfiled_matters(viewer, MOST_UNFILED),
        "most": MOST_AT_ONCE,
        "fonds": selectors.fonds(),
        "fonds_href": reverse("approvals:setting", args=[selectors.FONDS]),
        "crumbs": [(REPORTS[0], reverse(REPORTS[1])), (ARCHIVE[0], "")],
    }
    return render(request, "reports/archive/archive_list.html", context)


@require_safe
def archive_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered list of volumes as a workbook."""
    viewer = viewer_of(request)
    if not reads_archive(viewer.held):
        raise Http404
    found = VolumeFilter(request.GET, queryset=selectors.volumes_visible_to(viewer), request=request)
    volumes = VOLUME_LIST.read(selectors.counted(found.qs))
    book = VOLUME_LIST.book(volumes, viewer.today, "案卷", f"案卷（{len(volumes)}卷）")
    return list_workbook(request, book, name="案卷", action="archive.export", rows=len(volumes))


@require_POST
def archive_open(request: HttpRequest, source: str, matter: int) -> HttpResponse:
    """Create the volume of a finished matter."""
    viewer = viewer_of(request)
    if not reads_archive(viewer.held):
        raise Http404
    there = selectors.volume_of(source, matter)
    if there is None:
        there = open_volume(source=source, matter=matter, by=viewer.user)
        messages.success(request, "已立卷，请核对每一件")
    return HttpResponseRedirect(reverse("reports:archive_volume", args=[there.pk]))


@require_POST
def archive_open_many(request: HttpRequest) -> HttpResponse:
    """Create the volumes of the finished matters that were ticked; each as its own, so that one that is refused keeps none back."""
    viewer = viewer_of(request)
    if not reads_archive(viewer.held):
        raise Http404
    ticked = request.POST.getlist("matter")
    chosen = [selectors.named_matter(text) for text in ticked[:MOST_AT_ONCE]]
    opened, refused = open_volumes(matters=[one for one in chosen if one], by=viewer.user)
    for text in refused:
        messages.warning(request, text)
    if len(ticked) > MOST_AT_ONCE:
        messages.warning(request, f"一次最多立卷{MOST_AT_ONCE}件，其余{len(ticked) - MOST_AT_ONCE}件请再次办理")
    none = "没有立卷，原因见上" if ticked else "没有立卷：请勾选要立卷的事项"
    return redirect_saying(request, f"已立卷{opened}件，请逐卷核对每一件" if opened else none, "reports:archive_list")


def _seen(viewer: Viewer, pk: int) -> ArchiveVolume:
    return get_object_or_404(selectors.volumes_visible_to(viewer).select_related("district", "prepared_by", "checked_by"), pk=pk)


def _context(viewer: Viewer, volume: ArchiveVolume, **extra: Any) -> dict[str, Any]:
    lines = selectors.item_lines(viewer, volume)
    kept = [line for line in lines if line["item"].number]
    source = ARCHIVE_SOURCES.get(volume.source)
    matter = source.finished(viewer).filter(pk=volume.matter).first() if source else None
    return {
        "volume": volume,
        "state": ARCHIVE_VOLUME.state(volume.status),
        "lines": kept,
        "left_out": [line for line in lines if not line["item"].number],
        "pages": pages_in_words([line["pages"] for line in kept]),
        "cover": cover_of(volume),
        "basis": BASIS,
        "defaults": DEFAULTS,
        "matter_page": source.page(matter) if source and matter else "",
        "may_edit": prepares_volumes(viewer.held) and volume.status == VolumeState.PREPARING,
        "closed": volume.status != VolumeState.PREPARING,
        "offered": offered(volume, viewer.user),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(volume))],
        "crumbs": _crumbs((str(volume), "")),
        **extra,
    }


VOLUME = MatterPage("reports:archive_volume", "reports/archive/archive_volume.html", _seen, _context)


@require_safe
def archive_volume(request: HttpRequest, pk: int) -> HttpResponse:
    """One volume with its items."""
    return VOLUME.show(request, pk)


@require_POST
def archive_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the posted step of a volume."""
    return VOLUME.act(request, pk)


def archive_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and save the form of the hand-over: receiver and day."""
    volume = _seen(viewer_of(request), pk)
    return HAND_OVER.step(request, volume, HandOverForm, action="hand_over", of=VOLUME, words="已移交")


def _hand_over_context(viewer: Viewer, volume: ArchiveVolume, **extra: Any) -> dict[str, Any]:
    offers = offered(volume, viewer.user, action="hand_over")
    if not offers and not extra:
        raise Http404
    crumbs = _crumbs((str(volume), reverse("reports:archive_volume", args=[volume.pk])), ("移交", ""))
    return {"volume": volume, "form": HandOverForm(today=viewer.today), "offered": offers, "crumbs": crumbs, **extra}


HAND_OVER = MatterPage("reports:archive_hand_over", "reports/archive/archive_hand_over.html", _seen, _hand_over_context)


@require_POST
def archive_collect(request: HttpRequest, pk: int) -> HttpResponse:
    """Add papers of the matter created later."""
    viewer = viewer_of(request)
    volume = _seen(viewer, pk)
    try:
        count = collect(volume=volume, version=whole(request.POST.get("version"), -1), by=viewer.user)
    except Refused as refused:
        return VOLUME.again(request, pk, refused)
    return VOLUME.done(request, pk, f"新收集{count}件")


def archive_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit 题名, 保管期限 and 说明 of a volume in preparation."""
    viewer = viewer_of(request)
    volume = _editable(viewer, pk)
    form = VolumeForm(
        request.POST if request.method == "POST" else None, initial={name: getattr(volume, name) for name in VolumeForm.base_fields}
    )
    keep = partial(change_volume, volume=volume, by=viewer.user)
    return _form_page(request, volume, form, keep, heading="修改案卷")


def archive_item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Edit an item's description, its place, or the reason for leaving it out."""
    viewer = viewer_of(request)
    volume = _editable(viewer, pk)
    found = get_object_or_404(selectors.items_visible_to(viewer).filter(volume=volume), pk=item)
    initial = {name: getattr(found, name) for name in ItemForm.base_fields}
    if found.job is not None:
        initial["pages"] = found.job.pages
    form = ItemForm(request.POST if request.method == "POST" else None, initial=initial, item=found)
    keep = partial(change_item, item=found, by=viewer.user)
    return _form_page(request, volume, form, keep, heading="修改归档文件", item=found)


def _editable(viewer: Viewer, pk: int) -> ArchiveVolume:
    if not prepares_volumes(viewer.held):
        raise Http404
    return _seen(viewer, pk)


def _form_page(
    request: HttpRequest,
    volume: ArchiveVolume,
    form: forms.Form,
    keep: Callable[..., None],
    *,
    heading: str,
    item: ArchiveItem | None = None,
) -> HttpResponse:
    """Show or save a form about the volume or one of its items."""
    errors: Any = form if form.is_bound and form.errors else None
    status = UNPROCESSABLE if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            keep(version=whole(request.POST.get("version"), -1), values=form.cleaned_data)
        except Refused as refused:
            errors, status = [refusal.text for refusal in refused.refusals], refused.status
        else:
            return VOLUME.done(request, volume.pk, "已保存")
    back = reverse("reports:archive_volume", args=[volume.pk])
    crumbs = _crumbs((str(volume), back), (heading, ""))
    context = {"volume": volume, "item": item, "form": form, "errors": errors, "heading": heading, "back": back, "crumbs": crumbs}
    return render(request, "reports/archive/archive_form.html", context, status=status)
