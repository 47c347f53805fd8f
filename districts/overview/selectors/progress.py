"""Progress of the active districts: counts of plots, key projects and works."""

from typing import Any

from django.db.models import Count, IntegerField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from districts.common.enums import ProjectState
from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.viewer import Viewer

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
