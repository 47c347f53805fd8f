"""What is asked about works, key projects, reserve projects and works of a yearly plan: lengths, money, days and states (pure)."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from districts.plausibility.comparisons import PlausibilityFinding, PlausibilityLimits
from districts.plausibility.expectations import (
    DayOfRow,
    against_stored,
    amount,
    asked_of_days,
    beyond_whole,
    least_days,
    once,
    ranges,
    ratio,
    unusual,
)

M_PER_KM = Decimal(1000)
PLANNED = ("planned_start", "planned_finish")
Days = Mapping[str, dt.date | None]
WORK_DAYS = {"planned_start": "计划开工", "planned_finish": "计划建成", "started_on": "开工日期", "built_on": "建成日期"}
PROJECT_DAYS = {
    "planned_start": "计划开工", "planned_finish": "计划竣工", "started_on": "实际开工", "finished_on": "实际竣工", "in_use_on": "投用日期",
}  # fmt: skip


def _in_order(days: Days, labels: Mapping[str, str], today: dt.date) -> Iterator[PlausibilityFinding]:
    """Planned days among each other, actual ones among each other, and the planned beside the actual beginning."""
    planned, actual = (
        [DayOfRow(name, label, days.get(name)) for name, label in labels.items() if (name in PLANNED) == is_planned]
        for is_planned in (True, False)
    )
    yield from asked_of_days(planned, "build", today)
    yield from asked_of_days(actual, "build", today, least_days())
    first, begun = days.get("planned_start"), days.get("started_on")
    if first and begun:
        earlier, later = sorted(
            (DayOfRow("planned_start", labels["planned_start"], first), DayOfRow("started_on", labels["started_on"], begun)), key=_on
        )
        yield from asked_of_days([earlier, later], "plan", today)


def _on(day: DayOfRow) -> dt.date:
    return day.on or dt.date.min


def asked_of_work(
    length_m: Decimal | None,
    stored_m: Decimal | None,
    days: Days,
    district_km2: Decimal | None,
    *,
    limits: PlausibilityLimits,
    today: dt.date,
) -> list[PlausibilityFinding]:
    """Findings about the length of a work, beside the stored one and the size of its district, and about its days."""
    usual = ranges()["work"]
    side = None if district_km2 is None else district_km2.sqrt() * M_PER_KM
    sides = usual["sides"]
    whole = {"label": "长度", "unit": "m", "high": None if side is None else (side * sides["high"]).to_integral_value()}
    of = "" if district_km2 is None else f"城区规划范围{district_km2:f}km²"
    found = once([*unusual("length_m", length_m, usual["length_m"]), *(unusual("length_m", length_m, whole, of) if side else ())])
    now, before = ({"length_m": amount("长度", "m", one)} for one in (length_m, stored_m))
    return [*(found or against_stored(now, before, limits)), *_in_order(days, WORK_DAYS, today)]


class ProjectFigures(NamedTuple):
    """Figures of a key project: 万元, m² of floor on its plots (None where unknown), the state's key and its days."""

    investment: Decimal | None
    floor_m2: Decimal | None
    state: str
    days: Days


def asked_of_project(made: ProjectFigures, stored: Decimal | None, limits: PlausibilityLimits, today: dt.date) -> list[PlausibilityFinding]:
    """Findings about a key project; ``stored`` is the investment kept before."""
    usual = ranges()["money"]
    found = once(
        [
            *unusual("investment", made.investment, usual["project"]),
            *unusual("investment", ratio(made.investment, made.floor_m2), usual["a_floor"], "投资÷涉及地块的建筑面积"),
        ]
    )
    now, before = ({"investment": amount("投资", "万元", one)} for one in (made.investment, stored))
    return [*(found or against_stored(now, before, limits)), *_in_order(made.days, PROJECT_DAYS, today), *_of_state(made)]


REACHED: Mapping[str, tuple[str, ...]] = {
    "planned": (),
    "building": ("started_on",),
    "completed": ("started_on", "finished_on"),
}  # in_use is asked for its own day by the list itself


def _of_state(made: ProjectFigures) -> Iterator[PlausibilityFinding]:
    """A state without the days that lead to it, or days past the state."""
    needed = REACHED.get(made.state)
    if needed is None:
        return
    for name in ("started_on", "finished_on"):
        label, on = PROJECT_DAYS[name], made.days.get(name)
        if on is None and name in needed:
            yield PlausibilityFinding("state", f"按所选状态已有{label}，请核对状态，或者补填{label}", part=name, limit=f"{label}已填")
        elif on is not None and name not in needed:
            yield PlausibilityFinding("state", f"填了{label}{on}，请核对状态", part="state", value=made.state, limit=f"{label}{on}")


class Funds(NamedTuple):
    """Money of a reserve project in 万元 by source."""

    fiscal: Decimal | None = None
    social: Decimal | None = None
    other: Decimal | None = None

    @property
    def total(self) -> Decimal | None:
        """Sum of what is stated; None if nothing is."""
        stated = [one for one in self if one is not None]
        return sum(stated, Decimal(0)) if stated else None


FUND_LABELS = {"fiscal": "财政资金", "social": "社会资本", "other": "其他资金"}


def asked_of_reserve(
    funds: Funds,
    stored: Funds,
    days: Sequence[dt.date | None],
    investment: Decimal | None,
    *,
    limits: PlausibilityLimits,
    today: dt.date,
) -> list[PlausibilityFinding]:
    """Findings about funds and days of a reserve project; ``investment`` is that of the key project it belongs to."""
    total = amount("资金合计", "万元", funds.total)
    part = next((name for name in Funds._fields if getattr(funds, name)), "fiscal")
    found = list(unusual(part, funds.total, ranges()["money"]["reserve"]))
    if total is not None:
        found += beyond_whole(part, total, amount("近期重点项目的投资", "万元", investment), limits)
    if not found:
        now, before = ({name: amount(label, "万元", getattr(one, name)) for name, label in FUND_LABELS.items()} for one in (funds, stored))
        found += against_stored(now, before, limits)
    planned = [
        DayOfRow(name, label, on) for (name, label), on in zip((("starts_on", "计划开始"), ("ends_on", "计划完成")), days, strict=True)
    ]
    return [*found, *asked_of_days(planned, "build", today)]


def asked_of_plan_item(
    money: Decimal | None, stored: Decimal | None, days: Sequence[dt.date | None], year: int, limits: PlausibilityLimits
) -> list[PlausibilityFinding]:
    """Findings about a work of the plan of a ``year``; 0 万元 means that it needs none."""
    found = list(unusual("money", money or None, ranges()["money"]["plan_item"]))
    now, before = ({"money": amount("资金", "万元", one)} for one in (money, stored))
    found = found or list(against_stored(now, before, limits))
    start, finish = days
    planned = [DayOfRow("start", "计划开始", start), DayOfRow("finish", "计划完成", finish)]
    timed = list(asked_of_days(planned, "build", dt.date(year, 1, 1)))
    for part, label, on, wrong in (
        ("start", "计划开始", start, start and start.year > year),
        ("finish", "计划完成", finish, finish and finish.year < year),
    ):
        if wrong and not timed:
            text = f"{label}{on}不在{year}年度，请核对年份"
            timed.append(PlausibilityFinding("days", text, part=part, value=str(on), limit=f"{year}年度的计划"))
    return [*found, *timed]
