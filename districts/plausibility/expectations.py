"""What is asked about a figure that has no earlier one: usual ranges, parts and their whole, distances of days (pure).

Ranges are in ``districts/data/usual_ranges.yaml``. Nothing here is refused: each finding is asked about and may be explained.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from districts.plausibility.comparisons import jump
from districts.plausibility.figures import Figure, Scale, words
from districts.plausibility.findings import PlausibilityFinding, PlausibilityLimits
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
    for one in findings:
        found.setdefault((one.rule, one.part), one)
    return list(found.values())
