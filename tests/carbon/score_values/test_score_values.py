"""Inventory results in score tables: matched by unit, filled into empty rows only, compared with typed values."""

import copy
import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assessments.findings.selectors.plausibility import findings
from assessments.plausibility.registry import check
from assessments.plausibility.row_rules import RowInput, TableInput
from assessments.prefill import services as prefill
from assessments.tables.models import ScoreRow
from assessments.tables.services.cells import save_cell
from carbon.score_values.selectors import carbon_unit, in_unit, offers, reduction_done
from carbon.targets.compared_years import compared_years
from carbon.verification import services as verification
from greendistrict.core import clock
from tests.assessments.plausibility.test_plausibility import LIMITS, entry
from tests.carbon.inventories.world import NOW, ROWS, filed_years
from tests.carbon.verification.world import signed
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import make_table
from tests.factories.districts import SpecialPlanFactory, make_district
from tests.factories.once import copy_of, item_of, once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("february")]
DONE, REACHED = "4.2.18", "43.9"
CONTENT = {"total": "5756.19", "per_m2_kg": "47.968", "per_person_t": "1.645", "per_wan_gdp_t": "0.137"}


def make_world():
    """A district that came from 47.968 in 2023 to 44.468 in 2025, with a target of 40, and its table of 2025: 3.5 of 7.968 are done."""
    people = make_cast()
    with clock.at(NOW):
        district = make_district(people, stage="pilot", titled_on=dt.date(2021, 5, 6))
        SpecialPlanFactory(district=district, carbon_stage_targets=[{"year": 2024, "value": "44"}, {"year": 2025, "value": "40"}])
        filed_years(people, district, (2023,))
        filed_years(people, district, (2025,), (replace(ROWS[0], amount="1100"), *ROWS[1:]))
        return people, make_table(district, year=2025)


made = once(make_world)
world = copy_of("made")
people, table = item_of("world", 0), item_of("world", 1)


@pytest.mark.parametrize(("text", "key", "value"), [
    ("kgCO₂e/(m²·a)", "per_m2_kg", "47.97"), ("kgCO2/m2", "per_m2_kg", "47.97"), ("tCO₂e/万m²·a", "per_m2_kg", "479.68"),
    ("万tCO₂/km²", "per_m2_kg", "4.8"), ("tCO₂e/人", "per_person_t", "1.65"), ("kgCO₂e/（人·a）", "per_person_t", "1645"),
    ("tCO₂/万元", "per_wan_gdp_t", "0.14"), ("tCO₂e/亿元", "per_wan_gdp_t", "1370"), ("tCO₂e", "total", "5756.19"),
    ("万tCO₂/a", "total", "0.58"),
])  # fmt: skip
def test_a_clause_takes_the_figure_of_its_unit(text, key, value):
    unit = carbon_unit(text)
    assert unit.key == key
    assert in_unit(CONTENT, unit, 2) == value
    assert not in_unit({}, unit, 2)


@pytest.mark.parametrize("text", ["%", "m²/人", "万m²", "t", "kg/m²", "tCO₂/km", "CO₂", "kgCO₂/m²/人", ""])
def test_other_units_are_no_emission(text):
    assert carbon_unit(text) is None


@given(st.decimals(min_value=0, max_value=10**9, places=3, allow_nan=False))
def test_units_of_one_figure_agree(number):
    content = {"per_m2_kg": str(number)}
    fine, coarse = (carbon_unit(text) for text in ("kgCO₂e/m²", "tCO₂e/万m²"))
    assert Fraction(in_unit(content, coarse, 9)) == Fraction(in_unit(content, fine, 9)) * 10


def test_the_reduction_done_is_that_of_the_path():
    found = [(2022, Decimal(50)), (2024, Decimal(44)), (2025, Decimal(52))]
    years = compared_years(found, [(2023, Decimal(47)), (2025, Decimal(40))], None, {})
    assert [reduction_done(years, year, 1) for year in (2022, 2024, 2025)] == ["", "92.3", "-20"]
    assert not reduction_done(compared_years(found, [], Decimal(40), {}), 2024, 1)
    assert not reduction_done(compared_years(found, [(2023, Decimal(50))], None, {}), 2024, 1), "no reduction is due"


def test_the_inventory_is_offered_with_its_page_and_taken_over(preparer, table):
    page = reverse("assessments:score_check", args=[table.pk])
    text = preparer.get(page).content.decode()
    inventory = table.district.carbon_inventories.get(year=2025)
    assert f'<a href="{reverse("carbon:inventory", args=[inventory.pk])}">2025年度碳排放清单（第1版，已报送，未核查）</a>' in text
    preparer.post(reverse("assessments:bring_in", args=[table.pk]))
    row = ScoreRow.objects.select_related("prefill").get(table=table, item_id=DONE)
    assert (row.value, row.prefill.source, row.prefill.confirmed_by) == (REACHED, "carbon", None)
    assert "2025年度碳排放清单" in preparer.get(reverse("assessments:score_table", args=[table.pk]), {"item": DONE}).content.decode()
    assert "2025年度碳排放清单" not in preparer.get(page).content.decode().partition("平台上已有")[2].partition("</section>")[0]


def test_what_was_typed_stays_and_the_check_says_that_it_departs(people, table):
    save_cell(table=table, item_id=DONE, field="value", value="98", version=0, token="", by=people.preparer)
    prefill.bring_in(table=table, by=people.preparer)
    assert ScoreRow.objects.get(table=table, item_id=DONE).value == "98"
    (one,) = [found for found in findings(table, clock.today()) if found.rule == "known"]
    assert (one.item_id, one.blocks, one.limit, one.source) == (DONE, False, f"{REACHED}%", "2025年度碳排放清单（第1版，已报送，未核查）")
    assert one.text == "累计碳强度降幅完成率填的是98%，2025年度碳排放清单（第1版，已报送，未核查）为43.9%"
    save_cell(table=table, item_id=DONE, field="value", value=REACHED, version=1, token="", by=people.preparer)
    assert "known" not in {found.rule for found in findings(table, clock.today())}


def test_a_departure_from_what_was_taken_over_is_asked_once(people, table):
    prefill.bring_in(table=table, by=people.preparer)
    save_cell(table=table, item_id=DONE, field="value", value="98", version=0, token="", by=people.preparer)
    assert [found.rule for found in findings(table, clock.today()) if found.item_id == DONE and found.rule in {"known", "reasoned"}] == [
        "reasoned"
    ]


def test_only_the_inventory_of_the_same_year_is_offered(people, table):
    other = make_table(table.district, year=2024)
    assert offers(other, clock.today()) == {}
    planning = copy.copy(table)
    planning.stage = "planning"
    assert offers(planning, clock.today()) == {}
    found = verification.mandate(district=table.district, year=2025, body=people.verifier_body, by=people.authority)
    signed(found, people)
    assert offers(table, clock.today())[DONE].label == "2025年度碳排放清单（第1版，已核查）"


def test_a_district_without_an_inventory_costs_one_query(people, django_assert_num_queries):
    table = make_table(make_district(people, name="演示无清单城区（虚构）"), year=2025)
    offers(table, clock.today())
    with django_assert_num_queries(1):
        assert offers(table, clock.today()) == {}


@pytest.mark.parametrize(("value", "told"), [("14", False), ("14.2", False), ("15", True), ("13", True)])
def test_the_rule_holds_a_typed_figure_against_what_is_known(value, told):
    sheet = TableInput({"7.2.7": entry("7.2.7", value, known=("清单", "14"))}, dt.date(2027, 2, 1), "GD-REF-2024")
    assert any(one.rule == "known" for one in check(sheet, LIMITS)) is told
    assert RowInput(sheet.entries["7.2.7"].item).known is None
