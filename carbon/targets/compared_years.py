"""Compare the carbon intensity of each year with the target path (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from districts.indicator_systems.target_path import NONE, RED, Light, light
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
    points = [(year, plain(value)) for year, value in sorted(targets)]
    known = sorted(found)
    before = [(year, plain(value)) for year, value in known if points and year < points[0][0]]
    baseline = before[0] if before else None
    rows = []
    for year, value in known:
        seen = _on_path(year, value, baseline, points) if points else _against(value, control)
        rows.append(ComparedYear(year, seen.due, value, seen, reasons.get(year, "")))
    return rows


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
