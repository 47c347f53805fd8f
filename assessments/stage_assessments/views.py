"""Pages of the stage assessment."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST, require_safe

from assessments.common import rules as filing
from assessments.common.forms import TitledFileForm
from assessments.common.mechanism import STANDINGS
from assessments.common.views import short_offer, timeline_entry, without_fields
from assessments.opinions.views import OpinionPages
from assessments.recusals.lifecycle import reads_recusals
from assessments.reviews.enums import ReviewState
from assessments.reviews.selectors.reviews import reviews_visible_to
from assessments.score_page.views.rendered_rows import own_result_shown
from assessments.stage_assessments import rules
from assessments.stage_assessments.forms import JudgeForm, MechanismForm, RectifyForm
from assessments.stage_assessments.lifecycle import STAGE_ASSESSMENT, STAGE_OPINION
from assessments.stage_assessments.models import UNFILED, StageAssessment, StageState
from assessments.stage_assessments.selectors import stages as selectors
from assessments.stage_assessments.selectors.stages import contents_of, stage_opinions_visible_to, stages_visible_to
from assessments.stage_assessments.services import save_mechanisms, save_rectification
from assessments.tables.selectors.tables import sees_table
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.documents.services import store
from greendistrict.policy.citing import policy_of
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import NOT_YOURS, UNPROCESSABLE, MatterPage, as_of
from greendistrict.workflow.procedure import offered

# Pages of the opinions of a stage assessment.


def seen_assessment(request: HttpRequest, pk: int) -> tuple[StageAssessment, bool]:
    """The assessment, and whether the user sees all of it or only opinions of the own body. Raises ``Http404``."""
    viewer = viewer_of(request)
    if found := stages_visible_to(viewer).filter(pk=pk).first():
        return found, True
    rows = StageAssessment.objects.filter(review_opinions__in=stage_opinions_visible_to(viewer)).distinct()
    return get_object_or_404(rows.select_related("district", "review"), pk=pk), False


def _around(stage: StageAssessment, whole: bool) -> dict[str, Any]:  # noqa: FBT001 -- called by position as every kind's is
    back, here = reverse("assessments:stage", args=[stage.pk]), ("评审意见逐条办理", "")
    above = [("阶段评估", reverse("assessments:stage_list")), (str(stage), back)] if whole else []
    words = f"{stage.number or ''} {stage}".strip()
    return {
        "crumbs": [*above, here],
        "back": back,
        "back_label": "返回阶段评估",
        "named": words,
        "blocks": "整改须在须修改的全部销号后才能复核通过",
    }


STAGE = OpinionPages(
    STAGE_OPINION,
    "assessments:stage_opinions",
    "assessments:stage_opinion_step",
    seen_assessment,
    _around,
    lambda stage: stage.review is not None and stage.review.concluded_at is not None,
)


@require_GET
def stage_opinions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the opinions of the panel of a stage assessment."""
    return STAGE.show(request, pk)


@require_POST
def stage_opinion_step(request: HttpRequest, pk: int, opinion: int) -> HttpResponse:
    """Take a step of one opinion."""
    return STAGE.act(request, pk, opinion)


# Pages of the stage assessment: record, mechanisms, conclusion, rectification, steps.


def seen_stage(viewer: Viewer, pk: int) -> StageAssessment:
    """The assessment if the user sees it. Raises ``Http404``."""
    return get_object_or_404(selectors.stages_visible_to(viewer), pk=pk)


@require_safe
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the record of one assessment."""
    return FILE.show(request, pk)


def detail_context(viewer: Viewer, found: StageAssessment, **extra: Any) -> dict[str, Any]:
    """Template context of the record; the offered buttons are exactly those that ``perform`` would allow."""
    held = viewer.held
    filling = rules.may_fill(held, found)
    known = {"blocking": selectors.blocking(found, viewer.today)} if found.status in UNFILED else {}
    mending = rules.may_mend(held, found)
    steps = offered(found, viewer.user, known)
    review_seen = found.review is not None and reviews_visible_to(viewer).filter(pk=found.review.pk).exists()
    is_concluded = found.review is not None and found.review.status == ReviewState.CONCLUDED
    return {
        **contents_of(viewer, found),
        "stage": found,
        "table": found.table,
        "table_seen": viewer.once(sees_table, found.table_id),
        "state": STAGE_ASSESSMENT.state(found.status),
        "offered": [short_offer(one) for one in (steps if filling or mending else without_fields(steps))],
        "action_url": reverse("assessments:stage_action", args=[found.pk]),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(found))],
        "filling": filling,
        "reads_recusals": reads_recusals(held, found.table),
        "mending": mending,
        "rectify_form": RectifyForm(initial={"rectification": found.rectification, "version": found.version}),
        "file_form": TitledFileForm(),
        "adds_files": filling or mending,
        "blocking": known.get("blocking", []),
        "review_open": review_seen and is_concluded,
        "review_runs": review_seen and not is_concluded,
        **extra,
    }


def own_result_beside(viewer: Viewer, found: StageAssessment) -> SafeString:
    """The district's own result and what it reports as mended, on the page that asks before a step that cannot be taken back."""
    mended = found.status in {StageState.RECTIFYING, StageState.RECHECKING}
    report = render_to_string("assessments/stage_assessments/_mended.html", {"report": found.rectification if mended else ""})
    return own_result_shown(viewer, found.table) + report


FILE = MatterPage("assessments:stage", "assessments/stage_assessments/stage_detail.html", seen_stage, detail_context, own_result_beside)


@require_POST
def stage_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step of the assessment."""
    return FILE.act(request, pk)


def stage_mechanism(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and save the checklist of 七（三）1, filled in by the district."""
    viewer = viewer_of(request)
    found = seen_stage(viewer, pk)
    form = MechanismForm(request.POST if request.method == "POST" else None, stage=found)
    if request.method != "POST" or not form.is_valid():
        refused = None if request.method != "POST" or rules.may_fill(viewer.held, found) else NotAllowed(NOT_YOURS)
        return _mechanism_page(request, found, form, refused)
    try:
        save_mechanisms(stage=found, typed=form.typed(), version=form.cleaned_data["version"], by=viewer.user)
    except Refused as refused:
        return _mechanism_page(request, seen_stage(viewer, pk), form, refused)
    return FILE.done(request, pk, "管理机制已保存")


def _in_words(lines: Iterable[tuple[Any, Any, Any]]) -> list[tuple[str, str]]:
    """Mechanisms that are filled in: title, state and text."""
    said = ((one.title, [STANDINGS.get(state.value(), ""), text.value()]) for one, state, text in lines)
    return [(title, "　".join(part for part in parts if part)) for title, parts in said if any(parts)]


def _mechanism_page(request: HttpRequest, found: StageAssessment, form: MechanismForm, refused: Refused | None = None) -> HttpResponse:
    stored = MechanismForm(stage=found).lines if isinstance(refused, Stale) else []
    if isinstance(refused, Stale):
        form = MechanismForm(as_of(request.POST, found), stage=found)
        form.is_valid()
    filling = rules.may_fill(viewer_of(request).held, found)
    context = {
        "stage": found,
        "form": form if filling else MechanismForm(stage=found),
        "filling": filling,
        "unsaved": [] if filling or not form.is_bound else _in_words(form.lines),
        "errors": form if refused is None else [refusal.text for refusal in refused.refusals],
        "stored": _in_words(stored),
    }
    status = refused.status if refused else UNPROCESSABLE if form.errors else 200
    return render(request, "assessments/stage_assessments/stage_mechanism.html", context, status=status)


def judge_context(viewer: Viewer, found: StageAssessment, **extra: Any) -> dict[str, Any]:
    """Template context of the conclusion: the district's report, the city's findings, and the result of the rule for the rest."""
    form = extra.setdefault("form", JudgeForm(stage=found, today=viewer.today))
    judged = {"verdict": selectors.verdict_of(found), "basis": selectors.basis_words(found, viewer.today)}
    rule, is_open = policy_of(viewer.today).rule("STAGE-ASSESSMENT").qualifying, bool(selectors.open_criteria(found, viewer.today))
    return {"stage": found, "lines": form.lines(found), "rule": rule, "is_open": is_open, **judged, **extra}


JUDGE = MatterPage("assessments:stage_judge", "assessments/stage_assessments/stage_judge.html", seen_stage, judge_context)


def stage_judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for the city's findings; POST stores them with the conclusion that follows from the rule."""
    viewer = viewer_of(request)
    found = seen_stage(viewer, pk)
    if not filing.is_officer(viewer.held, found) or not (request.method == "POST" or found.status == StageState.JUDGING):
        raise Http404
    return JUDGE.step(request, found, JudgeForm, action="propose", of=FILE, words="结论已拟定，送审核")


@require_POST
def stage_rectify(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the rectification report; on a version conflict both texts are shown."""
    viewer = viewer_of(request)
    found = seen_stage(viewer, pk)
    form = RectifyForm(request.POST)
    refused = None
    if form.is_valid():
        data = form.cleaned_data
        try:
            save_rectification(stage=found, text=data["rectification"], version=data["version"], by=viewer.user)
        except Refused as caught:
            refused = caught
        else:
            return FILE.done(request, pk, "整改报告已保存")
    found = seen_stage(viewer, pk)
    kept = RectifyForm(as_of(request.POST, found))
    return FILE.again(request, pk, refused, errors=form, rectify_form=kept, stored=found.rectification)


@require_POST
def stage_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file to the assessment: proof of a mechanism or of the rectification."""
    viewer = viewer_of(request)
    found = seen_stage(viewer, pk)
    kind = "整改材料" if found.status == StageState.RECTIFYING else "管理机制材料"
    form = TitledFileForm(request.POST, request.FILES)
    return FILE.add_file(
        request, pk, form, lambda data: store(owner=found, kind=kind, by=viewer.user, **data), may=rules.may_add_files(viewer.held, found)
    )
