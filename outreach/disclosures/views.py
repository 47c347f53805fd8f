"""Pages of requests for information: those of the public and those of the city."""

import datetime as dt
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.remedies.forms import RemedyForm
from approvals.remedies.views import act_on, proceedings
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.audit.services import subject_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core import workdays
from greendistrict.core.answers import deletion_question, looked_at
from greendistrict.core.errors import Refused
from greendistrict.core.masks import masked_contact, masked_name, masked_phone
from greendistrict.core.memoisation import held_reads
from greendistrict.core.paging import list_context
from greendistrict.core.refusals import add_refusals
from greendistrict.documents.views import CLOSED
from greendistrict.policy.statutes import ANSWER_DISCLOSURE, COMPLETE_DISCLOSURE, EXTEND_DISCLOSURE, THIRD_PARTY
from outreach.common.models import FilingKind
from outreach.common.services import HeldReceipt
from outreach.common.views import CityPage, filed, held_page, looked_up, with_days
from outreach.disclosures import handover, selectors, services
from outreach.disclosures.columns import REQUEST_LIST
from outreach.disclosures.forms import (
    ClarificationForm,
    CompleteForm,
    DisclosureFilter,
    DisclosureForm,
    ExtendForm,
    GivenFileForm,
    LetterScanForm,
    ReplyForm,
    ServedForm,
    ThirdPartyForm,
)
from outreach.disclosures.looks import LOOK_MINUTES, has_looked
from outreach.disclosures.models import DisclosureAsker, DisclosureProgress, DisclosureRemedy, DisclosureRequest
from outreach.disclosures.rules import (
    ask_until,
    may_add_file,
    may_extend_disclosures,
    may_read_disclosures,
    may_reply_disclosures,
    term_of,
)
from outreach.disclosures.services import DisclosureWords, consequence_of
from outreach.opinions.services import may_look

# Pages of the city: the list, one request with its forms, identity of the asker.

TEMPLATE, REMEDY_TEMPLATE = "outreach/disclosures/disclosure.html", "outreach/disclosures/disclosure_remedy.html"


@require_safe
def disclosure_list(request: HttpRequest) -> HttpResponse:
    """Every request with the last day of its reply."""
    viewer = viewer_of(request)
    if not may_read_disclosures(viewer.held):
        raise Http404
    found = DisclosureFilter(request.GET, selectors.disclosures_visible_to(viewer))
    context = list_context(request, found.qs, found.form)
    calendar = workdays.current()
    page = context["page"]
    rows = REQUEST_LIST.rows_of(with_days(page.object_list, lambda row: selectors.due_of(row, calendar), calendar, viewer.today))
    context["shown"] = REQUEST_LIST.html(rows, viewer.today, RowAddress("outreach:disclosure"), first=page.start_index())
    return render(request, "outreach/disclosures/disclosure_list.html", context)


def _seen(request: HttpRequest, pk: int) -> DisclosureRequest:
    return get_object_or_404(selectors.disclosures_visible_to(viewer_of(request)), pk=pk)


def _masked(row: DisclosureRequest) -> dict[str, str]:
    name = masked_name(row.name) if row.asker == DisclosureAsker.CITIZEN else row.name
    return {"name": name, "contact": masked_contact(row.contact), "identity": masked_phone(row.identity)}


def _page(request: HttpRequest, row: DisclosureRequest, *, status: int = 200, **given: forms.Form) -> HttpResponse:
    """Render the page of one request; ``given`` are bound forms that were refused."""
    with held_reads():
        viewer = viewer_of(request)
        calendar, today = workdays.current(), viewer.today
        due = selectors.due_of(row, calendar)
        asked, found = row.progress == DisclosureProgress.INCOMPLETE, list(selectors.remedies_of(row))
        context = {
            "row": row,
            "due": due,
            "term": term_of(row, calendar),
            **selectors.opinion_of(row),
            "serve_due": selectors.serve_deadline(row),
            "left": due and calendar.left(today, due),
            "incomplete": asked,
            "lapsed": asked and row.asked_until is not None and today > row.asked_until,
            "masked": _masked(row),
            "files": selectors.files_of(row),
            "scans": selectors.scans_of(row),
            "looked": has_looked(viewer, subject_of(row)),
            "remedies": [(one, consequence_of(one)) for one in found],
            "ways": selectors.ways_of(row, found),
            "replies": may_reply_disclosures(viewer.held),
            "forms": {name: given.get(name) or form for name, form in _forms(viewer, row, due).items()} | given,
            "errors": next(iter(given.values()), None),
        }
    return render(request, TEMPLATE, context, status=status)


def _forms(viewer: Viewer, row: DisclosureRequest, due: dt.date | None) -> dict[str, forms.Form]:
    """Forms the person may use on the request now, by name."""
    found: dict[str, forms.Form] = {}
    calendar, today, first = workdays.current(), viewer.today, row.redo_from is None
    held = viewer.held
    if due and first and row.extended_at is None and today <= due and may_extend_disclosures(held):
        found["extend"] = ExtendForm(auto_id="id_extend_%s")
    if not may_reply_disclosures(held):
        return found
    if due:
        found["reply"] = ReplyForm(today=viewer.today)
        typed = {name: getattr(row, name) for name in ThirdPartyForm.base_fields}
        found["third"] = ThirdPartyForm(initial=typed, auto_id="id_third_%s")
    if due and first and row.asked_at is None and today <= ask_until(row, calendar):
        found["ask"] = ClarificationForm(auto_id="id_ask_%s")
    if row.progress == DisclosureProgress.INCOMPLETE:
        found["completed"] = CompleteForm(auto_id="id_completed_%s")
    if may_add_file(held, row):
        found["file"] = GivenFileForm(auto_id="id_file_%s")
    if papers := selectors.papers_issued(row):
        found["scan"] = LetterScanForm(papers=papers, auto_id="id_scan_%s")
    if row.replied_at is not None:
        found["served"] = ServedForm(auto_id="id_served_%s", initial={"on": row.served_on})
    if row.replied_at is not None and not selectors.remedies_of(row).filter(closed_at=None).exists():
        found["contest"] = RemedyForm(auto_id="id_contest_%s")
    return found


PAGE = CityPage("outreach:disclosure", _page)


def disclosure(request: HttpRequest, pk: int) -> HttpResponse:
    """Page of one request; the officer records the reply here."""
    row = _seen(request, pk)
    if request.method != "POST":
        return _page(request, row)

    def keep(**typed: Any) -> None:
        services.reply_disclosure(row=row, by=signed_in(request), answer=services.DisclosureReply(**typed))

    return PAGE.entered(
        request,
        row,
        "reply",
        ReplyForm(request.POST, today=viewer_of(request).today),
        keep,
        "已登记答复，申请人凭查询码可以看到",
        may=may_reply_disclosures,
    )


@require_POST
def disclosure_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Extend the term with a reason."""
    row, form = _seen(request, pk), ExtendForm(request.POST, auto_id="id_extend_%s")
    keep = partial(services.extend_disclosure, row=row, by=signed_in(request))
    return PAGE.entered(request, row, "extend", form, keep, "已延长答复期限，申请人凭查询码可以看到", may=may_extend_disclosures)


@require_POST
def disclosure_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for what the request lacks."""
    row, form = _seen(request, pk), ClarificationForm(request.POST, auto_id="id_ask_%s")
    keep = partial(services.ask_completion, row=row, by=signed_in(request))
    return PAGE.entered(request, row, "ask", form, keep, "已告知补正，申请人凭查询码可以看到和填写", may=may_reply_disclosures)


@require_POST
def disclosure_completed(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a completion that came on paper or at the counter."""
    row, form = _seen(request, pk), CompleteForm(request.POST, auto_id="id_completed_%s")
    keep = partial(services.complete_disclosure, row=row, by=signed_in(request))
    return PAGE.entered(request, row, "completed", form, keep, "已登记补正，答复期限自今天起计算", may=may_reply_disclosures)


@require_POST
def disclosure_third_party(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the opinion asked of a third party."""
    row, form = _seen(request, pk), ThirdPartyForm(request.POST, auto_id="id_third_%s")
    keep = partial(services.ask_third_party, row=row, by=signed_in(request))
    return PAGE.entered(request, row, "third", form, keep, "已登记，所需时间不计入答复期限", may=may_reply_disclosures)


@require_POST
def disclosure_given_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the request counts as given up."""
    row, viewer = _seen(request, pk), viewer_of(request)
    back, loss = reverse("outreach:disclosure", args=[pk]), "申请不再处理，申请人可以重新申请。"
    may = may_reply_disclosures(viewer.held)
    if may and (asking := deletion_question(request, f"申请{row}逾期未补正", back=back, label="登记视为放弃", loss=loss)):
        return asking
    services.give_up_disclosure(row=row, by=viewer.user)
    messages.success(request, "已登记视为放弃")
    return redirect(PAGE.name, row.pk)


@require_POST
def disclosure_file_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file for the asker."""
    row, form = _seen(request, pk), GivenFileForm(request.POST, request.FILES, auto_id="id_file_%s")
    keep = partial(handover.add_file, row=row, by=signed_in(request))
    return PAGE.entered(request, row, "file", form, keep, "文件已上传，登记提供信息的答复后，申请人凭查询码下载", may=may_reply_disclosures)


@require_POST
def disclosure_file_drop(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    """Remove a file before the reply."""
    row, viewer = _seen(request, pk), viewer_of(request)
    file = get_object_or_404(selectors.files_of(row), key=key)
    back = reverse("outreach:disclosure", args=[pk])
    if may_add_file(viewer.held, row) and (asking := deletion_question(request, f"文件“{file.title}”", back=back)):
        return asking
    handover.drop_file(row=row, file=file, by=viewer.user)
    messages.success(request, "文件已删除")
    return redirect(PAGE.name, row.pk)


@require_POST
def disclosure_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the signed scan of an issued letter."""
    row = _seen(request, pk)
    form = LetterScanForm(request.POST, request.FILES, papers=selectors.papers_issued(row), auto_id="id_scan_%s")
    keep = partial(handover.keep_scan, row=row, by=signed_in(request))
    return PAGE.entered(request, row, "scan", form, keep, "扫描件已存档", may=may_reply_disclosures)


@require_POST
def disclosure_served(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the day of service of the reply."""
    row, form = _seen(request, pk), ServedForm(request.POST, auto_id="id_served_%s")
    keep = partial(services.serve_disclosure, row=row, by=signed_in(request))
    return PAGE.entered(request, row, "served", form, keep, "已登记送达，申请人凭查询码可以看到救济期限", may=may_reply_disclosures)


@require_POST
def disclosure_contest(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a reconsideration or suit against the reply."""
    row, form = _seen(request, pk), RemedyForm(request.POST, auto_id="id_contest_%s")
    keep = partial(services.record_remedy, row=row, by=signed_in(request))
    return PAGE.entered(request, row, "contest", form, keep, "已登记，答辩、裁判、上诉和结果在案件页登记", may=may_reply_disclosures)


def _remedy(viewer: Viewer, pk: int) -> DisclosureRemedy:
    return get_object_or_404(selectors.disclosure_remedies_visible_to(viewer), pk=pk)


def _remedy_page(viewer: Viewer, row: DisclosureRemedy, typed: forms.BaseForm | None = None, action: str = "") -> dict[str, Any]:
    own = {
        "consequence": consequence_of(row),
        "way": selectors.way_of(row),
        "who": _masked(row.request)["name"],
        "crumbs": [
            ("依申请公开", reverse("outreach:disclosure_list")),
            (str(row.request), reverse("outreach:disclosure", args=[row.request_id])),
            (str(row), ""),
        ],
    }
    return proceedings(viewer, row, own, typed, action)


@require_safe
def disclosure_remedy(request: HttpRequest, pk: int) -> HttpResponse:
    """Page of a remedy with the steps available to the reader."""
    viewer = viewer_of(request)
    return render(request, REMEDY_TEMPLATE, _remedy_page(viewer, _remedy(viewer, pk)))


@require_POST
def disclosure_remedy_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step; if it is refused, the typed values are kept."""
    back = reverse("outreach:disclosure_remedy", args=[pk])
    return act_on(request, _remedy(viewer_of(request), pk), back, REMEDY_TEMPLATE, _remedy_page)


def disclosure_identity(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the asker's identity for a stated reason, which is audited."""
    row = _seen(request, pk)
    template, reveal = "outreach/disclosures/disclosure_identity.html", partial(services.reveal_identity, row=row, by=signed_in(request))
    return looked_at(request, template, reveal, row=row, masked=_masked(row), scans=selectors.scans_of(row), minutes=LOOK_MINUTES)


# Public pages of requests for information: guide, filing, receipt. They need neither scripts nor an account.

RECEIPT, COMPLETING = "outreach/disclosures/disclosure_receipt.html", "id_completing_%s"


@require_safe
def disclosures(request: HttpRequest) -> HttpResponse:
    """How to ask, the terms of replies, and links to file and to look up a request."""
    reads_all = may_read_disclosures(viewer_of(request).held)
    terms = {"asking": THIRD_PARTY, "term": ANSWER_DISCLOSURE, "extension": EXTEND_DISCLOSURE, "completion": COMPLETE_DISCLOSURE}
    context = {"reads_all": reads_all, **terms}
    return render(request, "outreach/disclosures/disclosures.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def disclosure_new(request: HttpRequest) -> HttpResponse:
    """The filing form, or the receipt after filing; a refused form keeps what was typed."""
    form = DisclosureForm(request.POST if request.method == "POST" else None)
    made, status = filed(
        request, form, FilingKind.DISCLOSURE, lambda words, sender: services.take_disclosure(words=DisclosureWords(**words), sender=sender)
    )
    if isinstance(made, HeldReceipt):
        return held_page(request, made)
    if made is not None:
        context = {"row": made.request, "code": made.code, "due": selectors.due_of(made.request)}
        return render(request, "outreach/disclosures/disclosure_filed.html", context)
    return render(request, "outreach/disclosures/disclosure_new.html", {"form": form}, status=status)


def _looked_up(request: HttpRequest) -> tuple[DisclosureRequest | None, HTTPStatus, dict[str, Any]]:
    """The request of a posted code, the HTTP status, and the context of the receipt page."""
    found, status, context = looked_up(request, selectors.disclosure_of_receipt, may_look)
    context["lookup"] = reverse("outreach:disclosure_receipt")
    return found, status, context | (_told(found, request.POST["code"]) if found is not None else {})


def _told(row: DisclosureRequest, code: str) -> dict[str, Any]:
    """Context of the receipt page; its forms carry the secret code in a hidden field."""
    remedies = list(selectors.remedies_of(row))
    return {
        "row": row,
        "found": row,
        "code": code,
        "due": selectors.due_of(row),
        **selectors.opinion_of(row),
        "files": selectors.files_given(row),
        "remedies": [(remedy, consequence_of(remedy)) for remedy in remedies],
        "ways": selectors.ways_of(row, remedies),
        "completing": CompleteForm(auto_id=COMPLETING) if row.progress == DisclosureProgress.INCOMPLETE else None,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def disclosure_receipt(request: HttpRequest) -> HttpResponse:
    """State and reply of a request, for the holder of the secret code."""
    _, status, context = _looked_up(request)
    return render(request, RECEIPT, context, status=status)


@never_cache
@require_POST
def disclosure_complete(request: HttpRequest) -> HttpResponse:
    """Complete a request by secret code; a refused form keeps what was typed."""
    found, status, context = _looked_up(request)
    if found is None:
        return render(request, RECEIPT, context, status=status)
    typed = CompleteForm(request.POST, auto_id=COMPLETING)
    if typed.is_valid():
        try:
            done = services.complete_disclosure(row=found, words=typed.cleaned_data["words"])
        except Refused as refused:
            add_refusals(typed, refused)
        else:
            context |= _told(done, context["code"]) | {"said": "补正已收到，答复期限自今天起计算。"}
            return render(request, RECEIPT, context)
    context |= {"refused": typed, "completing": typed}
    return render(request, RECEIPT, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@never_cache
@require_POST
def disclosure_hand_over(request: HttpRequest) -> HttpResponseBase:
    """Download a file of the reply; without the secret code always the same refusal."""
    found, status, context = _looked_up(request)
    if found is None:
        return render(request, RECEIPT, context, status=status)
    if not handover.may_take(found):
        return render(request, RECEIPT, context | {"busy": True}, status=HTTPStatus.TOO_MANY_REQUESTS)
    try:
        file = handover.hand_over(row=found, key=request.POST.get("file", ""))
    except Refused as refused:
        return render(request, RECEIPT, context | {"said": str(refused)})
    if file is None:
        raise Http404
    response = FileResponse(file.file.open("rb"), as_attachment=True, filename=file.original_name, content_type=file.content_type)
    response["Content-Security-Policy"] = CLOSED
    return response
