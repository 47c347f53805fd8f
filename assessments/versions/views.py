"""Pages of versions and receipts."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from assessments.tables.models import ScoreTable, TableVersion
from assessments.tables.rules import may_edit_table, sees_drafts
from assessments.tables.views import seen_table
from assessments.versions import receipts
from assessments.versions import selectors as states
from assessments.versions.models import Receipt
from assessments.versions.selectors import FIELD_WORDS, CellChange, change_line, changes_of, version_changes
from assessments.versions.services import restore_version
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import sealing
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed
from greendistrict.core.templatetags.gd import cn_datetime
from greendistrict.documents.enums import PRINTED
from greendistrict.documents.selectors import withheld
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item

# Receipt (回执) of a submission: printable page, signed file, public key.


def seen_version(request: HttpRequest, pk: int, number: int) -> TableVersion:
    """Frozen version of a table the user sees. Raises ``Http404``."""
    table = seen_table(viewer_of(request), pk)
    version = get_object_or_404(table.versions.select_related("frozen_by", "receipt"), number=number)
    version.table = table
    return version


def seen_receipt(request: HttpRequest, pk: int, number: int) -> Receipt:
    """Receipt of a visible version. Raises ``Http404``; versions older than this function have no receipt."""
    receipt = receipt_of(seen_version(request, pk, number))
    if receipt is None:
        raise Http404
    return receipt


def receipt_of(version: TableVersion) -> Receipt | None:
    """Receipt of a version, or None."""
    receipt: Receipt | None = getattr(version, "receipt", None)
    return receipt


def names_classified(viewer: Viewer, receipt: Receipt) -> bool:
    """Whether the signed file names a file that is too confidential for the user."""
    files = receipt.content["files"]
    closed = withheld(viewer, (file["sha256"] for file in files))
    return any(file["sha256"] in closed and file["title"] != PRINTED for file in files)


def signed_part(viewer: Viewer, version: TableVersion) -> dict[str, Any]:
    """Template context about the signed file of a version."""
    receipt = receipt_of(version)
    if receipt is None:
        return {"receipt": None, "key": ""}
    return {"receipt": receipt, "key": sealing.key_id(receipt.public_key), "names_classified": names_classified(viewer, receipt)}


@require_safe
def table_receipt(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show the printable receipt: number, time, values and files with their digests."""
    receipt = seen_receipt(request, pk, number)
    version, content = receipt.version, receipt.content
    rows = [
        ("回执编号", receipt.number),
        *([("编号", content["table"]["number"])] if content["table"]["number"] else []),
        ("城区", content["table"]["district"]["name"]),
        ("评分表", f"{content['table']['title']}第{version.number}版"),
        ("标准", f"{content['table']['edition']['code']}　{content['table']['edition']['title']}"),
        ("提交时间", f"{cn_datetime(receipt.issued_at)}　{content['submitted_by'] or '系统'}"),
        ("内容", f"条文{content['counts']['values']}条，佐证材料{content['counts']['files']}件"),
    ]
    viewer = viewer_of(request)
    closed = withheld(viewer, (file["sha256"] for file in content["files"]))
    context = {"table": version.table, "version": version, "content": content, "rows": rows, "withheld_files": closed}
    context |= signed_part(viewer, version)
    return render(request, "assessments/versions/score_receipt.html", context)


@require_safe
def receipt_file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Download the signed JSON. Raises ``NotAllowed`` if it names a file that is too confidential for the user."""
    receipt = seen_receipt(request, pk, number)
    NotAllowed.when(names_classified(viewer_of(request), receipt), "回执列有密级材料的名称，不在您的查看范围")
    content = receipts.document(receipt.content, key=sealing.key_id(receipt.public_key), signature=receipt.signature)
    return _download(content, "application/json", f"回执-{receipt.number}.json")


@require_safe
def receipt_key(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Download the public key that verifies it."""
    receipt = seen_receipt(request, pk, number)
    return _download(receipt.public_key.encode(), "application/x-pem-file", f"回执公钥-{sealing.key_id(receipt.public_key)}.pem")


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


# Versions of a score table: comparison cell by cell, discarding changes, history of a cell.

PAGE_SIZE = 50
UNFROZEN = frozenset({"unchanged", "reason"})  # said while filling in, no part of a version


@require_safe
def table_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show two states of the table side by side: versions, years, the live table."""
    viewer = viewer_of(request)
    table = seen_table(viewer, pk)
    choices = states.choices_of(viewer, table)
    old, new = _chosen(request, viewer, table, choices)
    versions = table.versions.select_related("frozen_by", "receipt").order_by("-number")
    context: dict[str, Any] = {"table": table, "check": getattr(table, "self_check", None), "choices": choices, "old": old, "new": new}
    context["versions"] = versions
    if old is not None and new is not None:
        context["comparable"] = states.same_standard(old, new)
        context["found"] = states.differences(old, new) if context["comparable"] else []
        # Only the changes since the newest version may be discarded.
        newest = table.versions.order_by("-number").values_list("number", flat=True).first()
        since_newest = new.key == states.LIVE and old.key == str(newest)
        context["restorable"] = since_newest and may_edit_table(viewer.held, table) and bool(context["found"])
    return render(request, "assessments/versions/score_compare.html", context)


def _chosen(
    request: HttpRequest, viewer: Viewer, table: ScoreTable, choices: list[states.VersionChoice]
) -> tuple[states.ComparedState | None, states.ComparedState | None]:
    """Both states; by default the newest two. Raises ``Http404`` for a state that is not visible."""
    keys = [choice.key for choice in choices]
    new = request.GET.get("new") or (keys[0] if keys else "")
    old = request.GET.get("old") or next((key for key in keys if key != new), "")
    found = [states.state_of(viewer, table, key) if key else None for key in (old, new)]
    if any(key and state is None for key, state in zip((old, new), found, strict=True)):
        raise Http404
    return found[0], found[1]


@require_POST
def table_restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Discard the changes since the newest version, after confirmation."""
    viewer = viewer_of(request)
    table = seen_table(viewer, pk)
    version = get_object_or_404(table.versions, number=number)
    compare = f"{reverse('assessments:table_compare', args=[pk])}?old={number}&new={states.LIVE}"
    if request.POST.get("confirmed") != "yes":
        return _confirm(request, table, number, compare)
    count = restore_version(table=table, version=version, by=viewer.user)
    return redirect_saying(request, f"已恢复到第{number}版，{count}条内容改回", "assessments:score_table", pk)


def _confirm(request: HttpRequest, table: ScoreTable, number: int, back: str) -> HttpResponse:
    context = {
        "title": "放弃改动",
        "question": f"第{number}版提交以后的改动都放弃，评分表恢复到第{number}版的内容？",
        "effects": ["各条改回第" + str(number) + "版的取值和说明，修改记录保留", "佐证材料不变"],
        "url": reverse("assessments:table_restore", args=[table.pk, number]),
        "label": "放弃改动",
        "kind": "refuse",
        "back": back,
    }
    return render(request, "components/confirm.html", context)


@require_safe
def row_history(request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
    """Show every change of one clause; for users who may not see drafts, the changes between versions."""
    return _history(request, pk, item_id)


@require_safe
def table_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every change of the table; for users who may not see drafts, the changes between versions."""
    return _history(request, pk, "")


def _history(request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
    viewer = viewer_of(request)
    table = seen_table(viewer, pk)
    items = rules_for(table.edition).items
    drafts = sees_drafts(viewer.held, table)
    if (item_id and item_id not in items) or not (drafts or table.versions.exists()):
        raise Http404
    field = request.GET.get("field", "")
    page, lines = _lines(table, item_id, field if field in FIELD_WORDS else "", request.GET.get("page"), drafts=drafts)
    context: dict[str, Any] = {"table": table, "item": items.get(item_id), "page": page, "lines": lines, "field": field, "drafts": drafts}
    context["fields"] = [(key, words) for key, words in FIELD_WORDS.items() if drafts or key not in UNFROZEN]
    return render(request, "assessments/versions/score_history.html", context)


def _lines(
    table: ScoreTable, item_id: str, field: str, number: str | None, *, drafts: bool
) -> tuple[Page[Any], Sequence[tuple[Item, CellChange]]]:
    """A page of the history, and clause and change of each of its lines."""
    if not drafts:
        page = Paginator(version_changes(table, item_id, field), PAGE_SIZE).get_page(number)
        return page, list(page.object_list)
    items = rules_for(table.edition).items
    typed = Paginator(changes_of(table, item_id, field), PAGE_SIZE).get_page(number)
    return typed, [(items[one.row.item_id], change_line(items[one.row.item_id], one)) for one in typed.object_list]
