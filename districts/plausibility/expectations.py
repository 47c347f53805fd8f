"""What is asked about a figure that has no earlier one: usual ranges, parts and their whole, distances of days (pure).

Ranges are in ``districts/data/usual_ranges.yaml``. Nothing here is refused: each finding is asked about and may be explained.

Also here: What is asked about the carbon targets of a specialised plan and the days of its design (pure). What is asked about the sizes
of a district: area, people and buildings against each other and against their parts (pure).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from districts.plausibility.comparisons import Figure, PlausibilityFinding, PlausibilityLimits, Scale, jump, words
from greendistrict.core.number_parsing import plain
from greendistrict.core.rounding import half_up
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import yaml_file

DATA = Path(__file__).resolve().parents[1] / "data" / "usual_ranges.yaml"
DAYS_A_YEAR = Decimal("365.25")
STORED = "原填"
NEAR = "near"


class DayOfRow(NamedTuple):
    """A day of a row by its field."""

    part: str
    label: str
    on: dt.date | None


@cache
def ranges() -> Mapping[str, Any]:
    """Usual ranges by group and name."""
    return dict(yaml_file.read(DATA))


def amount(label: str, unit: str, number: object) -> Figure | None:
    """A figure of a stored number; None without one."""
    return None if number is None else Figure(label, unit, Decimal(str(number)), Scale.AMOUNT)


def ratio(above: Decimal | None, below: Decimal | None) -> Decimal | None:
    """Quotient of two figures; None if one is missing or there is nothing to divide by."""
    return above / below if above is not None and below else None


def unusual(part: str, number: Decimal | None, usual: Mapping[str, Any], of: str = "") -> Iterator[PlausibilityFinding]:
    """Finding if a figure or ratio lies outside of its usual range; ``of`` says what the ratio was made of."""
    low, high = usual.get("low"), usual.get("high")
    if number is None or ((low is None or number >= low) and (high is None or number <= high)):
        return
    figure = Figure(usual["label"], usual["unit"], number, Scale.AMOUNT)
    bounds = [
        f"不小于{words(figure, Decimal(low))}" if low is not None else "",
        f"不大于{words(figure, Decimal(high))}" if high is not None else "",
    ]
    limit = "，".join(filter(None, bounds))
    text = f"{figure.label}{words(figure)}{f'（{of}）' if of else ''}，一般{limit}，请核对数值和单位"
    yield PlausibilityFinding("unusual", text, part=part, value=words(figure), limit=limit)


def beyond_whole(
    part: str, parts: Figure, whole: Figure | None, limits: PlausibilityLimits, times: int = 1
) -> Iterator[PlausibilityFinding]:
    """Finding if a part, or the sum of parts, exceeds its whole, or a number of ``times`` it where both are counted differently."""
    if whole is not None and parts.number > whole.number * times * (1 + limits.sum_tolerance):
        text = f"{parts.label}{words(parts)}大于{whole.label}{words(whole)}，请核对数值和单位"
        yield PlausibilityFinding("area", text, part=part, value=words(parts), limit=f"不大于{words(whole)}")


def apart(part: str, figure: Figure, other: Figure | None, share: Decimal) -> Iterator[PlausibilityFinding]:
    """Finding if two figures of the same thing differ by more than a share of the second."""
    if other is not None and abs(figure.number - other.number) > abs(other.number) * share:
        text = f"{figure.label}{words(figure)}与{other.label}{words(other)}不一致，请核对数值和单位"
        yield PlausibilityFinding("sums", text, part=part, value=words(figure), limit=f"{other.label}{words(other)}")


def against_stored(
    now: Mapping[str, Figure | None], stored: Mapping[str, Figure | None], limits: PlausibilityLimits
) -> Iterator[PlausibilityFinding]:
    """Findings for figures that became 10 to 10⁴ times what was stored, or the inverse."""
    for part, figure in now.items():
        held = stored.get(part)
        if figure is not None and held is not None and (found := jump(part, figure, held, limits, STORED)):
            yield found


def least_days() -> Mapping[str, int]:
    """Days that usually lie at least between a day, or a step of plot control, and the one before it."""
    found: Mapping[str, int] = ranges()["least_days"]
    return found


def near(day: DayOfRow, before: DayOfRow, least: int) -> Iterator[PlausibilityFinding]:
    """Finding if a day follows the one before sooner than is usual; two papers may bear the same day all the same."""
    if day.on is None or before.on is None or not 0 <= (between := (day.on - before.on).days) < least:
        return
    distance = f"只相隔{between}天" if between else "为同一天"
    text = f"{day.label}{cn_date(day.on)}与{before.label}{cn_date(before.on)}{distance}，一般至少相隔{least}天"
    yield PlausibilityFinding(NEAR, f"{text}，请核对日期", part=day.part, value=f"{before.on}至{day.on}", limit=f"一般至少{least}天")


def near_words(label: str, on: dt.date | None, least: int) -> str:
    """What a form says before a day is typed that follows another; empty without the other."""
    return f"{label}{cn_date(on)}，一般至少相隔{least}天。不足的可以登记，须写明原因" if on and least else ""


def asked_of_days(
    days: Sequence[DayOfRow], longest: str, today: dt.date, least: Mapping[str, int] | None = None
) -> Iterator[PlausibilityFinding]:
    """Findings for days that follow each other: out of order, farther apart than is usual, or in a year that cannot be meant.

    ``least``: days that lie at least before a day, by its field, where that is asked about.
    """
    given = [day for day in days if day.on is not None]
    most: Mapping[str, int] = ranges()["days"]
    for day in given:
        ahead = Decimal((day.on - today).days) / DAYS_A_YEAR if day.on else Decimal(0)
        if ahead > most["ahead"] or ahead < -most["past"]:
            yield _of_day(day, f"{day.label}{day.on}离今天很远，请核对年份", f"今天前{most['past']}年至后{most['ahead']}年")
            return
    for before, after in pairwise(given):
        between = Decimal(((after.on or today) - (before.on or today)).days) / DAYS_A_YEAR
        if between < 0:
            yield _of_day(after, f"{after.label}{after.on}早于{before.label}{before.on}，请核对年份", f"不早于{before.on}")
        elif between > most[longest]:
            text = f"{before.label}{before.on}至{after.label}{after.on}相隔{plain(half_up(between, 1))}年，请核对年份"
            yield _of_day(after, text, f"一般不超过{most[longest]}年")
        elif least:
            yield from near(after, before, least.get(after.part, 0))


def _of_day(day: DayOfRow, text: str, limit: str) -> PlausibilityFinding:
    return PlausibilityFinding("days", text, part=day.part, value=str(day.on), limit=limit)


def once(findings: Iterable[PlausibilityFinding]) -> list[PlausibilityFinding]:
    """The first finding of each rule about each figure: one explanation is kept for it."""
    found: dict[tuple[str, str], PlausibilityFinding] = {}
    for finding in findings:
        found.setdefault((finding.rule, finding.part), finding)
    return list(found.values())


UNIT = "kgCO₂e/(m²·a)"
TARGET = "carbon_intensity_target"
STAGE_TIMES = Decimal(3)  # a target is at least this part of the stage before and of today's value
HORIZON = 40
DESIGN_DAYS = {"design_started_on": "城市设计开始日期", "design_approved_on": "城市设计批准日期"}
SCHEME_DAYS = {"design_started_on": "城市设计开始日期", "scheme_started_on": "规划方案编制开始日期"}


class IntensityPath(NamedTuple):
    """Control target and targets by year in kgCO₂e/(m²·a)."""

    target: Decimal | None
    stages: Mapping[int, Decimal]


class CarbonBeside(NamedTuple):
    """What the path is compared with: targets by year of the indicator system, and the newest measured value with its year."""

    system: Mapping[int, Decimal] = {}
    today: tuple[int, Decimal] | None = None


def asked_of_path(path: IntensityPath, beside: CarbonBeside, limits: PlausibilityLimits, today: dt.date) -> list[PlausibilityFinding]:
    """Findings about each target: its range, its year, the stage before, the indicator system, today's value."""
    usual, stages = ranges()["carbon"]["intensity"], sorted(path.stages.items())
    found = list(unusual(TARGET, path.target, usual))
    for at, (year, value) in enumerate(stages):
        named = {**usual, "label": f"{year}年碳排放强度"}
        found += unusual(f"stage_{at}_value", value, named)
        found += _year(at, year, today)
        if year in beside.system:
            one, other = amount(named["label"], f" {UNIT}", value), amount("指标体系中这一年的目标", f" {UNIT}", beside.system[year])
            found += apart(f"stage_{at}_value", one, other, limits.sum_tolerance) if one else ()
    return found or [*_steps(path, stages, limits), *_beside_today(path, stages, beside)]


def asked_of_design(days: Mapping[str, dt.date | None], today: dt.date) -> list[PlausibilityFinding]:
    """Findings about the days of the urban design and of the scheme that is made along with it."""
    asked: list[PlausibilityFinding] = []
    for labels in (DESIGN_DAYS, SCHEME_DAYS):
        given = [DayOfRow(name, label, days.get(name)) for name, label in labels.items()]
        asked += [one for one in asked_of_days(given, "design", today) if one not in asked]
    return asked


def _year(at: int, year: int, today: dt.date) -> Iterator[PlausibilityFinding]:
    if not today.year <= year <= today.year + HORIZON:
        text = f"第{at + 1}阶段年份{year}已过或者离今天很远，请核对年份"
        yield PlausibilityFinding("days", text, part=f"stage_{at}_year", value=str(year), limit=f"{today.year}年至{today.year + HORIZON}年")


def _steps(path: IntensityPath, stages: list[tuple[int, Decimal]], limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """A stage far below the one before, and a control target far from every stage."""
    for at, ((before, was), (year, value)) in enumerate(pairwise(stages), start=1):
        if value * STAGE_TIMES < was:
            text = f"{year}年的碳排放强度{value:f}不到{before}年{was:f}的三分之一，请核对"
            yield PlausibilityFinding("unusual", text, part=f"stage_{at}_value", value=f"{value:f}", limit=f"{before}年{was:f} {UNIT}")
    if path.target is not None and stages:
        control, last = amount("碳排放强度控制目标", f" {UNIT}", path.target), amount("", f" {UNIT}", stages[-1][1])
        if control and last and (odd := jump(TARGET, control, last, limits, "最后阶段")):
            yield odd


def _beside_today(path: IntensityPath, stages: list[tuple[int, Decimal]], beside: CarbonBeside) -> Iterator[PlausibilityFinding]:
    """A first target, or a control target, that is worse than what is reached today or a small part of it."""
    if beside.today is None:
        return
    year, reached = beside.today
    first = [(TARGET, "碳排放强度控制目标", path.target)]
    first += [("stage_0_value", f"{stages[0][0]}年的碳排放强度目标", stages[0][1])] if stages else []
    for part, label, value in first:
        if value is not None and (value > reached or value * STAGE_TIMES < reached):
            figure, held = amount(label, f" {UNIT}", value), amount("", f" {UNIT}", reached)
            if figure and held:
                text = f"{label}{words(figure)}，{year}年实际为{words(held)}，请核对"
                yield PlausibilityFinding("unusual", text, part=part, value=words(figure), limit=f"{year}年实际{words(held)}")


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
