"""The three lists of a district as fragments: plots (first page), key projects, municipal works."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from districts.file.models.district import District
from districts.file.selectors.baseline import is_fixed
from districts.plots.columns import PLOT_LIST
from districts.plots.selectors.board import LIST_ROWS, list_rows, sums_of, totals_of
from districts.projects.columns import PROJECT_LIST, WORK_LIST
from districts.projects.models import KeyProject, Work
from districts.projects.selectors.as_of_day import ProjectTotals, WorkTotals, totals_of_projects, totals_of_works
from districts.projects.selectors.schedule import gantt_of, slips_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core.templatetags.gd import num


def plots_context(district: District, today: dt.date) -> dict[str, Any]:
    """Context of ``_plots.html``: the first page of plots by number, totals of all."""
    totals = totals_of(district)
    rows = list_rows(PLOT_LIST.ordered(district.plots.all(), "")[:LIST_ROWS], today)
    return {
        "district": district,
        "rows": rows,
        "shown": PLOT_LIST.html(rows, today, RowAddress("districts:plot_control", district.code), sums=sums_of(totals)),
        "fixed": is_fixed(district),
        "totals": totals,
    }


def key_projects_context(district: District, today: dt.date, only: Collection[int] = (), edit: RowAddress | None = None) -> dict[str, Any]:
    """Context of ``_key_projects.html``: projects by planned start, schedule, delays, totals; of ``only`` these, with links to ``edit``."""
    projects = list(_some(district.key_projects, only).prefetch_related("plots").order_by("planned_start", "name"))
    totals = totals_of_projects(projects)
    return {
        "district": district,
        "projects": projects,
        "shown": PROJECT_LIST.html(
            PROJECT_LIST.rows_of(projects),
            today,
            RowAddress("districts:key_project", district.code),
            edit=edit,
            sums=sums_of_projects(projects, totals),
        ),
        "fixed": is_fixed(district),
        "project_plan": getattr(district, "key_project_plan", None),
        "gantt": gantt_of(projects, today),
        "slips": [slip for project in projects for slip in slips_of(project, today)],
        "totals": totals,
    }


def _some(rows: Any, only: Collection[int]) -> Any:
    return rows.filter(pk__in=only) if only else rows


def works_context(district: District, today: dt.date, only: Collection[int] = (), edit: RowAddress | None = None) -> dict[str, Any]:
    """Context of ``_works.html``: municipal works, main ones counted; of ``only`` these, with links to ``edit``."""
    works: list[Work] = list(_some(district.works, only).order_by("name"))
    totals = totals_of_works(works)
    return {
        "district": district,
        "works": works,
        "shown": WORK_LIST.html(
            WORK_LIST.rows_of(works), today, RowAddress("districts:work", district.code), edit=edit, sums=sums_of_works(works, totals)
        ),
        "fixed": is_fixed(district),
        "totals": totals,
    }


def sums_of_projects(projects: Sequence[KeyProject], totals: ProjectTotals) -> dict[str, str]:
    """Last row of ``PROJECT_LIST``."""
    return {
        "name": f"合计{len(projects)}个",
        "investment": num(totals.investment, 2),
        "funding": f"缺{totals.uninvested}个投资" if totals.uninvested else "",
        "planned_start": "　".join(f"{label}{count}" for label, count in totals.states if count),
    }


def sums_of_works(works: Sequence[Work], totals: WorkTotals) -> dict[str, str]:
    """Last row of ``WORK_LIST``."""
    return {
        "name": f"合计{len(works)}项",
        "main": f"主要{totals.main}项",
        "length_m": num(totals.length, 0),
        "progress": f"主要设施建成且符合{totals.built}项",
    }
