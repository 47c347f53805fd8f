"""Pages of the stage assessment: file, mechanisms, conclusion, rectification, and the steps of its life."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.forms.stages import JudgeForm, MechanismForm, RectifyForm, StageFileForm
from assessments.lifecycle.stage import STAGE_ASSESSMENT
from assessments.mechanism import CHECKLIST, STANDINGS
from assessments.models import StageAssessment
from assessments.rules import stages as rules
from assessments.rules.experts import reads_recusals
from assessments.rules.filing import oversees
from assessments.selectors import stages as selectors
from assessments.selectors.opinions import opinions_summary
from assessments.selectors.tables import score_tables_visible_to
from assessments.services import stages as services
from assessments.views.selfchecks import short_offer, timeline_entry
from assessments.views.steps import UNPROCESSABLE, FilePage
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import Refused, Stale
from greendistrict.documents.selectors import evidence_of
from greendistrict.documents.services import store
from greendistrict.workflow import timeline
from greendistrict.workflow.services import available_actions


def seen_stage(user: User, pk: int) -> StageAssessment:
    """Assessment in this person's sight. Raises ``Http404``."""
    return get_object_or_404(selectors.stages_visible_to(user), pk=pk)


@login_required
@require_safe
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of one assessment."""
    user = signed_in(request)
    return render(request, "assessments/stage_detail.html", detail_context(user, seen_stage(user, pk)))


def detail_context(user: User, found: StageAssessment, **extra: Any) -> dict[str, Any]:
    """What the file shows; the offered buttons are exactly what ``perform`` would allow."""
    filling = rules.may_fill(user, found)
    facts = services.facts_of(found)
    # The page of the conclusion collects what its guard asks for.
    asked = None if found.status == "judging" else facts
    standing = {one.key: one.label for one in STANDINGS}
    cycle = selectors.cycle_of(found)
    shown = found.status != "draft" or filling
    review_open = found.review is not None and found.review.status == "concluded"
    return {
        "stage": found,
        "table": found.table,
        "table_seen": score_tables_visible_to(user).filter(pk=found.table_id).exists(),
        "state": STAGE_ASSESSMENT.state(found.status),
        "cycle": cycle,
        "late": selectors.is_late(found, cycle, clock.today()),
        "offered": [short_offer(one) for one in available_actions(STAGE_ASSESSMENT, found, user, asked)],
        "action_url": reverse("assessments:stage_action", args=[found.pk]),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(found))],
        "mechanism_lines": [_line(found, one, standing) for one in CHECKLIST] if shown else [],
        "filling": filling,
        "reads_recusals": reads_recusals(user, found.table),
        "mending": rules.may_mend(user, found),
        "rectify_form": RectifyForm(initial={"rectification": found.rectification, "version": found.version}),
        "file_form": StageFileForm(),
        "files": list(evidence_of(found)) if shown else [],
        "blocking": facts.get("blocking", []),
        "aspects": found.verdict.get("aspects", []) if found.concluded_at or oversees(user) else [],
        "review_open": review_open,
        "opinions": opinions_summary(found),
        "called": found.called_by.first(),
        **extra,
    }


def _line(found: StageAssessment, one: Any, standing: dict[str, str]) -> dict[str, Any]:
    said, judged = found.mechanism.get(one.key, {}), found.judged.get(one.key, {})
    words = {True: "已建立", False: "未建立"}
    return {
        "mechanism": one,
        "said": standing.get(said.get("state", ""), "未填"),
        "text": said.get("text", ""),
        "holds": words.get(judged.get("holds"), "") if found.concluded_at else "",
        "note": judged.get("note", "") if found.concluded_at else "",
    }


FILE = FilePage(
    page="assessments:stage",
    template="assessments/stage_detail.html",
    machine=STAGE_ASSESSMENT,
    seen=seen_stage,
    context=detail_context,
    facts=services.facts_of,
    take=lambda found, **step: services.take(stage=found, **step),
)


@login_required
@require_POST
def stage_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step."""
    return FILE.act(request, pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stage_mechanism(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist of 七（三）1, filled in by the district."""
    user = signed_in(request)
    found = seen_stage(user, pk)
    form = MechanismForm(request.POST if request.method == "POST" else None, stage=found)
    if request.method != "POST" or not form.is_valid():
        return _mechanism_page(request, found, form)
    try:
        services.save_mechanisms(stage=found, typed=form.typed(), version=form.cleaned_data["version"], by=user)
    except Refused as refused:
        return _mechanism_page(request, seen_stage(user, pk), form, refused)
    return FILE.done(request, pk, "管理机制已保存")


def _mechanism_page(request: HttpRequest, found: StageAssessment, form: MechanismForm, refused: Refused | None = None) -> HttpResponse:
    words = {one.key: one.label for one in STANDINGS}
    stored = MechanismForm(stage=found).lines if isinstance(refused, Stale) else []
    if isinstance(refused, Stale):
        data = request.POST.copy()
        data["version"] = str(found.version)
        form = MechanismForm(data, stage=found)
        form.is_valid()
    context = {
        "stage": found,
        "form": form,
        "filling": rules.may_fill(signed_in(request), found),
        "errors": form if refused is None else [one.text for one in refused.refusals],
        "stored": [(one, words.get(state.value(), ""), text.value()) for one, state, text in stored],
    }
    status = refused.status if refused else UNPROCESSABLE if form.errors else 200
    return render(request, "assessments/stage_mechanism.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stage_judge(request: HttpRequest, pk: int) -> HttpResponse:
    """What the city found, and the conclusion that follows from the stated rule."""
    user = signed_in(request)
    found = get_object_or_404(selectors.stages_visible_to(user).filter(status="judging"), pk=pk)
    if not rules.is_officer(user, found):
        raise Http404
    form = JudgeForm(request.POST if request.method == "POST" else None, stage=found)
    errors: Any = form
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                return _proposed(request, found, form, user)
            except Refused as refused:
                errors, status = [one.text for one in refused.refusals], refused.status
        else:
            status = UNPROCESSABLE
    context = {"stage": found, "form": form, "lines": form.lines(found), "verdict": selectors.verdict_of(found), "errors": errors}
    return render(request, "assessments/stage_judge.html", context, status=status)


def _proposed(request: HttpRequest, found: StageAssessment, form: JudgeForm, user: User) -> HttpResponse:
    data = form.cleaned_data
    services.propose(
        stage=found,
        judged=form.judged(),
        opinion=data["opinion"],
        visited_on=data["visited_on"],
        visit_note=data["visit_note"],
        version=data["version"],
        by=user,
    )
    return FILE.done(request, found.pk, "结论已拟定，送审核")


@login_required
@require_POST
def stage_rectify(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the rectification report; when somebody was faster both texts are shown."""
    user = signed_in(request)
    found = seen_stage(user, pk)
    form = RectifyForm(request.POST)
    refused = None
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.save_rectification(stage=found, text=data["rectification"], version=data["version"], by=user)
        except Refused as caught:
            refused = caught
        else:
            return FILE.done(request, pk, "整改报告已保存")
    found = seen_stage(user, pk)
    kept = RectifyForm(initial={"rectification": request.POST.get("rectification", ""), "version": found.version})
    return FILE.again(request, pk, refused, errors=form, rectify_form=kept, stored=found.rectification)


@login_required
@require_POST
def stage_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file beside the assessment: proof of a mechanism or of what was mended."""
    user = signed_in(request)
    found = seen_stage(user, pk)
    form = StageFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return FILE.again(request, pk, errors=form, file_form=form)
    upload = form.cleaned_data["upload"]
    kind = "整改材料" if found.status == "rectifying" else "管理机制材料"
    try:
        store(owner=found, upload=upload, kind=kind, title=form.cleaned_data["title"] or upload.name, by=user)
    except Refused as refused:
        form.add_error("upload", [one.text for one in refused.refusals])
        return FILE.again(request, pk, errors=form, file_form=form)
    return FILE.done(request, pk, "材料已上传")
