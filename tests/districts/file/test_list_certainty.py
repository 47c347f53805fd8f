"""What is inferred of a real district says so in the list and in its export, as on its own page."""

from decimal import Decimal

import pytest
from django.core.management import call_command

from districts.file.list_workbook import cells_of
from districts.file.models.district import District
from districts.file.selectors.lists import Tally, district_rows
from districts.file.services.locking import shown
from districts.file.views.lists import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    call_command("load_districts", verbosity=0)
    return {row.code: row for row in district_rows(District.objects.filter(is_demo=False, guideline_area=False))}


def test_area_of_another_scope_is_marked_in_list_and_export(rows):
    inferred = [row for row in rows.values() if row.area_is_inferred]
    assert {row.name for row in inferred} >= {"前滩国际商务区", "宝山南大地区"}
    for row in inferred:
        mark = written(row)
        assert "推定" in mark.cells.split('class="gd-num"')[1].split("</td>")[0]
        assert "推定" in mark.item
        assert cells_of(row)[11] == "真实城区，面积为推定"


def test_place_from_general_knowledge_and_inferred_edition_are_marked(rows):
    by_name = {row.name: row for row in rows.values()}
    assert by_name["前滩国际商务区"].place_is_inferred
    assert cells_of(by_name["前滩国际商务区"])[2].endswith("（推定）")
    assert by_name["新顾城"].edition_is_inferred
    assert cells_of(by_name["新顾城"])[10].endswith("（推定）")
    assert not by_name["桃浦智创城"].area_is_inferred


def test_areas_that_are_not_known_or_hidden_are_counted_as_missing():
    group = {"total": 5, "pilot": 1, "demonstration": 2, "unknown": 0, "guideline": 0, "km2_known": 3, "km2": Decimal("2.5")}
    tally = Tally()
    tally.add({**group, "hidden": False})
    assert (tally.titled, tally.km2, tally.km2_missing) == (3, Decimal("2.5"), 2)
    tally.add({**group, "hidden": True})
    assert (tally.titled, tally.km2, tally.km2_missing) == (6, Decimal("2.5"), 7)


@pytest.mark.parametrize(("length", "kept"), [(200, 200), (201, len("…（201字）") + 120)])
def test_a_long_value_stands_in_the_record_by_its_beginning_and_size(length, kept):
    assert len(shown("字" * length)) == kept
