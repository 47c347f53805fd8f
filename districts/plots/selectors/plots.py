"""Who is asked about plots, which plots a person may open, plots entered outside the control tables, and supervision records.

Uses aggregates and pages, never whole lists.
"""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from districts.common.enums import ControlStep
from districts.file.models.district import District
from districts.file.rules import answering_bodies, bodies_as
from districts.file.selectors.bodies import bodies_of, bodies_with
from districts.file.selectors.visibility import files_visible_to
from districts.land.green_indicators import design_departments
from districts.plots.models import Plot, PlotBackfill, PlotOpinion, SupplierLevel
from greendistrict.accounts.departments import department_named
from greendistrict.accounts.enums import Department, OrganisationKind, Role
from greendistrict.accounts.models import Organisation, Post
from greendistrict.accounts.post_rules import not_over
from greendistrict.accounts.viewer import Viewer


def housing_bodies(district: District, level: str) -> list[Organisation]:
    """住建 bodies of the land supplier's level (七（二）1): the city's, or those of the district with this department; may be none."""
    if level == SupplierLevel.CITY:
        return list(Organisation.objects.filter(kind=OrganisationKind.CITY, is_demo=district.is_demo).order_by("name_pinyin"))
    return bodies_with(district, Department.HOUSING)


def design_bodies(district: District, today: dt.date) -> dict[str, Organisation]:
    """Bodies that answer about designs in the portal, by the department they have (七（二）2); one query.

    If two bodies have it, or the body has no users today, the answer is given on paper.
    """
    people = Post.objects.filter(
        not_over(), organisation=OuterRef("pk"), role__in=[Role.BUREAU, Role.AUTHORITY], valid_from__lte=today, user__is_active=True
    )
    peopled, found = list(bodies_of(district).filter(Exists(people))), {}
    for name in (name for names in design_departments() for name in names):
        own = [body for body in peopled if department_named(name) in body.departments]
        if len(own) == 1:
            found[name] = own[0]
    return found


def bodies_by_level(district: District) -> dict[str, list[Organisation]]:
    """住建 bodies that may be asked, by level of the land supplier."""
    return {str(level): housing_bodies(district, level) for level in SupplierLevel}


def opinions_waiting(viewer: Viewer) -> QuerySet[PlotOpinion]:
    """Questions about plots waiting for the person's bodies, most urgent first."""
    bodies = answering_bodies(viewer.held)
    opinions = PlotOpinion.objects.filter(answered_on__isnull=True, organisation_id__in=bodies)
    return opinions.select_related("plot__district").order_by("due_on", "pk")


def plots_open_to(viewer: Viewer) -> QuerySet[Plot]:
    """Plots the person may open: of readable files, put to the person's body, and buildable ones for a bureau."""
    held = viewer.held
    asked = PlotOpinion.objects.filter(organisation_id__in=answering_bodies(held)).values("plot")
    led = District.authorities.through.objects.filter(organisation_id__in=bodies_as(held, Role.BUREAU)).values("district")
    return Plot.objects.filter(Q(district__in=files_visible_to(viewer)) | Q(pk__in=asked) | Q(buildable=True, district__in=led))


OUTSIDE = (Q(control__isnull=True) | Q(control__status=ControlStep.PREPARE)) & (Q(acquired_on__isnull=False) | Q(built_on__isnull=False))


def unproven_plots(district: District) -> QuerySet[Plot]:
    """Buildable plots entered as acquired or built without control table, reason and proof: they count for no gate."""
    return district.plots.filter(OUTSIDE, buildable=True, backfill__isnull=True).order_by("number")


def backfills(district: District) -> QuerySet[PlotBackfill]:
    """Backfill records with their plots, newest first."""
    backfills = district.backfills.filter(plots__isnull=False).distinct().select_related("document", "recorded_by")
    return backfills.prefetch_related(Prefetch("plots", Plot.objects.order_by("number")))


SHOWN_RECORDS = 5  # shown on the page of the plot or work; the records' own page lists all


def supervision_of_plot(plot: Plot) -> QuerySet[Any]:
    """Records of a plot and of the plots it represents, newest first; by relation, because supervision records are a higher package."""
    supervision_records: QuerySet[Any] = plot.district.supervision_records.filter(plot__in=[plot.pk, *map(int, plot.origins)])
    return supervision_records


def newest(records: QuerySet[Any]) -> list[Any]:
    """The newest records, shown beside the check matrix."""
    return list(records[:SHOWN_RECORDS])
