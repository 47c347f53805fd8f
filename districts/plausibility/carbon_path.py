"""What is asked about the carbon targets of a specialised plan and the days of its design (pure)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from districts.plausibility.comparisons import jump
from districts.plausibility.expectations import DayOfRow, amount, apart, asked_of_days, ranges, unusual
from districts.plausibility.figures import words
from districts.plausibility.findings import PlausibilityFinding, PlausibilityLimits

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
    found: list[PlausibilityFinding] = []
    for labels in (DESIGN_DAYS, SCHEME_DAYS):
        given = [DayOfRow(name, label, days.get(name)) for name, label in labels.items()]
        found += [one for one in asked_of_days(given, "design", today) if one not in found]
    return found


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
