"""The stage of a real district, in the same words wherever it stands."""

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from assessments.score_releases.services import release
from assessments.tables.selectors.tables import latest_version
from districts.common.enums import Certainty, Stage
from portal.search.selectors.matters import districts
from tests.factories.accounts import cast
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import make_district
from tests.factories.indicator_systems import approved_system
from tests.factories.received import received_self_check

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("facts", "word", "text"),
    [
        ({"stage": Stage.CANDIDATE, "status_certainty": Certainty.UNKNOWN}, "阶段未查明", "阶段未查明"),
        ({"stage": Stage.PILOT, "status_certainty": Certainty.INFERRED}, "试点", "试点（推定）"),
        ({"stage": Stage.CANDIDATE, "status_certainty": Certainty.UNKNOWN, "guideline_area": True}, "导则覆盖区", "导则覆盖区"),
        ({"stage": Stage.DEMONSTRATION}, "示范", "示范"),
    ],
)
def test_page_search_component_and_text_say_the_same(client, facts, word, text, people):
    district = make_district(name="真实城区", is_demo=False, sources=["https://example.invalid"], code="real", **facts)
    assert (district.stage_label, district.stage_text) == (word, text)
    part = render_to_string("components/stage_word.html", {"district": district})
    assert word in part
    assert ("推定" in part) == ("推定" in text)
    assert text in str(districts(people.city_officer, "真实城区").hits)
    client.force_login(people.city_officer)
    assert f">{word}</span>" in client.get(reverse("districts:district_detail", args=["real"])).content.decode()


def test_the_api_says_how_sure_place_area_edition_and_key_areas_are(client):
    words = "面积推定；所在区按公知填写；适用标准推定"
    make_district(
        name="甲", is_demo=False, code="sure", edition_text="DG/TJ 08-2253-2018", key_areas=["虹桥"], area_km2=3, fact_certainty=words
    )
    make_district(name="乙", is_demo=False, code="none", edition_text="", key_areas=[], area_km2=None, developable_km2=None)
    client.force_login(cast().city_officer)
    rows = {row["code"]: row for row in client.get(reverse("api:districts")).json()["results"]}
    names = ("areas", "area_km2", "edition_text", "key_areas")
    told = {code: [row[f"{name}_certainty"] for name in names] for code, row in rows.items()}
    assert told["sure"][1:] == ["inferred", "inferred", "sourced"]
    assert told["sure"][0] == ("inferred" if rows["sure"]["areas"] else "unknown")
    assert told["none"][1:] == ["unknown"] * 3


STARS = re.compile(r"(?<!建筑)[一二三]星级(?!及|以)")  # 二星级及以上, 公共建筑三星级 are grades of buildings in clauses
SELECT = re.compile(r"<select.*?</select>", re.DOTALL)
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)


@pytest.fixture
def world():
    people = make_cast()
    district = make_district(people, type="new", key_areas=["五个新城"], stage=Stage.DEMONSTRATION)
    check = received_self_check(people, district=district, building=False)
    approved_system(people, make_district(people, type="new"))
    return people, check


def pages(check):
    """Seat and address of every page that shows points or a star."""
    table, district = check.table, check.district
    version = latest_version(table).number
    page = reverse("districts:district_detail", args=[district.code])
    tabs = [("city_officer", f"{page}?tab={tab}") for tab in ("overview", "indicators", "assessments", "titles")]
    return [
        *tabs,
        ("preparer", page),
        ("preparer", reverse("portal:workdesk")),
        ("city_officer", reverse("portal:workdesk")),
        ("preparer", reverse("assessments:score_table_list")),
        ("preparer", reverse("assessments:score_table", args=[table.pk])),
        ("city_officer", reverse("assessments:score_table", args=[table.pk])),
        ("preparer", reverse("assessments:score_trial", args=[table.pk])),
        ("city_officer", reverse("assessments:table_version", args=[table.pk, version])),
        ("city_officer", reverse("assessments:score_print", args=[table.pk])),
        ("city_officer", reverse("assessments:selfcheck_list")),
        ("city_officer", reverse("assessments:selfcheck", args=[check.pk])),
        ("preparer", reverse("assessments:selfcheck_receipt", args=[check.pk])),
        ("city_officer", reverse("indicators:edition_detail", args=[table.edition_id])),
        ("city_officer", reverse("indicators:edition_list")),
        ("city_officer", reverse("districts:district_list") + "?kind=demo"),
        ("city_officer", reverse("reports:report_center")),
        ("city_officer", reverse("assessments:score_release_list")),
        ("city_officer", reverse("assessments:score_release", args=[table.pk])),
        ("city_officer", reverse("portal:public_district", args=[district.code])),
    ]


def unmarked(main, figures):
    """What stands on a page without the mark it needs."""
    found = []
    star = STARS.search(main)
    if star and "推定" not in main:
        found.append(main[star.start() - 20 : star.end() + 20])
    if any(figure in main for figure in figures) and not ("参考版" in main or "推定" in main):
        found.append("points")
    return found


def test_no_page_shows_a_score_or_star_without_its_mark(client, world):
    people, check = world
    version = latest_version(check.table)
    release(version=version, basis="演示公开决定（虚构）", by=people.city_officer)
    figures = [version.content["result"]["total"]]
    bare, marked = {}, 0
    for seat, address in pages(check):
        client.force_login(getattr(people, seat))
        answer = client.get(address)
        assert answer.status_code == 200, address
        text = answer.content.decode()
        main = SELECT.sub("", (MAIN.search(text) or re.match(r".*", text, re.DOTALL)).group())
        marked += bool(STARS.search(main) or figures[0] in main)
        if found := unmarked(main, figures):
            bare[f"{seat} {address}"] = found
    assert bare == {}
    assert marked >= 13
