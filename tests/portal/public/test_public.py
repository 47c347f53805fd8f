"""Public pages: no cookies, few queries, public facts only, fictional districts separate."""

import datetime as dt
import re
import subprocess
import sys
from io import StringIO

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.urls import reverse
from PIL import Image

from assessments.post_evaluations import services as postevaluations
from assessments.post_evaluations.draw_verification import faults
from assessments.post_evaluations.selectors import draw_data
from districts.common.city_grid import GRID
from districts.common.enums import Certainty, Stage
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from indicators.common.enums import EditionStatus
from indicators.editions.models import Clause, Edition
from indicators.editions.selectors import editions_public
from portal.public import selectors as public
from portal.public.tile_map import MapDistrict, tile_map
from tests.factories.accounts import cast
from tests.factories.districts import DistrictFactory, make_district
from tests.factories.editions import reference_edition

pytestmark = pytest.mark.django_db
PAGES = ("portal:home", "portal:register", "portal:verify")


def titled(**kw):
    return make_district(**{"stage": Stage.PILOT, "star": 2, "titled_on": dt.date(2024, 6, 11), "title_batch": "2024年第五批", **kw})


def test_no_cookie_is_set(client):
    titled()
    for name in PAGES:
        response = client.get(reverse(name))
        assert response.status_code == 200
        assert not response.cookies, name


@pytest.mark.parametrize("count", [1, 3])
def test_home_costs_the_same_queries(client, django_assert_max_num_queries, count):
    for _ in range(count):
        titled()
    with django_assert_max_num_queries(6):
        client.get(reverse("portal:home"))


def test_fiction_stands_in_a_group_of_its_own(client):
    titled(name="桃浦智创城", is_demo=False, sources=["https://example.invalid/a"])
    titled(name="演示甲城（虚构）")
    context = client.get(reverse("portal:home")).context
    assert [row.name for row in context["register"]] == ["桃浦智创城"]
    assert [row.name for row in context["demo_register"]] == ["演示甲城（虚构）"]
    assert context["metrics"][0]["value"] == 1


def test_unpublished_candidates_are_nowhere(client):
    hidden = DistrictFactory(name="演示草稿城（虚构）")
    for address in (reverse("portal:home"), reverse("portal:register"), f"{reverse('portal:register')}?q=caogao"):
        assert hidden.name not in client.get(address).content.decode()
    assert client.get(reverse("portal:public_district", args=[hidden.code])).status_code == 404


def test_unknown_facts_say_so(client):
    district = titled(
        name="北外滩地区", is_demo=False, sources=["https://example.invalid/b"], area_km2=None, developable_km2=None, star=None
    )
    page = client.get(reverse("portal:public_district", args=[district.code])).content.decode()
    assert "未查明" in page
    assert "https://example.invalid/b" in page


@pytest.mark.parametrize(("stage", "has_star"), [(Stage.PILOT, True), (Stage.REVOKED, False), (Stage.CANCELLED, False)])
def test_a_district_that_lost_its_title_has_no_star_among_its_facts(client, stage, has_star):
    district = titled(name="演示甲城（虚构）")
    type(district).objects.filter(pk=district.pk).update(stage=stage, star=2 if has_star else None)
    page = client.get(reverse("portal:public_district", args=[district.code]))
    assert ("二星级" in [value for _, value, _ in page.context["facts"]]) is has_star
    assert ("星级" in [label for label, _, _ in page.context["facts"]]) is has_star


def test_inferred_titles_are_marked(client):
    titled(is_demo=False, sources=["x"], status_certainty=Certainty.INFERRED, titled_on_certainty=Certainty.INFERRED)
    row = client.get(reverse("portal:home")).context["register"][0]
    assert row.title_guess
    assert row.date_guess


def test_inferred_facts_are_marked(client):
    call_command("load_districts", stdout=StringIO())
    page = client.get(reverse("portal:public_district", args=["hongqiao-hexin"]))
    guessed = {label for label, _, guess in page.context["facts"] if guess}
    assert guessed == {"所在区", "适用标准"}
    assert "2018年10月24日（推定）" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=taopu", 1), ("q=tpzcc", 1), ("q=前滩", 0), ("title=pilot", 1), ("title=demonstration", 0), ("star=2", 1), ("kind=demo", 0)],
)
def test_register_filters(client, query, found):
    titled(name="桃浦智创城", is_demo=False, sources=["x"])
    context = client.get(f"{reverse('portal:register')}?{query}").context
    assert len(context["register"]) == found


@pytest.mark.parametrize(
    ("query", "label", "typed"),
    [("star=9", "星级", "星级：9"), ("q=abc&title=zzz", "称号", "称号：zzz"), (f"q={'长' * 61}", "名称或拼音", "长" * 61)],
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


def run_script(folder):
    command = [sys.executable, "-I", "repeat_sample.py", "data.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip()


def test_drawn_lists_are_published_with_what_repeats_them(client, tmp_path):
    assert "尚未抽取" in client.get(reverse("portal:public_samples")).content.decode()
    people = cast()
    for number in range(6):
        make_district(people, name=f"演示示范{number}（虚构）", stage=Stage.DEMONSTRATION, titled_on=clock.today())
    sample = postevaluations.commit_sample(year=clock.today().year, demo=True, by=people.secretariat)
    data = reverse("portal:public_sample_data", args=[sample.pk])
    assert client.get(data).status_code == 404, "nothing before the draw"
    assert sample.secret not in client.get(reverse("portal:public_samples")).content.decode()
    sample = postevaluations.draw(sample=sample, by=people.secretariat)
    text = client.get(reverse("portal:public_samples")).content.decode()
    assert (text.count("抽中"), text.count("未抽中"), text.count("演示数据")) == (6, 4, 1)
    assert all(word in text for word in (sample.secret, sample.secret_digest, sample.list_digest))
    assert faults(client.get(data).json()) == []
    script = client.get(reverse("portal:public_sample_script"))
    assert reverse("portal:public_sample_script") in text
    (tmp_path / "repeat_sample.py").write_bytes(script.content)
    (tmp_path / "data.json").write_bytes(client.get(data).content)
    told = run_script(tmp_path)
    assert told == (0, f"ok {' '.join(str(one) for one in draw_data(sample)['drawn'])}")
    assert reverse("portal:public_samples") in client.get(reverse("portal:home")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_drawn_lists_cost_one_query(client, django_assert_num_queries, count, people):
    make_district(people, stage=Stage.DEMONSTRATION, titled_on=clock.today())
    for back in range(count):
        sample = postevaluations.commit_sample(year=clock.today().year - back, demo=True, by=people.secretariat)
        postevaluations.draw(sample=sample, by=people.secretariat)
    with django_assert_num_queries(1):
        client.get(reverse("portal:public_samples"))


def test_a_number_is_looked_up(client):
    from approvals.titles.models.publicity import Title

    district = titled(is_demo=False, name="演示核验城", sources=["x"])
    Title.objects.create(district=district, kind="pilot", number="演沪绿〔2024〕1号", historic=True, policy="沪府办规〔2018〕24号")
    address = reverse("portal:verify")
    assert "演示核验城" in client.get(address, {"code": "演沪绿〔2024〕1号"}).content.decode()
    assert client.get(address, {"code": "SQ-2030-9999"}).status_code == 404
    assert "请填写编号、文号或查验码" in client.get(address, {"code": ""}).content.decode()


def test_looking_numbers_up_is_limited_per_address(client, settings):
    address = reverse("portal:verify")
    answers = [client.get(address, {"code": "SQ-2030-0001"}).status_code for _ in range(public.CHECKS_A_MINUTE + 1)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {404}
    assert client.get(address, {"code": "SQ-2030-0001"}, REMOTE_ADDR="192.0.2.7").status_code == 404


def test_the_map_has_a_tile_for_every_special_area_of_the_policy():
    from districts.common.city_grid import SPECIAL
    from greendistrict.policy.loader import all_policies
    from portal.public.tile_map import special_tiles

    assert list(SPECIAL) == list(all_policies()[-1].key_areas.names)
    drawn = special_tiles({"奉贤新城": 2})
    assert len({tile.name for tile in drawn}) == 9
    assert [(tile.short, tile.count) for tile in drawn if tile.count] == [("奉贤新城", 2)]


def test_the_caption_of_the_map_promises_numbers_only_when_the_cells_show_some(client):
    promise = "格内数字是已知位于其中的城区个数"
    assert promise not in client.get(reverse("portal:home")).content.decode()
    call_command("load_districts", stdout=StringIO())
    call_command("load_titles", stdout=StringIO())
    page = client.get(reverse("portal:home"))
    assert promise in page.content.decode()
    assert {tile.short: tile.count for tile in page.context["special_tiles"] if tile.count} == {"虹桥商务区": 2, "松江新城": 1}


def test_announcements_stand_by_their_day_everywhere(client):
    """The real fifth batch of June 2024 is older than a fictional second batch of September."""
    from approvals.publicity.selectors import announcements_public
    from approvals.titles.models.publicity import Announcement

    common = {"status": "published", "title": "公告"}
    Announcement.objects.create(year=2024, batch=5, announced_on=dt.date(2024, 6, 11), **common)
    Announcement.objects.create(year=2024, batch=2, announced_on=dt.date(2024, 9, 4), is_demo=True, **common)
    Announcement.objects.create(year=2023, batch=9, announced_on=dt.date(2024, 1, 3), **common)
    Announcement.objects.create(year=2025, batch=1, title="拟稿")
    days = [dt.date(2024, 9, 4), dt.date(2024, 6, 11), dt.date(2024, 1, 3)]
    assert [row.announced_on for row in announcements_public()] == days
    assert [row["date"] for row in client.get(reverse("portal:home")).context["announcements"]] == days
    people = cast()
    client.force_login(people.city_officer)
    assert [row.announced_on for row in client.get(reverse("approvals:announcement_list")).context["batches"]] == [None, *days]
    api = client.get("/api/v1/announcements/").json()["results"]
    assert [row["announced_on"] for row in api] == [day.isoformat() for day in days]
    assert [str(row) for row in announcements_public()][:2] == ["2024年第二批（演示）", "2024年第五批"], "two series, told apart"


def test_the_register_is_taken_along_in_every_format(client):
    page = client.get(f"{reverse('portal:register')}?kind=demo").content.decode()
    links = re.findall(r'href="(/data/(?:titles|boundaries)\.[^"]+)"', page)
    assert links == ["/data/titles.csv?kind=demo", "/data/titles.xlsx?kind=demo", "/data/titles.json?kind=demo", "/data/boundaries.geojson"]
    assert {client.get(link).status_code for link in links} == {200}


def test_a_shared_link_has_title_and_words_of_its_own_and_a_picture(client, settings):
    settings.SITE_URL = "https://portal.example"
    pages = [reverse(f"portal:{name}") for name in ("home", "register", "verify", "public_samples", "public_outages", "open_data")]
    pages.append(reverse("portal:public_district", args=[titled(name="演示城（虚构）").code]))
    told = [dict(re.findall(r'property="og:([a-z]+)" content="([^"]*)"', client.get(page).content.decode())) for page in pages]
    assert {tuple(sorted(one)) for one in told} == {("description", "image", "locale", "title", "type", "url")}
    assert len({one["description"] for one in told}) == len({one["title"] for one in told}) == len(pages)
    [picture] = {one["image"] for one in told}
    found = finders.find(picture.removeprefix("https://portal.example/static/"))
    with Image.open(found) as opened:
        assert opened.size == (1200, 630)


@pytest.mark.parametrize("name", ["portal:home", "portal:register", "portal:published_counts"])
def test_a_public_page_is_named_by_its_address_without_query(client, settings, name):
    settings.SITE_URL = "https://portal.example"
    page = client.get(reverse(name), {"q": "北"}).content.decode()
    assert re.findall(r'property="og:url" content="([^"]*)"', page) == [f"https://portal.example{reverse(name)}"]


def test_a_page_on_paper_bears_its_address_and_day_and_no_form(client, settings):
    settings.SITE_URL = "https://portal.example.invalid"
    home, register = (client.get(reverse(f"portal:{name}")).content.decode() for name in ("home", "register"))
    line = '<p class="gd-hint d-none d-print-block mt-3">网址：https://portal.example.invalid{}　页面日期：{}</p>'
    day = cn_date(clock.today())
    assert line.format("/", day) in home
    assert line.format("/register/", day) in register
    assert re.search(r'<section class="[^"]*d-print-none[^"]*"[^>]*aria-labelledby="verify-title"', home)


def test_sixteen_tiles_that_do_not_overlap():
    taken = [(column + right, row + down) for _, column, row, wide, high in GRID.values() for right in range(wide) for down in range(high)]
    assert len(GRID) == 16
    assert len(taken) == len(set(taken))


def test_places_stand_in_their_tile_and_the_rest_is_counted():
    tiles = {tile.name: tile for tile in tile_map([MapDistrict("310109", f"城区{number}", "pilot") for number in range(5)])}
    tile = tiles["虹口区"]
    assert [mark.name for mark in tile.marks] == ["城区0", "城区1"]
    assert tile.more == 3
    assert all(tile.y < mark.y < tile.y + tile.height for mark in tile.marks)
    assert tiles["崇明区"].marks == ()


def test_long_names_are_cut_and_kept_whole_in_the_title():
    tile = next(tile for tile in tile_map([MapDistrict("310115", "张江科学城国际社区起步区", "demo")]) if tile.marks)
    assert tile.marks[0].short.endswith("…")
    assert tile.marks[0].name == "张江科学城国际社区起步区"
    assert tile.marks[0].words == "示范"


def test_unknown_codes_are_left_out():
    assert not any(tile.marks for tile in tile_map([MapDistrict("990000", "演示城区", "pilot")]))


TODAY = dt.date(2026, 3, 10)


@pytest.fixture
def editions():
    """The reference edition in use; an official one not entered; another that is a draft, one that comes into force later."""

    used = reference_edition()
    used.status = EditionStatus.PUBLISHED
    used.save()

    def official(code, in_force, **more):
        return Edition.objects.create(
            code=code,
            title="绿色生态城区评价标准",
            official=True,
            in_force=in_force,
            complete=False,
            digest=code,
            imported_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            **more,
        )

    return {
        "used": used,
        "official": official("DG/TJ 08-1", dt.date(2024, 7, 1)),
        "later": official("DG/TJ 08-2", dt.date(2027, 1, 1)),
        "draft": Edition.objects.create(
            code="草稿", title="草稿", official=False, complete=False, digest="3", imported_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        ),
    }


def test_what_is_in_use_and_what_is_officially_in_force_is_public(editions):
    assert {row.pk for row in editions_public(TODAY)} == {editions["used"].pk, editions["official"].pk}
    editions["used"].status = EditionStatus.SUPERSEDED
    editions["used"].save()
    assert editions["used"].pk in {row.pk for row in editions_public(TODAY)}


@pytest.mark.parametrize("more", [0, 2])
def test_the_page_marks_the_reference_edition_and_prints_no_clause(client, editions, kept_queries, more):
    for number in range(more):
        Edition.objects.create(
            code=f"官{number}",
            title="标准",
            official=True,
            in_force=TODAY,
            complete=False,
            digest=str(number),
            imported_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        )
    client.get(reverse("portal:public_standards"))
    with kept_queries():
        page = client.get(reverse("portal:public_standards"))
    text = page.content.decode()
    assert text.count("参考版</span>") >= 1
    assert "条文未录入，不用于评分" in text
    clause = Clause.objects.filter(edition=editions["used"]).first()
    assert clause.title
    assert clause.title not in text
