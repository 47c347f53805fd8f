"""An invented indicator system: targets from the steps of each clause, approved, with values of the carbon intensity by year."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from districts import services
from districts.indicatorrows import CARBON
from districts.models import District, IndicatorSystem
from districts.selectors.indicators import Line, lines_of
from districts.services.indicator_actuals import Entered, save_actuals
from districts.targets import CHOICE, NUMBER, YES, Measure
from greendistrict.accounts.models import User
from indicators.scoring import plain

LEFT_OUT = "范围内没有此类对象（演示）"
SHARES = (Decimal("0.4"), Decimal("0.7"), Decimal(1))
TERMS = ("near", "mid", "long")
CARBON_TARGETS = {"baseline": "42", "near": "36", "mid": "30", "long": "22"}
CARBON_VALUES = ("40.5", "39")
OWN = {
    "title": "社区绿色生活馆", "unit": "处", "rule": "ge", "dimension": "健康宜居", "near": "2", "mid": "4", "long": "6",
    "department": "演示区民政局", "source": "部门年报",
}  # fmt: skip


def approved_system(district: District, who: tuple[User, User, User], *, year: int) -> IndicatorSystem:
    """Begun, filled in and approved: preparer, reviewer, authority in ``who``; ``year`` is that of the baseline."""
    preparer, reviewer, authority = who
    system = services.start_system(district=district, by=preparer)
    years = {"near_year": year + 3, "mid_year": year + 6, "long_year": year + 11}
    system = services.save_years(system=system, values=years, version=system.version, by=preparer)
    services.add_own(system=system, values=OWN, by=preparer)
    lines = lines_of(system)
    left = next((line.row.pk for line in lines if line.may_leave and line.item and line.item.kind == "score"), None)
    cells = [(line.row.pk, line.row.version, _values(line, year, left=line.row.pk == left)) for line in lines]
    services.apply_cells(system=system, cells=cells, by=preparer)
    for action, user in (("hand_up", preparer), ("sign", reviewer), ("approve", authority)):
        services.take_step(system=system, action=action, by=user)
    return system


def enter_carbon(district: District, by: User, *, first: int) -> None:
    """Carbon intensity of the years from ``first``."""
    for at, value in enumerate(CARBON_VALUES):
        save_actuals(district=district, year=first + at, values={CARBON: Entered(value, "建筑能耗监测平台（演示）")}, by=by)


def _values(line: Line, year: int, *, left: bool) -> dict[str, Any]:
    row = line.row
    if left:
        return {"taking_part": False, "exclusion_reason": LEFT_OUT}
    common = {"department": row.department or "演示区建设管理委", "source": "部门年报"}
    if row.key == CARBON:
        return {**common, **CARBON_TARGETS, "baseline_year": year}
    if not row.item_id:
        return {**common, "baseline": "1", "baseline_year": year}
    targets = _targets(line)
    baseline = _baseline(line.measure, targets[0])
    more = {"baseline": baseline, "baseline_year": year} if baseline else {}
    return {**common, **dict(zip(TERMS, targets, strict=True)), **more}


def _targets(line: Line) -> list[str]:
    measure = line.measure
    if measure.kind == YES:
        return ["是", "是", "是"]
    if measure.kind == CHOICE:
        keys = [key for key, _ in measure.options]
        return [keys[len(keys) // 2], keys[-1], keys[-1]]
    rule = line.item.rule if line.item else {}
    if rule.get("kind") == "steps":
        limits = [plain(Decimal(str(step["at"]))) for step in rule["steps"]]
        return [limits[0], limits[len(limits) // 2], limits[-1]]
    if rule.get("kind") == "pass":
        return [plain(Decimal(str(rule["at"])))] * 3
    start, stop = (Decimal(str(rule[end]["at"])) for end in ("from", "to")) if rule.get("kind") == "linear" else (measure.low, measure.high)
    if rule.get("kind") == "count":
        start, stop = Decimal(0), Decimal(5)
    return [_rounded(start + (stop - start) * share, measure) for share in SHARES]


def _rounded(number: Decimal, measure: Measure) -> str:
    return plain(number.quantize(Decimal(1).scaleb(-measure.decimals), rounding=ROUND_HALF_UP))


def _baseline(measure: Measure, near: str) -> str:
    """A number somewhat worse than the first target; nothing for what is not a number."""
    if measure.kind != NUMBER:
        return ""
    number = Decimal(near) * (Decimal("0.6") if measure.better > 0 else Decimal("1.3"))
    return _rounded(min(max(number, measure.low), measure.high), measure)
