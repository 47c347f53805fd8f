"""Indicator systems of the tests, begun by the portal's own services."""

from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.row_rules import CARBON, measure_for
from districts.indicator_systems.services import indicators
from districts.indicator_systems.targets import CHOICE, NUMBER, YES, Measure
from greendistrict.core.columns import write_columns
from indicators.editions.selectors import rules_for
from indicators.scoring.numbers import plain
from tests.factories.assessments import published_edition
from tests.factories.districts import SpecialPlanFactory, make_district
from tests.steps import step

YEARS = {"near_year": 2027, "mid_year": 2030, "long_year": 2035}


def begun_system(cast, district=None) -> IndicatorSystem:
    """A draft just begun under the reference edition."""
    published_edition()
    district = district or make_district(cast)
    if not district.plans.exists():
        SpecialPlanFactory(district=district)
    return indicators.start_system(district=district, by=cast.preparer)


def best(measure: Measure) -> str:
    """A kept value that no target beats."""
    if measure.kind == YES:
        return "yes"
    if measure.kind == CHOICE:
        return measure.options[-1][0]
    return plain(measure.high if measure.better > 0 else measure.low) if measure.kind == NUMBER else "10~20"


def filled_system(cast, district=None) -> IndicatorSystem:
    """A draft in which nothing is missing."""
    system = begun_system(cast, district)
    IndicatorSystem.objects.filter(pk=system.pk).update(**YEARS)
    items = rules_for(system.edition).items
    rows = list(system.rows.all())
    for row in rows:
        value = "30" if row.key == CARBON else best(measure_for(row, items))
        row.near = row.mid = row.long = value
        row.department, row.source = "演示区建设管理委", "统计年报"
    write_columns(rows, ["near", "mid", "long", "department", "source"])
    system.refresh_from_db()
    return system


def approved_system(cast, district=None) -> IndicatorSystem:
    """A version that went the whole way."""
    system = filled_system(cast, district)
    for action, user in (("hand_up", cast.preparer), ("sign", cast.reviewer), ("approve", cast.authority)):
        step(system, action, user)
    system.refresh_from_db()
    return system
