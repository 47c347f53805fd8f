"""Public pages of opinions: published summaries, filing, receipt. They need neither scripts nor an account."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from approvals.cases.models.notices import Notice
from approvals.publicity.selectors import notices_public
from districts.file.models.district import District
from districts.file.selectors.visibility import public_districts
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import clock
from greendistrict.core.paging import PAGE_ROWS
from outreach.common.areas import area_names
from outreach.common.enums import FilingKind
from outreach.common.services import HeldReceipt
from outreach.common.views import filed, held_page, looked_up
from outreach.opinions import selectors, services
from outreach.opinions.forms import OpinionForm, PublicOpinionFilter
from outreach.opinions.rules import may_read_opinions
from outreach.opinions.services import OpinionWords

FILE_TEMPLATE = "outreach/opinions/opinion_file.html"


@login_not_required
@require_safe
def opinions(request: HttpRequest) -> HttpResponse:
    """Published summaries with answers, newest first, and links to file an opinion."""
    found = PublicOpinionFilter(request.GET, selectors.opinions_published())
    page = Paginator(found.qs, PAGE_ROWS).get_page(request.GET.get("page"))
    reads_all = may_read_opinions(viewer_of(request).held)
    lines = [(one, area_names(one.areas)) for one in page]
    context = {"page": page, "lines": lines, "total": page.paginator.count, "form": found.form, "reads_all": reads_all}
    return render(request, "outreach/opinions/opinions.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_on_programme(request: HttpRequest) -> HttpResponse:
    """File an opinion on the programme."""
    return _file(request, "对绿色生态城区工作的意见", {})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_on_district(request: HttpRequest, code: str) -> HttpResponse:
    """File an opinion on a district of the register."""
    district = public_districts().filter(code=code).first()
    if district is None:
        raise Http404
    return _file(request, f"对{district.name}的意见", {"district": district})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_on_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """File an objection to a notice during its notice period."""
    notice = get_object_or_404(notices_public(), pk=pk)
    today = clock.today()
    is_open = notice.opens_on <= today <= notice.closes_on and notice.closed_at is None
    return _file(request, "对公示的异议", {"notice": notice}, is_open=is_open)


def _file(request: HttpRequest, heading: str, on: "dict[str, Any]", *, is_open: bool = True) -> HttpResponse:
    """The filing form, or the receipt after filing; a refused form keeps what was typed."""
    form = OpinionForm(request.POST if request.method == "POST" else None, on_notice=bool(on.get("notice")))
    made, status = filed(
        request, form, FilingKind.OPINION, lambda words, sender: services.take_opinion(words=OpinionWords(**words), sender=sender, **on)
    )
    if isinstance(made, HeldReceipt):
        return held_page(request, made)
    if made is not None:
        due = selectors.due_of(made.opinion, selectors.term_settings())
        return render(request, "outreach/opinions/opinion_filed.html", {"row": made.opinion, "code": made.code, "due": due})
    notice: Notice | None = on.get("notice")
    district: District | None = on.get("district")
    context = {"form": form, "notice": notice, "district": district, "subject_heading": heading, "is_open": is_open}
    return render(request, FILE_TEMPLATE, context, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_receipt(request: HttpRequest) -> HttpResponse:
    """State and answer of an opinion, for the holder of the secret code."""
    found, status, context = looked_up(request, selectors.opinion_of_receipt, services.may_look)
    context |= {"opinion": found, "due": selectors.due_of(found, selectors.term_settings())} if found is not None else {}
    return render(request, "outreach/opinions/opinion_receipt.html", context, status=status)
