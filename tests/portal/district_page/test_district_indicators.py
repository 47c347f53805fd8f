"""The tab 指标体系: targets against what received self-checks reached."""

import pytest
from django.urls import reverse

from districts.common.enums import Stage
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import make_district
from tests.factories.indicator_systems import approved_system, begun_system
from tests.factories.received import received_self_check

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def district(cast):
    return make_district(cast, stage=Stage.PILOT, key_areas=["五个新城"])


def tab(client, user, district, **query):
    client.force_login(user)
    return client.get(reverse("districts:district_detail", kwargs={"code": district.code}), {"tab": "indicators", **query}).content.decode()


def test_a_draft_is_not_shown(client, cast, district):
    begun_system(cast, district)
    page = tab(client, cast.city_officer, district)
    assert "暂无已批准的指标体系" in page
    assert "目标与实际" not in page


def test_targets_stand_beside_what_was_reached_with_light_and_chart(client, cast, district):
    system = approved_system(cast, district)
    system.rows.filter(key="4.2.1").update(baseline="20", baseline_year=2024, near="50", mid="70", long="90")
    assert "暂无实际值" in tab(client, cast.city_officer, district)
    received_self_check(cast, district=district, year=2026)
    page = tab(client, cast.city_officer, district, indicator="4.2.1")
    assert "2026年<br>实际" in page
    assert "达到路径" in page
    assert '<th scope="row">2026年</th><td class="gd-num">40</td><td class="gd-num">100</td>' in page
    assert 'class="gd-chart"' in page
    assert "未到目标年2027年，不作判断" in page


def test_an_unknown_indicator_draws_the_first(client, cast, district):
    approved_system(cast, district)
    assert 'id="tr-title"' in tab(client, cast.preparer, district, indicator="99.9")
