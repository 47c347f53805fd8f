"""The three lists of a district as fragments: plots (first page), key projects, municipal works."""

from collections.abc import Collection
from typing import Any

from districts.file.models.district import District
from districts.file.selectors.baseline import is_fixed
from districts.plots.columns import PLOT_LIST
from districts.plots.selectors.board import LIST_ROWS, list_rows, sums_of, totals_of
from districts.projects.models import Work
from districts.projects.selectors.as_of_day import late_works, totals_of_projects, totals_of_works
from districts.projects.selectors.schedule import gantt_of, slips_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core import clock


def plots_context(district: District) -> dict[str, Any]:
    """Context of ``_plots.html``: the first page of plots by number, totals of all."""
    today, totals = clock.today(), totals_of(district)
    rows = list_rows(PLOT_LIST.ordered(district.plots.all(), "")[:LIST_ROWS], today)
    return {
        "district": district,
        "rows": rows,
        "shown": PLOT_LIST.html(rows, today, RowAddress("districts:plot_control", district.code), sums=sums_of(totals)),
        "fixed": is_fixed(district),
        "totals": totals,
    }


def key_projects_context(district: District, only: Collection[int] = ()) -> dict[str, Any]:
    """Context of ``_key_projects.html``: projects by planned start, schedule, delays, totals; ``only`` limits the rows."""
    today = clock.today()
    projects = list(_some(district.key_projects, only).prefetch_related("plots").order_by("planned_start", "name"))
    return {
        "district": district,
        "projects": projects,
        "fixed": is_fixed(district),
        "project_plan": getattr(district, "key_project_plan", None),
        "gantt": gantt_of(projects, today),
        "slips": [slip for project in projects for slip in slips_of(project, today)],
        "totals": totals_of_projects(projects),
    }


def _some(rows: Any, only: Collection[int]) -> Any:
    return rows.filter(pk__in=only) if only else rows


def works_context(district: District, only: Collection[int] = ()) -> dict[str, Any]:
    """Context of ``_works.html``: municipal works, main ones counted; ``only`` limits the rows."""
    works: list[Work] = list(_some(district.works, only).order_by("name"))
    return {
        "district": district,
        "works": works,
        "fixed": is_fixed(district),
        "totals": totals_of_works(works),
        "late_works": late_works(works, clock.today()),
    }
