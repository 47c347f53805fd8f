"""What pages, API and the apps above read of districts."""

from districts.selectors.landlists import key_projects_context, plots_context, works_context
from districts.selectors.lists import district_rows, district_rows_for_api
from districts.selectors.plots import key_projects_visible_to
from districts.selectors.tabs import baselines_context, overview_context, plan_context, stage_bar
from districts.selectors.tasks import tasks_for
from districts.selectors.visibility import (
    areas_choosable,
    authorities_choosable,
    district_seen,
    districts_of,
    districts_visible_to,
    files_visible_to,
    implementation_plans_visible_to,
    own_districts,
    public_districts,
)

__all__ = [
    "areas_choosable",
    "authorities_choosable",
    "baselines_context",
    "district_rows",
    "district_rows_for_api",
    "district_seen",
    "districts_of",
    "districts_visible_to",
    "files_visible_to",
    "implementation_plans_visible_to",
    "key_projects_context",
    "key_projects_visible_to",
    "overview_context",
    "own_districts",
    "plan_context",
    "plots_context",
    "public_districts",
    "stage_bar",
    "tasks_for",
    "works_context",
]
