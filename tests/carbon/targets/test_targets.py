from decimal import Decimal

import pytest
from defusedxml.ElementTree import fromstring
from django.urls import reverse

from carbon.targets import services
from carbon.targets.compared_years import compared_years
from carbon.targets.models import TargetExplanation
from carbon.targets.selectors import CarbonPath, carbon_path
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Stale
from portal.district_page.selectors.standing import carbon_figure, compared_of
from reports.matters.carbon import compose
from tests.carbon.inventories.world import NOW, filed_years, make_inventory, to_filed
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import SpecialPlanFactory
from tests.factories.once import copy_of, item_of, once
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("february")]
TARGETS = [{"year": 2023, "value": "47"}, {"year": 2025, "value": "40"}]
WHY = "光伏未按期并网，2026年补建（虚构）"


def make_world():
    """2022 (47.968) is the baseline, 2024 is the same again and so behind the path (43.5)."""
    cast = make_cast()
    with clock.at(NOW):
        first = to_filed(make_inventory(cast), cast)
        SpecialPlanFactory(district=first.district, carbon_stage_targets=TARGETS)
        filed_years(cast, first.district, (2024,))
    return cast, first.district


made = once(make_world)
world = copy_of("made")
people, district = item_of("world", 0), item_of("world", 1)


def address(district, year=2024):
    return reverse("carbon:target_explain", args=[district.code, year])


def explain(world, text=WHY, version=0, **more):
    people, district = world
    return services.explain(**{"district": district, "year": 2024, "by": people.preparer} | more, text=text, version=version)


def test_the_path_goes_from_the_oldest_inventory_through_the_targets():
    targets = [(2023, Decimal(47)), (2025, Decimal(40))]
    found = [(2024, Decimal("43.6")), (2022, Decimal("47.968")), (2025, Decimal(40)), (2026, Decimal(60))]
    rows = compared_years(found, targets, None, {2024: "因"})
    assert [(row.year, row.due, row.light.colour, row.is_missed, row.reason) for row in rows] == [
        (2022, "47.968", "", False, ""), (2024, "43.5", "amber", True, "因"), (2025, "40", "green", False, ""),
        (2026, "40", "red", True, ""),
    ]  # fmt: skip


def test_a_value_between_two_points_is_called_no_target():
    """Only the plan sets targets; what lies between them is drawn by the portal."""
    targets = ((2023, Decimal(47)), (2025, Decimal(40)))
    found = [(year, Decimal(45)) for year in (2022, 2023, 2024, 2025, 2026)]
    path = CarbonPath((), tuple(compared_years(found, targets, Decimal(42), {})), targets=targets)
    assert [path.aim(row) for row in path.years] == ["", "2023年目标47", "目标路径43.5（按年直线推算）", "2025年目标40", "2025年目标40"]
    path = CarbonPath((), tuple(compared_years(found[:1], (), Decimal(42), {})))
    assert [path.aim(row) for row in path.years] == ["控制目标42"]


@pytest.mark.parametrize(("control", "colour", "due"), [(Decimal(40), "red", "40"), (Decimal(50), "green", "50"), (None, "", "")])
def test_without_stages_the_control_target_counts(control, colour, due):
    [row] = compared_years([(2024, Decimal(48))], [], control, {})
    assert (row.light.colour, row.due) == (colour, due)


def test_a_target_missed_is_explained_and_seen_on_page_tile_and_report(client, people, district):
    client.force_login(people.preparer)
    tab = f"{reverse('districts:district_detail', args=[district.code])}?tab=carbon"
    assert "填写说明" in client.get(tab).content.decode()
    path = "目标路径43.5（按年直线推算）"
    assert path in client.get(address(district)).content.decode()
    assert client.post(address(district), {"text": WHY, "version": 0})["Location"] == tab
    assert AuditRecord.objects.get(action="carbon.explain").data["after"] == WHY
    for seat in ("preparer", "authority", "city_officer"):
        client.force_login(people.everybody[seat])
        text = client.get(tab).content.decode()
        assert [words for words in (WHY, "47.968", "43.5") if words not in text] == []
    tile = compared_of(Viewer(people.preparer), district).carbon
    assert (tile.found, tile.target, tile.reason) == ("48.0", "43.5", WHY)
    assert carbon_figure(tile)[0]["note"].startswith(f"{path}，2024年度清单")
    assert tile.words.startswith("2024年度清单")
    paper = str(compose(Viewer(people.preparer), district).blocks)
    assert [words for words in (WHY, "Decimal('5756.19')", "Decimal('5040.00')") if words not in paper] == []


def test_a_year_without_an_inventory_is_named_and_parts_the_line(client, people, district):
    with clock.at(NOW):
        path = carbon_path(Viewer(people.preparer), district)
    assert path.axis == ((2022, "47.968"), (2023, "47"), (2024, "43.5"), (2025, "40"), (2026, "40"))
    assert path.missing == [2023, 2025], "today's year is not over"
    drawn = {node.get("class"): node.get("d") for node in fromstring(str(path.chart)).iter() if node.get("class", "").startswith("line")}
    assert (drawn["line-0"], drawn["line-1"].count("L")) == ("", 4), "two inventories apart are not joined; the path of the targets is"
    client.force_login(people.preparer)
    with clock.at(NOW):
        page = client.get(f"{reverse('districts:district_detail', args=[district.code])}?tab=carbon").content.decode()
    assert "没有已报送清单的年度2个：2023、2025。" in page


def test_only_who_fills_in_explains_and_only_a_year_that_was_missed(world, people):
    refuses(NotAllowed, explain, world, by=people.city_officer)
    for given, words in (({"year": 2022}, "没有落后"), ({"text": "  "}, "请写明")):
        refuses(words, explain, world, **given)


def test_who_is_slower_sees_both(preparer, world, people, district):
    explain(world, text="先写的（虚构）")
    refuses(Stale, explain, world)
    answer = preparer.post(address(district), {"text": WHY, "version": 0})
    assert (answer.status_code, [words in answer.content.decode() for words in ("先写的（虚构）", WHY)]) == (409, [True, True])
    assert TargetExplanation.objects.get().text == "先写的（虚构）"
    explain(world, version=1)
    assert carbon_path(Viewer(people.preparer), district).newest.reason == WHY


def test_a_district_without_an_inventory_keeps_its_reported_figures(people):
    other = SpecialPlanFactory(district__applicant=people.applicant_body, carbon_intensity_target=Decimal("31.5")).district
    assert carbon_path(Viewer(people.preparer), other).years == ()
    assert compared_of(Viewer(people.preparer), other).carbon.words == "暂无您可以查看的核查值"
