"""Pages of the post-evaluation: yearly sample, list, record, conclusion."""

from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.common import rules as filing
from assessments.common.forms import TitledFileForm
from assessments.common.views import list_page, timeline_entry
from assessments.post_evaluations import lifecycle, selectors, services
from assessments.post_evaluations.columns import POST_LIST
from assessments.post_evaluations.forms import PostFilter, PostJudgeForm, ReportForm, SampleForm
from assessments.post_evaluations.lifecycle import ASPECTS, POST_EVALUATION
from assessments.post_evaluations.models import PostEvaluation, PostEvaluationState, SampleDraw
from assessments.reviews.selectors.panels import with_signature
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.paging import list_context
from greendistrict.documents.services import store
from greendistrict.policy.citing import policy_of
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import NOT_YOURS, UNPROCESSABLE, MatterPage
from greendistrict.workflow.procedure import offered

TEMPLATE = "assessments/post_evaluations/post_detail.html"


def seen(viewer: Viewer, pk: int) -> PostEvaluation:
    """The evaluation if the user sees it. Raises ``Http404``."""
    return get_object_or_404(selectors.evaluations_visible_to(viewer), pk=pk)


def posts_asked(request: HttpRequest) -> tuple[BaseForm, QuerySet[PostEvaluation]]:
    """The filter in the query string and the visible evaluations that match it, newest year first."""
    asked = PostFilter(request.GET, selectors.evaluations_visible_to(viewer_of(request)))
    return asked.form, asked.qs.order_by("-year", "district__name_pinyin", "pk")


@require_safe
def post_list(request: HttpRequest) -> HttpResponse:
    """Show the yearly samples and the visible evaluations."""
    return _list(request)


def _list(request: HttpRequest, status: int = 200, **extra: Any) -> HttpResponse:
    viewer = viewer_of(request)
    form, found = posts_asked(request)
    posts = list_context(request, found, form, export="assessments:post_export")
    context = {
        **posts,
        "shown": list_page(viewer, POST_LIST, posts["page"], "assessments:post"),
        "draws": list(selectors.draws_visible_to(viewer).order_by("-year", "is_demo")),
        "runs": lifecycle.draws(viewer.held),
        "sample_form": SampleForm(initial={"year": viewer.today.year}, auto_id="sample-%s"),
        **extra,
    }
    return render(request, "assessments/post_evaluations/post_list.html", context, status=status)


@require_POST
def sample_commit(request: HttpRequest) -> HttpResponse:
    """Record the hash of the secret for a year's sample."""
    form = SampleForm(request.POST, auto_id="sample-%s")
    NotAllowed.unless(lifecycle.draws(viewer_of(request).held), NOT_YOURS)
    if not form.is_valid():
        return _list(request, UNPROCESSABLE, sample_form=form, errors=form)
    data = form.cleaned_data
    try:
        services.commit_sample(year=data["year"], demo=data["demo"], by=signed_in(request))
    except Refused as refused:
        return _list(request, refused.status, sample_form=form, errors=[refusal.text for refusal in refused.refusals])
    return redirect_saying(request, "已登记抽取种子校验值，可以抽取", "assessments:post_list")


@require_POST
def sample_draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the list and draw."""
    user = signed_in(request)
    sample = get_object_or_404(selectors.draws_visible_to(viewer_of(request)), pk=pk)
    try:
        services.draw(sample=sample, by=user)
    except Refused as refused:
        return _list(request, refused.status, errors=[refusal.text for refusal in refused.refusals])
    return redirect_saying(request, "已抽取，抽中的城区收到通知", "assessments:post_list")


@require_safe
def sample_data(request: HttpRequest, pk: int) -> HttpResponse:
    """All data needed to repeat a draw (docs/draw.md); 404 before the draw."""
    made: SampleDraw = get_object_or_404(selectors.draws_visible_to(viewer_of(request)), pk=pk, drawn_at__isnull=False)
    return JsonResponse(with_signature(selectors.draw_data(made)), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the record of one evaluation."""
    return FILE.show(request, pk)


def detail_context(viewer: Viewer, found: PostEvaluation, **extra: Any) -> dict[str, Any]:
    """Template context of the record; the offered buttons are exactly those that ``perform`` would allow."""
    filling = lifecycle.may_fill(viewer.held, found)
    return {
        **selectors.contents_of(viewer, found),
        "found": found,
        "state": POST_EVALUATION.state(found.status),
        "filling": filling,
        "form": ReportForm(found=found),
        "file_form": TitledFileForm(),
        "adds_files": filling,
        "offered": offered(found, viewer.user),
        "action_url": reverse("assessments:post_action", args=[found.pk]),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(found))],
        **extra,
    }


FILE = MatterPage("assessments:post", TEMPLATE, seen, detail_context)


@require_POST
def post_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the district's report; on a version conflict both texts are shown."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    form = ReportForm(request.POST, found=found)

    def keep() -> None:
        services.save_report(found=found, values=form.cleaned_data, version=form.cleaned_data["version"], by=viewer.user)

    def beside(data: QueryDict, stored: PostEvaluation) -> dict[str, Any]:
        return {"form": ReportForm(data, found=stored), "stored": [(title, stored.report.get(key, "")) for key, title in ASPECTS.items()]}

    return FILE.save(request, pk, form, keep, beside, "已保存", may=lifecycle.may_fill(viewer.held, found))


@require_POST
def post_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file to the evaluation."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    form = TitledFileForm(request.POST, request.FILES)
    return FILE.add_file(
        request,
        pk,
        form,
        lambda data: store(owner=found, kind="后评估材料", by=viewer.user, **data),
        may=lifecycle.may_add_files(viewer.held, found),
    )


@require_POST
def post_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step."""
    return FILE.act(request, pk)


def judge_context(viewer: Viewer, found: PostEvaluation, **extra: Any) -> dict[str, Any]:
    """Template context of the conclusion: the district's report next to the city's findings."""
    sections = [(title, found.report.get(key, "")) for key, title in ASPECTS.items()]
    rule = policy_of(viewer.today).rule("POST-EVALUATION").qualifying
    return {"found": found, "form": PostJudgeForm(found=found), "report_sections": sections, "rule": rule, **extra}


JUDGE = MatterPage("assessments:post_judge", "assessments/post_evaluations/post_judge.html", seen, judge_context)


def post_judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for the city's findings on both aspects; POST stores them with the resulting conclusion."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    if not filing.is_officer(viewer.held, found) or not (request.method == "POST" or found.status == PostEvaluationState.FILED):
        raise Http404
    return JUDGE.step(request, found, PostJudgeForm, action="propose", of=FILE, words="结论已拟定，送审核")
