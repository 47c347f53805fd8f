"""Tasks from district files."""

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from districts.common.enums import TITLED, OpinionPurpose, Stage, SystemStatus
from districts.file.file_locks import locked_districts
from districts.file.models.district import District
from districts.file.rules import bodies_as
from districts.file.selectors.visibility import districts_of
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.selectors import actual_tasks, systems_visible_to
from districts.plots.models import PlotOpinion
from districts.plots.selectors.plots import opinions_waiting
from districts.special_plans.models import SpecialPlan
from districts.yearly_plans.selectors import plan_tasks
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task
from indicators.editions.lifecycle import may_draft
from indicators.editions.selectors import published_editions

MOST_QUESTIONS, NAMED = 50, 3
QUESTION = ("purpose", "due_on", "plot__number", "plot__is_demo", "plot__district__name", "plot__district__code")
SYSTEM_STEPS = {SystemStatus.DRAFT: "填写指标体系", SystemStatus.SIGNING: "签发指标体系", SystemStatus.HANDED_UP: "批准指标体系"}


def tasks_for(viewer: Viewer) -> list[Task]:
    """Tasks: files to fill in, indicator systems to sign or approve, values to check, questions about plots; these have a deadline."""
    return [*plan_tasks(viewer), *_files(viewer), *_systems(viewer), *actual_tasks(viewer), *_questions(viewer), *_standards(viewer)]


def unscored_districts() -> QuerySet[District]:
    """Real titled districts in use whose self-checks and assessments cannot be opened, because no official standard is there for them."""
    own = Q(edition__official=False) | Q(edition__complete=False)
    none = Q(~Exists(published_editions().filter(official=True)), edition=None)
    return District.objects.filter(own | none, stage__in=TITLED, is_demo=False, guideline_area=False, applicant__isnull=False)


@among(unscored_districts)
def _standards(viewer: Viewer) -> list[Task]:
    if settings.TRAINING or viewer.user.is_demo or not may_draft(viewer.held):
        return []
    names = list(unscored_districts().order_by("name_pinyin").values_list("name", flat=True))
    subject = f"{'、'.join(names[:NAMED])}{f'等{len(names)}个城区' if len(names) > NAMED else ''}"
    detail = "没有官方评价标准，年度自查、阶段评估和办件不能评分；参考版不用于真实城区"
    return [Task("录入并发布官方评价标准", subject, reverse("indicators:edition_list"), detail=detail, kind="edition")]


def _waiting(viewer: Viewer) -> Q:
    """Condition for systems that wait for the user, as the predicates of ``rules`` decide for one."""
    held, leading = viewer.held, District.authorities.through.objects.filter(district_id=OuterRef("district_id"))
    others = leading.exclude(organisation_id=OuterRef("district__applicant_id"))
    condition = Q(status=SystemStatus.SIGNING, district__applicant_id__in=held.organisations_as(Role.REVIEWER))
    if held.has(Role.PREPARER, Role.CONSULTANT):
        condition |= Q(status=SystemStatus.DRAFT, district__in=districts_of(viewer)) & ~Q(district__in=locked_districts())
    if held.has(Role.CITY_OFFICER):
        return condition | Q(~Exists(others), status=SystemStatus.HANDED_UP)
    return condition | Q(Exists(others.filter(organisation_id__in=bodies_as(viewer.held, Role.AUTHORITY))), status=SystemStatus.HANDED_UP)


@among(lambda: IndicatorSystem.objects.filter(status__in=SYSTEM_STEPS))
def _systems(viewer: Viewer) -> list[Task]:
    if not viewer.held.has(Role.PREPARER, Role.CONSULTANT, Role.REVIEWER, Role.AUTHORITY, Role.CITY_OFFICER):
        return []
    return [
        Task(
            title=SYSTEM_STEPS[SystemStatus(system.status)],
            subject=str(system),
            link=f"{reverse('districts:indicator_system', kwargs={'code': system.district.code})}?v={system.number}",
            kind="indicator_system",
            is_demo=system.district.is_demo,
        )
        for system in _columns(systems_visible_to(viewer).filter(_waiting(viewer)), "status", "number").order_by(
            "district__name_pinyin", "pk"
        )
    ]


def _columns(systems: QuerySet[IndicatorSystem], *fields: str) -> QuerySet[IndicatorSystem]:
    """Limit the query to the columns that a task shows of systems and their districts."""
    return systems.select_related(None).select_related("district").only(*fields, "district__name", "district__code", "district__is_demo")


@among(lambda: PlotOpinion.objects.filter(answered_on__isnull=True))
def _questions(viewer: Viewer) -> list[Task]:
    if not viewer.held.has(Role.BUREAU, Role.AUTHORITY, Role.CITY_OFFICER):
        return []
    return [
        Task(
            title="答复地块征询" if opinion.purpose == OpinionPurpose.CONDITIONS else "答复方案审核意见",
            subject=f"{opinion.plot.district} {opinion.plot.number}",
            link=reverse("districts:opinion_answer", kwargs={"code": opinion.plot.district.code, "pk": opinion.pk}),
            due=opinion.due_on,
            kind="plot_opinion",
            is_demo=opinion.plot.is_demo,
            owed=(f"plot_opinion:plot-opinion-{opinion.pk}",),
        )
        for opinion in opinions_waiting(viewer).only(*QUESTION)[:MOST_QUESTIONS]
    ]


@among(lambda: District.objects.filter(stage=Stage.CANDIDATE))
def _files(viewer: Viewer) -> list[Task]:
    """Files of candidate districts without an approved plan, for those who fill them in; without deadline."""
    if not viewer.held.has(Role.PREPARER, Role.CONSULTANT):
        return []
    approved = SpecialPlan.objects.filter(district=OuterRef("pk"), approved_on__isnull=False)
    waiting = districts_of(viewer).filter(~Exists(approved), ~Q(pk__in=locked_districts()), stage=Stage.CANDIDATE).order_by("name_pinyin")
    return [
        Task(
            title="填写城区资料",
            subject=name,
            link=reverse("districts:profile_edit", kwargs={"code": code}),
            detail="专业规划登记批准后，按规划基线核对申报条件",
            kind="district_file",
            is_demo=demo,
        )
        for code, name, demo in waiting.values_list("code", "name", "is_demo")
    ]
