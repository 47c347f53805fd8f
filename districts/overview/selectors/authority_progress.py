"""Progress of the authorities on duties of the policy: yearly plans, designated bodies, key areas, targets of 四（一）.

Also counts of plots, key projects and works of the active districts. Missing data are never shown as a failure, but as 资料不足 or 无记录.
An authority without users in the portal owes no plan there; it does from the first appointment on.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import yaml
from django.db.models import Count, Exists, IntegerField, Model, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from districts.baselines.models import Baseline
from districts.common.enums import TITLED, BaselineKind, Certainty, PlanStatus, ProjectState, Stage
from districts.facts.facts import district_facts
from districts.file.models.district import District
from districts.file.models.parties import DesignatedBody
from districts.file.reference import DATA
from districts.file.selectors.visibility import authorities_choosable, files_visible_to
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from districts.special_plans.models import SpecialPlan
from districts.yearly_plans.calendar import PlanDeadline, PlanDecisions, deadline_of, decided_plans, plan_dues
from districts.yearly_plans.lifecycle import IMPLEMENTATION_PLAN
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, Post
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.days import day_in_words
from greendistrict.core.django_internals import CompiledFor
from greendistrict.policy.engine import NoPolicyInForce, blocking, evaluate
from greendistrict.policy.enums import PolicyStep
from greendistrict.policy.facts import Facts
from greendistrict.policy.in_force import policy_in_force
from greendistrict.policy.parameters import DEFAULT_WORD, default_mark, first_day_in_use
from greendistrict.policy.types import Policy
from greendistrict.workflow.history import status_on

UNKNOWN = "资料不足"
PLACE_INFERRED = "（所在区推定）"


@dataclass(frozen=True)
class StatusCell:
    """A cell: words, colour of its tag, link."""

    words: str
    tone: str = ""
    plan: int | None = None


@dataclass(frozen=True)
class AuthorityRow:
    """An authority with its plans by year, its designated body and its state towards the star target."""

    authority: Organisation
    plans: list[StatusCell]
    body: StatusCell
    star: StatusCell


@dataclass(frozen=True)
class KnownCount:
    """Number of districts for which a question can be answered, and of those without data."""

    known: int
    unknown: int

    @property
    def nothing(self) -> bool:
        """Whether an empty list only means that data are missing."""
        return self.known == 0 and self.unknown > 0


@dataclass(frozen=True)
class AuthorityProgress:
    """Content of the page, for real or for demo districts."""

    years: tuple[int, ...]
    rows: list[AuthorityRow]
    unplanned: list[District]
    plans: KnownCount
    keyless: list[District]
    keys: KnownCount
    held_areas: Decimal | None
    areas_inferred: int
    demonstrations: int
    areas_unknown: int
    ready: list[District]
    unknown: int


def watched(today: dt.date, *, demo: bool) -> AuthorityProgress:
    """Progress on a day. A constant number of queries, except for pilots with a baseline, whose gates are computed."""
    policy, years = _policy(today), (today.year, today.year + 1)
    authorities = list(_authorities(demo, years))
    titled = list(_districts(demo).filter(stage=Stage.DEMONSTRATION))
    areas = [district.area_km2 for district in titled if district.area_km2 is not None]
    ready, unknown = _ready(demo, today)
    candidates = _districts(demo).filter(stage=Stage.CANDIDATE)
    return AuthorityProgress(
        years=years,
        rows=_rows(authorities, years, today, policy, decided=decided_plans()),
        unplanned=list(unplanned(demo=demo)),
        plans=_known(candidates, Q(applicant__isnull=False)),
        keyless=list(without_plan(demo=demo)) if policy and today >= policy.key_areas.since else [],
        keys=_known(_districts(demo), Q(applicant__isnull=False) | Q(Exists(APPROVED))),
        held_areas=sum(areas, Decimal(0)) if areas else None,
        areas_inferred=sum(district.area_is_inferred for district in titled),
        demonstrations=len(titled),
        areas_unknown=sum(district.area_km2 is None for district in titled),
        ready=ready,
        unknown=unknown,
    )


class StoodTitle(NamedTuple):
    """Title of a district on a day: its star and the day of its announcement, if known.

    ``is_inferred``: that it is the authority's own is inferred, because where the district lies is.
    """

    star: int | None
    on: dt.date | None
    is_inferred: bool = False


def rows_on(
    day: dt.date, *, demo: bool, titles: Mapping[int, StoodTitle], passed: Mapping[int, tuple[Collection[int], Collection[int]]]
) -> list[AuthorityRow]:
    """Rows as of the end of a year: plans of that year and the next, body designated then, titles held then by district.

    ``passed``: leading bodies that came and those that went after the day, by district.
    """
    years = (day.year, day.year + 1)
    bodies = DesignatedBody.objects.filter(Q(until=None) | Q(until__gt=day), since__lte=day)
    plans = ImplementationPlan.objects.annotate(stood=status_on(ImplementationPlan, day))
    rows: Any = list(_authorities(demo, years, bodies, plans))
    districts = {district.pk: district for row in rows for district in row.led}
    for row in rows:
        kept = [district for district in row.led if district.pk not in passed or row.pk not in passed[district.pk][0]]
        row.led = [*kept, *(districts[key] for key, (_, went) in passed.items() if row.pk in went and key in districts)]
    return _rows(rows, years, day, _policy(day), titles=titles, decided=decided_plans(day), unconfirmed="拟")


def _districts(demo: bool) -> QuerySet[District]:  # noqa: FBT001 -- which of the two worlds
    return District.objects.filter(is_demo=demo, guideline_area=False, merged_into=None)


def _authorities(
    demo: bool,  # noqa: FBT001 -- which of the two worlds
    years: Iterable[int],
    designated: QuerySet[DesignatedBody] | None = None,
    plans: QuerySet[ImplementationPlan] | None = None,
) -> QuerySet[Organisation]:
    """With plans of these years and bodies of today, or as given."""
    plans = (ImplementationPlan.objects.all() if plans is None else plans).filter(year__in=list(years))
    bodies = DesignatedBody.objects.filter(until__isnull=True) if designated is None else designated
    own = Q(organisation=OuterRef("pk")) | Q(organisation__parent=OuterRef("pk"))
    posts = Post.objects.filter(own, role=Role.AUTHORITY).order_by("valid_from").values("valid_from")
    return (
        authorities_choosable()
        .filter(is_demo=demo)
        .annotate(joined_on=Subquery(posts[:1]))
        .prefetch_related(
            Prefetch("implementation_plans", plans, to_attr="near_plans"),
            Prefetch("designated_bodies", bodies, to_attr="current_bodies"),
            Prefetch("districts_led", _districts(demo), to_attr="led"),
        )
    )


def _rows(
    authorities: list[Organisation],
    years: tuple[int, ...],
    today: dt.date,
    policy: Policy | None,
    *,
    titles: Mapping[int, StoodTitle] | None = None,
    decided: PlanDecisions,
    unconfirmed: str = DEFAULT_WORD,
) -> list[AuthorityRow]:
    """``unconfirmed`` marks days of plans that rest on an unconfirmed setting."""
    dues, since = plan_dues(years), first_day_in_use()
    return [
        AuthorityRow(
            authority=row,
            plans=[
                _plan_cell(row, year, due=deadline_of(row.pk, year, dues[year], decided), today=today, since=since, word=unconfirmed)
                for year in years
            ],
            body=body_cell(row),
            star=_star_cell(row, policy, titles),
        )
        for row in authorities
    ]


def _plan_cell(authority: Organisation, year: int, *, due: PlanDeadline, today: dt.date, since: dt.date, word: str) -> StatusCell:
    plans: list[ImplementationPlan] = authority.near_plans  # type: ignore[attr-defined]  # prefetched
    plan = next((plan for plan in plans if plan.year == year), None)
    stood = vars(plan).get("stood", plan.status) if plan is not None else PlanStatus.DRAFT
    if plan is not None and stood != PlanStatus.DRAFT:
        state = IMPLEMENTATION_PLAN.state(stood)
        return StatusCell(state.label, state.tone, plan.pk)
    joined: dt.date | None = authority.joined_on  # type: ignore[attr-defined]  # annotated
    if due.is_waived:
        return StatusCell("免报")
    if joined is None or due.day < max(since, joined):
        return StatusCell("无记录")
    mark = default_mark("plan_due", word, unless=due.is_moved)
    open_words = f"未上报，{due.day.month}月{due.day.day}日截止{mark}"
    return StatusCell(open_words, "neutral") if today <= due.day else StatusCell(f"未上报，已过期限{mark}", "danger")


def body_cell(authority: Organisation) -> StatusCell:
    """The designated body of an authority that is read with its ``current_bodies``."""
    bodies: list[DesignatedBody] = authority.current_bodies  # type: ignore[attr-defined]  # prefetched
    if not bodies and authority.is_committee:
        return StatusCell("原文未要求")  # 五（二） asks it of governments
    return StatusCell(bodies[0].name) if bodies else StatusCell(UNKNOWN, "warning")


def _star_cell(authority: Organisation, policy: Policy | None, titles: Mapping[int, StoodTitle] | None) -> StatusCell:
    """What is known to the target of 四（一）: a title with a star announced by the day. Unknown data do not count.

    ``titles`` are those of the day.
    """
    if policy is None or not policy.targets:
        return StatusCell(UNKNOWN, "warning")
    by = policy.targets[0].by
    led: list[District] = authority.led  # type: ignore[attr-defined]  # prefetched
    if titles is None:
        titles = {row.pk: StoodTitle(row.star, row.titled_on) for row in led if row.stage in TITLED}
    titled = [titles[row.pk]._replace(is_inferred=row.place_is_inferred) for row in led if row.pk in titles]
    certain = [row for row in titled if row.star and row.on and row.on <= by]
    if certain:
        return _announced(policy, certain)
    doubtful = [row for row in titled if not (row.star and row.on)]
    unknown = [row for row in led if row.pk not in titles and row.stage == Stage.CANDIDATE and row.status_certainty == Certainty.UNKNOWN]
    late = [row for row in titled if row.on and row.on > by]
    if doubtful or unknown or not led:
        return _unknown_star(authority)
    return StatusCell("期限后公告", "warning") if late else StatusCell("没有带星级的试点或示范", "warning")


def _announced(policy: Policy, titled: Iterable[StoodTitle]) -> StatusCell:
    """The announcement, not that 第二轮 is completed, of which no source tells; an older one may belong to the first round."""
    titled = list(titled)
    days = [(row.on, row.is_inferred) for row in titled if row.on and row.on >= policy.in_force]
    if days:
        day, is_inferred = min(days)
        return StatusCell(f"{day_in_words(day)}公告带星级的称号{PLACE_INFERRED if is_inferred else ''}", "success")
    inferred = PLACE_INFERRED if all(row.is_inferred for row in titled) else ""
    return StatusCell(f"有带星级的称号{inferred}，是否属第二轮未查明", "warning")


def _unknown_star(authority: Organisation) -> StatusCell:
    """What reports say of an authority whose districts are not named by them; else that data are missing."""
    told = second_round()
    if authority.code in told["authorities"]:
        return StatusCell(f"报道称已完成，城区未查明（{told['source']}）", "warning")
    return StatusCell(UNKNOWN, "warning")


@cache
def second_round() -> Mapping[str, Any]:
    """Authorities that a report names as having completed the second round."""
    found: Mapping[str, Any] = yaml.safe_load((DATA / "second_round.yaml").read_text(encoding="utf-8"))
    return found


def unplanned(*, demo: bool) -> QuerySet[District]:
    """Districts with an applicant that no filed plan lists (rule APPLY-IN-PLAN, 宜)."""
    listed = ImplementationPlan.objects.filter(filed_on__isnull=False, districts=OuterRef("pk"))
    at_work = _districts(demo).filter(stage=Stage.CANDIDATE, applicant__isnull=False)
    return at_work.filter(~Exists(listed)).order_by("area_code", "name_pinyin")


def without_plan(*, demo: bool) -> QuerySet[District]:
    """Active districts in a key area without an approved specialised plan (rule KEY-AREA, since 2025)."""
    at_work = _districts(demo).exclude(key_areas=[]).filter(~Exists(APPROVED), applicant__isnull=False)
    return at_work.order_by("area_code", "name_pinyin")


APPROVED = SpecialPlan.objects.filter(district=OuterRef("pk"), approved_on__isnull=False)


def _known(rows: QuerySet[District], condition: Q) -> KnownCount:
    counted = rows.aggregate(n_all=Count("pk"), n_known=Count("pk", filter=condition))
    return KnownCount(counted["n_known"], counted["n_all"] - counted["n_known"])


def _ready(demo: bool, today: dt.date) -> tuple[list[District], int]:  # noqa: FBT001 -- which of the two worlds
    """Pilots that meet the conditions of the final acceptance, and the number of pilots without a baseline, for which it is unknown."""
    pilots = list(_districts(demo).filter(stage=Stage.PILOT).order_by("area_code", "name_pinyin"))
    frozen = set(
        District.objects.filter(pk__in=[row.pk for row in pilots], baselines__kind=BaselineKind.PILOT).values_list("pk", flat=True)
    )
    known = [row for row in pilots if row.pk in frozen]
    return [row for row in known if is_ready(row, today)], len(pilots) - len(known)


def ready_for_acceptance(today: dt.date, only: Collection[int]) -> list[District]:
    """Of these districts the pilots with a baseline that meet the conditions of the final acceptance and have not requested it."""
    return [pilot for pilot in WITH_BASELINE.read(only) if is_ready(pilot, today)]


def _with_baseline(only: Collection[int] | None) -> QuerySet[District]:
    """Pilots among these districts that have a baseline."""
    frozen = Exists(Baseline.objects.filter(district=OuterRef("pk"), kind=BaselineKind.PILOT))
    return District.objects.filter(frozen, stage=Stage.PILOT, **({} if only is None else {"pk__in": only})).order_by("pk")


WITH_BASELINE = CompiledFor(_with_baseline)


def is_ready(district: District, today: dt.date) -> bool:
    """Whether a pilot fulfils on a day the binding rules for requesting the final acceptance (八（三）)."""
    policy = _policy(today)
    return policy is not None and not blocking(evaluate(policy, PolicyStep.REQUEST, Facts(district_facts(district, today)), today))


def _policy(today: dt.date) -> Policy | None:
    try:
        return policy_in_force(today)
    except NoPolicyInForce:
        return None


COUNTS: dict[str, tuple[type[Model], Q]] = {
    "plot_count": (Plot, Q(buildable=True)),
    "plots_acquired": (Plot, Q(buildable=True, acquired_on__isnull=False)),
    "plots_built": (Plot, Q(buildable=True, built_on__isnull=False, conforms=True)),
    "project_count": (KeyProject, Q()),
    "projects_in_use": (KeyProject, Q(state=ProjectState.IN_USE)),
    "work_count": (Work, Q(main=True)),
    "works_built": (Work, Q(main=True, conforms=True)),
}


def progress_rows(viewer: Viewer) -> QuerySet[District, Any]:
    """One row per district with a file: name, stage and the counts of ``COUNTS``, from live lists instead of baselines."""
    counts = {name: _count(model, condition) for name, (model, condition) in COUNTS.items()}
    rows: QuerySet[District, Any] = (
        files_visible_to(viewer)
        .filter(Q(applicant__isnull=False) | Q(plots__isnull=False))
        .distinct()
        .annotate(**counts)
        .order_by("is_demo", "area_code", "name_pinyin", "pk")
        .values("code", "name", "stage", "is_demo", *COUNTS)
    )
    return rows


def _count(model: type[Model], condition: Q) -> Coalesce:
    rows = model._default_manager.filter(condition, district=OuterRef("pk")).order_by().values("district")
    return Coalesce(Subquery(rows.annotate(found=Count("pk")).values("found"), output_field=IntegerField()), 0)
