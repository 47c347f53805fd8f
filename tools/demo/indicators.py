"""An invented indicator system with targets, approval and yearly carbon intensity."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from districts.file.models.district import District
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.row_rules import CARBON
from districts.indicator_systems.selectors import IndicatorLine, lines_of
from districts.indicator_systems.services.actuals import EnteredValue, save_actuals
from districts.indicator_systems.services.indicators import add_own, apply_cells, save_years, start_system
from districts.indicator_systems.targets import CHOICE, NUMBER, YES, Measure, reached, show
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.rounding import ceiling_to, floor_to, half_up
from greendistrict.workflow import second_person
from greendistrict.workflow.procedure import take
from indicators.editions.selectors import edition_named, rules_for
from indicators.scoring.numbers import plain
from tools.demo.district import DemoDistrict, carbon_path, target_years
from tools.demo.evidence import EDITION
from tools.demo.tables import place_of
from tools.demo.values import values_for

LEFT_OUT = "范围内没有此类对象（演示）"
TERMS = ("near", "mid", "long")
AMBITIONS = (0.3, 0.45, 0.6)
CARBON_SHARES = (Decimal("1.29"), Decimal("1.24"))  # multiples of the near-term target, in the first two years
OWN = {
    "title": "社区绿色生活馆", "unit": "处", "rule": "ge", "dimension": "健康宜居", "near": "2", "mid": "4", "long": "6",
    "department": "演示区民政局", "source": "部门年报",
}  # fmt: skip


def approved_system(district: District, who: tuple[User, User, User], plot: DemoDistrict) -> IndicatorSystem:
    """Created, filled in and approved by preparer, reviewer and authority in ``who``. The baseline is of the year before."""
    preparer, reviewer, authority = who
    system = start_system(district=district, by=preparer)
    year = clock.today().year - 1
    years = dict(zip(("near_year", "mid_year", "long_year"), target_years(), strict=True))
    system = save_years(system=system, values=years, version=system.version, by=preparer)
    add_own(system=system, values=OWN, by=preparer)
    lines = lines_of(system)
    left = next((line.row.pk for line in lines if line.may_leave and line.item and line.item.kind == "score"), None)
    steps = [_reached(district, plot, ambition) for ambition in AMBITIONS]
    cells = [(line.row.pk, line.row.version, _values(line, year, plot, steps, left=line.row.pk == left)) for line in lines]
    apply_cells(system=system, cells=cells, by=preparer)
    system.refresh_from_db()
    for action, user in (("hand_up", preparer), ("sign", reviewer), ("approve", authority)):
        take(obj=system, action=action, by=user, version=system.version)
    return system


def carbon_of(plot: DemoDistrict, at: int) -> Decimal:
    """Measured carbon intensity in year number ``at`` of the pilot, kgCO₂/(m²·a)."""
    return half_up(plot.carbon * CARBON_SHARES[min(at, len(CARBON_SHARES) - 1)], 1)


def enter_carbon(district: District, plot: DemoDistrict, by: User, checker: User, *, first: int) -> None:
    """Enter the carbon intensity of the two years from ``first``; the second one waits to be checked."""
    for at in range(len(CARBON_SHARES)):
        entered = {CARBON: EnteredValue(plain(carbon_of(plot, at)), "建筑能耗监测平台（演示）")}
        save_actuals(district=district, year=first + at, values=entered, by=by)
    second_person.check(row=district.indicator_actuals.get(year=first), by=checker)


def _reached(district: District, plot: DemoDistrict, ambition: float) -> Mapping[str, str]:
    """Values of the clauses at an ambition, in stored form; the targets follow the same progress as the district's yearly values."""
    rules = rules_for(edition_named(EDITION))
    values = values_for(rules, district.type, "operation", seed=plot.seed, ambition=ambition, place=place_of(district))
    return {name: reached(rules.items[name], value) for name, value in values.items()}


def _values(line: IndicatorLine, year: int, plot: DemoDistrict, steps: Sequence[Mapping[str, str]], *, left: bool) -> dict[str, Any]:
    row = line.row
    if left:
        return {"taking_part": False, "exclusion_reason": LEFT_OUT}
    common = {"department": row.department or "演示区建设管理委", "source": "部门年报"}
    if row.key == CARBON:
        path = {
            "baseline": plot.carbon * Decimal("1.35"),
            "near": plot.carbon,
            **dict(zip(TERMS[1:], carbon_path(plot.carbon).values(), strict=True)),
        }
        return {**common, **{term: plain(number) for term, number in path.items()}, "baseline_year": year}
    if not row.item_id:
        return {**common, "baseline": "1", "baseline_year": year}
    targets = [found.get(row.item_id, "") for found in steps] if any(found.get(row.item_id) for found in steps) else _held(line)
    shown = [_typed(line.measure, target) for target in targets]
    more = {"baseline": baseline, "baseline_year": year} if (baseline := _baseline(line.measure, targets[0])) else {}
    return {**common, **dict(zip(TERMS, shown, strict=True)), **more}


def _held(line: IndicatorLine) -> list[str]:
    """Targets of a clause that the portal determines, or that is not scored in this stage: its best value."""
    if line.measure.kind == YES:
        return ["yes"] * 3
    if line.measure.kind == CHOICE:
        return [line.measure.options[-1][0]] * 3
    rule = line.item.rule if line.item else {}
    at = rule["at"] if rule.get("kind") == "pass" else rule["steps"][0]["at"] if rule.get("kind") == "steps" else line.measure.low
    return [plain(Decimal(str(at)))] * 3


def _typed(measure: Measure, kept: str) -> str:
    """A target as typed in a form, with the decimals of its measure."""
    if measure.kind != NUMBER:
        return show(measure, kept)
    easier = floor_to if measure.better > 0 else ceiling_to
    return plain(easier(Decimal(kept), measure.decimals))


def _baseline(measure: Measure, near: str) -> str:
    """A number somewhat worse than the first target; empty for other values."""
    if measure.kind != NUMBER:
        return ""
    number = Decimal(near) * (Decimal("0.6") if measure.better > 0 else Decimal("1.3"))
    return _typed(measure, plain(min(max(number, measure.low), measure.high)))
