"""Resumable upload: start, ask for the offset, send the next piece.

``POST uploads/`` with ``owner``, ``name``, ``size`` returns ``{"key", "offset", "piece"}``; ``GET uploads/<key>/`` returns
``{"offset", "size"}``; ``POST uploads/<key>/`` with the header ``Upload-Offset`` and at most ``piece`` bytes as the body returns
``{"offset"}``, or 409 with the offset stored by the portal. The form that uses the file sends its key.
"""

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from greendistrict.accounts.http import at_the_page, signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import Refused, StorageUnavailable
from greendistrict.core.integers import whole
from greendistrict.documents import uploads
from greendistrict.documents.models import Upload
from greendistrict.documents.registry import owner_seen


@require_POST
@at_the_page
def start(request: HttpRequest) -> HttpResponse:
    """Start an upload for an owner that the person may see and add to."""
    viewer = viewer_of(request)
    size = request.POST.get("size", "")
    owner = owner_seen(viewer, request.POST.get("owner", ""))
    try:
        upload = uploads.begin(owner=owner, name=request.POST.get("name", ""), size=whole(size, 0), by=viewer.user)
    except Refused as refused:
        return JsonResponse({"error": str(refused)}, status=refused.status)
    return JsonResponse({"key": str(upload.key), "offset": 0, "piece": uploads.PIECE}, status=201)


@require_http_methods(["GET", "POST"])
@at_the_page
def piece(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Return the offset of the person's upload (GET), or append the next piece (POST)."""
    upload = get_object_or_404(Upload, key=key, by=signed_in(request))
    if request.method == "GET":
        return JsonResponse({"offset": upload.received, "size": upload.size})
    offset = request.headers.get("Upload-Offset", "")
    try:
        received = uploads.append(upload=upload, offset=whole(offset, -1), stream=request)  # type: ignore[arg-type]  # a request can be read like a file
    except uploads.WrongOffset as wrong:
        return JsonResponse({"error": str(wrong), "offset": wrong.offset}, status=wrong.status)
    except Refused as refused:
        return JsonResponse({"error": str(refused)}, status=refused.status if isinstance(refused, StorageUnavailable) else 422)
    return JsonResponse({"offset": received})
