"""A second inventory begins as the first one: what stands over the years is there, what is of one year is asked."""

import datetime as dt

import pytest
from django.urls import reverse

from carbon.inventories import services
from carbon.inventories.activity_rows import FIELDS
from carbon.inventories.models import CarbonInventory
from carbon.inventories.selectors import blocking, texts_of
from greendistrict.core import clock
from tests.carbon.inventories.world import HEAD, NOW, ROWS, filed_years, make_inventory
from tests.factories.districts import make_district
from tests.factories.meters import MeterFactory, write
from tests.factories.meters import at as meter_time

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("february")]


def second(people, year=2023):
    district = make_district(people, name="演示碳排放城区（虚构）")
    filed_years(people, district, (2022,))
    made = services.open_inventory(district=district, year=year, by=people.preparer)
    return CarbonInventory.objects.get(pk=made.pk)


def press(client, people, made):
    client.force_login(people.preparer)
    return client.post(reverse("carbon:inventory_as_last", args=[made.pk]), {"version": made.version}, follow=True)


def test_activities_units_and_factors_are_there_and_amounts_are_asked(client, people):
    made = second(people)
    client.force_login(people.preparer)
    assert "沿用2022年度清单" in client.get(reverse("carbon:inventory", args=[made.pk])).content.decode()
    assert "已沿用上一年度的5行" in press(client, people, made).content.decode()
    made.refresh_from_db()
    rows = texts_of(made)
    assert [(row.key, row.sector, row.name, row.unit, row.factor_value, row.factor_source) for row in rows] == [
        (row.key, row.sector, row.name, row.unit, row.factor_value, row.factor_source) for row in ROWS
    ]
    assert {row.amount for row in rows} == {""}
    assert (made.area_m2, made.population, made.gdp_wan, made.boundary) == (HEAD.area_m2, "", "", None)
    told = [line["text"] for line in blocking(made, clock.today())]
    assert len([words for words in told if "活动量未填" in words]) == len(ROWS)
    cells = [getattr(row, name) for row in rows for name in FIELDS if name not in {"key", "uncertainty", "heating_value", "heating_unit"}]
    asked = sum("未填" in words for words in told)
    assert asked / (asked + sum(map(bool, cells))) <= 0.3, "a second year asks at most three fields in ten"


def test_what_is_typed_already_stays_and_a_second_press_adds_nothing(client, people):
    made = second(people)
    services.save(inventory=made, head=HEAD, boundary=None, rows=ROWS[:1], version=0, by=people.preparer)
    made.refresh_from_db()
    press(client, people, made)
    made.refresh_from_db()
    assert [row.amount for row in texts_of(made)] == [ROWS[0].amount, "", "", "", ""]
    assert made.population == HEAD.population
    press(client, people, made)
    assert made.rows.count() == len(ROWS)


def test_amounts_of_meters_are_those_of_the_year(client, people):
    made = second(people)
    meter = MeterFactory(district=made.district, interval="month", begins=dt.date(2023, 1, 1))
    write(meter, [150], by=people.preparer, first=meter_time(2023, 3, 1))
    last = CarbonInventory.objects.get(year=2022)
    last.rows.filter(key="power").update(key="metered-electricity")
    press(client, people, made)
    row = made.rows.get(key="metered-electricity")
    assert (row.amount, row.unit, row.factor) == ("150", "kWh", ROWS[0].factor)


def test_without_a_filed_one_and_for_others_there_is_nothing_to_begin_from(client, people):
    made = second(people, year=2024)
    client.force_login(people.preparer)
    assert "沿用2023年度清单" not in client.get(reverse("carbon:inventory", args=[made.pk])).content.decode()
    assert "没有已报送的清单" in press(client, people, made).content.decode()
    with clock.at(NOW):
        other = make_inventory(people, name="演示另一城区（虚构）", filled=False)
    client.force_login(people.reviewer)
    assert client.post(reverse("carbon:inventory_as_last", args=[other.pk]), {"version": 0}).status_code == 403
