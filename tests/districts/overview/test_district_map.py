"""城区地图: every district of the list on one drawing, told apart by shape, with a way to its page; outlines for who may see them."""

import re

from django.urls import reverse
from lxml.html import document_fromstring

from districts.common.enums import Certainty, Stage
from districts.common.tile_map import WORDS
from districts.file.models.district import AdministrativeArea
from districts.overview.selectors.district_map import MOST_OUTLINES
from tests.factories.districts import make_district

PAGE = "districts:district_map"
SQUARE = {"type": "MultiPolygon", "coordinates": [[[[121.5, 31.2], [121.51, 31.2], [121.51, 31.21], [121.5, 31.21], [121.5, 31.2]]]]}


def shown(client, **conditions):
    answer = client.get(reverse(PAGE), conditions)
    return answer.context["map"], answer.content.decode()


def test_each_stage_has_its_shape_and_each_district_its_page(officer, people):
    area = AdministrativeArea.objects.create(code="310115", name="浦东新区")
    known = [
        make_district(name=f"城区{number}", is_demo=False, stage=stage, sources=["x"])
        for number, stage in enumerate((Stage.CANDIDATE, Stage.PILOT, Stage.DEMONSTRATION, Stage.CANCELLED))
    ]
    known.append(make_district(name="城区4", is_demo=False, stage=Stage.CANDIDATE, status_certainty=Certainty.UNKNOWN, sources=["x"]))
    for one in known:
        one.areas.set([area] if one in known[:2] else [])
    found, page = shown(officer, kind="real")
    assert {mark.kind: (mark.real, mark.demo) for mark in found.marks} == dict.fromkeys(WORDS, (1, 0))
    assert len(set(re.findall(r'<(\w+) class="\w+ mark" (?:d="([^"]*)")?', page))) == len(WORDS)
    linked = [f'href="{reverse("districts:district_detail", args=[one.code])}"' in page for one in known]
    assert all(linked), linked
    tiles = {tile.name: (len(tile.marks), tile.more) for tile in [*found.tiles, *found.aside] if tile.marks}
    assert tiles == {"浦东新区": (2, 0), "所在区未查明": (3, 0)}


def test_what_finds_no_room_is_counted_and_leads_to_its_list(officer):
    area = AdministrativeArea.objects.create(code="310109", name="虹口区")
    for number in range(5):
        make_district(name=f"城区{number}", is_demo=False, stage=Stage.PILOT, sources=["x"]).areas.add(area)
    found, page = shown(officer)
    [tile] = [tile for tile in found.tiles if tile.marks]
    assert (tile.name, tile.more) == ("虹口区", 3)
    assert officer.get(tile.href).context["total"] == 5
    assert f'href="{tile.href}"' in page


def test_districts_are_numbered_through_and_named_below_by_their_numbers(officer, people):
    """A phone has no room for names in the tiles."""
    area = AdministrativeArea.objects.create(code="310109", name="虹口区")
    for number in range(2):
        make_district(name=f"城区{number}", is_demo=False, stage=Stage.PILOT, sources=["x"]).areas.add(area)
    make_district(people, stage=Stage.PILOT)
    found, page = shown(officer)
    marks = [mark for tile in [*found.tiles, *found.aside] for mark in tile.marks]
    assert [mark["number"] for mark in marks] == [1, 2, 3]
    lists = document_fromstring(page).xpath("//ul[contains(@aria-label, '编号')]/li")
    listed = [" ".join(item.text_content().split()).split()[:2] for item in lists]
    assert listed == [[str(mark["number"]), mark["name"]] for mark in marks]
    drawn = [node.text_content().strip() for node in document_fromstring(page).xpath("//*[contains(@class, 'number')]")]
    assert drawn == ["1", "2", "3"]


def test_fiction_stands_aside_and_is_not_added(officer, people):
    make_district(people, stage=Stage.PILOT)
    make_district(name="城区", is_demo=False, stage=Stage.PILOT, sources=["x"])
    found, page = shown(officer)
    assert [(mark.kind, mark.real, mark.demo) for mark in found.marks] == [("pilot", 1, 1)]
    assert all(not tile.marks for tile in found.tiles)
    assert "虚构1个" in page


def test_outlines_are_for_who_reads_the_file_and_the_others_are_counted(client, people):
    """The applicant of another district sees the register only."""
    district = make_district(people, stage=Stage.PILOT, boundary=SQUARE)
    make_district(name="城区", is_demo=False, stage=Stage.PILOT, sources=["x"])
    seen = {}
    for seat in ("city_officer", "preparer", "outsider_preparer"):
        client.force_login(people.everybody[seat])
        found, page = shown(client)
        seen[seat] = ([one.name for one in found.outlines], found.without, f"{district.name}范围示意图" in page)
    own = ([district.name], 1, True)
    assert seen == {"city_officer": own, "preparer": own, "outsider_preparer": ([], 2, False)}


def test_with_many_outlines_the_page_says_how_many_it_leaves_out(officer, people):
    for number in range(MOST_OUTLINES + 2):
        make_district(people, name=f"演示第{number}城区（虚构）", stage=Stage.PILOT, boundary=SQUARE)
    found, page = shown(officer)
    assert (len(found.outlines), found.unshown) == (MOST_OUTLINES, 2)
    assert f"这里是前{MOST_OUTLINES}个" in page


def test_the_map_takes_the_conditions_of_the_list_and_gives_them_back(officer, people):
    make_district(people, name="演示甲城（虚构）", stage=Stage.PILOT)
    listed = officer.get(reverse("districts:district_list"), {"stage": "pilot"}).content.decode()
    assert f'href="{reverse(PAGE)}?stage=pilot"' in listed
    found, page = shown(officer, stage="pilot")
    assert (found.total, f'href="{reverse("districts:district_list")}?stage=pilot"' in page) == (1, True)
    found, page = shown(officer, stage="demonstration")
    assert (found.total, "没有符合条件的城区" in page) == (0, True)
