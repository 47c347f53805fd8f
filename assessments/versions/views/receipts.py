"""Receipt (回执) of a submission: printable page, signed file, public key."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from assessments.tables.models import TableVersion
from assessments.tables.views import seen_table
from assessments.versions import receipts
from assessments.versions.models import Receipt
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import sealing
from greendistrict.core.errors import NotAllowed
from greendistrict.core.templatetags.gd import cn_datetime
from greendistrict.documents.enums import PRINTED
from greendistrict.documents.selectors import withheld


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
    found: Receipt | None = getattr(version, "receipt", None)
    return found


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
