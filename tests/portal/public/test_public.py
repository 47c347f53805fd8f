"""Public pages: no cookies, few queries, public facts only, fictional districts separate."""

import datetime as dt
import re
import subprocess
import sys
from io import StringIO

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse
from PIL import Image

from approvals.publicity.selectors import announcements_public
from approvals.titles.models.publicity import Announcement, Title
from assessments.post_evaluations import services as postevaluations
from assessments.post_evaluations.draw_verification import faults
from assessments.post_evaluations.models import SampleDraw
from assessments.post_evaluations.selectors import draw_data
from districts.common.city_grid import GRID, SPECIAL
from districts.common.enums import Certainty, Stage
from districts.common.tile_map import MapDistrict, special_tiles, tile_map
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import parameters
from greendistrict.policy.loader import all_policies
from greendistrict.policy.services import set_setting
from indicators.editions.models import Clause, Edition, EditionStatus
from indicators.editions.selectors import editions_public
from portal.public import selectors as public
from tests.factories.districts import DistrictFactory, make_district
from tests.factories.editions import reference_edition

pytestmark = pytest.mark.django_db


def titled(**kw):
    return make_district(**{"stage": Stage.PILOT, "star": 2, "titled_on": dt.date(2024, 6, 11), "title_batch": "2024年第五批", **kw})


def test_fiction_stands_in_a_group_of_its_own_and_candidates_nowhere(client):
    inferred = {"status_certainty": Certainty.INFERRED, "titled_on_certainty": Certainty.INFERRED}
    titled(name="桃浦智创城", is_demo=False, sources=["https://example.invalid/a"], **inferred)
    titled(name="演示甲城（虚构）")
    hidden = DistrictFactory(name="演示草稿城（虚构）")
    for address in (reverse("portal:home"), reverse("portal:register"), f"{reverse('portal:register')}?q=caogao"):
        assert hidden.name not in client.get(address).content.decode()
    assert client.get(reverse("portal:public_district", args=[hidden.code])).status_code == 404
    context = client.get(reverse("portal:home")).context
    assert [row.name for row in context["register"]] == ["桃浦智创城"]
    assert [row.name for row in context["demo_register"]] == ["演示甲城（虚构）"]
    assert context["metrics"][0]["value"] == 1
    assert (context["register"][0].title_guess, context["register"][0].date_guess) == (True, True)


def test_a_district_that_lost_its_title_has_no_star_among_its_facts(client):
    district = titled(name="演示甲城（虚构）")
    for stage, star in ((Stage.PILOT, 2), (Stage.REVOKED, None), (Stage.CANCELLED, None)):
        type(district).objects.filter(pk=district.pk).update(stage=stage, star=star)
        facts = client.get(reverse("portal:public_district", args=[district.code])).context["facts"]
        assert [value for label, value, _ in facts if label == "星级"] == (["二星级"] if star else []), stage


def test_inferred_facts_are_marked(client):
    call_command("load_districts", stdout=StringIO())
    page = client.get(reverse("portal:public_district", args=["hongqiao-hexin"]))
    guessed = {label for label, _, guess in page.context["facts"] if guess}
    assert guessed == {"所在区", "适用标准"}
    assert "2018年10月24日（推定）" in page.content.decode()


def test_the_map_tells_what_is_inferred_of_a_district(client):
    call_command("load_districts", stdout=StringIO())
    drawn = lambda: {  # noqa: E731
        mark["name"]: mark["words"] for tile in client.get(reverse("portal:home")).context["tiles"] for mark in tile.marks
    }
    sure, guessed = "虹桥商务区机场东片区（虹桥路以北）", "虹桥商务区核心区"
    assert drawn() == {sure: "阶段未查明", guessed: "阶段未查明（所在区为推定）"}
    District.objects.filter(name__in=(sure, guessed)).update(stage=Stage.PILOT, star=2, status_certainty=Certainty.INFERRED)
    assert drawn() == {sure: "试点（称号为推定）", guessed: "试点（称号、所在区为推定）"}


def test_register_filters_and_is_taken_along_in_every_format(client):
    titled(name="桃浦智创城", is_demo=False, sources=["x"])
    asked = {"q=taopu": 1, "q=tpzcc": 1, "q=前滩": 0, "title=pilot": 1, "title=demonstration": 0, "star=2": 1, "kind=demo": 0}
    for query, found in asked.items():
        answer = client.get(f"{reverse('portal:register')}?{query}")
        assert len(answer.context["register"]) == found, query
    links = re.findall(r'href="(/data/(?:titles|boundaries)\.[^"]+)"', answer.content.decode())
    assert links == ["/data/titles.csv?kind=demo", "/data/titles.xlsx?kind=demo", "/data/titles.json?kind=demo", "/data/boundaries.geojson"]


@pytest.mark.parametrize(
    ("query", "label", "typed"),
    [("star=9", "称号星级", "称号星级：9"), ("q=abc&title=zzz", "称号", "称号：zzz"), (f"q={'长' * 101}", "名称或拼音", "长" * 101)],
)
def test_an_invalid_condition_of_the_register_is_told_and_kept_and_answers_no_rows(client, query, label, typed):
    titled(name="桃浦智创城", is_demo=False, sources=["x"])
    answer = client.get(f"{reverse('portal:register')}?{query}")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "有查询条件不可用，没有按它查询" in page
    assert typed in page
    assert [bound.label for bound in answer.context["form"] if bound.errors] == [label]
    assert ("桃浦智创城" in page, "没有符合条件" in page, "下载查询结果" in page, "abc" in page) == (False, False, False, "abc" in query)


def test_drawn_lists_are_published_with_what_repeats_them(client, tmp_path, people, django_assert_num_queries):
    assert "尚未抽取" in client.get(reverse("portal:public_samples")).content.decode()
    for number in range(6):
        make_district(people, name=f"演示示范{number}（虚构）", stage=Stage.DEMONSTRATION, titled_on=clock.today())
    sample = postevaluations.commit_sample(year=clock.today().year, demo=True, by=people.secretariat)
    data = reverse("portal:public_sample_data", args=[sample.pk])
    assert client.get(data).status_code == 404, "nothing before the draw"
    assert sample.secret not in client.get(reverse("portal:public_samples")).content.decode()
    sample = postevaluations.draw(sample=sample, by=people.secretariat)
    with django_assert_num_queries(2):
        text = client.get(reverse("portal:public_samples")).content.decode()
    assert (text.count("抽中"), text.count("未抽中"), text.count("演示数据")) == (6, 4, 1)
    assert "至少1个（默认值）" in text
    assert all(word in text for word in (sample.secret, sample.secret_digest, sample.list_digest))
    assert faults(client.get(data).json()) == []
    script = client.get(reverse("portal:public_sample_script"))
    assert reverse("portal:public_sample_script") in text
    (tmp_path / "repeat_sample.py").write_bytes(script.content)
    (tmp_path / "data.json").write_bytes(client.get(data).content)
    command = [sys.executable, "-I", "repeat_sample.py", "data.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"ok {' '.join(str(one) for one in draw_data(sample)['drawn'])}"
    assert reverse("portal:public_samples") in client.get(reverse("portal:home")).content.decode()


def test_a_draw_is_marked_as_of_its_day(client, people):
    sample = postevaluations.commit_sample(year=clock.today().year, demo=True, by=people.secretariat)
    make_district(people, name="演示示范（虚构）", stage=Stage.DEMONSTRATION, titled_on=clock.today())
    sample = postevaluations.draw(sample=sample, by=people.secretariat)
    for key in ("post_evaluation.share", "post_evaluation.at_least"):
        set_setting(by=people.city_director, key=key, value=parameters.get(key).value, reason="处务会议定")
    page = reverse("portal:public_samples")
    assert "至少1个</dd>" in client.get(page).content.decode()
    SampleDraw.objects.update(drawn_at=sample.drawn_at - dt.timedelta(days=1))
    assert "至少1个（默认值）</dd>" in client.get(page).content.decode(), "confirmed since, drawn before"


def test_a_number_is_looked_up_so_often_per_address(client):
    district = titled(is_demo=False, name="演示核验城", sources=["x"])
    Title.objects.create(district=district, kind="pilot", number="演沪绿〔2024〕1号", historic=True, policy="沪府办规〔2018〕24号")
    address = reverse("portal:verify")
    assert "演示核验城" in client.get(address, {"code": "演沪绿〔2024〕1号"}).content.decode()
    assert client.get(address, {"code": "SQ-2030-9999"}).status_code == 404
    assert "请填写编号、文号或查验码" in client.get(address, {"code": ""}).content.decode()
    cache.clear()
    answers = [client.get(address, {"code": "SQ-2030-0001"}).status_code for _ in range(public.CHECKS_A_MINUTE + 1)]
    assert (set(answers[:-1]), answers[-1]) == ({404}, 429)
    assert client.get(address, {"code": "SQ-2030-0001"}, REMOTE_ADDR="192.0.2.7").status_code == 404


def test_the_map_has_a_tile_for_every_special_area_of_the_policy():
    assert list(SPECIAL) == list(all_policies()[-1].key_areas.names)
    drawn = special_tiles({"奉贤新城": 2})
    assert len({tile.name for tile in drawn}) == 9
    assert [(tile.short, tile.count) for tile in drawn if tile.count] == [("奉贤新城", 2)]


def test_the_caption_of_the_map_promises_numbers_only_when_the_cells_show_some(client):
    promise = "格内数字是按名称推定位于其中的城区个数"
    assert promise not in client.get(reverse("portal:home")).content.decode()
    call_command("load_districts", stdout=StringIO())
    call_command("load_titles", stdout=StringIO())
    page = client.get(reverse("portal:home"))
    assert promise in page.content.decode()
    assert {tile.short: tile.count for tile in page.context["special_tiles"] if tile.count} == {"虹桥商务区": 2, "松江新城": 1}


def test_announcements_stand_by_their_day_everywhere(client, people):
    """The real fifth batch of June 2024 is older than a fictional second batch of September."""
    common = {"status": "published", "title": "公告"}
    Announcement.objects.create(year=2024, batch=5, announced_on=dt.date(2024, 6, 11), **common)
    Announcement.objects.create(year=2024, batch=2, announced_on=dt.date(2024, 9, 4), is_demo=True, **common)
    Announcement.objects.create(year=2023, batch=9, announced_on=dt.date(2024, 1, 3), **common)
    Announcement.objects.create(year=2025, batch=1, title="拟稿")
    days = [dt.date(2024, 9, 4), dt.date(2024, 6, 11), dt.date(2024, 1, 3)]
    assert [row.announced_on for row in announcements_public()] == days
    assert [row["date"] for row in client.get(reverse("portal:home")).context["announcements"]] == days
    client.force_login(people.city_officer)
    assert [row.announced_on for row in client.get(reverse("approvals:announcement_list")).context["batches"]] == [None, *days]
    api = client.get("/api/v1/announcements/").json()["results"]
    assert [row["announced_on"] for row in api] == [day.isoformat() for day in days]
    assert [str(row) for row in announcements_public()][:2] == ["2024年第二批（演示）", "2024年第五批"], "two series, told apart"


def test_a_shared_link_has_title_and_words_of_its_own_and_a_picture(client, settings):
    settings.SITE_URL = "https://portal.example"
    pages = [reverse(f"portal:{name}") for name in ("home", "register", "verify", "public_samples", "public_outages", "open_data")]
    pages.append(reverse("portal:public_district", args=[titled(name="演示城（虚构）").code]))
    heads = [client.get(page, {"q": "北"}).content.decode() for page in pages]
    told = [dict(re.findall(r'property="og:([a-z]+)" content="([^"]*)"', head)) for head in heads]
    assert [one["url"] for one in told] == [f"https://portal.example{page}" for page in pages], "without the query"
    assert {tuple(sorted(one)) for one in told} == {("description", "image", "locale", "title", "type", "url")}
    assert len({one["description"] for one in told}) == len({one["title"] for one in told}) == len(pages)
    [picture] = {one["image"] for one in told}
    found = finders.find(picture.removeprefix("https://portal.example/static/"))
    with Image.open(found) as opened:
        assert opened.size == (1200, 630)


def test_a_page_on_paper_bears_its_address_and_day_and_no_form(client, settings):
    settings.SITE_URL = "https://portal.example.invalid"
    home, register = (client.get(reverse(f"portal:{name}")).content.decode() for name in ("home", "register"))
    line = '<p class="gd-hint d-none d-print-block mt-3">网址：https://portal.example.invalid{}　页面日期：{}</p>'
    day = cn_date(clock.today())
    assert line.format("/", day) in home
    assert line.format("/register/", day) in register
    assert re.search(r'<section class="[^"]*d-print-none[^"]*"[^>]*aria-labelledby="verify-title"', home)


def test_tiles_do_not_overlap_and_places_stand_in_theirs_with_the_rest_counted_and_long_names_cut():
    taken = [(column + right, row + down) for _, column, row, wide, high in GRID.values() for right in range(wide) for down in range(high)]
    assert (len(GRID), len(taken)) == (16, len(set(taken)))
    places = [MapDistrict("310109", f"城区{number}", "pilot") for number in range(5)]
    long, unknown = MapDistrict("310115", "张江科学城国际社区起步区", "demo"), MapDistrict("990000", "演示城区", "pilot")
    tiles = {tile.name: tile for tile in tile_map([*places, long, unknown])}
    tile = tiles["虹口区"]
    assert ([mark["name"] for mark in tile.marks], tile.more) == (["城区0", "城区1"], 3)
    assert all(tile.y < mark["y"] < tile.y + tile.height for mark in tile.marks)
    [mark] = tiles["浦东新区"].marks
    assert (mark["short"][-1], mark["name"], mark["words"]) == ("…", "张江科学城国际社区起步区", "示范")
    assert {name for name, tile in tiles.items() if tile.marks} == {"虹口区", "浦东新区"}, "unknown codes are left out"


TODAY = dt.date(2026, 3, 10)


@pytest.fixture
def editions():
    """The reference edition in use; an official one not entered; one that comes into force later, another that is a draft."""
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    used = reference_edition()
    used.status = EditionStatus.PUBLISHED
    used.save()
    made = [
        Edition.objects.create(
            code=code, title="标准", official=in_force is not None, in_force=in_force, complete=False, digest=code, imported_at=moment
        )
        for code, in_force in (("DG/TJ 08-1", dt.date(2024, 7, 1)), ("DG/TJ 08-2", dt.date(2027, 1, 1)), ("草稿", None))
    ]
    return used, made[0]


@pytest.mark.parametrize("more", [0, 2])
def test_the_page_marks_the_reference_edition_and_prints_no_clause(client, editions, kept_queries, more):
    used, official = editions
    for status in (EditionStatus.PUBLISHED, EditionStatus.SUPERSEDED):
        Edition.objects.filter(pk=used.pk).update(status=status)
        assert {row.pk for row in editions_public(TODAY)} == {used.pk, official.pk}, "in use, and officially in force"
    for number in range(more):
        about = {"complete": False, "digest": str(number), "imported_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}
        Edition.objects.create(code=f"官{number}", title="标准", official=True, in_force=TODAY, **about)
    client.get(reverse("portal:public_standards"))
    with kept_queries():
        page = client.get(reverse("portal:public_standards"))
    text = page.content.decode()
    assert text.count("参考版</span>") >= 1
    assert "条文未录入，不用于评分" in text
    clause = Clause.objects.filter(edition=used).first()
    assert clause.title
    assert clause.title not in text
