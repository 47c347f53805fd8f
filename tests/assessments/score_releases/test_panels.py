"""Released scores as small multiples: the figures of the table, joined only where they compare, with the years that lack one."""

from dataclasses import replace
from decimal import Decimal

import pytest
from defusedxml.ElementTree import fromstring
from django.urls import reverse
from lxml.html import document_fromstring

from assessments.score_releases import services
from assessments.score_releases.models import ScoreRelease
from assessments.score_releases.panels import panels_of
from assessments.score_releases.selectors import PublicScore, scores_decided, scores_released
from assessments.tables.models import TableVersion
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.panel_chart import PanelPoint, panel
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.factories.received import received_self_check

SCORE = PublicScore(
    year=2023,
    procedure="年度自查",
    nature="自评",
    stage="实施运管",
    total=Decimal("61.50"),
    chapters=(("安全耐久", Decimal("70.00")), ("提高与创新（加分）", Decimal("3.00"))),
    edition_code="A",
    edition_title="标准甲",
    reference=False,
)


def found(*scores, this_year=2026):
    """Panels of these scores, as if released."""
    return panels_of([(ScoreRelease(), one) for one in sorted(scores, key=lambda one: -one.year)], this_year)


def drawn(one):
    """Label, number of marks and of joined pairs of a panel."""
    root = fromstring(str(one.drawing))
    marks = [node for node in root.iter() if (node.get("class") or "").startswith("spot-")]
    joined = sum(node.get("d").count("L") for node in root.iter() if node.get("class") == "line-0")
    return root.get("aria-label"), len(marks), joined


def test_one_score_is_a_point_and_the_years_to_the_last_are_named():
    panels = found(SCORE)
    assert [(one.name, one.newest, one.of) for one in panels.panels] == [
        ("总分", Decimal("61.50"), "2023年度自查"),
        ("安全耐久", Decimal("70.00"), "2023年度自查"),
        ("提高与创新（加分）", Decimal("3.00"), "2023年度自查"),
    ]
    assert drawn(panels.panels[0]) == ("总分：2023年度自查61.50（自评），数据见表", 1, 0)
    assert (panels.first, panels.last, panels.missing) == (2023, 2026, [2024, 2025])
    assert panels_of([], 2026) is None


def test_three_scores_are_joined_where_year_procedure_judgment_and_standard_agree():
    second, third = replace(SCORE, year=2024, total=Decimal(65)), replace(SCORE, year=2025, total=Decimal(70))
    label, marks, joined = drawn(found(SCORE, second, third).panels[0])
    assert (marks, joined) == (3, 2)
    assert label == "总分：2023年度自查61.50（自评）、2024年度自查65.00（自评）、2025年度自查70.00（自评），数据见表"
    for other in (replace(second, edition_code="B"), replace(second, nature="专家评定", procedure="阶段评估"), replace(second, year=2026)):
        assert drawn(found(SCORE, other).panels[0])[1:] == (2, 0), other
    assert found(SCORE, second, third).missing == []


def test_kinds_of_judgment_differ_in_shape_and_a_chapter_of_another_standard_stays_empty_in_the_table():
    panel_of_experts = replace(SCORE, year=2024, nature="专家评定", chapters=(("健康宜居", Decimal(80)),))
    panels = found(SCORE, panel_of_experts)
    assert [nature for _, nature in panels.marks] == ["自评", "专家评定"]
    assert len({str(mark) for mark, _ in panels.marks}) == 2
    assert panels.chapters == [
        ("健康宜居", [Decimal(80), None]),
        ("安全耐久", [None, Decimal("70.00")]),
        ("提高与创新（加分）", [None, Decimal("3.00")]),
    ]


def test_what_a_panel_cannot_draw_is_refused():
    point = PanelPoint(2024, Decimal(1), 0, "", "甲")
    for wrong in ({"first": 2025, "last": 2026, "full": 100}, {"first": 2024, "last": 2024, "full": 0}):
        with pytest.raises(ValueError, match="panel"):
            panel([point], title="甲", **wrong)


@pytest.mark.django_db
def test_the_page_draws_what_its_table_and_the_selector_say_and_nothing_before_the_release(client):
    people = cast()
    district = make_district(people, name="演示得分城区（虚构）", key_areas=["五个新城"], stage=Stage.DEMONSTRATION)
    check = received_self_check(people, district=district, building=False)
    address = f"/register/{district.code}/"
    assert "gd-panels" not in client.get(address).content.decode()
    version = TableVersion.objects.get(table=check.table, counts=True)
    services.release(version=version, basis="演示公开决定（虚构）", note="", by=people.city_officer)
    [(_, score)] = scores_released(District.objects.all())
    page = document_fromstring(client.get(address).content.decode())
    [panels] = page.find_class("gd-panels")
    shown = {head.find("span").text: head.find("b").text for head in panels.find_class("gd-panel-head")}
    [details] = [one for one in page.iter("details") if "各章得分" in one.find("summary").text]
    [chapters, _natures] = details.iter("table")
    table = {row.find("th").text: row.find("td").text.strip() for row in chapters.iter("tr") if row.find("td") is not None}
    told = {"总分": f"{score.total:.2f}", **{name: f"{points:.2f}" for name, points in score.chapters}}
    assert shown == table == told
    labels = [svg.get("aria-label") for svg in panels.iter("svg")]
    assert labels == [f"{name}：{score.name}{points}（{score.nature}），数据见表" for name, points in told.items()]
    assert [one.text for one in panels.find_class("gd-panel-years")[0]] == [
        str(year) for year in dict.fromkeys([score.year, clock.today().year])
    ]


@pytest.mark.django_db
def test_inside_the_decided_scores_are_drawn_before_they_are_public_for_who_may_see_them(client):
    people = cast()
    district = make_district(people, name="演示得分城区（虚构）", stage=Stage.DEMONSTRATION)
    check = received_self_check(people, district=district, building=False)
    address, drawn_for = f"{reverse('districts:district_detail', args=[district.code])}?tab=assessments", {}
    for seat in ("city_officer", "preparer", "authority", "secretariat", "partner"):
        client.force_login(people.everybody[seat])
        drawn_for[seat] = "gd-panels" in client.get(address).content.decode()
    assert drawn_for == {"city_officer": True, "preparer": True, "authority": True, "secretariat": False, "partner": False}
    client.force_login(people.city_officer)
    assert "没有公开</td>" in client.get(address).content.decode()
    version = TableVersion.objects.get(table=check.table, counts=True)
    services.release(version=version, basis="演示公开决定（虚构）", note="", by=people.city_officer)
    [(release, score)] = scores_decided(Viewer(people.city_officer), district)
    assert (release.version_id, score.total) == (version.pk, scores_released(District.objects.all())[0][1].total)
    assert "没有公开</td>" not in client.get(address).content.decode()
