"""Policy facts computed from tables and frozen baselines; no percentage is typed in.

A gate runs over the list as it was frozen: what was dropped from the live list since stays in the denominator and counts
as not done. Facts that nobody has filled in are absent; where a baseline is missing a fact without value says why.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse

from districts.common.enums import BOUNDARY_PROOF, SIGNED_SYSTEMS, BaselineKind
from districts.facts.baseline_ratios import (
    NO_PLAN_BASELINE,
    PILOT_GATES,
    baseline_on,
    first_names,
    joined,
    page_of,
    pilot_gates,
    plots_ratio,
)
from districts.file.models.district import District
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.selectors import carbon_targets
from districts.plot_changes.selectors import changed_after
from districts.plots import milestones
from districts.plots.milestones import acquired_plots, entered_words
from districts.special_plans.models import PlanPart, SpecialPlan
from districts.special_plans.selectors import early_work, stated_dimensions, strategy_dimensions
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.audit.services import subject_of
from greendistrict.core import memoisation
from greendistrict.core.django_internals import Compiled, is_prefetched
from greendistrict.core.number_parsing import plain
from greendistrict.core.rounding import percent
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_of
from greendistrict.policy.facts import FactValue

NOT_APPROVED = "专业规划登记批准后计入"
NOT_SIGNED = "指标体系签发后计入"
INDICATOR_FACTS = ("indicator_dimensions", "carbon_stage_targets")
PLAN_FACTS = (
    *("plan_parts", "diagnosis_parts", "scheme_dimensions", "scheme_in_unit_plan", "scheme_in_renewal_plan"),
    *("carbon_intensity_target", *INDICATOR_FACTS),
)
PLAN_FIELDS = {
    "diagnosis_parts": "plan-contents",
    "scheme_dimensions": "plan-contents",
    "scheme_in_unit_plan": "id_scheme_in_unit_plan",
    "scheme_in_renewal_plan": "id_scheme_in_renewal_plan",
    "carbon_intensity_target": "id_carbon_intensity_target",
    "carbon_stage_targets": "id_stage_0_year",
}
PART_FIELDS = {PlanPart.INDICATORS: "id_file_indicators", PlanPart.SCHEME: "id_file_scheme", PlanPart.CARBON: "id_file_carbon"}
PROOFS = "_boundary_proofs"


def district_facts(district: District, on: dt.date) -> dict[str, FactValue]:
    """Policy facts answered by the district's own tables on a day; absent where unknown. Read once for a page."""
    return dict(memoisation.once(_facts_of, district, on))


def _facts_of(district: District, on: dt.date) -> dict[str, FactValue]:
    return {**_profile(district), **_plan(district, on), **_projects(district), **_plan_gates(district, on), **pilot_gates(district, on)}


@dataclass(frozen=True)
class FactGroup:
    """Facts read together: names, function, the tables they depend on, and whether they run over plots."""

    names: frozenset[str]
    read: Callable[[District, dt.date], dict[str, FactValue]]
    tables: tuple[str, ...] = ()
    plots: bool = False


def facts_of_many(
    districts: Iterable[District], on: dt.date, wanted: Callable[[District], frozenset[str]] | None = None, *, past: bool = False
) -> dict[int, dict[str, FactValue]]:
    """``district_facts`` of many districts by primary key, in eleven queries.

    ``wanted`` names the facts that will be asked of a district; what nobody asks for is not read. Without it: all.
    ``past``: plots as they were on the day, before later changes, in one query more.
    """
    found = list(districts)
    groups = {district.pk: _groups(None if wanted is None else wanted(district)) for district in found}
    for table in dict.fromkeys(table for group in GROUPS for table in group.tables):
        prefetch_related_objects([district for district in found if any(table in group.tables for group in groups[district.pk])], table)
    _read_proofs(district for district in found if PROFILE in groups[district.pk])
    if over_plots := [district for district in found if any(group.plots for group in groups[district.pk])]:
        milestones.read_plots(over_plots, changed_after([district.pk for district in over_plots], on) if past else {})
    return {
        district.pk: {name: fact for group in groups[district.pk] for name, fact in group.read(district, on).items()} for district in found
    }


def _groups(names: frozenset[str] | None) -> list[FactGroup]:
    """Groups that contain a wanted fact; all groups without names."""
    return [group for group in GROUPS if names is None or group.names & names]


def _read_proofs(districts: Iterable[District]) -> None:
    """Prefetch the papers that prove the boundary claim; one query."""
    claiming = {subject_of(district): district for district in districts if district.boundary_matches}
    proofs: dict[str, list[Evidence]] = {owner: [] for owner in claiming}
    newest = Evidence.objects.filter(owner__in=claiming, kind=BOUNDARY_PROOF).order_by("title", "-version", "-pk")
    for file in newest:
        proofs[file.owner].append(file)
    for owner, district in claiming.items():
        vars(district)[PROOFS] = proofs[owner]


@cache
def _plain(name: str) -> str:
    return reverse(f"districts:{name}")


def _profile(district: District) -> dict[str, FactValue]:
    link = page_of("profile_edit", district)
    return {
        "district_type": FactValue(district.type or None, note="", link=f"{link}#id_type"),
        "unit_plan_open": FactValue(district.unit_plan_open, link=f"{link}#id_unit_plan_open"),
        "renewal_plan_open": FactValue(district.renewal_plan_open, link=f"{link}#id_renewal_plan_open"),
        "boundary_matches": _boundary(district, link),
    }


def _boundary(district: District, link: str) -> FactValue:
    """The boundary claim, valid only with the paper that proves it."""
    if not district.boundary_matches:
        return FactValue(district.boundary_matches, link=f"{link}#id_boundary_matches")
    read = vars(district).get(PROOFS)
    proved: list[Evidence] = read if read is not None else list(evidence_of(district).filter(kind=BOUNDARY_PROOF)[:1])
    if not proved:
        return FactValue(value=False, note="未上传范围一致的佐证", link=f"{link}#id_boundary_proof")
    return FactValue(value=True, note=f"一致，见《{proved[0].printed_title}》", link=link)


def plan_on(district: District, on: dt.date) -> SpecialPlan | None:
    """Plan that counts on a day: the newest approved by then, else the newest draft."""
    plans = plans_of(district)
    return _newest_approved(plans, on) or max(plans, key=lambda plan: plan.number, default=None)


def approved_plan_on(district: District, on: dt.date) -> SpecialPlan | None:
    """Newest plan approved by a day: what reports and comparisons take a target from."""
    return _newest_approved(plans_of(district), on)


def _newest_approved(plans: Iterable[SpecialPlan], on: dt.date) -> SpecialPlan | None:
    approved = [plan for plan in plans if plan.approved_on and plan.approved_on <= on]
    return max(approved, key=lambda plan: plan.number, default=None)


def plans_of(district: District) -> list[SpecialPlan]:
    """Every version of the specialised plan, newest first, read once for a page."""
    if is_prefetched(district, "plans"):
        return list(district.plans.all())
    plans: list[SpecialPlan] = memoisation.once(PLANS.read, district.pk)
    for plan in plans:
        plan.district = district
    return plans


PLANS = Compiled(lambda district: SpecialPlan.objects.filter(district=district), -1)


def _plan(district: District, on: dt.date) -> dict[str, FactValue]:
    link = page_of("plan_edit", district)
    listed = _listed_in(district, on)
    note = str(listed) if listed else "没有已上报的当年或者以前年度实施计划列入本城区，由实施主体编报"
    facts = {"in_implementation_plan": FactValue(listed is not None, note=note, link=_plain("implementation_plan_list"))}
    plan = plan_on(district, on)
    if plan is None:
        return facts | {name: FactValue(link=_at(link, plan, name)) for name in PLAN_FACTS}
    prefetch_related_objects([plan], "sections")
    target, parts = plan.carbon_intensity_target, frozenset(part.part for part in plan.parts.all())
    values = {
        "plan_parts": _parts(plan, on, parts),
        "diagnosis_parts": FactValue(early_work(plan)),
        "scheme_dimensions": FactValue(strategy_dimensions(plan)),
        **{name: FactValue(getattr(plan, name)) for name in ("scheme_in_unit_plan", "scheme_in_renewal_plan")},
        "carbon_intensity_target": FactValue(target is not None, note="" if target is None else f"{target.normalize():f} kgCO₂e/(m²·a)"),
    }
    linked = {name: replace(fact, link=_at(link, plan, name, parts)) for name, fact in values.items()}
    return facts | linked | _indicators(district, plan, on)


def _at(link: str, plan: SpecialPlan | None, name: str, parts: Collection[str] = ()) -> str:
    """Address of the field that a fact of the plan is typed in; of the page where an approved plan is only read."""
    field = PLAN_FIELDS.get(name)
    if name == "plan_parts":
        field = next((field for part, field in PART_FIELDS.items() if part not in parts), "plan-approval")
    return f"{link}#{field}" if field and (plan is None or plan.approved_on is None) else link


def _listed_in(district: District, on: dt.date) -> ImplementationPlan | None:
    """Earliest implementation plan of this or an earlier year that was filed with the district in it."""
    if not is_prefetched(district, "implementation_plans"):
        found: list[ImplementationPlan] = LISTING.read(district.pk, on, on.year)
        return found[0] if found else None
    filed = [plan for plan in district.implementation_plans.all() if plan.filed_on and plan.filed_on <= on and plan.year <= on.year]
    return min(filed, key=lambda plan: plan.year, default=None)


def _listing(district: int, on: dt.date, year: int) -> QuerySet[ImplementationPlan]:
    return ImplementationPlan.objects.filter(districts=district, filed_on__lte=on, year__lte=year).order_by("year")[:1]


LISTING = Compiled(_listing, -1, dt.date.min, 1001)  # a year that the column can hold


def _indicators(district: District, plan: SpecialPlan, on: dt.date) -> dict[str, FactValue]:
    """Dimensions of the indicator system of the plan's version, and stages of its carbon report.

    Without a system the dimensions are those once stated of an approved plan.
    """
    system = plan.indicator_systems.counting_on(on)
    if system is not None:
        prefetch_related_objects([system], "rows")
    stages = _stages(plan, system, _at(page_of("plan_edit", district), plan, "carbon_stage_targets"))
    link = page_of("indicator_system", district)
    if system is None:
        stated = stated_dimensions(plan)
        note = "原在专业规划中勾选，没有逐条指标" if stated else "没有指标体系，包含的方面按指标计算"
        return dict(zip(INDICATOR_FACTS, (FactValue(stated, note=note, link=link), stages), strict=True))
    note = f"按指标体系第{system.number}版，{system.get_status_display()}"
    open_ = "" if system.status in SIGNED_SYSTEMS else NOT_SIGNED
    dimensions = FactValue(system.dimensions_covered(), note=note, provisional=open_, link=link)
    return dict(zip(INDICATOR_FACTS, (dimensions, stages), strict=True))


def _stages(plan: SpecialPlan, system: IndicatorSystem | None, link: str) -> FactValue:
    """Years of the staged targets of the plan's carbon report (七（一）3); those of the indicator system are told where they differ."""
    planned = {int(row["year"]): Decimal(str(row["value"])) for row in plan.carbon_stage_targets}
    stated = {} if system is None else {year: Decimal(target) for year, target in carbon_targets(system)}
    other = {year: target for year, target in stated.items() if planned.get(year) != target}
    note = f"指标体系第{system.number}版的{_stage_words(other)}与专业规划登记的不同" if system and other else ""
    return FactValue(len(planned), note=joined(_stage_words(planned), note), link=link)


def _stage_words(stages: Mapping[int, Decimal]) -> str:
    return "、".join(f"{year}年{plain(stages[year])}" for year in sorted(stages))


def _parts(plan: SpecialPlan, on: dt.date, parts: frozenset[str]) -> FactValue:
    """Parts count when their plan is approved (已批准的组成)."""
    if not plan.approved_on or plan.approved_on > on:
        return FactValue(parts, provisional=NOT_APPROVED)
    return FactValue(parts, source=plan.approval_number)


def _projects(district: District) -> dict[str, FactValue]:
    """近期重点项目实施计划: at least one project, all with planned start and finish."""
    projects = list(district.key_projects.all())
    unplanned = [project.name for project in projects if not (project.planned_start and project.planned_finish)]
    if not projects:
        note = "没有近期重点项目"
    elif unplanned:
        note = f"{len(unplanned)}个项目缺计划开工或竣工日期：{first_names(unplanned)}"
    else:
        note = f"{len(projects)}个项目均有计划开工、竣工日期"
    link = page_of("key_project_list", district)
    return {"key_project_plan": FactValue(value=bool(projects) and not unplanned, note=note, link=link)}


def _plan_gates(district: District, on: dt.date) -> dict[str, FactValue]:
    """Gates over the frozen plan baseline; before it exists provisional values that meet no requirement."""
    baseline = baseline_on(district, BaselineKind.PLAN, on)
    if baseline is None:
        return _as_typed(district, on)
    land = baseline.content["land"]
    values = _land(_number(land.get("area_km2")), _number(land.get("developable_km2")), page_of("plan_edit", district))
    values["plots_acquired_ratio"] = plots_ratio(
        district, baseline, f"{page_of('plot_list', district)}?missing=acquired", acquired_plots(district, on)
    )
    return {name: replace(fact, source=str(baseline)) for name, fact in values.items()}


def _land(area: Decimal | None, developable: Decimal | None, link: str) -> dict[str, FactValue]:
    ratio = FactValue(numerator=developable, denominator=area, link=link, noun="km²")
    return {
        "area_km2": FactValue(area, link=link),
        "developable_km2": FactValue(developable, link=link),
        "developable_ratio": ratio if area is not None and developable is not None else FactValue(link=link),
    }


def _as_typed(district: District, on: dt.date) -> dict[str, FactValue]:
    """Provisional value of what will be frozen, linked to its input page or to the plan's approval."""
    values = _land(district.area_km2, district.developable_km2, _land_page(district))
    listed, link = milestones.buildable_plots(district), f"{page_of('plot_list', district)}?missing=acquired"
    plots = FactValue(note="没有登记可建设地块", link=page_of("plot_list", district))
    if listed.number:
        rows = [row for row in milestones.acquired_rows(district, on) if row.buildable]
        done = milestones.acquired_of(rows)
        reached = [row.area_ha for row in rows if row.id in done.counted]
        entered, link = entered_words({row.id for row in rows}, done, district, link)
        note = joined(f"按面积{percent(sum(reached, Decimal(0)), listed.area_ha)}", entered)
        plots = FactValue(numerator=len(reached), denominator=listed.number, note=note, link=link, noun="个地块")
    return {name: replace(fact, provisional=NO_PLAN_BASELINE) for name, fact in {**values, "plots_acquired_ratio": plots}.items()}


def _land_page(district: District) -> str:
    """Where the first area that is missing is typed; once both are there, where the plan is approved, which freezes them."""
    missing = [name for name in ("area_km2", "developable_km2") if getattr(district, name) is None]
    if missing:
        return f"{page_of('profile_edit', district)}#id_{missing[0]}"
    return f"{page_of('plan_edit', district)}#plan-approval"


PROFILE = FactGroup(
    frozenset({"district_type", "unit_plan_open", "renewal_plan_open", "boundary_matches"}), lambda district, _on: _profile(district)
)
GROUPS = (
    PROFILE,
    FactGroup(
        frozenset({"in_implementation_plan", *PLAN_FACTS}),
        _plan,
        ("plans__parts", "plans__sections", "plans__indicator_systems__rows", "implementation_plans"),
    ),
    FactGroup(frozenset({"key_project_plan"}), lambda district, _on: _projects(district), ("key_projects",)),
    FactGroup(
        frozenset({"area_km2", "developable_km2", "developable_ratio", "plots_acquired_ratio"}),
        _plan_gates, ("baselines",), plots=True,
    ),
    FactGroup(frozenset(PILOT_GATES), pilot_gates, ("baselines", "key_projects", "works"), plots=True),
)  # fmt: skip


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
