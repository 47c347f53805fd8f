"""Pages of inspections: registration, and the record with findings, replies and steps."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.common.forms import TitledFileForm
from assessments.common.views import timeline_entry
from assessments.inspections import rules, selectors, services
from assessments.inspections.columns import FINDING_ENTERED, VISIT_ENTERED
from assessments.inspections.lifecycle import INSPECTION, INSPECTION_FINDING
from assessments.inspections.models import Inspection, InspectionFinding, InspectionState
from assessments.inspections.selectors import bindings_of
from assessments.stage_assessments.selectors.stages import stages_visible_to
from districts.file.models.district import District
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.core.answers import deletion_question, redirect_saying
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.forms import per_file
from greendistrict.core.integers import whole
from greendistrict.documents.forms import EvidenceFilesField
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import UNPROCESSABLE, MatterPage, StepPage, act
from greendistrict.workflow.procedure import offered


@with_columns(VISIT_ENTERED)
class InspectionForm(ColumnsForm):
    """Data of the visit."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class InspectionRegistrationForm(InspectionForm):
    """Data of the visit together with the district."""

    district = forms.ModelChoiceField(queryset=District.objects.none(), label="城区", empty_label="请选择")
    field_order = ("district",)

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        worked = District.objects.filter(applicant__isnull=False, guideline_area=False).order_by("name_pinyin", "pk")
        self.fields["district"].queryset = worked  # type: ignore[attr-defined]  # a choice of models


@with_columns(FINDING_ENTERED)
class FindingForm(ColumnsForm):
    """A finding, tied to a policy rule or to a clause of the edition."""

    rule = forms.ChoiceField(label="政策条款", required=False, help_text="规则和条文至少选一项")
    item_id = forms.ChoiceField(label="评价条文", required=False)

    def __init__(self, data: QueryDict | None = None, *, inspection: Inspection) -> None:
        super().__init__(data)
        rules, items = bindings_of(inspection)
        self.fields["rule"].choices = [("", "不选"), *rules.items()]  # type: ignore[attr-defined]
        self.fields["item_id"].choices = [("", "不选"), *items.items()]  # type: ignore[attr-defined]


class InspectionFileForm(TitledFileForm):
    """Photos or documents of the visit or of the rectification."""

    upload = EvidenceFilesField(label="照片或文件")


def seen(viewer: Viewer, pk: int) -> Inspection:
    """The inspection if the user sees it. Raises ``Http404``."""
    return get_object_or_404(selectors.inspections_visible_to(viewer), pk=pk)


def inspection_register(request: HttpRequest) -> HttpResponse:
    """Register a visit or a desk check."""
    viewer = viewer_of(request)
    if not rules.inspects(viewer.held):
        raise Http404
    form = InspectionRegistrationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data}
        district = values.pop("district")
        try:
            made = services.register(district=district, values=values, by=viewer.user)
        except Refused as refused:
            form.add_error(None, [refusal.text for refusal in refused.refusals])
        else:
            return redirect_saying(request, "已登记，请逐条填写发现的问题", "assessments:inspection", made.pk)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "assessments/inspections/inspection_register.html", {"form": form, "errors": form}, status=status)


@require_safe
def inspection(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the record of one inspection."""
    return FILE.show(request, pk)


def detail_context(viewer: Viewer, found: Inspection, **extra: Any) -> dict[str, Any]:
    """Template context of the record; the offered buttons are exactly those that ``perform`` would allow."""
    writes = rules.writes(viewer.held, found)
    reason, typed_for = extra.get("reason", ""), extra.get("typed_for")
    first = {name: getattr(found, name) for name in ("version", *services.FIELDS)}
    findings = [
        {**_finding_line(viewer, line), "reason": reason if typed_for == line.finding.pk else ""}
        for line in selectors.finding_lines(found, viewer.today)
    ]
    return {
        "inspection": found,
        "state": INSPECTION.state(found.status),
        "writes": writes,
        "form": InspectionForm(initial=first) if writes else None,
        "finding_form": FindingForm(inspection=found) if writes else None,
        "findings": findings,
        "answers": any(line["offered"] for line in findings),
        "offered": offered(found, viewer.user),
        "own_reason": "" if typed_for else reason,
        "action_url": reverse("assessments:inspection_action", args=[found.pk]),
        "sees_early": found.early_id is not None and stages_visible_to(viewer).filter(pk=found.early_id).exists(),
        "files": selectors.files_of(found),
        "file_form": InspectionFileForm() if writes else None,
        "reply_file_form": InspectionFileForm(),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(found))],
        **extra,
    }


def _finding_line(viewer: Viewer, line: selectors.InspectionFindingLine) -> dict[str, Any]:
    finding = line.finding
    return {
        **vars(line),
        "prefix": f"f{finding.pk}",
        "mends": rules.mends(viewer.held, finding),
        "offered": offered(finding, viewer.user) if finding.inspection.status == InspectionState.ISSUED else [],
    }


FILE = MatterPage("assessments:inspection", "assessments/inspections/inspection_detail.html", seen, detail_context)


@require_POST
def inspection_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the visit while it is a draft."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    form = InspectionForm(request.POST)

    def keep() -> None:
        services.save(inspection=found, values=form.cleaned_data, version=form.cleaned_data["version"] or 0, by=viewer.user)

    def beside(data: QueryDict, stored: Inspection) -> dict[str, Any]:
        return {"form": InspectionForm(data), "stored": stored}

    return FILE.save(request, pk, form, keep, beside, "检查情况已保存", may=rules.writes(viewer.held, found))


@require_POST
def inspection_finding_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a finding to a draft."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    form = FindingForm(request.POST, inspection=found)
    if not form.is_valid():
        return FILE.invalid(request, pk, may=rules.writes(viewer.held, found), finding_form=form, errors=form)
    try:
        services.add_finding(inspection=found, values=form.cleaned_data, by=viewer.user)
    except Refused as refused:
        return FILE.again(request, pk, refused, finding_form=form)
    return FILE.done(request, pk, "已加入一个问题", "#findings")


def _finding(viewer: Viewer, pk: int, key: int) -> InspectionFinding:
    rows = selectors.findings_visible_to(viewer).select_related("inspection__district__edition")
    return get_object_or_404(rows, pk=key, inspection_id=pk)


@require_POST
def inspection_finding_remove(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Delete a finding of a draft."""
    viewer = viewer_of(request)
    finding = _finding(viewer, pk, key)
    back = reverse("assessments:inspection", args=[pk])
    if rules.writes(viewer.held, finding.inspection) and (asking := deletion_question(request, f"第{finding.order}个问题", back=back)):
        return asking
    try:
        services.remove_finding(finding=finding, by=viewer.user)
    except Refused as refused:
        return FILE.again(request, pk, refused)
    return FILE.done(request, pk, "已删除", "#findings")


@require_POST
def inspection_reply(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Save the district's reply; on a version conflict both texts are shown."""
    viewer = viewer_of(request)
    finding = _finding(viewer, pk, key)
    typed, version = request.POST.get("reply", ""), request.POST.get("version", "")
    try:
        services.save_reply(finding=finding, text=typed, version=whole(version, -1), by=viewer.user)
    except Refused as refused:
        gone = {"unsaved": [("整改情况", typed)]} if isinstance(refused, NotAllowed) else {}
        return FILE.again(request, pk, refused, typed_reply=typed, typed_for=key, **gone)
    return FILE.done(request, pk, "整改情况已保存，由本单位审核人报送", f"#finding-{key}")


@require_POST
def inspection_finding_action(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Take a step of one finding."""
    finding = _finding(viewer_of(request), pk, key)
    anchor = f"#finding-{key}"
    page = StepPage(
        back=reverse("assessments:inspection", args=[pk]) + anchor,
        again=lambda refused, **typed: FILE.again(request, pk, refused, **typed, typed_for=key),
        done=lambda _: FILE.done(request, pk, f"问题{finding.order}：{INSPECTION_FINDING.state(finding.status).label}", anchor),
    )
    return act(request, finding, page)


@require_POST
def inspection_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step of the inspection."""
    return FILE.act(request, pk)


@require_POST
def inspection_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a photo or document of the visit."""
    viewer = viewer_of(request)
    return _keep_file(request, pk, lambda: seen(viewer, pk), "监督检查")


@require_POST
def inspection_finding_file(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Add a photo or document of the rectification."""
    viewer = viewer_of(request)
    return _keep_file(request, pk, lambda: _finding(viewer, pk, key), "整改材料")


def _keep_file(request: HttpRequest, pk: int, owner: Callable[[], Any], kind: str) -> HttpResponse:
    form = InspectionFileForm(request.POST, request.FILES)
    of = owner()
    if not form.is_valid():
        return FILE.invalid(request, pk, may=rules.may_add_files(viewer_of(request).held, of), errors=form)
    try:
        with transaction.atomic():
            for data in per_file(form.cleaned_data):
                services.add_file(owner=of, kind=kind, by=signed_in(request), **data)
    except Refused as refused:
        return FILE.again(request, pk, refused)
    return FILE.done(request, pk, "材料已上传")
