"""Plots, key projects and works as of the snapshot day, with the shares of 八（一） and 八（三）."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from districts.common.enums import ControlStep, ProjectState
from districts.facts.facts import facts_of_many
from districts.file.models.district import District
from districts.plot_changes.selectors import plots_on
from districts.plots.selectors.as_of_day import PlotOnDay
from districts.projects.models import KeyProject
from districts.projects.selectors import ProjectOnDay, project_on, slips_of, totals_of_works, works_on
from greendistrict.core.rounding import percent
from greendistrict.policy.facts import FactValue
from greendistrict.policy.selectors import not_asked
from reports.city.figures.standing import TitleStand
from reports.city.sources import CityFigure, SourceRow

ACQUIRED, BUILT = "plots_acquired_ratio", "plots_built_ratio"
COUNTS = ("plots", "granted", "building", "built", "conforming", "failing")
WORDS = {
    "plots": "可建设地块",
    "granted": "已取得",
    "building": "在建",
    "built": "已建成",
    "conforming": "建成且符合",
    "failing": str(ControlStep.SHORT.label),
}


@dataclass(frozen=True)
class LateProject:
    """A delayed key project."""

    district: str
    name: str
    what: str
    days: int
    href: str


@dataclass(frozen=True)
class LandLine:
    """A district; the shares are those of its own page, by number of plots and (in words) by area."""

    district: str
    counts: Mapping[str, int]
    hectares: Decimal | None
    acquired: str
    built: str
    projects: int
    in_use: int
    late: int
    works: int
    works_built: int
    href: str


@dataclass(frozen=True)
class CityLand:
    """Figures of part 6."""

    lines: tuple[LandLine, ...]
    late: tuple[LateProject, ...]
    figures: tuple[CityFigure, ...]


def land_figures(stood: TitleStand, *, whole: bool = True) -> CityLand:
    """Figures of districts with a title on the snapshot day; a constant number of queries.

    ``whole``: with the shares acquired and built of each line, which no figure counts.
    """
    keys, on = [row.district.pk for row in stood.rows], stood.on
    plots = plots_on(keys, on)
    projects: dict[int, list[ProjectOnDay]] = {}
    for project in KeyProject.objects.filter(district__in=stood.by_district).order_by("district_id", "name", "pk"):
        projects.setdefault(project.district_id, []).append(project_on(project, on))
    works = works_on(keys, on)
    facts = facts_of_many(stood.districts, on, lambda _: frozenset({ACQUIRED, BUILT}), past=True) if whole else {}
    lines, late = [], []
    for row in stood.rows:
        key = row.district.pk
        own_plots, own_projects, own_works = _buildable(plots.get(key, ())), projects.get(key, ()), totals_of_works(works.get(key, ()))
        project_list = reverse("districts:key_project_list", args=[row.district.code])
        delayed = [(one, slips) for one in own_projects if (slips := slips_of(one, on))]
        for late_project, slips in delayed:
            longest = max(slips, key=lambda slip: slip.days)
            late.append(LateProject(row.name, late_project.name, longest.what, longest.days, project_list))
        line = LandLine(
            district=row.name,
            counts={name: own_plots[name] for name in COUNTS},
            hectares=own_plots["hectares"],
            acquired=_share(facts[key][ACQUIRED]) if whole else "",
            built=_built(row.district, facts[key][BUILT]) if whole else "",
            projects=len(own_projects),
            in_use=sum(project.state == ProjectState.IN_USE for project in own_projects),
            late=len(delayed),
            works=own_works.main,
            works_built=own_works.built,
            href=reverse("districts:plot_list", args=[row.district.code]),
        )
        lines.append(line)
    counted = (
        CityFigure(
            f"plots_{key}" if key != "plots" else key,
            WORDS[key],
            "个",
            tuple(SourceRow(line.district, WORDS[key], line.href, line.counts[key]) for line in lines if line.counts[key]),
        )
        for key in COUNTS
    )
    late_figure = CityFigure(
        "projects_late", "晚于计划的重点项目", "个", tuple(SourceRow(one.district, one.name, one.href) for one in late)
    )
    return CityLand(tuple(lines), tuple(late), (*counted, late_figure))


def _buildable(plots: Iterable[PlotOnDay]) -> dict[str, Any]:
    """Buildable plots of a district by their state on the day."""
    found = [plot for plot in plots if plot.buildable]
    return {
        "plots": len(found),
        "hectares": sum((plot.area_ha for plot in found), Decimal(0)) if found else None,
        "granted": sum(plot.acquired_on is not None for plot in found),
        "building": sum(plot.started_on is not None and plot.built_on is None for plot in found),
        "built": sum(plot.built_on is not None for plot in found),
        "conforming": sum(plot.conforms is True for plot in found),
        "failing": sum(plot.conforms is False for plot in found),
    }


def _built(district: District, fact: FactValue) -> str:
    kind = not_asked(BUILT, district.type)
    return f"不适用（{kind}）" if kind else _share(fact)


def _share(fact: FactValue) -> str:
    """A share by number of plots and by area, or why it is unknown."""
    if not fact.denominator or fact.numerator is None:
        return fact.note or "未查明"
    return f"{fact.numerator}/{fact.denominator}，{percent(fact.numerator, fact.denominator)}；{fact.note}".rstrip("；")
