"""Plots that count as obtained or built on a day: by their control table, or entered with reason and proof."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from districts.common.enums import Acquisition, ControlStep
from districts.file.models.district import District
from districts.plots.models import Plot


class MilestonePlots(NamedTuple):
    """Plots that count, the backfilled ones among them, and unproven ones that do not count."""

    counted: set[int]
    proven: set[int]
    unproven: set[int]


def acquired_plots(district: District, on: dt.date) -> MilestonePlots:
    """Plots granted or allocated by a day."""
    ways = (Acquisition.GRANT, Acquisition.ALLOCATION)
    if "plots" in getattr(district, "_prefetched_objects_cache", {}):
        return _done(plot for plot in district.plots.all() if plot.acquisition in ways and plot.acquired_on and plot.acquired_on <= on)
    return _done(_origins(district).filter(acquisition__in=ways, acquired_on__lte=on))


def built_plots(district: District, on: dt.date) -> MilestonePlots:
    """Plots built and conforming by a day."""
    if "plots" in getattr(district, "_prefetched_objects_cache", {}):
        return _done(plot for plot in district.plots.all() if plot.conforms is True and plot.built_on and plot.built_on <= on)
    return _done(_origins(district).filter(conforms=True, built_on__lte=on))


def _origins(district: District) -> QuerySet[Plot]:
    return district.plots.select_related("control").only("backfill", "control__status")


def _done(plots: Iterable[Plot]) -> MilestonePlots:
    """Plots that came through a control table, or were backfilled with reason and proof."""
    done = MilestonePlots(set(), set(), set())
    for plot in plots:
        if through_table(plot) or plot.backfill_id:
            done.counted.add(plot.pk)
        if not through_table(plot):
            (done.proven if plot.backfill_id else done.unproven).add(plot.pk)
    return done


def through_table(plot: Plot) -> bool:
    """Whether the plot's days come from its control table."""
    control = getattr(plot, "control", None)
    return control is not None and control.status != ControlStep.PREPARE


def entered_words(kept: set[int], done: MilestonePlots, district: District, link: str) -> tuple[str, str]:
    """Words about plots outside the control tables, with the page for missing reasons and proofs."""
    proven, unproven = len(kept & done.proven), len(kept & done.unproven)
    counted = f"其中补录{proven}个，有理由和证明" if proven else ""
    if not unproven:
        return counted, link
    missing = f"另有补录{unproven}个没有理由和证明，不计入"
    page = reverse("districts:plot_backfill", args=[district.code])
    return f"{counted}；{missing}" if counted else missing, page
