"""Public pages from the cache: for visitors only, for some seconds, apart for the 关怀版."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from districts.common.enums import Stage
from tests.factories.accounts import cast
from tests.factories.districts import make_district

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


def test_nothing_is_kept_with_zero_seconds(client, settings):
    settings.PUBLIC_CACHE_SECONDS = 0
    client.get(reverse("portal:home"))
    make_district(name="演示新来城（虚构）", stage=Stage.PILOT)
    assert "演示新来城" in client.get(reverse("portal:home")).content.decode()
