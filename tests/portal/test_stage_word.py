"""The stage of a real district, in the same words wherever it stands."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from districts.common.enums import Certainty, Stage
from portal.search.selectors.matters import districts
from tests.factories.accounts import cast
from tests.factories.districts import make_district

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
def test_page_search_component_and_text_say_the_same(client, facts, word, text):
    people = cast()
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
