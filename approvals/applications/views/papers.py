"""Papers of a case: check before submission, endorsement and its bodies, correction, formal review, receipt, 受理通知书."""

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from approvals.applications import forms as paper_forms
from approvals.applications.forms import DecisionNumberForm, ModeForm, OriginalsForm
from approvals.applications.services import cases
from approvals.applications.services.drafts import save_case
from approvals.applications.services.endorsements import record_endorsement, set_endorsement_mode
from approvals.applications.views.materials import check_groups
from approvals.cases import services as numbering
from approvals.cases.bindings import opening_of
from approvals.cases.enums import CaseState
from approvals.cases.facts import endorsement_missing, endorsing_bodies, table_facts
from approvals.cases.models.cases import Case
from approvals.cases.places import blocked
from approvals.cases.reasons import titled
from approvals.cases.rules import is_officer, is_secretary, may_edit_case, may_record_endorsement, may_set_mode
from approvals.cases.selectors.cases import waits_for_number
from approvals.cases.verdicts import verdicts_or_none
from approvals.cases.views import crumbs, form_context, handing_over, offers, posted, posted_form, refused_form, seen_case, typed_version
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.integers import whole
from greendistrict.documents.selectors import withheld
from greendistrict.policy.engine import warnings
from greendistrict.workflow.pages import NOT_YOURS, UNPROCESSABLE, StepPage, take_posted
from greendistrict.workflow.procedure import barred
from greendistrict.workflow.services import Offered


def case_check(request: HttpRequest, pk: int) -> HttpResponse:
    """提交前核对: findings and warnings, requested star, reasons, and the submit button."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    found = verdicts_or_none(case, viewer.today)
    may_edit = may_edit_case(viewer.held, case)
    form = paper_forms.CaseForm(
        request.POST or None,
        case=case,
        warnings=warnings((found or {}).get("file", [])),
        short=table_facts(case, viewer.today)["short"],
    )
    choices = offers(viewer, case, found)
    over = handing_over(viewer, case, choices, found)
    context = {
        "case": case,
        "form": form,
        "may_edit": may_edit,
        "version": case.version,
        "groups": check_groups(case, found, edits=may_edit)[:1],
        "step": blocked(case, over.action, over.label, over.refusals) if over else None,
        "reasons": titled(case.reasons),
        "offered": [choice for choice in choices if choice.action in {"hand_up", "sign", "return_to_preparer", "resubmit"}],
        "crumbs": crumbs(case, ("提交前核对", "")),
    }
    return posted(
        request,
        "approvals/applications/case_check.html",
        context,
        lambda: save_case(
            case=case, by=viewer.user, star_asked=form.cleaned_data["star_asked"], reasons=form.reasons, version=typed_version(request)
        ),
        done="已保存申报星级和理由",
        to=reverse("approvals:case_check", args=[case.pk]),
    )


def case_endorse(request: HttpRequest, pk: int) -> HttpResponse:
    """登记批复和报送函: one form per body that must endorse."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    NotAllowed.when(
        case.status != CaseState.ENDORSING or not may_record_endorsement(viewer.held, case), "批复和报送函由区专门机构在核报时登记"
    )
    recorded = {row.authority_id: row for row in case.endorsements.select_related("approval_scan", "letter_scan")}
    bodies = endorsing_bodies(case)
    Refused.unless(bodies, "；".join(endorsement_missing(case)))
    chosen = next((body for body in bodies if str(body.pk) == request.POST.get("authority", request.GET.get("authority"))), bodies[0])
    form = paper_forms.EndorsementForm(request.POST or None, request.FILES or None, endorsement=recorded.get(chosen.pk))
    context = {
        "case": case,
        "form": form,
        "chosen": chosen,
        "bodies": [(body, recorded.get(body.pk)) for body in bodies],
        "version": case.version,
        "crumbs": crumbs(case, ("登记批复和报送函", "")),
    }
    return posted(
        request,
        "approvals/applications/case_endorse.html",
        context,
        lambda: record_endorsement(case=case, authority=chosen, by=viewer.user, version=typed_version(request), **form.papers()),
        done="已登记，齐全后可以报送",
    )


def case_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """补正: all findings in one notice."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    choice = next((one for one in offers(viewer, case) if one.action == "correct"), None)
    NotAllowed.when(barred(case, viewer.user, "correct"), NOT_YOURS)
    if choice is None or choice.refusals:
        raise Refused(choice.refusals if choice else "这个办件现在不能补正")
    wanted = request.GET.get("rows", "")
    rows = whole(wanted, paper_forms.FINDING_ROWS)
    form = paper_forms.CorrectionForm(request.POST or None, case=case, today=viewer.today, rows=rows)
    first = case.corrections.filter(round=1).prefetch_related("findings").first()
    context = {
        "case": case,
        "form": form,
        "choice": choice,
        "more": rows + paper_forms.FINDING_ROWS,
        "first": first,
        "opening": opening_of(case),
        "version": case.version,
        "crumbs": crumbs(case, ("补正", "")),
    }
    template = "approvals/applications/case_correct.html"
    if request.method != "POST" or not form.is_valid():
        return render(request, template, context, status=UNPROCESSABLE if form.errors else 200)
    page = StepPage(
        back=reverse("approvals:case", args=[case.pk]),
        again=lambda refused, **_typed: refused_form(request, template, context, refused),
        done=partial(_corrected, request, case),
        action="correct",
    )
    return take_posted(request, case, form, page, choice)


def _corrected(request: HttpRequest, case: Case, _offer: Offered | None) -> HttpResponse:
    return redirect_saying(request, "已一次告知全部需要补正的内容", "approvals:case", case.pk)


def case_form_review(request: HttpRequest, pk: int) -> HttpResponse:
    """The fixed checklist of the formal review."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    held = viewer.held
    if case.status != CaseState.ACCEPTED or not (is_officer(held, case) or is_secretary(held, case)):
        msg = "形式审查由市级经办或评审秘书在受理后填写"
        raise NotAllowed(msg)
    form = paper_forms.FormReviewForm(request.POST or None, case=case)
    context = {"case": case, "form": form, "version": case.version, "crumbs": crumbs(case, ("形式审查", ""))}
    return posted(
        request,
        "approvals/applications/case_form_review.html",
        context,
        lambda: cases.save_form_review(case=case, by=viewer.user, entries=form.entries(), version=typed_version(request)),
        done="已保存形式审查",
    )


def case_originals(request: HttpRequest, pk: int) -> HttpResponse:
    """核对批复原件, if the applicant is its own endorsing body."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    if not is_officer(viewer.held, case) or not case.needs_originals:
        raise Http404
    form = OriginalsForm(request.POST or None, case=case, today=viewer.today)
    return posted_form(request, case, form, "核对批复原件", save=cases.case_check_originals, done="已登记原件核对")


def case_number(request: HttpRequest, pk: int) -> HttpResponse:
    """登记决定文号: enter the number once the office's document system has assigned it."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    if not is_officer(viewer.held, case) or not waits_for_number(case):
        raise Http404
    form = DecisionNumberForm(request.POST or None, request.FILES or None, case=case, today=viewer.today)
    return posted_form(request, case, form, "登记决定文号", save=numbering.enter_number, done="已登记决定文号")


@require_safe
def case_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """回执 of the newest submission: number, time, list, digest; printable."""
    case = seen_case(request, pk)
    submission = case.submissions.select_related("by").order_by("-number").first()
    if submission is None:
        raise Http404
    listed = (file["sha256"] for line in submission.content["materials"] for file in line["files"])
    context = {"case": case, "submission": submission, "crumbs": crumbs(case, ("回执", ""))}
    context["withheld_files"] = withheld(viewer_of(request), listed)
    return render(request, "approvals/applications/case_receipt.html", context)


def case_mode(request: HttpRequest, pk: int) -> HttpResponse:
    """批复单位: set by the preparer in the draft, by the officer at receipt, with a reason."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    if not may_set_mode(viewer.held, case):
        raise Http404
    form = ModeForm(request.POST or None, case=case)
    hint = "决定需要谁的批复，以及原件由谁核对；改变后，已登记的批复保留，缺的须补齐。"
    context = form_context(case, form, "批复单位", hint)
    return posted(
        request,
        "approvals/cases/case_form.html",
        context,
        lambda: set_endorsement_mode(case=case, by=viewer.user, version=typed_version(request), **form.cleaned_data),
        done="已确认批复单位",
    )
