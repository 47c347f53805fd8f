"""Pages to consult departments and to answer, with their forms."""

from typing import Any

from django import forms
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from approvals.cases.models.cases import Case
from approvals.cases.rules import is_officer, may_answer_consultation
from approvals.cases.views import form_context, refused_form, seen_case, typed_version
from approvals.consultations import services as handling
from approvals.consultations.models import UNANSWERED, Consultation
from approvals.consultations.selectors import consultations_visible_to
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import ChoiceColumn, TextColumn
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Refused
from greendistrict.core.widgets import BoxList
from greendistrict.documents.forms import EvidenceField
from greendistrict.workflow.pages import UNPROCESSABLE

ANSWER = Columns(Consultation, opinion=ChoiceColumn(radio=True), text=TextColumn(rows=4, most=2000))


@with_columns(Columns(Consultation, question=TextColumn(rows=3, most=1000)))
class ConsultForm(ColumnsForm):
    """Departments and the question."""

    departments = forms.ModelMultipleChoiceField(Organisation.objects.none(), label="部门", widget=BoxList)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = case.consultations.filter(UNANSWERED).values("department")
        field = self.fields["departments"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 -- declared above
        partners = Organisation.objects.filter(kind=OrganisationKind.PARTNER, is_demo=case.is_demo).exclude(pk__in=asked)
        field.queryset = partners.order_by("name_pinyin", "pk")


class OpinionOfDepartmentForm(forms.Form):
    """A department's answer, with the scan when entered from a letter."""

    opinion, text = ANSWER.needed("opinion").form_fields().values()
    scan = EvidenceField(label="复函扫描件", required=False)


def case_consult(request: HttpRequest, pk: int) -> HttpResponse:
    """部门意见: departments, questions, due dates and answers; the officer can consult further departments."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    rows = consultations_visible_to(viewer).filter(case=case)
    may_ask = is_officer(viewer.held, case)
    if not may_ask and not rows.exists():
        raise Http404
    form = ConsultForm(request.POST or None, case=case) if may_ask else Form()
    context = form_context(case, form, "部门意见", rows=rows, may_ask=may_ask and handling.may_consult(case), today=viewer.today)
    if request.method != "POST" or not isinstance(form, ConsultForm):
        return render(request, "approvals/consultations/case_consult.html", context)
    if not form.is_valid():
        return render(request, "approvals/consultations/case_consult.html", context, status=UNPROCESSABLE)
    try:
        handling.consult(
            case=case,
            departments=list(form.cleaned_data["departments"]),
            question=form.cleaned_data["question"],
            by=viewer.user,
            version=typed_version(request),
        )
    except Refused as refused:
        return refused_form(request, "approvals/consultations/case_consult.html", context, refused)
    return redirect_saying(request, "已发出征询", "approvals:case_consult", case.pk)


def consultation(request: HttpRequest, pk: int) -> HttpResponse:
    """One consultation: the department answers, or the officer enters the department's letter."""
    viewer = viewer_of(request)
    one = get_object_or_404(consultations_visible_to(viewer), pk=pk)
    may_answer = one.is_awaited and may_answer_consultation(viewer.held, one)
    form = OpinionOfDepartmentForm(request.POST or None, request.FILES or None)
    context = form_context(one.case, form, f"{one.department.name}意见", one=one, may_answer=may_answer, today=viewer.today)
    if request.method != "POST" or not may_answer:
        return render(request, "approvals/consultations/consultation.html", context)
    if not form.is_valid():
        return render(request, "approvals/consultations/consultation.html", context, status=UNPROCESSABLE)
    try:
        data = form.cleaned_data
        handling.answer_consultation(
            consultation=one, opinion=data["opinion"], text=data["text"], scan=data["scan"] or None, by=viewer.user
        )
    except Refused as refused:
        return refused_form(request, "approvals/consultations/consultation.html", context, refused)
    return redirect_saying(request, "已答复", "approvals:consultation", one.pk)
