"""Read post-evaluations: the list for a year's sample, visibility, tasks."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.urls import reverse

from assessments.common import owed_papers
from assessments.common import rules as filing
from assessments.post_evaluations import lifecycle
from assessments.post_evaluations.lifecycle import ASPECTS
from assessments.post_evaluations.models import CONCLUDED, UNFILED, PostEvaluation, PostEvaluationState, SampleDraw
from assessments.post_evaluations.sampling import ListedDemonstration, SampleTerms
from assessments.reviews.panel import years_before
from assessments.yearly_reports.selectors.text import shown_figures
from districts.common.enums import Stage
from districts.file.models.district import ConsultantMandate, District
from districts.file.rules import bodies_as, mandate_in_force
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.documents.selectors import evidence_of
from greendistrict.policy import parameters
from greendistrict.policy.unconfirmed import waiting_criterion
from greendistrict.workflow.todo import Task


def evaluations_visible_to(viewer: Viewer) -> QuerySet[PostEvaluation]:
    """Post-evaluations the user sees: all for city and secretariat, the own ones for the district, concluded ones for partners."""
    held = viewer.held
    evaluations = PostEvaluation.objects.select_related("district", "draw")
    if filing.oversees(held):
        return evaluations
    mandates = ConsultantMandate.objects.filter(mandate_in_force(held.day), organisation_id__in=held.organisations_as(Role.CONSULTANT))
    mine = Q(district__applicant__in=held.organisations_as(Role.PREPARER, Role.REVIEWER))
    mine |= Q(district__authorities__in=bodies_as(held, Role.AUTHORITY)) | Q(district__mandates__in=mandates.values("pk"))
    if held.has(Role.PARTNER):
        mine |= Q(status__in=CONCLUDED)
    return evaluations.filter(pk__in=PostEvaluation.objects.filter(mine).order_by().values("pk"))


def draws_visible_to(viewer: Viewer) -> QuerySet[SampleDraw]:
    """Samples the user sees: drawn ones for everyone in the programme, undrawn ones only for those who draw."""
    held = viewer.held
    if held.is_keeper or not held.roles:
        return SampleDraw.objects.none()
    return SampleDraw.objects.all() if filing.oversees(held) else SampleDraw.objects.filter(drawn_at__isnull=False)


def draws_public() -> QuerySet[SampleDraw]:
    """Samples already drawn, which are public: newest first, real before demo."""
    return SampleDraw.objects.filter(drawn_at__isnull=False).order_by("is_demo", "-year")


def draw_data(made: SampleDraw) -> dict[str, Any]:
    """All data needed to repeat a draw (docs/draw.md)."""
    return {
        "list": made.places,
        "terms": made.terms,
        "commitment": made.secret_digest,
        "secret": made.secret,
        "list_digest": made.list_digest,
        "due": made.due,
        "drawn": made.drawn,
    }


def drawn_lines(made: SampleDraw) -> list[tuple[dict[str, Any], str]]:
    """The frozen list with the result for each district, sampled ones first."""
    lines = [(place, "到期必评" if place["id"] in made.due else "抽中" if place["id"] in made.drawn else "") for place in made.places]
    return sorted(lines, key=lambda line: (not line[1], line[0]["stratum"], line[0]["id"]))


def terms_in_force() -> SampleTerms:
    """Share and minimum number from the settings ``post_evaluation``."""
    held = parameters.load()
    return SampleTerms(held.number("post_evaluation.share"), held.integer("post_evaluation.at_least"))


def drawn_by_default(made: SampleDraw) -> bool:
    """Whether the city had not confirmed share or minimum number by the day of the draw."""
    held = parameters.load(made.drawn_at.astimezone(clock.SHANGHAI).date() if made.drawn_at else None)
    return any(held[key].waits for key in ("post_evaluation.share", "post_evaluation.at_least"))


def places_of(day: dt.date, *, demo: bool) -> list[ListedDemonstration]:
    """Demonstrations whose applicant uses the portal, by id, with stratum (first authority, type) and whether they are overdue."""
    years = parameters.load().integer("post_evaluation.cover_all_within_years")
    since = years_before(day, years)
    rows = District.objects.filter(stage=Stage.DEMONSTRATION, guideline_area=False, applicant__isnull=False, is_demo=demo)
    rows = rows.annotate(last=Max("post_evaluations__concluded_at")).prefetch_related("authorities")
    return [_place(district, since) for district in rows.order_by("pk")]


def _place(district: District, since: dt.date) -> ListedDemonstration:
    bodies = sorted(body.name for body in district.authorities.all())
    last = vars(district)["last"]
    seen = last.date() if last else district.titled_on
    stratum = f"{bodies[0] if bodies else '未登记实施主体'}／{district.get_type_display()}"
    return ListedDemonstration(district.pk, district.name, stratum, overdue=seen is not None and seen <= since)


def short_aspects(found: PostEvaluation, _today: dt.date) -> list[str]:
    """Titles of the aspects that the city found not fulfilled."""
    return [title for key, title in ASPECTS.items() if found.judged.get(key, {}).get("holds") is not True]


def open_criterion(_found: PostEvaluation, today: dt.date) -> str:
    """Setting of the reading that both aspects have to be fulfilled, as long as the city has not confirmed it; else empty."""
    return waiting_criterion("POST-EVALUATION", today)


def contents_of(viewer: Viewer, found: PostEvaluation) -> dict[str, Any]:
    """The district's report, the city's findings and the files; drafts only for editors, findings for the district once concluded."""
    held = viewer.held
    readable = found.status != PostEvaluationState.DRAFT or lifecycle.may_fill(held, found)
    shown = bool(found.conclusion) or filing.oversees(held)
    words = {True: "符合", False: "不符合"}
    lines = [(title, found.judged.get(key, {})) for key, title in ASPECTS.items()]
    return {
        "report_sections": [(title, found.report.get(key, "")) for key, title in ASPECTS.items()] if readable else [],
        "judged": [(title, words.get(line.get("holds"), "未核定"), line.get("note", "")) for title, line in lines]
        if shown and found.judged
        else [],
        "figures": shown_figures(found, viewer.today, readable=readable, filed=found.status not in UNFILED),
        "files": list(evidence_of(found)) if readable else [],
        "late": found.status in UNFILED and viewer.today > found.due,
        "moved": owed_papers.post_deadline(found.pk, found.due).moved,
    }


TASKS: dict[str, tuple[str, Callable[[HeldPosts, PostEvaluation], bool]]] = {
    PostEvaluationState.DRAFT: ("填报后评估", lifecycle.may_fill),
    PostEvaluationState.SIGNING: ("审核签发后评估", filing.signs),
    PostEvaluationState.FILED: ("拟定后评估结论", filing.is_officer),
    PostEvaluationState.CHECKING: ("审核后评估结论", filing.checks),
    PostEvaluationState.DECIDING: ("审定后评估结论", filing.decides),
}


def waiting(viewer: Viewer) -> QuerySet[PostEvaluation] | None:
    """Evaluations that may wait for this user; None if evaluations never wait for such a user."""
    held = viewer.held
    if not (held.is_city or held.has(Role.PREPARER, Role.CONSULTANT, Role.REVIEWER)):
        return None
    return evaluations_visible_to(viewer).exclude(status__in=CONCLUDED)


def tasks_for(viewer: Viewer) -> list[Task]:
    """Tasks for evaluations that wait for this user now."""
    found = waiting(viewer)
    return [] if found is None else [task for one in found.order_by("due", "pk") if (task := task_of(viewer, one))]


def task_of(viewer: Viewer, found: PostEvaluation) -> Task | None:
    """The user's task for the evaluation, or None."""
    title, holds = TASKS[found.status]
    if not holds(viewer.held, found):
        return None
    return Task(
        title=title,
        subject=str(found),
        link=reverse("assessments:post", args=[found.pk]),
        since=found.filed_at or found.opened_at,
        due=found.due if found.status in UNFILED else None,
        kind=f"post.{found.status}",
        is_demo=found.district.is_demo,
        rests_on="post_evaluation.report_days",
    )
