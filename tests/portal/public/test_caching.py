"""Page cache: for visitors only, for some seconds, separate for the 关怀版."""

import re
import subprocess
import sys
import time

import pytest
from django.core.cache import cache
from django.urls import reverse

from districts.common.enums import Stage
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.processes import ROOT

pytestmark = pytest.mark.django_db
PAGES = ("portal:home", "portal:register")


@pytest.fixture(autouse=True)
def kept(settings):
    cache.clear()
    settings.PUBLIC_CACHE_SECONDS = 30
    yield
    cache.clear()


@pytest.mark.parametrize("name", PAGES)
def test_a_second_visitor_asks_the_database_nothing(client, django_assert_num_queries, name):
    make_district(stage=Stage.PILOT)
    first = client.get(reverse(name))
    with django_assert_num_queries(0):
        second = client.get(reverse(name))
    assert second.content == first.content
    assert not second.cookies


@pytest.mark.parametrize("name", PAGES)
def test_who_is_signed_in_reads_what_is_stored_and_leaves_nothing_for_visitors(client, name):
    user = cast().city_officer
    client.get(reverse(name))
    make_district(name="演示新来城（虚构）", stage=Stage.PILOT)
    assert "演示新来城" not in client.get(reverse(name)).content.decode()
    client.force_login(user)
    own = client.get(reverse(name)).content.decode()
    assert "演示新来城" in own
    assert "工作台" in own
    client.logout()
    assert "工作台" not in client.get(reverse(name)).content.decode()


def test_conditions_and_the_care_version_are_kept_apart(client):
    make_district(name="演示甲城（虚构）", stage=Stage.PILOT)
    address = reverse("portal:register")
    assert "演示甲城" in client.get(address).content.decode()
    assert "演示甲城" not in client.get(f"{address}?q=没有的").content.decode()
    assert 'data-care="on"' not in client.get(address).content.decode()
    client.cookies["gd_care"] = "on"
    assert 'data-care="on"' in client.get(address).content.decode()
    client.cookies["gd_care"] = "off"
    assert 'data-care="on"' not in client.get(address).content.decode()


def test_a_browser_keeps_a_page_no_longer_than_the_rest_of_its_time_and_an_update_shows_when_that_is_over(client, settings):
    settings.PUBLIC_CACHE_SECONDS = 3
    home = reverse("portal:home")

    def seconds():
        return int(re.search(r"max-age=(\d+)", client.get(home).headers["Cache-Control"])[1])

    assert seconds() >= 2
    make_district(name="演示新来城（虚构）", stage=Stage.PILOT)
    time.sleep(2.1)
    assert seconds() <= 1
    assert "演示新来城" not in client.get(home).content.decode()
    time.sleep(1.1)
    assert "演示新来城" in client.get(home).content.decode()
    settings.PUBLIC_CACHE_SECONDS = 0
    cache.clear()
    for name in ("演示再来城", "演示三来城"):
        make_district(name=f"{name}（虚构）", stage=Stage.PILOT)
        assert name in client.get(home).content.decode(), "nothing is kept"


def test_the_time_that_is_shipped_is_less_than_a_minute():
    words = "from greendistrict.settings import PUBLIC_CACHE_SECONDS as s; print(s)"
    shipped = int(subprocess.run([sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    assert 0 < shipped < 60
    assert f"${{GD_PUBLIC_CACHE_SECONDS:-{shipped}}}" in (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def test_what_one_visitor_sends_is_on_no_page_of_the_next(client):
    address = reverse("portal:register")
    client.get(address, headers={"Accept-Language": "xx-leak", "User-Agent": "leak-agent", "Referer": "https://leak.example/"})
    client.cookies["other"] = "leak-cookie"
    first = client.get(f"{address}?q=leak-words")
    assert "leak-words" in first.content.decode()
    del client.cookies["other"]
    assert "leak" not in client.get(address).content.decode()
