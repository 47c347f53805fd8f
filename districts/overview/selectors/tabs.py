"""Template contexts of the tabs of the district page, and tasks of this app."""

from collections.abc import Container
from typing import Any

from django.db.models import prefetch_related_objects

from districts.boundaries.selectors import public_outline
from districts.common.certainty import is_inferred
from districts.common.enums import STAGES_IN_ORDER, Certainty, ProjectState, Stage
from districts.file.models.district import District
from districts.file.selectors.figure_sources import origins_of
from districts.file.selectors.visibility import shown_honours
from districts.file.sources import told_source
from districts.plot_map.selectors import plot_map_of
from districts.plots.selectors.board import totals_of
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import fixed, percent

GUESSABLE = {"place": "所在区", "area": "面积", "key_areas": "重点区域"}
LOST = {Stage.CANCELLED: Stage.PILOT, Stage.REVOKED: Stage.PILOT}


def stage_bar(district: District) -> list[dict[str, str]]:
    """Steps 培育 → 试点 → 示范 for ``components/stage_bar.html``; a lost title is shown at its step."""
    lost = LOST.get(Stage(district.stage))
    now = STAGES_IN_ORDER.index(lost or Stage(district.stage))
    unknown = district.stage == Stage.CANDIDATE and district.status_certainty == Certainty.UNKNOWN
    states = ["done" if index < now else ("now" if index == now else "") for index in range(len(STAGES_IN_ORDER))]
    notes = ["", "", ""]
    day = district.titled_on
    announced = f"{day_in_words(day)}公告" if day else ""
    inferred = "（推定）" if day and district.titled_on_certainty == Certainty.INFERRED else ""
    notes[now] = " · ".join(part for part in ("当前阶段", f"{announced}{inferred}", district.title_batch) if part)
    if unknown:
        states, notes = ["", "", ""], ["未查明", "", ""]
    elif lost:
        states[now], notes[now] = "lost", str(Stage(district.stage).label)
    return [
        {"name": str(stage.label), "state": state, "note": note} for stage, state, note in zip(STAGES_IN_ORDER, states, notes, strict=True)
    ]


def overview_context(district: District, there: Container[str], *, full: bool = True) -> dict[str, Any]:
    """Context of ``_overview.html``: profile, parties, boundary, honours, sources; ``full=False`` for users who see public facts only.

    ``there`` names which of mandates, honours and yearly plans the district has; the others are not asked for.
    """
    prefetch_related_objects([district], "areas", *(("key_projects",) if full else ()))
    figures = overview_figures(district) if full else []
    return {
        "district": district,
        "areas": list(district.areas.all()),
        "authorities": list(district.authorities.order_by("admin_code", "name_pinyin")),
        "mandates": list(district.mandates.select_related("organisation").order_by("-valid_from")) if full and "mandates" in there else [],
        "full": full,
        "sources": [told_source(one) for one in district.sources],
        "honours": shown_honours(district, reads_file=full) if "honours" in there else [],
        "yearly_plans": _yearly_plans(district) if "yearly_plans" in there else [],
        **({"map": plot_map_of(district)} if full else public_outline(district)),
        "figures": figures,
        "origins": origins_of(district, figures) if full else [],
        "missing": "未填" if district.is_demo or district.applicant_id else "未查明",
        "inferred": Certainty.INFERRED,
        "guessed": {key: is_inferred(district.fact_certainty, words) for key, words in GUESSABLE.items()},
    }


def _yearly_plans(district: District) -> list[ImplementationPlan]:
    return list(ImplementationPlan.objects.filter(districts=district, filed_on__isnull=False).select_related("authority"))


def overview_figures(district: District) -> list[dict[str, Any]]:
    """Figures for ``components/metrics.html``; unknown figures are shown as unknown."""
    missing = "未填" if district.is_demo or district.applicant_id else "未查明"
    share = ""
    if district.area_km2 and district.developable_km2 is not None:
        share = f"待开发用地占{percent(district.developable_km2, district.area_km2)}"
    area = "" if district.area_km2 is None else fixed(district.area_km2, grouped=True)
    figures: list[dict[str, Any]] = [{"label": "规划范围面积", "value": area or missing, "unit": "km²" if area else "", "note": share}]
    totals = totals_of(district)
    if buildable := totals["buildable"]:
        note = percent(totals["built"], buildable)
        figures.append({"label": "地块建成", "value": totals["built"], "unit": f"/ {buildable}个", "note": note})
    projects = list(district.key_projects.all())
    if projects:
        used = sum(project.state == ProjectState.IN_USE for project in projects)
        building = sum(project.state == ProjectState.BUILDING for project in projects)
        note = f"{building}个在建" if building else ""
        figures.append({"label": "近期重点项目投用", "value": used, "unit": f"/ {len(projects)}个", "note": note})
    if district.population:
        figures.append({"label": "规划人口", "value": f"{district.population:,}", "unit": "人", "note": ""})
    return figures


def baselines_context(district: District) -> dict[str, Any]:
    """Context of ``_baselines.html``: every frozen version, newest first, with the number of rows of each list."""
    rows = [
        {
            "baseline": baseline,
            "plots": len(baseline.content["plots"]),
            "buildable": sum(row["buildable"] for row in baseline.content["plots"]),
            "works": len(baseline.content["works"]),
            "projects": len(baseline.content["key_projects"]),
            "land": baseline.content["land"],
        }
        for baseline in district.baselines.select_related("frozen_by").order_by("-frozen_at", "-pk")
    ]
    return {"district": district, "baselines": rows}
