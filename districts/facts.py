"""Facts that the policy is asked about, computed from tables and frozen baselines; nothing is typed in as a percentage.

A gate runs over the list as it was frozen: what was dropped from the live list since stays in the denominator and counts
as not done. Facts that nobody has filled in are absent; where a baseline is missing a fact without value says why.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django.db.models import Model, prefetch_related_objects
from django.urls import reverse

from districts.enums import BOUNDARY_PROOF, Acquisition, BaselineKind, ProjectState
from districts.models import Baseline, District, ImplementationPlan, KeyProject, SpecialPlan, Work
from districts.selectors.indicators import carbon_targets, dimensions_covered, system_of_plan
from greendistrict.audit.services import subject_of
from greendistrict.core import clock
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_of
from greendistrict.policy.facts import FactValue

NO_PLAN_BASELINE = "专业规划登记批准后，按冻结的规划基线计"
NO_PILOT_BASELINE = "授予试点后，按冻结的试点基线计"
SHOWN_NAMES = 5
ANY_CODE = "-any-district-"
PROOFS = "_boundary_proofs"
Kept = dict[str, Any]


def district_facts(district: District, on: dt.date) -> dict[str, FactValue]:
    """Facts of the policy file that the district's own tables can answer on a day; absent where nothing is known."""
    return {**_profile(district), **_plan(district, on), **_projects(district), **_plan_gates(district, on), **_pilot_gates(district, on)}


@dataclass(frozen=True)
class Group:
    """Facts that are read together: their names, how, and the tables they rest on."""

    names: frozenset[str]
    read: Callable[[District, dt.date], dict[str, FactValue]]
    tables: tuple[str, ...] = ()


def facts_of_many(
    districts: Iterable[District], on: dt.date, wanted: Callable[[District], frozenset[str]] | None = None
) -> dict[int, dict[str, FactValue]]:
    """Facts of many districts by primary key: the same words and figures as ``district_facts``, in ten queries whatever the number.

    ``wanted`` names the facts that will be asked of a district; what nobody asks for is not read. Without it: all.
    """
    found = list(districts)
    groups = {district.pk: _groups(None if wanted is None else wanted(district)) for district in found}
    for table in dict.fromkeys(table for group in GROUPS for table in group.tables):
        prefetch_related_objects([district for district in found if any(table in group.tables for group in groups[district.pk])], table)
    _read_proofs(district for district in found if PROFILE in groups[district.pk])
    return {
        district.pk: {name: fact for group in groups[district.pk] for name, fact in group.read(district, on).items()} for district in found
    }


def _groups(names: frozenset[str] | None) -> list[Group]:
    """Groups of which at least one fact is wanted; all of them without names."""
    return [group for group in GROUPS if names is None or group.names & names]


def _read_proofs(districts: Iterable[District]) -> None:
    """Papers behind the claim that the boundary matches, for all districts that claim it in one query."""
    claiming = {subject_of(district): district for district in districts if district.boundary_matches}
    proofs: dict[str, list[Evidence]] = {owner: [] for owner in claiming}
    newest = Evidence.objects.filter(owner__in=claiming, kind=BOUNDARY_PROOF).order_by("title", "-version", "-pk")
    for file in newest:
        proofs[file.owner].append(file)
    for owner, district in claiming.items():
        vars(district)[PROOFS] = proofs[owner]


def _held(obj: Model, name: str) -> bool:
    """Whether the rows of a relation were read beforehand, for many at once."""
    return name in getattr(obj, "_prefetched_objects_cache", {})


def _baselines(district: District, kind: str) -> list[Baseline]:
    """Baselines of a kind, oldest first."""
    if _held(district, "baselines"):
        return sorted((row for row in district.baselines.all() if row.kind == kind), key=lambda row: row.number)
    return list(district.baselines.filter(kind=kind).order_by("number"))


def baseline_on(district: District, kind: str, on: dt.date) -> Baseline | None:
    """Newest baseline of a kind that was frozen by then."""
    if _held(district, "baselines"):
        frozen = [row for row in _baselines(district, kind) if row.frozen_at.astimezone(clock.SHANGHAI).date() <= on]
        return frozen[-1] if frozen else None
    return district.baselines.filter(kind=kind, frozen_at__date__lte=on).order_by("-number").first()


def _known(values: dict[str, FactValue]) -> dict[str, FactValue]:
    return {name: fact for name, fact in values.items() if fact.value is not None or fact.denominator is not None or fact.note}


def _page(name: str, district: District) -> str:
    return _pattern(name).replace(ANY_CODE, district.code)


@cache
def _pattern(name: str) -> str:
    """Address of a page with a code that no district has: a thousand districts ask for the same six."""
    return reverse(f"districts:{name}", kwargs={"code": ANY_CODE})


def _profile(district: District) -> dict[str, FactValue]:
    link = _page("profile_edit", district)
    values = {
        "district_type": FactValue(district.type or None, note="", link=link),
        "unit_plan_open": FactValue(district.unit_plan_open, link=link),
        "renewal_plan_open": FactValue(district.renewal_plan_open, link=link),
        "boundary_matches": _boundary(district, link),
    }
    return _known(values)


def _boundary(district: District, link: str) -> FactValue:
    """The claim counts only with the paper that proves it."""
    if not district.boundary_matches:
        return FactValue(district.boundary_matches, link=link)
    read = vars(district).get(PROOFS)
    proved: list[Evidence] = read if read is not None else list(evidence_of(district).filter(kind=BOUNDARY_PROOF)[:1])
    if not proved:
        return FactValue(value=False, note="未上传范围一致的佐证", link=link)
    return FactValue(value=True, note=f"一致，见《{proved[0].title}》", link=link)


def plan_on(district: District, on: dt.date) -> SpecialPlan | None:
    """Plan that counts on a day: the newest approved by then, else the newest draft."""
    plans = sorted(district.plans.all(), key=lambda plan: -plan.number)
    approved = [plan for plan in plans if plan.approved_on and plan.approved_on <= on]
    return next(iter(approved or plans), None)


def _plan(district: District, on: dt.date) -> dict[str, FactValue]:
    link = _page("plan_edit", district)
    listed = _listed_in(district, on)
    facts = {"in_implementation_plan": FactValue(listed is not None, note=str(listed) if listed else "")}
    plan = plan_on(district, on)
    if plan is None:
        return facts
    target = plan.carbon_intensity_target
    values = {
        "plan_parts": _parts(plan, on, link),
        "diagnosis_parts": FactValue(frozenset(plan.diagnosis_parts), link=link),
        "scheme_dimensions": FactValue(frozenset(plan.scheme_dimensions), link=link),
        "scheme_in_unit_plan": FactValue(plan.scheme_in_unit_plan, link=link),
        "scheme_in_renewal_plan": FactValue(plan.scheme_in_renewal_plan, link=link),
        "carbon_intensity_target": FactValue(
            target is not None, note="" if target is None else f"{target.normalize():f} kgCO₂e/(m²·a)", link=link
        ),
    }
    return facts | _known(values | _indicators(district, plan, on))


def _listed_in(district: District, on: dt.date) -> ImplementationPlan | None:
    """Earliest implementation plan of this or an earlier year that was filed with the district in it."""
    if not _held(district, "implementation_plans"):
        return ImplementationPlan.objects.filter(districts=district, filed_on__lte=on, year__lte=on.year).order_by("year").first()
    filed = [plan for plan in district.implementation_plans.all() if plan.filed_on and plan.filed_on <= on and plan.year <= on.year]
    return min(filed, key=lambda plan: plan.year, default=None)


def _indicators(district: District, plan: SpecialPlan, on: dt.date) -> dict[str, FactValue]:
    """From the indicator system of the plan's version; what was ticked and typed in the plan counts only while there is none."""
    system = system_of_plan(plan, on)
    if system is None:
        link = _page("plan_edit", district)
        return {
            "indicator_dimensions": FactValue(frozenset(plan.indicator_dimensions), link=link),
            "carbon_stage_targets": FactValue(len({row["year"] for row in plan.carbon_stage_targets}), link=link),
        }
    link, note = _page("indicator_system", district), f"按指标体系第{system.number}版，{system.get_status_display()}"
    return {
        "indicator_dimensions": FactValue(dimensions_covered(system), note=note, link=link),
        "carbon_stage_targets": FactValue(len(carbon_targets(system)), note=note, link=link),
    }


def _parts(plan: SpecialPlan, on: dt.date, link: str) -> FactValue:
    """Parts count when their plan is approved (已批准的组成)."""
    if not plan.approved_on or plan.approved_on > on:
        return FactValue(frozenset(), note="专业规划未登记批准", link=link)
    return FactValue(frozenset(part.part for part in plan.parts.all()), source=plan.approval_number, link=link)


def _projects(district: District) -> dict[str, FactValue]:
    """近期重点项目实施计划: at least one project, and each with the months it is to begin and end."""
    projects = list(district.key_projects.all())
    unplanned = [project.name for project in projects if not (project.planned_start and project.planned_finish)]
    if not projects:
        note = "没有近期重点项目"
    elif unplanned:
        note = f"{len(unplanned)}个项目缺计划开工或竣工日期：{_names(unplanned)}"
    else:
        note = f"{len(projects)}个项目均有计划开工、竣工日期"
    link = _page("key_project_list", district)
    return {"key_project_plan": FactValue(value=bool(projects) and not unplanned, note=note, link=link)}


def _plan_gates(district: District, on: dt.date) -> dict[str, FactValue]:
    baseline = baseline_on(district, BaselineKind.PLAN, on)
    link = _page("plot_list", district)
    if baseline is None:
        waiting = FactValue(note=NO_PLAN_BASELINE, link=_page("plan_edit", district))
        return dict.fromkeys(("area_km2", "developable_km2", "developable_ratio", "plots_acquired_ratio"), waiting)
    land = baseline.content["land"]
    area, developable = _number(land.get("area_km2")), _number(land.get("developable_km2"))
    source = str(baseline)
    values = {
        "area_km2": FactValue(area, source=source),
        "developable_km2": FactValue(developable, source=source),
        "developable_ratio": FactValue(numerator=developable, denominator=area, source=source, noun="km²"),
        "plots_acquired_ratio": _plots_ratio(district, baseline, link, _acquired(district, on)),
    }
    return _known(values)


def _acquired(district: District, on: dt.date) -> set[int]:
    """Plots granted or allocated by a day."""
    ways = (Acquisition.GRANT, Acquisition.ALLOCATION)
    if _held(district, "plots"):
        return {plot.pk for plot in district.plots.all() if plot.acquisition in ways and plot.acquired_on and plot.acquired_on <= on}
    return set(district.plots.filter(acquisition__in=ways, acquired_on__lte=on).values_list("pk", flat=True))


def _built(district: District, on: dt.date) -> set[int]:
    """Plots built and conforming by a day."""
    if _held(district, "plots"):
        return {plot.pk for plot in district.plots.all() if plot.conforms is True and plot.built_on and plot.built_on <= on}
    return set(district.plots.filter(conforms=True, built_on__lte=on).values_list("pk", flat=True))


def plot_rates(district: District, on: dt.date) -> dict[str, FactValue]:
    """The two rates of plots alone, in the words and figures of ``district_facts``: at most four queries, no baseline read twice."""
    link, found = _page("plot_list", district), {}
    for name, kind, waiting, done in (
        ("plots_acquired_ratio", BaselineKind.PLAN, NO_PLAN_BASELINE, _acquired),
        ("plots_built_ratio", BaselineKind.PILOT, NO_PILOT_BASELINE, _built),
    ):
        frozen = district.baselines.filter(kind=kind, frozen_at__date__lte=on).order_by("-number").defer("content").first()
        found[name] = _plots_ratio(district, frozen, link, done(district, on)) if frozen else FactValue(note=waiting)
    return found


KeptPlots = tuple[tuple[int, Decimal], ...]


def _buildable(plots: Iterable[Kept]) -> KeptPlots:
    return tuple((row["id"], Decimal(row["area_ha"])) for row in plots if row["buildable"])


@lru_cache(16)
def _frozen_plots(baseline: int) -> KeptPlots:
    """Buildable plots of a stored baseline; kept, for a baseline never changes."""
    return _buildable(Baseline.objects.values_list("content__plots", flat=True).get(pk=baseline))


def _plots_ratio(district: District, baseline: Baseline, link: str, done: set[int]) -> FactValue:
    """Ratio by count over the baseline's buildable plots, the ratio by area beside it."""
    unread = "content" in baseline.get_deferred_fields()
    kept = _frozen_plots(baseline.pk) if unread else _buildable(baseline.content["plots"])
    reached = [area for pk, area in kept if pk in done]
    total, part = (sum(areas, Decimal(0)) for areas in ((area for _, area in kept), reached))
    by_area = f"按面积{part / total * 100:.1f}%" if total else "基线中没有可建设地块"
    note = _joined(by_area, _changes(district, baseline, "plots"))
    return FactValue(numerator=len(reached), denominator=len(kept), note=note, source=str(baseline), link=link, noun="个地块")


def _pilot_gates(district: District, on: dt.date) -> dict[str, FactValue]:
    baseline = baseline_on(district, BaselineKind.PILOT, on)
    if baseline is None:
        return dict.fromkeys(PILOT_GATES, FactValue(note=NO_PILOT_BASELINE))
    return {name: over(district, baseline, on) for name, over in PILOT_GATES.items()}


def _built_ratio(district: District, baseline: Baseline, on: dt.date) -> FactValue:
    return _plots_ratio(district, baseline, _page("plot_list", district), _built(district, on))


def _works_ratio(district: District, baseline: Baseline, on: dt.date) -> FactValue:
    kept = [row for row in baseline.content["works"] if row["main"]]
    live: dict[int, Work] = {work.pk: work for work in district.works.all()}
    built = {pk for pk, work in live.items() if work.built_on and work.built_on <= on}
    return _listed_ratio(district, baseline, "works", kept, built, noun="项设施", undone="未建成", page="work_list")


def _projects_ratio(district: District, baseline: Baseline, on: dt.date) -> FactValue:
    live: dict[int, KeyProject] = {project.pk: project for project in district.key_projects.all()}
    used = {pk for pk, project in live.items() if project.state == ProjectState.IN_USE and project.in_use_on and project.in_use_on <= on}
    kept = baseline.content["key_projects"]
    return _listed_ratio(district, baseline, "key_projects", kept, used, noun="个项目", undone="未投用", page="key_project_list")


# Facts over the pilot baseline, each asked with the district, a baseline (stored or proposed) and a day.
PILOT_GATES: dict[str, Callable[[District, Baseline, dt.date], FactValue]] = {
    "plots_built_ratio": _built_ratio,
    "main_works_built_ratio": _works_ratio,
    "key_projects_in_use_ratio": _projects_ratio,
}


PROFILE = Group(
    frozenset({"district_type", "unit_plan_open", "renewal_plan_open", "boundary_matches"}), lambda district, _on: _profile(district)
)
GROUPS = (
    PROFILE,
    Group(
        frozenset({
            "in_implementation_plan", "plan_parts", "diagnosis_parts", "scheme_dimensions", "scheme_in_unit_plan", "scheme_in_renewal_plan",
            "carbon_intensity_target", "indicator_dimensions", "carbon_stage_targets",
        }),
        _plan,
        ("plans__parts", "plans__indicator_systems__rows", "implementation_plans"),
    ),
    Group(frozenset({"key_project_plan"}), lambda district, _on: _projects(district), ("key_projects",)),
    Group(
        frozenset({"area_km2", "developable_km2", "developable_ratio", "plots_acquired_ratio"}), _plan_gates, ("baselines", "plots")
    ),
    Group(frozenset(PILOT_GATES), _pilot_gates, ("baselines", "plots", "key_projects", "works")),
)  # fmt: skip


def _listed_ratio(
    district: District, baseline: Baseline, name: str, kept: list[Kept], done: set[int], *, noun: str, undone: str, page: str
) -> FactValue:
    left = [row["name"] for row in kept if row["id"] not in done]
    words = f"{_names(left)}{undone}" if left else ("" if kept else "基线清单为空，不能视为全部完成")
    note = _joined(words, _changes(district, baseline, name))
    source, link = str(baseline), _page(page, district)
    return FactValue(numerator=len(kept) - len(left), denominator=len(kept), note=note, source=source, link=link, noun=noun)


def _changes(district: District, baseline: Baseline, name: str) -> str:
    """The original list beside the current one, where a change case has altered it."""
    if baseline.number == 1:
        return ""
    first = next(iter(_baselines(district, baseline.kind)), None)
    return f"原基线{len(first.content[name])}个，现行第{baseline.number}版{len(baseline.content[name])}个" if first else ""


def _names(names: list[str]) -> str:
    shown = "、".join(names[:SHOWN_NAMES])
    return f"{shown}等{len(names)}个" if len(names) > SHOWN_NAMES else shown


def _joined(*parts: str) -> str:
    return "；".join(part for part in parts if part)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
