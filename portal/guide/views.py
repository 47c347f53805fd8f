"""Pages of the guide: table of contents with search, and single pages; visitors read the public part."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from greendistrict.accounts.viewer import viewer_of
from portal.frame.context import frame_for
from portal.guide import samples
from portal.guide import selectors as guide_selectors
from reports.jobs.making import CONTENT_TYPES

TITLE = "帮助和办事指南"
BLANK, SAMPLE = "blank", "sample"
WHICH = {BLANK: "空表", SAMPLE: "样例，演示数据"}


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Show the table of contents, or the sections that contain ``?q=``."""
    text = guide_selectors.clean(request.GET.get("q", ""))
    reader = guide_selectors.reader_of(viewer_of(request))
    context: dict[str, Any] = {
        "frame": frame_for(request.user),
        "contents": guide_selectors.contents_for(reader),
        "reader": reader,
        "text": text,
        "hits": guide_selectors.hits_for(reader, text),
    }
    return render(request, "portal/guide/contents.html", context)


@require_safe
def guide_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page with its own table of contents."""
    reader = guide_selectors.reader_of(viewer_of(request))
    page = guide_selectors.page_for(reader, slug)
    if page is None:
        raise Http404
    context: dict[str, Any] = {
        "frame": frame_for(request.user),
        "page": page,
        "sections": guide_selectors.sections_of(page, reader),
        "contents": guide_selectors.contents_for(reader),
        "crumbs": [(TITLE, reverse("portal:guide")), (page.title, "")],
    }
    return render(request, "portal/guide/page.html", context)


@require_safe
def guide_form(request: HttpRequest, kind: str, key: str, which: str) -> HttpResponse:
    """Download an empty form or a filled, fictional sample of a material."""
    del request
    form = samples.forms().get((kind, key))
    if form is None or which not in WHICH:
        raise Http404
    content = samples.content_of(kind, key, filled=which == SAMPLE)
    response = HttpResponse(content, content_type=CONTENT_TYPES[form.ending])
    name = f"{form.title}（{WHICH[which]}）.{form.ending.value}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
