"""Pages on which the applicant answers: corrections with files, revision after the review, 预评审 questions."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from approvals.applications.forms import FINDING_ROWS, CorrectionAnswerForm, QuestionForm, ReasonOnlyForm, ReplyAllForm
from approvals.applications.services import prereview
from approvals.applications.services.cases import open_wider, save_answers
from approvals.cases.enums import ANSWERABLE, CaseState
from approvals.cases.rules import is_director, is_officer, is_signer, may_answer_questions, may_ask_questions, may_edit_case
from approvals.cases.views import crumbs, offers, posted, refused_form, seen_case, typed_version
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Refused
from greendistrict.core.integers import whole
from greendistrict.workflow.pages import UNPROCESSABLE


def case_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answers to the open correction, with new files; the signer submits them."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    correction = case.corrections.order_by("-round").first()
    held = viewer.held
    if case.status != CaseState.CORRECTING or correction is None or not (may_edit_case(held, case) or is_signer(held, case)):
        msg = "这个办件现在没有待您答复的补正内容"
        raise Refused(msg)
    form = CorrectionAnswerForm(request.POST or None, request.FILES or None, correction=correction)
    context: dict[str, Any] = {
        "case": case,
        "form": form,
        "correction": correction,
        "may_upload": may_edit_case(held, case),
        "version": case.version,
        "offered": [choice for choice in offers(viewer, case) if choice.action == "answer"],
        "crumbs": crumbs(case, ("补正答复", "")),
    }
    return posted(
        request,
        "approvals/applications/case_answer.html",
        context,
        lambda: save_answers(case=case, by=viewer.user, answers=form.answers(), files=form.uploads(), version=typed_version(request)),
        done="已保存答复",
        to=reverse("approvals:case_answer", args=[case.pk]),
    )


def case_open_wider(request: HttpRequest, pk: int) -> HttpResponse:
    """放开补正范围 by the director, with a reason."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    if not is_director(viewer.held, case):
        raise Http404
    form = ReasonOnlyForm(request.POST or None)
    label = "放开补正范围"
    context: dict[str, Any] = {
        "case": case,
        "form": form,
        "label": label,
        "hint": "下一次补正可以提出第一次没有提出的内容。理由留在办件里，申报主体可以看到。",
        "version": case.version,
        "crumbs": crumbs(case, (label, "")),
    }
    return posted(
        request,
        "approvals/cases/case_form.html",
        context,
        lambda: open_wider(case=case, by=viewer.user, version=typed_version(request), **form.cleaned_data),
        done="已放开下一次补正的范围",
    )


def case_questions(request: HttpRequest, pk: int) -> HttpResponse:
    """预评审: the list of questions; the applicant answers them, officer and secretary ask them."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    questions = list(case.questions.select_related("asked_by", "answered_by"))
    held = viewer.held
    may_ask, may_answer = may_ask_questions(held, case), may_answer_questions(held, case)
    if not questions and not may_ask:
        raise Http404
    waiting = [row for row in questions if row.answered_at is None] if may_answer else []
    form: QuestionForm | ReplyAllForm | None = None
    if waiting:
        form = ReplyAllForm(request.POST or None, questions=waiting)
    elif may_ask:
        wanted = request.GET.get("rows", "")
        form = QuestionForm(request.POST or None, case=case, today=viewer.today, rows=whole(wanted, FINDING_ROWS))
    context: dict[str, Any] = {
        "case": case,
        "form": form,
        "questions": questions,
        "waiting": waiting,
        "may_ask": may_ask,
        "may_enter": case.status in ANSWERABLE and is_officer(held, case) and any(row.answered_at is None for row in questions),
        "version": case.version,
        "crumbs": crumbs(case, ("预评审", "")),
    }
    if request.method != "POST" or form is None:
        return render(request, "approvals/applications/case_questions.html", context)
    if not form.is_valid():
        return render(request, "approvals/applications/case_questions.html", context, status=UNPROCESSABLE)
    try:
        if isinstance(form, ReplyAllForm):
            prereview.answer_questions(case=case, by=viewer.user, answers=form.answers(), version=typed_version(request))
        else:
            prereview.ask_questions(case=case, by=viewer.user, questions=form.questions(), version=typed_version(request))
    except Refused as refused:
        return refused_form(request, "approvals/applications/case_questions.html", context, refused)
    return redirect_saying(request, "已保存答复" if waiting else "已提出预评审问题", "approvals:case_questions", case.pk)
