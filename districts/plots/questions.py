"""What is asked about a plot beside the other plots of its district."""

import datetime as dt
from decimal import Decimal

from districts.file.models.district import District
from districts.plausibility.district_sizes import HA_PER_KM2
from districts.plausibility.findings import PlausibilityFinding, PlausibilityLimits
from districts.plausibility.plot_sizes import LABELS, OtherPlots, PlotSizes, PlotSurroundings, asked_of_plot, asked_of_plot_days
from districts.plots.models import Plot

SIZES = ("land_use_code", "area_ha", "floor_area")


def sizes_of(plot: Plot) -> PlotSizes:
    """Sizes as they stand on the object."""
    return PlotSizes(*(getattr(plot, name) for name in SIZES))


def asked_of(
    plot: Plot, stored: Plot | None, around: PlotSurroundings, *, limits: PlausibilityLimits, today: dt.date
) -> list[PlausibilityFinding]:
    """Questions about sizes and days of a plot among given surroundings."""
    days = {name: getattr(plot, name) for name in LABELS}
    sizes = asked_of_plot(sizes_of(plot), sizes_of(stored) if stored else PlotSizes(), around, limits)
    return [*sizes, *asked_of_plot_days(days, today)]


def surroundings(district: District, own: int | None) -> PlotSurroundings:
    """What a plot (``own``, None for a new one) is compared with; two queries."""
    others = district.plots.exclude(pk=own or 0).values_list(*SIZES)
    drawn = district.plots.filter(pk=own).values_list("shape__area_ha", flat=True).first() if own else None
    return PlotSurroundings(OtherPlots(PlotSizes(*one) for one in others), drawn, hectares_of(district))


def hectares_of(district: District) -> Decimal | None:
    """Area of the district in 公顷."""
    return None if district.area_km2 is None else district.area_km2 * HA_PER_KM2
