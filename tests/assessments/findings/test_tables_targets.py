"""Targets of a self-check's rows come from the district's indicator system in force."""

import pytest

from assessments.common.enums import Purpose, ScoringStage
from assessments.tables.models import ScoreRow
from districts.common.enums import Stage
from indicators.editions.selectors import rules_for
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import fill_table, make_table
from tests.factories.districts import make_district
from tests.factories.indicator_systems import approved_system, begun_system

pytestmark = pytest.mark.django_db
KEYS = ("4.1.1", "4.2.1", "4.2.2", "4.2.3", "4.2.4", "4.2.17")


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def district(cast):
    return make_district(cast, stage=Stage.PILOT)


def targets(table):
    return dict(ScoreRow.objects.filter(table=table, item_id__in=KEYS).values_list("item_id", "target"))


def test_a_self_check_shows_the_targets_of_its_year(cast, district):
    system = approved_system(cast, district)
    system.rows.filter(key="4.2.1").update(near="40", mid="50")
    system.rows.filter(key="4.2.3").update(near="8", mid="9.5")
    option = rules_for(system.edition).items["4.2.17"].rule["options"][1]["key"]
    system.rows.filter(key="4.2.17").update(mid=option)
    planned = fill_table(make_table(district, purpose=Purpose.APPLICATION, stage=ScoringStage.PLANNING))
    before = dict(ScoreRow.objects.filter(table=planned).values_list("item_id", "value"))
    between = targets(make_table(district, year=2028, planned=planned))
    assert {key: between.pop(key) for key in ("4.1.1", "4.2.2", "4.2.4")} == {
        "4.1.1": True,
        "4.2.2": before["4.2.2"],
        "4.2.4": before["4.2.4"],
    }
    best = rules_for(system.edition).items["4.2.17"].rule["options"][-1]["key"]
    assert between == {"4.2.1": {"a": "43.33", "b": "100"}, "4.2.3": "8.5", "4.2.17": best}, (
        "the path of a number, the last target of a choice"
    )
    reached = targets(make_table(district, year=2030))
    assert {key: reached[key] for key in between} == {"4.2.1": {"a": "50", "b": "100"}, "4.2.3": "9.5", "4.2.17": option}


def test_a_draft_an_application_and_years_before_the_path_give_none(cast, district):
    begun_system(cast, district)
    assert set(targets(make_table(district, year=2026)).values()) == {None}
    district.indicator_systems.all().delete()
    approved_system(cast, district)
    assert set(targets(make_table(district, purpose=Purpose.APPLICATION, stage=ScoringStage.PLANNING)).values()) == {None}
    assert set(targets(make_table(district, year=2026)).values()) == {None}, "no baseline, and the first target is of 2027"
    assert targets(make_table(district, year=2036)) == targets(make_table(district, year=2035)), "the last target goes on being asked"
