"""Compare the carbon intensity of each year with the target path (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from districts.indicator_systems.target_path import NONE, RED, Light, due_of, light
from districts.indicator_systems.targets import NUMBER, Measure
from greendistrict.core.number_parsing import plain
from greendistrict.core.rounding import percent

UNIT = "kgCO₂e/(m²·a)"
LOWER = Measure(NUMBER, UNIT, better=-1)
BASELINE = "基准年"
Found = Sequence[tuple[int, Decimal]]


@dataclass(frozen=True)
class ComparedYear:
    """One year: target (empty if none is due), measured intensity, traffic light, and the district's explanation."""

    year: int
    due: str
    found: Decimal
    light: Light
    reason: str = ""
    population: Decimal | None = None  # of the year, as the inventory states it

    @property
    def is_baseline(self) -> bool:
        """Whether this year is the start of the target path."""
        return self.light.words == BASELINE

    @property
    def is_missed(self) -> bool:
        """Whether the target is missed, so that an explanation is wanted."""
        return self.light.colour not in {NONE, "green"}


def compared_years(
    found: Found, targets: Sequence[tuple[int, Decimal]], control: Decimal | None, reasons: Mapping[int, str]
) -> list[ComparedYear]:
    """Compare each year, oldest first. The baseline is the oldest inventory year before the first target year.

    ``found`` and ``targets`` are (year, kgCO₂e/m²); ``control`` is the control target that holds without staged ones.
    """
    points, known = _points(targets), sorted(found)
    baseline = _baseline(known, points)
    rows = []
    for year, value in known:
        seen = _on_path(year, value, baseline, points) if points else _against(value, control)
        rows.append(ComparedYear(year, seen.due, value, seen, reasons.get(year, "")))
    return rows


def aim_words(year: int, due: str, targets: Sequence[tuple[int, Decimal]]) -> str:
    """What a value is measured against: a target that the plan sets, or a value between two points that nobody set; empty without any."""
    if not due:
        return ""
    if not targets:
        return f"控制目标{due}"
    set_by = max((at for at, _ in targets if at <= year), default=None)
    if set_by == year or set_by == max(targets)[0]:
        return f"{set_by}年目标{due}"
    return f"目标路径{due}（按年直线推算）"


def axis_of(
    rows: Sequence[ComparedYear], last: int, targets: Sequence[tuple[int, Decimal]], control: Decimal | None
) -> tuple[tuple[int, str], ...]:
    """Every year from the first compared one to ``last``, with its target; years without an inventory have one of the same path."""
    points, own = _points(targets), {row.year: row.due for row in rows}
    baseline = _baseline([(row.year, row.found) for row in rows], points)

    def due(year: int) -> str:
        if points:
            return due_of(LOWER, year, baseline, points)
        return "" if control is None else plain(control)

    years = range(rows[0].year, max(rows[-1].year, last) + 1) if rows else ()
    return tuple((year, own[year] if year in own else due(year)) for year in years)


def unfiled(axis: Sequence[tuple[int, str]], rows: Sequence[ComparedYear], *, over: int) -> list[int]:
    """Years of an axis up to ``over``, the last one that is over, of which there is no inventory."""
    known = {row.year for row in rows}
    return [year for year, _ in axis if year <= over and year not in known]


def _points(targets: Sequence[tuple[int, Decimal]]) -> list[tuple[int, str]]:
    return [(year, plain(value)) for year, value in sorted(targets)]


def _baseline(known: Found, points: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    return next(((year, plain(value)) for year, value in known if points and year < points[0][0]), None)


def _on_path(year: int, value: Decimal, baseline: tuple[int, str] | None, points: list[tuple[int, str]]) -> Light:
    if baseline is not None and year == baseline[0]:
        return Light(NONE, BASELINE, baseline[1])
    return light(LOWER, year, plain(value), baseline=baseline, targets=points)


def _against(value: Decimal, control: Decimal | None) -> Light:
    if control is None:
        return Light(NONE, "未设目标")
    if value <= control:
        return Light("green", "达到控制目标", plain(control))
    more = f"比控制目标高{percent(value - control, control)}" if control else "高于控制目标"
    return Light(RED, more, plain(control))
