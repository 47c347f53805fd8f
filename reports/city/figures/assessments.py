"""Assessments concluded in the year, rectification, and draws with the codes by which they can be repeated."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.urls import reverse

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.casework.selectors.known_on_day import name_on
from approvals.common.enums import CaseKind
from approvals.losses.models import RecordedAssessment, RecordedKind
from assessments.common.enums import StageConclusion
from assessments.post_evaluations.models import PostEvaluation, SampleDraw
from assessments.reviews.models import Draw, Review
from assessments.stage_assessments.lifecycle import STAGE_ASSESSMENT
from assessments.stage_assessments.models import FOUND_UNQUALIFIED, StageAssessment, StageState
from greendistrict.core import clock
from greendistrict.workflow.history import status_on
from reports.city.figures.standing import TitleStand
from reports.city.sources import CityFigure, SourceRow

PASSED, FAILED = str(StageConclusion.QUALIFIED.label), str(StageConclusion.UNQUALIFIED.label)
STAGE, POST, ACCEPTANCE = "阶段评估", "后评估", "终期验收"
MENDED = frozenset({STAGE_ASSESSMENT.state(StageState.MENDED).public, "已整改"})  # the second stands in years that were closed before


@dataclass(frozen=True)
class Held:
    """A concluded assessment; ``mending`` states the progress of its rectification, empty if none was required."""

    district: str
    kind: str
    on: dt.date
    conclusion: str
    number: str
    mending: str
    mend_by: dt.date | None
    href: str


@dataclass(frozen=True)
class DrawLine:
    """A draw of districts or experts with its codes."""

    what: str
    on: dt.date
    drawn: int
    pool: int
    seed_code: str
    list_code: str
    href: str


@dataclass(frozen=True)
class PanelLine:
    """A panel that concluded in the year; no expert is named."""

    subject: str
    on: dt.date
    members: int
    conclusion: str
    href: str


@dataclass(frozen=True)
class CityAssessments:
    """Figures of part 5."""

    held: tuple[Held, ...]
    draws: tuple[DrawLine, ...]
    panels: tuple[PanelLine, ...]
    figures: tuple[CityFigure, ...]

    def counted(self) -> Counter[tuple[str, str]]:
        """Number by kind and conclusion."""
        return Counter((one.kind, one.conclusion) for one in self.held)


@dataclass(frozen=True)
class Period:
    """Days after the snapshot of the previous year, up to that of the year."""

    first: dt.date
    last: dt.date

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """First and last moment of the period."""
        first = dt.datetime.combine(self.first, dt.time(), tzinfo=clock.SHANGHAI)
        return first, dt.datetime.combine(self.last, dt.time.max, tzinfo=clock.SHANGHAI)


def period_of(stood: TitleStand) -> Period:
    """Period of the report's year."""
    return Period(stood.before_on + dt.timedelta(days=1), stood.on)


def assessment_figures(stood: TitleStand, judged_on: dt.date, *, whole: bool = True) -> CityAssessments:
    """Figures of a year, rectification and decisions as they stood at the end of ``judged_on``; a constant number of queries.

    ``whole``: with draws and panels, which no figure counts.
    """
    period, demo = period_of(stood), stood.is_demo
    held = tuple(sorted(_held(period, judged_on, demo=demo), key=lambda one: (one.kind, one.on, one.district)))
    figures = (
        _figure("assessed", "本年评估和验收", held),
        _figure("assessed_passed", "其中合格", (one for one in held if one.conclusion == PASSED)),
        _figure("assessed_failed", "其中不合格", (one for one in held if one.conclusion == FAILED)),
        _figure("mending", "整改未完成", (one for one in held if one.mending and one.mending not in MENDED)),
    )
    draws, panels = (tuple(_draws(period, stood)), tuple(_panels(period, demo=demo))) if whole else ((), ())
    return unmended_apart(CityAssessments(held, draws, panels, figures))


def unmended_apart(found: CityAssessments) -> CityAssessments:
    """With the failures of which no rectification is recorded counted beside those not finished; earlier editions hold no such number."""
    unknown = sum(one.conclusion == FAILED and not one.mending for one in found.held)
    figures = tuple(replace(one, unknown=unknown) if one.key == "mending" else one for one in found.figures)
    return replace(found, figures=figures)


def _figure(key: str, label: str, rows: Iterable[Held]) -> CityFigure:
    return CityFigure(key, label, "次", tuple(SourceRow(row.district, f"{row.kind}，{row.conclusion}", row.href) for row in rows))


def _day(moment: dt.datetime | None) -> dt.date:
    return moment.astimezone(clock.SHANGHAI).date() if moment else dt.date.min


def _held(period: Period, judged_on: dt.date, *, demo: bool) -> Iterable[Held]:
    """Stage assessments, post-evaluations, acceptances, and assessments recorded from paper (历史补录)."""
    stages = StageAssessment.objects.filter(concluded_at__range=period.moments, district__is_demo=demo).exclude(conclusion="")
    stages = stages.annotate(stood=status_on(StageAssessment, judged_on))
    for stage in stages.select_related("district").defer("district__boundary"):
        state = vars(stage)["stood"]
        mending = STAGE_ASSESSMENT.state(state).public if state in FOUND_UNQUALIFIED else ""
        day, word = _day(stage.concluded_at), str(StageConclusion(stage.conclusion).label)
        due, href = stage.rectify_due if mending else None, reverse("assessments:stage", args=[stage.pk])
        yield Held(name_on(stage.district, period.last), STAGE, day, word, stage.number or "", mending, due, href)
    posts = PostEvaluation.objects.filter(concluded_at__range=period.moments, district__is_demo=demo).exclude(conclusion="")
    for post in posts.select_related("district").defer("district__boundary"):
        day, word = _day(post.concluded_at), str(StageConclusion(post.conclusion).label)
        yield Held(
            name_on(post.district, period.last), POST, day, word, post.number or "", "", None, reverse("assessments:post", args=[post.pk])
        )
    days, decided = (period.first, period.last), {CaseState.DECIDED: PASSED, CaseState.ANNOUNCED: PASSED, CaseState.FAILED: FAILED}
    cases = Case.objects.filter(kind=CaseKind.ACCEPTANCE, decided_on__range=days, district__is_demo=demo)
    cases = cases.annotate(stood=status_on(Case, judged_on)).filter(stood__in=decided)
    for case in cases.select_related("district").defer("district__boundary"):
        word, href = decided[CaseState(vars(case)["stood"])], reverse("approvals:case", args=[case.pk])
        yield Held(name_on(case.district, period.last), ACCEPTANCE, case.decided_on or dt.date.min, word, case.number or "", "", None, href)
    recorded = RecordedAssessment.objects.counted().filter(concluded_on__range=days, district__is_demo=demo)
    for row in recorded.select_related("district").defer("district__boundary"):
        kind, word = STAGE if row.kind == RecordedKind.STAGE else POST, PASSED if row.passed else FAILED
        href = reverse("districts:district_detail", args=[row.district.code])
        yield Held(name_on(row.district, period.last), kind, row.concluded_on, word, f"补录：{row.source}", "", None, href)


def _draws(period: Period, stood: TitleStand) -> Iterable[DrawLine]:
    for draw in SampleDraw.objects.filter(year=stood.year, is_demo=stood.is_demo, drawn_at__isnull=False):
        href = reverse("assessments:sample_draw", args=[draw.pk])
        drawn = len(draw.drawn) + len(draw.due)
        yield DrawLine(str(draw), _day(draw.drawn_at), drawn, len(draw.places), draw.secret_digest, draw.list_digest, href)
    draws = Draw.objects.filter(drawn_at__range=period.moments, review__table__district__is_demo=stood.is_demo)
    for one in draws.select_related("review").order_by("drawn_at", "pk"):
        subject, href = one.review.subject, reverse("assessments:review", args=[one.review_id])
        what = f"{subject.get('number', '')} {subject.get('title', '')}第{one.number}次专家抽取".strip()
        yield DrawLine(what, _day(one.drawn_at), len(one.result), len(one.pool), one.secret_digest, one.list_digest, href)


def _panels(period: Period, *, demo: bool) -> Iterable[PanelLine]:
    rows = Review.objects.filter(concluded_at__range=period.moments, table__district__is_demo=demo).prefetch_related("members")
    for row in rows.order_by("concluded_at", "pk"):
        voted = sum(bool(member.vote) for member in row.members.all())
        subject = f"{row.subject.get('number', '')} {row.subject.get('title', '')}".strip()
        href = reverse("assessments:review", args=[row.pk])
        yield PanelLine(subject, _day(row.concluded_at), voted, str(row.get_conclusion_display()), href)
