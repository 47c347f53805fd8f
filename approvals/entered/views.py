"""代录 apart from the steps of a case: an application or change from paper, an objection, replies to pre-review questions."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from approvals.applications.forms import EnteredAnswersForm
from approvals.cases.columns import CASE, OBJECTION
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_officer
from approvals.cases.views import posted_form, seen_case
from approvals.changes.change_kinds import change_kinds
from approvals.entered import services as entered
from approvals.requests.forms import ENTERED, ProxyEntryForm
from districts.common.enums import UNTITLED_STAGES
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed
from greendistrict.core.refusals import RefusalsIn
from greendistrict.workflow.pages import UNPROCESSABLE


class EnteredRepliesForm(EnteredAnswersForm):
    """Replies to the open pre-review questions."""

    def open_rows(self) -> list[tuple[int, str]]:
        """Open questions as (id, text)."""
        questions = self.case.questions.filter(answered_at__isnull=True).order_by("number")
        return [(row.pk, f"第{row.number}问答复（{row.bound_label}：{row.text}）"[:200]) for row in questions]


class EnteredObjectionForm(ProxyEntryForm):
    """An objection to a notice that came as a letter or by phone."""

    name = OBJECTION["name"].form_field(help_text="不具名的留作线索")
    text = OBJECTION["text"].form_field()


class EnteredStartForm(ProxyEntryForm):
    """District of a paper that opens a case."""

    district = forms.ModelChoiceField(District.objects.none(), label="城区", empty_label="请选择")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, case=Case(), **kwargs)
        field = self.fields["district"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared above
        field.queryset = self.candidates().order_by("name_pinyin")

    def candidates(self) -> QuerySet[District]:
        """Districts with an applicant."""
        return District.objects.filter(applicant__isnull=False, guideline_area=False)


class EnteredChangeForm(EnteredStartForm):
    """District and kind of a change that arrived on paper."""

    kind = forms.ChoiceField(label="变更事项", widget=forms.RadioSelect)
    field_order = ("district", "kind", *ENTERED)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 -- declared above
        kind.choices = [(one.key, one.label) for one in change_kinds()]


class EnteredFilingForm(EnteredStartForm):
    """District and star of a pilot application that arrived on paper."""

    star_asked = CASE["star_asked"].form_field()
    field_order = ("district", "star_asked", *ENTERED)

    def candidates(self) -> QuerySet[District]:
        """Districts that may apply now."""
        return super().candidates().filter(stage__in=UNTITLED_STAGES)


# Words of the pages that open a case from paper: ``done`` is said on the page ``leads_to``.
FILING = {
    "label": "代录申报",
    "cite": "八（一）",
    "after": "建立后申报主体的填报人填写评分表和其余材料；书面签发、批复和补正答复由经办在办件里代录。",
    "done": "已代录试点申报，并告知申报主体继续填报",
    "leads_to": "approvals:case",
}
CHANGE = {
    "label": "代录变更",
    "cite": "",
    "after": "建立后按来件填写变更内容和理由，再在办件里代录签发；申报主体的填报人也可以接着填写。",
    "done": "已代录变更，请按来件填写变更内容",
    "leads_to": "approvals:change_edit",
}
HINT = "按来件原样登记，纸质来件上传扫描件；登记人和收到日期留在办件里"


def enter_filing(request: HttpRequest) -> HttpResponse:
    """代录申报, by the city's officer."""
    return _started(request, EnteredFilingForm, FILING, entered.enter_filing)


def enter_change(request: HttpRequest) -> HttpResponse:
    """代录变更 by the city's officer, who then fills in its content."""
    return _started(request, EnteredChangeForm, CHANGE, entered.enter_change)


def _started(request: HttpRequest, kind: type[EnteredStartForm], words: dict[str, str], service: Callable[..., Case]) -> HttpResponse:
    viewer = viewer_of(request)
    NotAllowed.unless(viewer.held.has(Role.CITY_OFFICER), "代录由市级经办办理")
    form = kind(request.POST or None, request.FILES or None, today=viewer.today)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form, passing=()):
            case = service(by=viewer.user, **form.cleaned_data)
            return redirect_saying(request, words["done"], words["leads_to"], case.pk)
    trail = [("申报与验收", reverse("approvals:case_list")), (words["label"], "")]
    context = {"form": form, "words": words, "label": words["label"], "hint": HINT, "crumbs": trail}
    return render(request, "approvals/entered/entered_filing.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def enter_objection(request: HttpRequest, pk: int) -> HttpResponse:
    """代录意见, while the notice is open."""
    return _entered(request, pk, EnteredObjectionForm, "代录意见", entered.enter_objection)


def enter_replies(request: HttpRequest, pk: int) -> HttpResponse:
    """代录预评审答复."""
    return _entered(request, pk, EnteredRepliesForm, "代录答复", entered.enter_replies)


def _entered(request: HttpRequest, pk: int, kind: type[ProxyEntryForm], label: str, service: Any) -> HttpResponse:
    viewer, case = viewer_of(request), seen_case(request, pk)
    if not is_officer(viewer.held, case):
        raise Http404
    form = kind(request.POST or None, request.FILES or None, case=case, today=viewer.today)
    return posted_form(request, case, form, label, save=service, done=f"已办理：{label}", hint=HINT)
