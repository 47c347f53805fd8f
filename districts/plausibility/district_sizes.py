"""What is asked about the sizes of a district: area, people and buildings against each other and against their parts (pure)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from districts.plausibility.expectations import against_stored, amount, apart, beyond_whole, once, ranges, ratio, unusual
from districts.plausibility.figures import Figure
from districts.plausibility.findings import PlausibilityFinding, PlausibilityLimits

M2_PER_KM2, M2_PER_WAN, HA_PER_KM2 = Decimal(1_000_000), Decimal(10_000), Decimal(100)
TIMES = {"developable_km2": 2}  # where a district is renewed, plots are buildable that are no land to be developed
DRAWN_SHARE = Decimal("0.2")  # a drawing follows roads and waters more or less closely


class Sizes(NamedTuple):
    """Sizes of a district: km², people, 万m² of floor. None where nothing is filled in."""

    area_km2: Decimal | None = None
    developable_km2: Decimal | None = None
    population: int | None = None
    floor_area_forecast: Decimal | None = None

    @property
    def figures(self) -> dict[str, Figure | None]:
        """Figures by field."""
        return {
            "area_km2": amount("规划范围面积", "km²", self.area_km2),
            "developable_km2": amount("待开发用地面积", "km²", self.developable_km2),
            "population": amount("规划人口", "人", self.population),
            "floor_area_forecast": amount("规划建筑面积", "万m²", self.floor_area_forecast),
        }


class SizesOfParts(NamedTuple):
    """What the portal knows of the same district: drawn area and sum of all sub-areas in km², land and floor of its plots in 公顷 and m².

    ``sub_areas`` is None while one of them has no area.
    """

    drawn_km2: Decimal | None = None
    sub_areas_km2: Decimal | None = None
    plots_ha: Decimal | None = None
    buildable_ha: Decimal | None = None
    floors_m2: Decimal | None = None


def asked_of_sizes(sizes: Sizes, stored: Sizes, parts: SizesOfParts, limits: PlausibilityLimits) -> list[PlausibilityFinding]:
    """Findings about the sizes, beside those stored before and beside what the lists and drawings of the district add up to."""
    found = once([*_ratios(sizes), *_wholes(sizes, parts, limits)])
    met = {one.part for one in found}
    return [*found, *(one for one in against_stored(sizes.figures, stored.figures, limits) if one.part not in met)]


def _ratios(sizes: Sizes) -> Iterator[PlausibilityFinding]:
    usual = ranges()["district"]
    floor = None if sizes.floor_area_forecast is None else sizes.floor_area_forecast * M2_PER_WAN
    people = None if sizes.population is None else Decimal(sizes.population)
    land = None if sizes.area_km2 is None else sizes.area_km2 * M2_PER_KM2
    yield from unusual("area_km2", sizes.area_km2, usual["area_km2"])
    yield from unusual("population", ratio(people, sizes.area_km2), usual["density"], "规划人口÷规划范围面积")
    yield from unusual("floor_area_forecast", ratio(floor, people), usual["floor_a_person"], "规划建筑面积÷规划人口")
    yield from unusual("floor_area_forecast", ratio(floor, land), usual["floor_area_ratio"], "规划建筑面积÷规划范围面积")


def _wholes(sizes: Sizes, parts: SizesOfParts, limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    sums = {
        "area_km2": amount("全部地块的面积合计", "km²", ratio(parts.plots_ha, HA_PER_KM2)),
        "developable_km2": amount("可建设地块的面积合计", "km²", ratio(parts.buildable_ha, HA_PER_KM2)),
        "floor_area_forecast": amount("全部地块的建筑面积合计", "万m²", ratio(parts.floors_m2, M2_PER_WAN)),
    }
    for name, together in sums.items():
        if together is not None:
            yield from beyond_whole(name, together, sizes.figures[name], limits, TIMES.get(name, 1))
    if (area := sizes.figures["area_km2"]) is not None:
        yield from apart("area_km2", area, amount("范围图形的面积", "km²", parts.drawn_km2), DRAWN_SHARE)
        yield from apart("area_km2", area, amount("各分区的面积合计", "km²", parts.sub_areas_km2), limits.sum_tolerance)
