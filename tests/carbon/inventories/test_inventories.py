import datetime as dt
import json
import re
from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from assessments.common.enums import YearlyReportKind
from assessments.yearly_reports.kinds import REPORT_SPECS
from carbon import factor_library
from carbon.enums import Sector
from carbon.inventories import services
from carbon.inventories.activity_rows import RowTexts
from carbon.inventories.content import asked_of_inventory, digest_of, shown_lines
from carbon.inventories.forms import HeadForm
from carbon.inventories.models import CarbonInventory
from carbon.inventories.selectors import file_of, filled_of, inventories_visible_to, open_questions, texts_of
from carbon.inventory_file import parse
from districts.plausibility.comparisons import limits_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Stale
from greendistrict.core.number_parsing import plain
from tests.carbon.inventories.world import HEAD, NOW, ROWS, make_inventory, posted, to_filed
from tests.carbon.test_inventory_file import FOUND, WORKED
from tests.districts.boundaries.test_boundaries import keep
from tests.factories.accounts import cast as make_cast
from tests.factories.meters import MeterFactory, write
from tests.factories.meters import at as meter_time
from tests.factories.once import copy_of, item_of, once
from tests.factories.received import at
from tests.factories.workbooks import saved
from tests.refusing import refuses
from tests.steps import reaches, step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("february")]


def make_world():
    cast = make_cast()
    return cast, make_inventory(cast)


made = once(make_world)
world = copy_of("made")
people, inventory = item_of("world", 0), item_of("world", 1)


def page(client, user, inventory, name="inventory"):
    client.force_login(user)
    return client.get(reverse(f"carbon:{name}", args=[inventory.pk]))


def post(client, user, inventory, name, data):
    client.force_login(user)
    return client.post(reverse(f"carbon:inventory_{name}", args=[inventory.pk]), data)


def printed(content):
    return {
        "activities": [{"id": row["key"], "tco2e": row["tco2e"]} for row in content["rows"]],
        **{key: content[key] for key in FOUND if key != "activities"},
    }


def test_factor_times_activity_is_table_is_command(client, people, inventory, tmp_path):
    """Worked by hand, computed by the page, printed by the page, recomputed from its file by the command: one figure."""
    assert printed(filled_of(inventory).content) == FOUND
    text = page(client, people.preparer, inventory).content.decode()
    figures = ("5,040.00", "775.33", "26.60", "12.35", "46.79", "5,756.19 tCO₂e", "47.968 kgCO₂e/m²", "1.645", "0.137")
    assert [figure for figure in figures if figure not in text] == []
    path = tmp_path / "inventory.yaml"
    path.write_bytes(page(client, people.preparer, inventory, "inventory_file").content)
    out = StringIO()
    call_command("carbon_inventory", path, "--json", stdout=out)
    assert json.loads(out.getvalue()) == FOUND


def test_units_are_shown_in_their_standard_form_and_kept_as_typed(people, inventory):
    to_filed(inventory, people)
    lines = [line for line in shown_lines(inventory.frozen["content"], factor_library.library()) if line.name == "燃气"]
    assert [(line.unit, line.heating) for line in lines] == [("万m³", "38.931 MJ/m³")]
    [gas] = [row for row in inventory.frozen["content"]["rows"] if row["name"] == "燃气"]
    assert (gas["unit"], gas["heating_unit"]) == ("万m3", "MJ/m3")


def test_a_factor_that_begins_after_the_year_is_named_while_typing_and_before_signing(client, people):
    found = make_inventory(people, year=2021, name="演示早年城区（虚构）")
    words = "1行的排放因子晚于清单年度才适用，报送前请核对"
    assert words in post(client, people.preparer, found, "result", posted()).content.decode()
    now = replace(ROWS[0], factor="electricity-shanghai-guideline@2013")
    assert "晚于清单年度" not in post(client, people.preparer, found, "result", posted(rows=(now, *ROWS[1:]))).content.decode()
    step(found, "hand_up", people.preparer)
    assert words in page(client, people.reviewer, found).content.decode()


def test_the_result_of_what_is_typed_is_that_of_what_is_kept(client, people, inventory):
    text = post(client, people.preparer, inventory, "result", posted()).content.decode()
    assert ("5,756.19 tCO₂e" in text, "尚未保存" in text) == (True, True)
    doubled = posted(rows=[ROWS[0], RowTexts(**{**vars(ROWS[0]), "key": "b", "amount": "x"})])
    text = post(client, people.preparer, inventory, "result", doubled).content.decode()
    assert ("5,040.00" in text, "活动量：应填数字" in text) == (True, True)
    assert filled_of(inventory).content["total"] == "5756.19"


@pytest.mark.parametrize(("rows", "words"), [
    ((), ("没有填报", "没有填报", "没有填报", "—")),
    ((ROWS[2],), ("没有填报", "没有填报", "不计入总量", "—")),
    ((RowTexts(**{**vars(ROWS[0]), "amount": "x"}),), ("尚未填全", "没有填报", "没有填报", "—")),
    (ROWS[:1], ("5,040.00 tCO₂e", "没有填报", "没有填报", "5,040.00 tCO₂e")),
])  # fmt: skip
def test_what_nobody_reported_is_no_zero(client, people, inventory, rows, words):
    """建筑运行, 交通, 产业 and 合计 of what is typed."""
    shown = post(client, people.preparer, inventory, "result", posted(rows=rows)).content.decode()
    told = dict(re.findall(r"<dt>(.*?)</dt>\s*<dd>\s*(?:<[^>]*>)?(.*?)(?:</|\s*\n)", shown))
    assert tuple(told[name] for name in ("建筑运行", "交通", "产业", "合计")) == words
    assert re.search(r"(?<![\d,.])0\.00\d? (?:t|kg)CO₂e", shown) is None


def test_the_area_is_asked_as_what_a_report_calls_it(client, people, inventory):
    """A verified inventory files its area as the floor area of the yearly report."""
    (asked,) = [figure for figure in REPORT_SPECS[YearlyReportKind.CARBON].figures if figure.key == "area"]
    field = HeadForm(inventory=inventory).fields["area_m2"]
    assert (field.label, field.help_text) == (asked.title, "核算范围内建筑面积之和，不是用地面积")
    assert field.help_text in page(client, people.preparer, inventory).content.decode()


def test_the_page_saves_its_table(client, people, inventory):
    rows = [*ROWS[:2], RowTexts(name="新的一行"), RowTexts()]
    answer = post(client, people.preparer, inventory, "save", posted(rows=rows, version=inventory.version, **{"rows-0-remove": "on"}))
    assert answer.status_code == 302
    assert [(row.key, row.name) for row in inventory.rows.all()] == [("gas", "燃气"), ("1", "新的一行")]


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(client, people, inventory):
    rows = [replace(ROWS[0], amount="一千"), replace(ROWS[1], amount="-1", unit="kWh/m")]
    answer = post(client, people.preparer, inventory, "save", posted(rows=rows, version=inventory.version, gdp_wan="0"))
    links, _, form = answer.content.decode().partition('class="gd-errors"')[2].partition("</ul>")
    said = ("地区生产总值：应大于 0", "第2行：活动量不能是负数", "第2行：单位：没有单位 kWh/m，可写", "#id_rows-0-amount", "#id_gdp_wan")
    assert (answer.status_code, [words for words in said if words not in links]) == (422, [])
    assert ('value="一千"' in form, inventory.rows.count()) == (True, len(ROWS))


def test_who_is_slower_sees_both(client, people, inventory):
    services.save(inventory=inventory, head=HEAD, boundary=None, rows=ROWS[:1], version=inventory.version, by=people.consultant)
    answer = post(client, people.preparer, inventory, "save", posted(version=inventory.version))
    text = answer.content.decode()
    said = ("用电现存：1200 万kWh × 4.2 tCO₂e/万kWh", 'value="林地"')
    assert (answer.status_code, [words for words in said if words not in text]) == (409, [])
    assert inventory.rows.count() == 1


def test_only_the_districts_own_people_change_anything(client, people, inventory):
    def answer(seat, name):
        typed = {"reason": "试", "pasted": "交通\t车", "upload": SimpleUploadedFile("a.yaml", WORKED.encode()), "confirmed": "1"}
        return post(client, people.everybody[seat], inventory, name, posted(version=inventory.version) | typed).status_code

    for name in ("save", "paste", "upload", "import", "apply", "metered", "drop"):
        assert [answer(seat, name) for seat in ("reviewer", "authority")] == [403, 404], name
    to_filed(inventory, people)
    assert {answer(seat, "correct") for seat in ("reviewer", "authority", "city_officer", "secretariat")} == {403}


def test_what_was_filed_is_frozen_with_its_digest_and_computed_no_more(client, people, inventory, monkeypatch):
    to_filed(inventory, people)
    assert printed(inventory.frozen["content"]) == FOUND
    assert inventory.digest == digest_of(inventory.frozen)
    before = page(client, people.city_officer, inventory).content.decode()
    places = [before.index(f"<dt>{sector.label}</dt>") for sector in Sector]
    assert places == sorted(places)
    assert inventory.digest in before
    library = dict(factor_library.library())
    library.pop("natural-gas-ipcc")
    monkeypatch.setattr("carbon.inventories.selectors.factors_now", lambda: library)
    assert filled_of(inventory).content["total"] == FOUND["total"]
    with pytest.raises(NotAllowed):
        services.save(inventory=inventory, head=HEAD, boundary=None, rows=(), version=inventory.version, by=people.preparer)


def test_nothing_is_handed_up_that_is_not_whole(client, people, inventory):
    rows = [RowTexts(name="车辆")]
    services.save(inventory=inventory, head=HEAD, boundary=None, rows=rows, version=inventory.version, by=people.preparer)
    assert "车辆：活动量未填" in page(client, people.preparer, inventory).content.decode()


def test_a_correction_is_the_next_edition_and_the_first_stays(client, people, inventory):
    to_filed(inventory, people)
    answer = post(client, people.preparer, inventory, "correct", {"reason": "电量抄错（虚构）"})
    second = CarbonInventory.objects.get(edition=2)
    assert answer["Location"] == reverse("carbon:inventory", args=[second.pk])
    assert [RowTexts.of(row) for row in second.rows.all()] == list(ROWS)
    refuses("正在填报", services.correct, inventory=inventory, reason="再改", by=people.preparer)
    assert not inventories_visible_to(Viewer(people.city_officer)).filter(pk=second.pk).exists()
    services.save(inventory=second, head=HEAD, boundary=None, rows=ROWS[:1], version=second.version, by=people.preparer)
    to_filed(second, people)
    before, after = (page(client, people.city_officer, one).content.decode() for one in (inventory, second))
    assert ("5,756.19 tCO₂e" in before, "已有新版" in before, "5,040.00 tCO₂e" in after) == (True, True, True)
    refuses("最新一版", services.correct, inventory=inventory, reason="再改", by=people.preparer)


def test_a_year_has_one_inventory_and_none_lies_ahead(people, inventory):
    for year, words in ((2022, "已有碳排放清单"), (2027, "今年之间"), (1999, "今年之间")):
        refuses(words, services.open_inventory, district=inventory.district, year=year, by=people.preparer)
    refuses(NotAllowed, services.open_inventory, district=inventory.district, year=2023, by=people.city_officer)


def test_a_list_begins_an_inventory_for_those_who_fill_one_in(preparer, inventory):
    answer = preparer.post(reverse("carbon:inventory_open"), {"district": inventory.district_id, "year": 2023})
    assert answer["Location"] == reverse("carbon:inventory", args=[CarbonInventory.objects.get(year=2023).pk])
    again = preparer.post(reverse("carbon:inventory_open"), {"district": inventory.district_id, "year": 2023})
    assert (again.status_code, "已有碳排放清单" in again.content.decode()) == (422, True)


def test_a_draft_is_given_up_by_the_preparer_alone(client, people, inventory):
    assert post(client, people.consultant, inventory, "drop", {}).status_code == 403
    assert post(client, people.preparer, inventory, "drop", {"confirmed": "1"}).status_code == 302
    assert not CarbonInventory.objects.exists()


def test_pasted_rows_stand_behind_the_others(client, people, inventory):
    text = "交通\t公交\t12\t万kWh\telectricity-shanghai\n水\t供水\t3\tt\t0.2\ttCO2e/t\t某报告"
    assert post(client, people.preparer, inventory, "paste", {"version": inventory.version, "pasted": text}).status_code == 302
    assert list(inventory.rows.values_list("name", "factor"))[-2:] == [("公交", "electricity-shanghai@2022"), ("供水", "")]
    inventory.refresh_from_db()
    answer = post(client, people.preparer, inventory, "paste", {"version": inventory.version, "pasted": "交通\t车\t一\tL"})
    said = ("第1行：活动量：应填数字", "交通\t车\t一\tL")
    assert (answer.status_code, [words for words in said if words not in answer.content.decode()]) == (422, [])


def test_the_file_of_the_command_is_taken_in(client, people, inventory):
    services.save(inventory=inventory, head=HEAD, boundary=None, rows=(), version=inventory.version, by=people.preparer)
    inventory.refresh_from_db()
    data = {"version": inventory.version, "upload": SimpleUploadedFile("a.yaml", WORKED.encode())}
    assert post(client, people.preparer, inventory, "upload", data).status_code == 302
    assert printed(filled_of(CarbonInventory.objects.get()).content) == FOUND
    assert list(inventory.rows.values_list("factor", flat=True))[:2] == ["electricity-shanghai-guideline@2022", "natural-gas-ipcc@2006"]
    for text, words in (
        (WORKED.replace("year: 2022", "year: 2023"), "文件是2023年度的"),
        (WORKED.replace("sector: sink", "sector: x"), "第8行：没有部门 x"),
    ):
        inventory.refresh_from_db()
        data = {"version": inventory.version, "upload": SimpleUploadedFile("a.yaml", text.encode())}
        assert words in post(client, people.preparer, inventory, "upload", data).content.decode()
    assert inventory.rows.count() == len(ROWS)


@pytest.mark.parametrize("content", [WORKED, "activities: [", ""])
def test_who_may_not_fill_is_told_so_before_the_file_is_read(client, people, inventory, content):
    data = {"version": inventory.version, "upload": SimpleUploadedFile("a.yaml", content.encode())}
    answer = post(client, people.reviewer, inventory, "upload", data)
    assert (answer.status_code, services.CLOSED in answer.content.decode()) == (403, True)


def test_a_file_keeps_what_it_has_no_field_for(people, inventory):
    services.take_file(inventory=inventory, found=parse(file_of(inventory)), version=inventory.version, by=people.preparer)
    assert texts_of(inventory) == list(ROWS)
    inventory.refresh_from_db()
    other = file_of(inventory).replace("2.66", "2.7")
    services.take_file(inventory=inventory, found=parse(other), version=inventory.version, by=people.preparer)
    coal = inventory.rows.get(key="coal")
    assert (coal.factor_value, coal.factor_source) == ("2.7", ""), "the source spoke of another figure"
    assert inventory.rows.get(key="power").source == "电表"


def test_texts_too_long_for_their_column_are_told(client, people, inventory):
    long = WORKED.replace("id: coal", f"id: {'c' * 61}").replace("name: 林地", f"name: {'林' * 101}")
    data = {"version": inventory.version, "upload": SimpleUploadedFile("a.yaml", long.encode())}
    answer = post(client, people.preparer, inventory, "upload", data)
    said = ("第3行：编号最多60个字", "第4行：活动名称最多100个字")
    assert (answer.status_code, [words for words in said if words not in answer.content.decode()]) == (409, [])
    pasted = f"水\t供水\t3\tt\t0.2\ttCO2e/t\t{'某' * 201}"
    answer = post(client, people.preparer, inventory, "paste", {"version": inventory.version, "pasted": pasted})
    assert [words in answer.content.decode() for words in ("第6行：自填因子出处最多200个字", pasted)] == [True, True]
    assert texts_of(inventory) == list(ROWS)


def test_what_was_metered_is_taken_over_and_renewed(client, people, inventory):
    assert "从计量带入" not in page(client, people.preparer, inventory).content.decode()
    refused = post(client, people.preparer, inventory, "metered", {"version": inventory.version})
    assert "2022年没有计量读数" in refused.content.decode()
    meters = {"district": inventory.district, "interval": "month", "begins": dt.date(2022, 1, 1)}
    power = MeterFactory(**meters, multiplier=Decimal("1.5"))
    MeterFactory(**meters, parent=power)
    panels, tap = MeterFactory(**meters, carrier="generation"), MeterFactory(**meters, carrier="water", unit="万m3")
    for meter, value in ((power, 100), (panels, 40), (tap, Decimal("0.25"))):
        write(meter, [value], by=people.preparer, first=meter_time(2022, 3, 1))
    listed = [RowTexts.of(row) for row in inventory.rows.all()]
    assert "150 kWh" in page(client, people.preparer, inventory).content.decode()
    assert post(client, people.preparer, inventory, "metered", {"version": inventory.version}).status_code == 302
    rows = {row.key: row for row in inventory.rows.all()}
    assert [RowTexts.of(rows.pop(row.key)) for row in listed] == listed
    assert {key: (row.sector, row.amount, row.unit, row.factor) for key, row in rows.items()} == {
        "metered-electricity": ("", "150", "kWh", ""), "metered-generation": ("renewable", "40", "kWh", ""),
        "metered-water": ("water", "2500", "m3", ""),
    }  # fmt: skip
    assert rows["metered-electricity"].source == "平台计量：2022年3月，1个计量器具，应有读数的完整率8.3%，其中估算用量占0.0%"
    chosen = {"sector": "building", "factor": "electricity-shanghai-guideline@2022", "uncertainty": "3"}
    inventory.rows.filter(key="metered-electricity").update(**chosen)
    write(power, [200], by=people.preparer, first=meter_time(2022, 4, 1))
    inventory.refresh_from_db()
    assert post(client, people.preparer, inventory, "metered", {"version": inventory.version}).status_code == 302
    again = inventory.rows.get(key="metered-electricity")
    assert (again.amount, {name: getattr(again, name) for name in chosen}) == ("450", chosen)
    assert inventory.rows.count() == len(listed) + 3
    assert post(client, people.preparer, inventory, "metered", {"version": 0}).status_code == 409


def test_the_workbook_goes_out_and_comes_back(client, people, inventory):
    content = page(client, people.preparer, inventory, "inventory_export").content
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[4]][:6] == ["power", "建筑运行", "用电", 1200, "万kWh", "electricity-shanghai-guideline@2022"]
    for row, column, value in ((4, 4, 1300), (9, 1, "bus"), (9, 2, "交通"), (9, 3, "公交"), (9, 5, "kVA")):
        sheet.cell(row, column, value)
    upload = SimpleUploadedFile("清单.xlsx", saved(book))
    seen = post(client, people.preparer, inventory, "import", {"workbook": upload})
    assert "没有单位 kVA" in seen.content.decode()
    token = seen.context["token"]
    assert post(client, people.preparer, inventory, "apply", {"token": token}).status_code == 302
    assert (inventory.rows.get(key="power").amount, inventory.rows.count()) == ("1300", len(ROWS))
    refuses(Stale, services.add_rows, inventory=inventory, rows=(), version=inventory.version, by=people.preparer)


def test_a_workbook_writes_numbers_as_people_type_them_and_finds_nothing_changed(client, people, inventory):
    typed = (replace(ROWS[0], amount="1,200", uncertainty="５"), *ROWS[1:])
    services.save(inventory=inventory, head=HEAD, boundary=None, rows=typed, version=inventory.version, by=people.preparer)
    content = page(client, people.preparer, inventory, "inventory_export").content
    assert [load_workbook(BytesIO(content)).worksheets[0].cell(4, column).value for column in (4, 12)] == [1200, 5]
    seen = post(client, people.preparer, inventory, "import", {"workbook": SimpleUploadedFile("清单.xlsx", content)})
    found = seen.context["preview"]
    assert (found.changed, found.added, found.refused, found.unchanged) == ([], [], [], len(typed))
    assert texts_of(inventory) == list(typed)


def test_those_who_fill_it_in_are_notified_that_it_was_begun(world):
    cast, inventory = world
    assert reaches(cast, inventory, "begun", by="preparer") == set()
    with clock.at(NOW):
        other = services.open_inventory(district=inventory.district, year=2023, by=cast.consultant)
    assert reaches(cast, other, "begun", by="consultant") == {f"{other}开始填报"}


def test_who_may_open_none_is_told_so(officer):
    answer = officer.post(reverse("carbon:inventory_open"), {"district": "", "year": 2023})
    assert (answer.status_code, services.OPENERS in answer.content.decode()) == (403, True)


# --- the drawn boundary: the version filed, and what a later version changes and leaves unchanged


def drawn(people):
    """An inventory whose boundary is the first version drawn."""
    inventory = make_inventory(people, filled=False, name="演示画界城区（虚构）")
    first = keep(inventory.district, 1)
    services.save(inventory=inventory, head=HEAD, boundary=first, rows=ROWS, version=0, by=people.preparer)
    inventory.refresh_from_db()
    return inventory, first


def test_the_version_drawn_is_filed_with_its_digests(client, people):
    inventory, first = drawn(people)
    to_filed(inventory, people)
    kept = inventory.frozen["extent"]
    assert kept == {
        "words": "规划范围（第1版）", "kind": "plan", "number": "1", "area_km2": "4.2262",
        "file_sha256": first.sha256, "shape_sha256": digest_of(first.geometry),
    }  # fmt: skip
    assert inventory.digest == digest_of(inventory.frozen)
    text = " ".join(page(client, people.city_officer, inventory).content.decode().split()).replace("> ", ">")
    assert [words for words in (kept["shape_sha256"], "图形面积4.2262 km²", 'class="edge"') if words not in text] == []


def test_a_later_redraw_changes_nothing_filed(client, people):
    inventory, first = drawn(people)
    to_filed(inventory, people)
    frozen, digest, before = inventory.frozen, inventory.digest, page(client, people.city_officer, inventory).content.decode()
    second = keep(inventory.district, 2)
    second.geometry = {"type": "MultiPolygon", "coordinates": []}
    second.save(update_fields=["geometry"])
    inventory.refresh_from_db()
    assert (inventory.frozen, inventory.digest, inventory.boundary) == (frozen, digest, first)
    assert filled_of(inventory).content == frozen["content"]
    after = page(client, people.city_officer, inventory).content.decode()
    assert ("范围已有第2版" in after, "范围已有" in before) == (True, False)
    assert after.count('class="edge"') == before.count('class="edge"') == 1
    with pytest.raises(ProtectedError):
        first.delete()
    corrected = services.correct(inventory=inventory, reason="范围调整（虚构）", by=people.preparer)
    assert "需要时改选后再送审" in page(client, people.preparer, corrected).content.decode()
    services.save(inventory=corrected, head=HEAD, boundary=second, rows=ROWS, version=corrected.version, by=people.preparer)
    to_filed(corrected, people)
    assert (corrected.frozen["extent"]["number"], inventory.frozen["extent"]["number"]) == ("2", "1")
    assert corrected.frozen["extent"]["shape_sha256"] != frozen["extent"]["shape_sha256"]


def test_an_inventory_without_a_drawing_has_none(people):
    assert to_filed(make_inventory(people, name="演示未画城区（虚构）"), people).frozen["extent"] is None


def test_where_boundaries_are_drawn_one_is_chosen_before_signing(client, people):
    inventory = make_inventory(people, name="演示未画城区（虚构）")
    first = keep(inventory.district, 1)
    refuses("核算范围未选，请选定城区已登记的一版范围", step, inventory, "hand_up", people.preparer)
    assert 'href="#id_extent"' in page(client, people.preparer, inventory).content.decode()
    services.save(inventory=inventory, head=HEAD, boundary=first, rows=ROWS, version=inventory.version, by=people.preparer)
    inventory.refresh_from_db()
    assert to_filed(inventory, people).frozen["extent"]["number"] == "1"


# --- what is asked before an inventory is handed up


def second_year(people, rows=ROWS, head=HEAD):
    """The inventory of the year after a filed one."""
    first = to_filed(make_inventory(people, year=2024, name="演示次年城区（虚构）"), people)
    with clock.at(NOW):
        found = services.open_inventory(district=first.district, year=2025, by=people.preparer)
        services.save(inventory=found, head=head, boundary=None, rows=rows, version=0, by=people.preparer)
    found.refresh_from_db()
    return found


def test_an_unfinished_year_is_refused_at_hand_up(client, people):
    found = make_inventory(people, year=2026, name="演示本年城区（虚构）")
    refuses("2026年度碳排放清单自2027年1月1日起报送", step, found, "hand_up", people.preparer)
    assert "自2027年1月1日起报送" in page(client, people.preparer, found).content.decode()
    assert to_filed(found, people, at(2027, 1, 1)).frozen


GROWN = tuple(replace(row, amount=plain(Decimal(row.amount) * Decimal("1.03"))) for row in ROWS)


@pytest.mark.parametrize(
    ("rows", "head", "words"),
    [
        (ROWS, HEAD, "与上年完全相同"),
        (ROWS, replace(HEAD, area_m2="123000", population="3571", gdp_wan="44100"), "4行活动量与上年完全相同"),
        ((*ROWS[:2], *GROWN[2:]), HEAD, "2行活动量与上年完全相同"),
        ((ROWS[0], *GROWN[1:]), HEAD, ""),
        ((replace(ROWS[0], amount="12000"), *GROWN[1:]), HEAD, "约为上年"),
        ((replace(ROWS[0], amount="1200", unit="kWh"), *GROWN[1:]), HEAD, "约为上年"),
        (GROWN, replace(HEAD, population="42000", gdp_wan="3500"), "约为上年"),
        (GROWN, replace(HEAD, area_m2="420000"), "相差较大"),
        (GROWN, HEAD, ""),
    ],
)
def test_figures_are_asked_beside_last_year_and_explained(client, people, rows, head, words):
    found = second_year(people, rows, head)
    if words:
        refuses(words, step, found, "hand_up", people.preparer)
        client.force_login(people.preparer)
        said = {"version": found.version, "explanation": "已按电费单核对（虚构）"}
        assert client.post(reverse("carbon:inventory_explain", args=[found.pk]), said).status_code == HTTPStatus.FOUND
    with clock.at(NOW):
        step(found, "hand_up", people.preparer)
    assert ("已按电费单核对（虚构）" in page(client, people.reviewer, found).content.decode()) == bool(words)
    with clock.at(NOW):
        step(found, "sign", people.reviewer)
    found.refresh_from_db()
    assert bool(found.frozen.get("explained")) == bool(words)
    with clock.at(NOW):
        assert open_questions(services.correct(inventory=found, reason="补充数据来源（虚构）", by=people.preparer)) == []


def test_last_years_amounts_stand_beside_the_rows(client, people):
    found = second_year(people, (replace(ROWS[0], amount="12000"), replace(ROWS[1], name="天然气"), *GROWN[2:]))
    shown = page(client, people.preparer, found).content.decode()
    assert "1200 万kWh" in shown
    assert "+900.0%" in shown  # a tenfold slip is seen
    assert "第1行　上年1200 万kWh" in shown
    assert "没有这一行" in shown
    assert "上年有、本年没有的：燃气 35.5 万m³" in shown
    live = client.post(reverse("carbon:inventory_result", args=[found.pk]), posted(rows=(replace(ROWS[0], amount="1260"),)))
    assert "+5.0%" in live.content.decode()


def test_a_filed_inventory_stays_beside_the_edition_that_counted_when_it_was_filed(client, people):
    found, later = second_year(people, GROWN), NOW + dt.timedelta(days=1)
    with CaptureQueriesContext(connection) as asked:
        assert "1200 万kWh" in page(client, people.preparer, found).content.decode()
    assert sum('"year" = 2024' in one["sql"] for one in asked) == 1, "last year's content is read once"
    to_filed(found, people)
    with clock.at(later):
        newer = services.correct(inventory=CarbonInventory.objects.get(year=2024), reason="电量抄错（虚构）", by=people.preparer)
        services.save(inventory=newer, head=HEAD, boundary=None, rows=(replace(ROWS[0], amount="1100"),), version=0, by=people.preparer)
        again = services.correct(inventory=CarbonInventory.objects.get(pk=found.pk), reason="人口抄错（虚构）", by=people.preparer)
    newer.refresh_from_db()
    to_filed(newer, people, later)
    for one, words in ((found, "1200 万kWh"), (again, "1100 万kWh")):
        assert words in page(client, people.preparer, one).content.decode(), one


@pytest.mark.parametrize("wrong", [0, 1])
def test_each_of_two_rows_of_one_name_is_asked_about(wrong):
    def content(*amounts):
        rows = [{"sector": "buildings", "name": "电力", "amount": amount, "unit": "MWh", "tco2e": amount} for amount in amounts]
        return {"boundary": {}, "rows": rows}

    now = ["100", "230"]
    now[wrong] += "0"
    found = asked_of_inventory(content(*now), content("98", "231"), limits_of())
    assert {one.rule for one in found} == {"unit_jump"}
    assert len({one.part for one in found}) == len(found) == 2  # the amount and its tonnes
