import datetime as dt

import pytest
from django.urls import reverse

from carbon.factor_library import library
from carbon.factors import services
from carbon.factors.models import AddedFactor
from carbon.factors.selectors import factors_now
from carbon.inventories import services as inventories
from carbon.inventories.activity_rows import RowTexts
from carbon.inventories.selectors import file_of, filled_of, texts_of
from carbon.inventory import compute
from carbon.inventory_file import parse
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow import second_person
from tests.carbon.inventories.world import HEAD, NOW, ROWS, make_inventory, to_filed
from tests.factories.accounts import cast as make_cast
from tests.factories.once import copy_of, once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("february")]
VERSION = {
    "key": "electricity-shanghai", "name": "", "since": 2026, "value": "0.58", "unit": "kgCO2e/kWh", "source": "某公告（虚构）",
    "certainty": "推定", "decision": "某签报（虚构）", "decided_on": dt.date(2026, 1, 9),
}  # fmt: skip


cast = once(make_cast)
people = copy_of("cast")


def add(people, **given):
    return services.add_version(**{**VERSION, **given}, by=people.city_director)


def checked(people, **given):
    return second_person.check(row=add(people, **given), by=people.city_checker)


def test_what_the_city_adds_stands_behind_the_data_file(people):
    assert factors_now() == library()
    checked(people)
    checked(people, key="tap-water", name="自来水", unit="kgCO2e/m3")
    found = factors_now()
    assert [version.since for version in found["electricity-shanghai"].versions] == [2021, 2022, 2023, 2026]
    newest = found["electricity-shanghai"].version(2030)
    assert (str(newest.factor.value), newest.certainty, newest.decision) == ("0.58", "推定", "某签报（虚构）（2026-01-09）")
    assert found["tap-water"].name == "自来水"
    AddedFactor.objects.create(
        key="electricity-shanghai", name="x", since=2022, value="9", unit="kgCO2e/kWh", source="x", certainty="原文", decision="x",
        decided_on=NOW.date(), entered_at=NOW, entered_by=people.city_director, checked_at=NOW,
    )  # fmt: skip
    assert str(factors_now()["electricity-shanghai"].version(2022).factor.value) == "0.5849", "the data file comes first"


@pytest.mark.parametrize(("given", "field"), [
    ({"since": 2022}, "since"), ({"key": "tap-water"}, "name"), ({"value": "x"}, "value"), ({"value": "-1"}, "value"),
    ({"unit": "kgCO2e/kWh·a"}, "unit"), ({"unit": "kgCO2e/t"}, "unit"), ({"decided_on": dt.date(2026, 2, 3)}, "decided_on"),
])  # fmt: skip
def test_what_cannot_be_a_version_is_refused_at_its_field(people, given, field):
    with pytest.raises(Refused) as caught:
        add(people, **given)
    assert [one.field for one in caught.value.refusals] == [field]
    assert not AddedFactor.objects.exists()


def test_the_director_alone_adds_and_it_is_on_record(client, people):
    posted = {**VERSION, "decided_on": "2026-01-09"}
    client.force_login(people.city_director)
    assert client.post(reverse("carbon:factor_add"), posted).status_code == 302
    assert AuditRecord.objects.get(action="carbon.add_factor").data["since"] == 2026
    with pytest.raises(NotAllowed):
        services.add_version(**VERSION, by=people.city_officer)
    again = client.post(reverse("carbon:factor_add"), posted)
    said = ("已有2026年起的版本等待核对", 'value="某签报（虚构）"')
    assert (again.status_code, [words for words in said if words not in again.content.decode()]) == (422, [])


def test_the_page_shows_every_version_with_its_source(preparer, people, kept_queries):
    checked(people)
    preparer.get(reverse("carbon:factor_list"))
    with kept_queries():
        text = preparer.get(reverse("carbon:factor_list")).content.decode()
    assert "市级决定：某签报（虚构）" in text
    versions = [version for factor in factors_now().values() for version in factor.versions]
    for page in (text, preparer.get(reverse("carbon:carbon_method")).content.decode()):
        assert [one.source for one in versions if one.source not in page or str(one.factor.value) not in page] == []


def test_a_new_version_recomputes_nothing_filed(people):
    inventory = make_inventory(people)
    to_filed(inventory, people)
    before = filled_of(inventory).content
    checked(people, key="natural-gas-ipcc", since=2007, value="1", unit="kgCO2e/GJ")
    inventory.refresh_from_db()
    assert filled_of(inventory).content == before


def test_the_file_of_an_inventory_says_what_the_city_added_by_value(people):
    """The command knows the data file alone: by its ID it would take an older version, or none."""
    checked(people, key="electricity-shanghai-guideline", since=2021, value="5.1", unit="tCO2e/万kWh")
    checked(people, key="tap-water", name="自来水", since=2021, unit="kgCO2e/m3")
    found = make_inventory(people, filled=False)
    power = RowTexts("power", "building", "用电", "1200", "万kWh", "electricity-shanghai-guideline@2021", source="电表")
    water = RowTexts("water", "water", "用水", "3", "万m3", "tap-water@2021")
    inventories.save(inventory=found, head=HEAD, boundary=None, rows=(power, water, ROWS[1]), version=0, by=people.preparer)
    found.refresh_from_db()
    written = file_of(found)
    read = parse(written)
    data = compute(read.boundary, read.activities, include_industry=read.include_industry).as_data()
    assert data["total"] == filled_of(found).content["total"] == "6912.73"
    assert written.count("factor: natural-gas-ipcc") == 1
    inventories.take_file(inventory=found, found=parse(written, factors_now()), version=found.version, by=people.preparer)
    assert texts_of(found) == [power, water, ROWS[1]]
