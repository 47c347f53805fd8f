"""Permission-checked download."""

import uuid

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from greendistrict.accounts.http import signed_in
from greendistrict.audit import services as audit
from greendistrict.documents.inspection import KINDS
from greendistrict.documents.selectors import evidence_by_key

INLINE = frozenset(kind.content_type for kind in KINDS.values() if kind.inline)
CLOSED = "default-src 'none'; sandbox"
SHOWN = {"application/pdf": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"}  # browsers show no PDF in a sandbox


@require_safe
def download(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Send a file, inline for PDF and images with ``?view=1``; each download is audited."""
    user = signed_in(request)
    evidence = evidence_by_key(user, key)
    if evidence is None:
        raise Http404
    inline = evidence.content_type in INLINE and request.GET.get("view") == "1"
    audit.record(action="documents.download", by=user, obj=evidence, data={"sha256": evidence.sha256})
    response = FileResponse(
        evidence.file.open("rb"), as_attachment=not inline, filename=evidence.original_name, content_type=evidence.content_type
    )
    response["Content-Security-Policy"] = SHOWN.get(evidence.content_type, CLOSED) if inline else CLOSED
    if inline:
        response["X-Frame-Options"] = "SAMEORIGIN"  # beside the clause it proves
    response["Cache-Control"] = "private, no-store"
    return response
