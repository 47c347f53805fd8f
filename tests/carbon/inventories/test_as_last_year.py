"""A second inventory begins as the first one: what stands over the years is there, what is of one year is asked."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from carbon.inventories import services
from carbon.inventories.activity_rows import FIELDS
from carbon.inventories.models import CarbonInventory, InventoryState
from carbon.inventories.selectors import blocking, carried_over, head_of, texts_of
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from tests.carbon.inventories.world import HEAD, NOW, ROWS, filed_years, make_inventory, posted
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


def page_of(client, people, made):
    client.force_login(people.preparer)
    return client.get(reverse("carbon:inventory", args=[made.pk])).content.decode()


def confirmed(client, made, *keys):
    made.refresh_from_db()
    return client.post(reverse("carbon:inventory_confirm", args=[made.pk]), {"version": made.version, "row": keys}, follow=True)


def waiting(made):
    return [key for key, _ in carried_over(CarbonInventory.objects.get(pk=made.pk))]


def test_what_is_taken_over_is_marked_until_it_is_confirmed_or_changed(client, people):
    made = second(people)
    press(client, people, made)
    assert waiting(made) == ["", *(row.key for row in ROWS)]
    page = page_of(client, people, made)
    assert (page.count("沿用上年，待确认</span>"), 'id="carried"' in page) == (len(ROWS), True)
    made.refresh_from_db()
    assert [text for text in (line["text"] for line in blocking(made, clock.today())) if "尚未确认" in text] == [
        "沿用2022年度，尚未确认：核算范围和核算建筑面积、用电、燃气、煤、林地、光伏"
    ]
    made.refresh_from_db()
    power, gas, *others = texts_of(made)
    rows = [replace(power, amount="1300"), replace(gas, source="新表（虚构）"), *others]  # an amount confirms nothing, a source does
    answer = client.post(reverse("carbon:inventory_save", args=[made.pk]), posted(head=head_of(made), rows=rows, version=made.version))
    assert answer.status_code == 302
    assert waiting(made) == ["", *(row.key for row in ROWS if row.key != "gas")]
    assert "已确认1项" in confirmed(client, made, "coal").content.decode()
    assert waiting(made) == ["", "power", "trees", "sun"]
    assert "已确认4项" in confirmed(client, made, "", "power", "trees", "sun").content.decode()
    assert waiting(made) == []
    assert 'id="carried"' not in page_of(client, people, made)
    assert AuditRecord.objects.filter(action="carbon.confirm_carried").count() == 2


def test_another_boundary_or_area_is_no_longer_last_years(client, people):
    made = second(people)
    press(client, people, made)
    made.refresh_from_db()
    services.save(inventory=made, head=replace(head_of(made), area_m2="130000"), boundary=None, rows=texts_of(made), version=made.version,
                  by=people.preparer)  # fmt: skip
    assert "" not in waiting(made)


def test_nobody_else_confirms(client, people):
    made = second(people)
    press(client, people, made)
    client.force_login(people.reviewer)
    assert confirmed(client, made, "power").status_code == 403
    assert len(waiting(made)) == len(ROWS) + 1


def exported(client, made):
    return client.get(reverse("carbon:inventory_export", args=[made.pk])).content


def imported(client, made, content):
    upload = SimpleUploadedFile("清单.xlsx", content)
    return client.post(reverse("carbon:inventory_import", args=[made.pk]), {"workbook": upload})


def test_what_is_pasted_after_the_inventory_is_handed_up_comes_back_with_the_reason(client, people):
    made = second(people)
    CarbonInventory.objects.filter(pk=made.pk).update(status=InventoryState.FILED)
    client.force_login(people.preparer)
    page = reverse("carbon:inventory_import", args=[made.pk])
    answer = client.post(page, {"pasted": "编号\t活动量\npower\t40"})
    text = answer.content.decode()
    assert (answer.status_code, "power\t40" in text, "现在不能填写" in text, "preview" in answer.context) == (403, True, True, False)
    assert client.get(page).status_code == 403


def test_last_years_workbook_is_asked_about_and_its_rows_wait(client, people):
    made = second(people)
    client.force_login(people.preparer)
    page = imported(client, made, exported(client, CarbonInventory.objects.get(year=2022)))
    assert (page.status_code, "这是2022年度的工作簿" in page.content.decode()) == (200, True)
    address, data = reverse("carbon:inventory_apply", args=[made.pk]), {"token": page.context["token"]}
    assert "没有选“读入”" in client.post(address, data).content.decode()
    assert not made.rows.exists()
    assert client.post(address, {**data, "earlier": "1"}).status_code == 302
    assert [(row.key, row.amount) for row in texts_of(made)] == [(row.key, row.amount) for row in ROWS]
    assert waiting(made) == [row.key for row in ROWS]
    assert "完全相同" in page_of(client, people, made)  # its amounts are asked about before it is handed up


def test_an_empty_cell_of_last_years_workbook_clears_nothing(client, people):
    made = second(people)
    services.save(inventory=made, head=HEAD, boundary=None, rows=[replace(ROWS[2], uncertainty="7")], version=0, by=people.preparer)
    client.force_login(people.preparer)
    page = imported(client, made, exported(client, CarbonInventory.objects.get(year=2022)))
    client.post(reverse("carbon:inventory_apply", args=[made.pk]), {"token": page.context["token"], "earlier": "1"})
    assert made.rows.get(key="coal").uncertainty == "7"


@pytest.mark.parametrize("year", [2024, 2026])
def test_a_workbook_of_any_other_year_is_refused(client, people, year):
    made = second(people, year=year)
    client.force_login(people.preparer)
    page = imported(client, made, exported(client, CarbonInventory.objects.get(year=2022)))
    assert f"工作簿是2022年度的，这份清单是{year}年度的" in page.content.decode()
    assert page.context["token"] == ""


def test_last_years_yaml_is_asked_about_and_kept_for_the_answer(client, people):
    made = second(people)
    client.force_login(people.preparer)
    content = client.get(reverse("carbon:inventory_file", args=[CarbonInventory.objects.get(year=2022).pk])).content
    address = reverse("carbon:inventory_upload", args=[made.pk])
    page = client.post(address, {"version": 0, "upload": SimpleUploadedFile("清单.yaml", content)})
    text = page.content.decode()
    assert (page.status_code, "文件是2022年度的，这份清单是2023年度的" in text, 'name="earlier"' in text) == (422, True, True)
    assert not made.rows.exists()
    key = re.search(r'name="upload-kept"[^>]*value="([^"]+)"', text)[1]
    assert client.post(address, {"version": 0, "upload-kept": key, "earlier": "on"}).status_code == 302
    made.refresh_from_db()
    assert (made.area_m2, made.population, made.gdp_wan) == (HEAD.area_m2, "", "")  # of one year, as where last year's is taken on
    assert waiting(made) == ["", *(row.key for row in ROWS)]
