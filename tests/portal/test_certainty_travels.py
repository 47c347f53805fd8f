"""What is known of a real district, and how surely, is the same on every surface: page, list, workbook, file, API, desk."""

import csv
import json
import re
from html import unescape
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from approvals.casework.selectors.decision_grounds import replay_of
from approvals.casework.selectors.titles_on_day import titles_held_on
from approvals.corrections.services import propose_correction
from approvals.titles.models.publicity import Title
from approvals.titles.recorded import recorded_facts
from districts.common.enums import TITLED, Certainty
from districts.file.models.district import District
from districts.file.sources import known_pages
from greendistrict.accounts.models import User
from greendistrict.workflow import second_person
from portal.open_data.datasets import DATASETS
from portal.personal.inventory import current_notice
from tests.factories.approvals import Filing

pytestmark = pytest.mark.django_db
TAOPU, QIANTAN, GUCHENG, HONGQIAO = "taopu", "qiantan", "xingucheng", "hongqiao-hexin"


@pytest.fixture
def officer(client, people):
    """The browser of the city's officer beside the real districts, whose facts are sourced, inferred or unknown."""
    call_command("load_districts", stdout=StringIO())
    call_command("load_titles", stdout=StringIO())
    User.objects.filter(pk=people.city_officer.pk).update(is_demo=False, notice_agreed=current_notice().version)
    client.force_login(people.city_officer)
    return client


def text_of(answer):
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def line_of(answer, name):
    """Cells of the row of a list that begins with a name."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", answer.content.decode(), re.DOTALL)
    row = next(row for row in rows if name in row)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]


def records(client, kind):
    answer = client.get(reverse("portal:open_data_file", args=["titles", kind]) + "?kind=real")
    if kind == "json":
        found = json.loads(answer.content)["records"]
    elif kind == "csv":
        found = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    else:
        keys = [field.key for field in DATASETS["titles"].fields]
        rows = load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=4, values_only=True)
        found = [dict(zip(keys, row[1:], strict=True)) for row in rows]
    return {record["district"]: record for record in found if record["district"]}


def certain(value, *, inferred):
    if value in (None, "", []):
        return Certainty.UNKNOWN.label
    return Certainty.INFERRED.label if inferred else Certainty.SOURCED.label


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_each_file_of_the_register_says_of_each_fact_how_certain_it_is(officer, kind):
    told = records(officer, kind)
    districts = District.objects.filter(is_demo=False, guideline_area=False, stage__in=TITLED)
    assert set(told) == {one.code for one in districts}
    for one in districts:
        record = told[one.code]
        title = Title.objects.get(district=one, end="")
        assert record["state"] == title.state_word
        assert record["areas_certainty"] == certain("x", inferred=one.place_is_inferred)
        assert record["type_certainty"] == certain(one.type, inferred=one.type_certainty == Certainty.INFERRED)
        assert record["star_certainty"] == certain(one.star, inferred=one.star_certainty == Certainty.INFERRED)
        assert record["km2_certainty"] == certain(one.area_km2, inferred=one.area_is_inferred)
        assert record["date_certainty"] == certain(one.titled_on, inferred=one.titled_on_certainty == Certainty.INFERRED)
        assert (record["km2"] in (None, "")) == (one.area_km2 is None), "an area that is unknown is no number"
        for name in ("star", "type", "batch", "areas"):
            assert record[name], f"{one.code}: {name} is blank"
    assert (told[TAOPU]["state"], told[TAOPU]["type_certainty"], told[QIANTAN]["areas_certainty"]) == ("现状未查明", "推定", "推定")
    assert told[QIANTAN]["state"] == "有效"


def test_lists_of_titles_mark_what_is_inferred_and_whose_standing_is_unknown(officer):
    page = officer.get(reverse("approvals:title_list"))
    assert line_of(page, "桃浦智创城")[2] == "更新城区 推定"
    assert "DG/TJ 08-2253-2018 推定" in line_of(page, "新顾城")
    book = load_workbook(BytesIO(officer.get(reverse("approvals:title_export")).content)).active
    rows = {row[1]: row for row in book.iter_rows(min_row=4, values_only=True)}
    assert "更新城区（推定）" in rows["桃浦智创城"]
    assert "浦东新区（推定）" in rows["前滩国际商务区"]
    assert "DG/TJ 08-2253-2018（推定）" in rows["新顾城"]
    register = officer.get(reverse("portal:register"))
    assert line_of(register, "前滩国际商务区")[2] == "浦东新区 推定"
    assert line_of(register, "桃浦智创城")[3].endswith("现状未查明")
    assert not line_of(register, "前滩国际商务区")[3].endswith("现状未查明")


def told_of_standard(client, title):
    """Whether each surface marks the standard of a recorded title as inferred."""
    name, code = title.district.name, title.district.code
    rows = {row["code"]: row for row in client.get(reverse("api:districts") + "?is_demo=false&limit=100").json()["results"]}
    pages = [
        reverse("approvals:title", args=[title.pk]), reverse("districts:district_detail", args=[code]),
        reverse("portal:public_district", args=[code]),
    ]  # fmt: skip
    lists = [reverse("approvals:title_list"), reverse("districts:district_list")]
    marked = [f"{title.edition_text} 推定" in text_of(client.get(page)) for page in pages]
    marked += [f"{title.edition_text} 推定" in line_of(client.get(page), name) for page in lists]
    return {*marked, rows[code]["edition_text_certainty"] == Certainty.INFERRED}


def test_a_corrected_standard_is_as_certain_everywhere_and_stays_so_when_the_sources_are_loaded_again(officer, people):
    title = Title.objects.get(district__code=GUCHENG)
    assert told_of_standard(officer, title) == {True}
    second_person.check(
        row=propose_correction(
            title=title, facts={**recorded_facts(title), "edition_certainty": "sourced"}, reason="照公告（虚构）", by=people.city_officer
        ),
        by=people.city_director,
    )
    title.refresh_from_db()
    assert told_of_standard(officer, title) == {False}
    before = District.objects.filter(code=GUCHENG).values().get()
    call_command("load_districts", stdout=StringIO())
    assert District.objects.filter(code=GUCHENG).values().get() == before
    assert told_of_standard(officer, title) == {False}


def test_the_page_of_a_district_marks_its_place_and_by_what_a_fact_was_inferred(officer):
    page = officer.get(reverse("districts:district_detail", args=[HONGQIAO])).content.decode()
    head = page[page.index("<h1") : page.index('id="district-tabs"')]
    assert re.search(r"闵行区\s*<span class=\"gd-guess\">推定</span>", head)
    assert (
        re.search(r"长宁区\s*<span", officer.get(reverse("districts:district_detail", args=["jichang-dongpian"])).content.decode()) is None
    )
    assert "公开资料，见出处；重点区域按名称推定" in text_of(officer.get(reverse("districts:district_detail", args=[HONGQIAO]))), (
        "sources of figures say what was inferred by the name"
    )


def test_areas_that_nobody_knows_are_no_zero_and_sums_say_how_many_are_missing(officer):
    watch = text_of(officer.get(reverse("districts:plan_watch")))
    assert "3个，2.83 km² 推定 （缺2个，面积未查明，未计入）" in watch
    desk = officer.get(reverse("portal:workdesk"))
    assert "0.00" not in text_of(desk)
    assert "未查明 缺1个" in " ".join(line_of(desk, "上海市黄浦区人民政府"))


def test_the_second_round_is_neither_denied_against_a_report_nor_read_into_an_older_star(officer):
    watch = officer.get(reverse("districts:plan_watch"))
    told = {name: " ".join(line_of(watch, name)) for name in ("虹口区", "嘉定区", "崇明区", "临港新片区", "普陀区", "黄浦区", "金山区")}
    for name in ("虹口区", "嘉定区", "崇明区", "临港新片区"):
        assert "报道称已完成，城区未查明" in told[name], name
    assert "有带星级的称号，是否属第二轮未查明" in told["普陀区"]
    assert "2024年6月11日公告带星级的称号" in told["黄浦区"]
    assert not [name for name, words in told.items() if " 已完成" in words], "no source tells of the round"
    assert "报道称" not in told["黄浦区"]
    assert "资料不足" in told["金山区"]


def test_a_source_is_told_by_title_publisher_and_days_or_that_they_are_unknown(officer):
    for name in ("portal:public_district", "districts:district_detail"):
        page = text_of(officer.get(reverse(name, args=[QIANTAN])))
        for words in (
            "《关于上海市2024年第五批绿色生态城区项目的公告》，上海市住房和城乡建设管理委员会，2024年6月11日发布，",
            "标题未查明，文汇报（转载）",
        ):
            assert words in page, name
        assert "https://tongtest.cn" not in page, "no bare address"
        assert "查阅日期没有记录（tongtest.cn）" in page
    sources = {one for district in District.objects.filter(is_demo=False) for one in district.sources}
    assert set(known_pages()) <= sources, "nothing is told of a page that is no source"


def test_the_api_states_no_stage_that_no_source_states(officer):
    found = {one["code"]: one for one in officer.get(reverse("api:districts") + "?is_demo=false&limit=100").json()["results"]}
    for one in District.objects.filter(is_demo=False):
        unknown = one.guideline_area or one.status_certainty == Certainty.UNKNOWN
        assert found[one.code]["stage"] == (None if unknown else one.stage), one.code
    assert (found[HONGQIAO]["stage"], found[HONGQIAO]["status_certainty"]) == (None, Certainty.UNKNOWN)
    assert found[QIANTAN]["areas_certainty"] == Certainty.INFERRED


def test_a_star_by_a_reference_edition_is_marked_wherever_it_is_told(client):
    filing = Filing().to_announced()
    title, district = Title.objects.get(), filing.district
    district.refresh_from_db()
    assert (title.star_certainty, district.star_certainty) == (Certainty.INFERRED, Certainty.INFERRED)
    star = title.get_star_display()
    told = client.get(reverse("portal:open_data_file", args=["titles", "json"])).json()["records"]
    history = client.get(reverse("portal:open_data_file", args=["title-history", "json"])).json()["records"]
    assert [(one["star"], one["star_certainty"]) for one in (*told, *history) if one["district"] == district.code] == [(star, "推定")] * 2
    page = text_of(client.get(reverse("portal:public_district", args=[district.code])))
    assert f"{star} 推定" in page
    assert f"{star} 推定" in line_of(client.get(reverse("portal:register")), district.name)
    client.force_login(filing.people.city_officer)
    assert f"{star} 推定" in line_of(client.get(reverse("approvals:title_list")), district.name)
    assert f"{star} 推定" in line_of(client.get(reverse("districts:district_list")), district.name)
    head = text_of(client.get(reverse("districts:district_detail", args=[district.code])))
    assert f"{star} 推定" in head
    assert f"{star}（推定）" in line_of(client.get(reverse("reports:awards")), district.name)
    [announced] = [section for section in replay_of(filing.case, inside=True) if section.key == "announcement"]
    assert f"{star}（推定）" in dict(announced.rows)["称号"]
    for name in ("districts", "titles"):
        [row] = [row for row in client.get(f"/api/v1/{name}/").json()["results"] if row["star"]]
        assert row["star_certainty"] == Certainty.INFERRED
    assert titles_held_on(title.granted_on)[district.pk].star_certainty == Certainty.INFERRED
