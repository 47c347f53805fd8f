"""Permission-checked download; the confidentiality of a file and its change."""

import uuid

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core.errors import Refused
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.forms import LevelForm
from greendistrict.documents.inspection import KINDS
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_by_key
from greendistrict.documents.services import may_set_confidentiality, set_confidentiality

INLINE = frozenset(kind.content_type for kind in KINDS.values() if kind.inline)
CLOSED = "default-src 'none'; sandbox"
SHOWN = {"application/pdf": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"}  # browsers show no PDF in a sandbox


def _seen(user: User, key: uuid.UUID) -> Evidence:
    evidence = evidence_by_key(user, key)
    if evidence is None:
        raise Http404
    return evidence


@require_http_methods(["GET", "POST"])
def confidentiality(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A file's confidentiality; a post changes it, with the reason, for all its versions."""
    user = signed_in(request)
    evidence = _seen(user, key)
    form = LevelForm(request.POST or None, initial={"confidentiality": evidence.confidentiality})
    if request.method == "POST" and form.is_valid():
        level, reason = Confidentiality(form.cleaned_data["confidentiality"]), form.cleaned_data["reason"]
        try:
            set_confidentiality(evidence=evidence, level=level, reason=reason, by=user)
        except Refused as refused:
            if refused.status != Refused.status:
                raise
            form.add_error("confidentiality", str(refused))
        else:
            messages.success(request, f"密级已改为{level.label}")
            return HttpResponseRedirect(request.path)
    context = {"file": evidence, "form": form, "may_change": may_set_confidentiality(user, evidence)}
    return render(request, "documents/confidentiality.html", context, status=422 if form.errors else 200)


@require_safe
def download(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Send a file, inline for PDF and images with ``?view=1``; each download is audited."""
    user = signed_in(request)
    evidence = _seen(user, key)
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
