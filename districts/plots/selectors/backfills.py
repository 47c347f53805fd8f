"""Plots entered as acquired or built outside the control tables, with or without reason and proof."""

from django.db.models import Prefetch, Q, QuerySet

from districts.common.enums import ControlStep
from districts.file.models.district import District
from districts.plots.models import Plot, PlotBackfill

OUTSIDE = (Q(control__isnull=True) | Q(control__status=ControlStep.PREPARE)) & (Q(acquired_on__isnull=False) | Q(built_on__isnull=False))


def unproven_plots(district: District) -> QuerySet[Plot]:
    """Buildable plots entered as acquired or built without control table, reason and proof: they count for no gate."""
    return district.plots.filter(OUTSIDE, buildable=True, backfill__isnull=True).order_by("number")


def backfills(district: District) -> QuerySet[PlotBackfill]:
    """Backfill records with their plots, newest first."""
    backfills = district.backfills.filter(plots__isnull=False).distinct().select_related("document", "recorded_by")
    return backfills.prefetch_related(Prefetch("plots", Plot.objects.order_by("number")))
