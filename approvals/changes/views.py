"""Pages of a change: choosing what to change, filling it in, and the case with comparison and effects."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.cases.rules import may_edit_case
from approvals.cases.views import crumbs, posted, seen_case, starter, typed_version
from approvals.changes import services as changes
from approvals.changes.change_kinds import change_kind, change_kinds, grouped_kinds
from approvals.changes.models import Change
from approvals.changes.selectors import chain_of_change, newest_table
from approvals.common.enums import CaseKind
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow.pages import UNPROCESSABLE


class StartChangeForm(forms.Form):
    """District and kind of change; the plot named by a link from its page is passed on to the form of the kind."""

    district = forms.ModelChoiceField(District.objects.none(), label="城区", empty_label="请选择", to_field_name="code")
    kind = forms.ChoiceField(label="变更事项", widget=forms.RadioSelect)
    plot = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, held: HeldPosts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["district"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared above
        own = District.objects.filter(applicant_id__in=held.organisations_as(Role.PREPARER), guideline_area=False)
        field.queryset = own.order_by("name_pinyin")
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 -- declared above
        kind.choices = [(one.key, one.label) for one in change_kinds()]


@with_columns(Columns(Change, reason=TextColumn(rows=4, most=2000)))
class ChangeReasonForm(ColumnsForm):
    """Reason of the change."""


FROZEN = frozenset(
    {
        CaseState.SENT,
        CaseState.CONSULTING,
        CaseState.CHECKING,
        CaseState.DECIDING,
        CaseState.APPROVED,
        CaseState.REFUSED,
        CaseState.WITHDRAWN,
    }
)


def change_start(request: HttpRequest) -> HttpResponse:
    """Choose district and kind; each kind says what it affects."""
    viewer = starter(request)
    form = StartChangeForm(
        request.POST or None, held=viewer.held, initial={name: request.GET.get(name) for name in ("district", "kind", "plot")}
    )
    if request.method == "POST" and form.is_valid():
        plot = form.cleaned_data.pop("plot")
        try:
            case = changes.start_change(by=viewer.user, **form.cleaned_data)
        except Refused as refused:
            for refusal in refused.refusals:
                form.add_error(None, refusal.text)
        else:
            page = reverse("approvals:change_edit", args=[case.pk])
            return HttpResponseRedirect(f"{page}?{urlencode({'plot': plot})}" if plot else page)
    context = {"form": form, "groups": grouped_kinds()}
    return render(request, "approvals/changes/change_start.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def change_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit values and reason; saving leads to the comparison."""
    viewer, case = viewer_of(request), seen_case(request, pk, CaseKind.CHANGE)
    if not may_edit_case(viewer.held, case):
        raise NotAllowed(changes.WHO_EDITS)
    kind = change_kind(case.change.kind)
    initial = case.change.values or {name: request.GET[name] for name in kind.form.prefilled if name in request.GET}
    form = kind.form(request.POST or None, request.FILES or None, district=case.district, today=viewer.today, initial=initial)
    why = ChangeReasonForm(request.POST or None, initial={"reason": case.change.reason})
    context: dict[str, Any] = {
        "case": case, "kind": kind, "form": form, "why": why, "forms": [form, why], "version": case.version,
        "crumbs": crumbs(case, ("变更内容", "")),
    }  # fmt: skip
    return posted(
        request,
        "approvals/changes/change_edit.html",
        context,
        lambda: changes.save_change(
            case=case,
            by=viewer.user,
            values=form.values(),
            ground_file=form.ground_file(),
            version=typed_version(request),
            **why.cleaned_data,
        ),
        done="已保存变更内容",
    )


def change_context(viewer: Viewer, case: Case) -> dict[str, Any]:
    """Context of the page of a change, in addition to that of every case: effects as frozen at signing, live before that."""
    change, kind = case.change, change_kind(case.change.kind)
    lines, effects = change.lines, change.effects
    if case.status not in FROZEN:
        lines = [line.plain() for line in kind.lines(case.district, change.values)] if change.values else []
        effects = changes.rehearse(case, by=viewer.user)
    return {
        "change": change,
        "kind": kind,
        "lines": lines,
        "effects": effects,
        "links": chain_of_change(change),
        "newest": newest_table(case.district),
        "target": change.values.get("star") or case.district.target_star,
    }
