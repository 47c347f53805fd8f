"""The policy for everybody: the same rules, readings and settings as within the portal, and nothing about districts."""

import pytest
from django.urls import reverse

from greendistrict.core import clock
from greendistrict.policy.in_force import policies
from greendistrict.policy.selectors import setting_rows
from portal.policy.selectors.rules import chosen_policy
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db
PAGE = "portal:public_policy"


def test_a_visitor_reads_every_rule_with_its_reading_and_every_setting(client):
    policy = chosen_policy(policies(), "", clock.today())
    page = client.get(reverse(PAGE))
    groups = page.context["groups"]
    assert [row.rule.id for group in groups for row in group.rows] == [
        rule.id for step in dict.fromkeys(group.step for group in groups) for rule in policy.rules if rule.step == step
    ]
    assert {row.rule.id for group in groups for row in group.rows} == {rule.id for rule in policy.rules}
    text = page.content.decode()
    assert all(f'id="{rule.id}"' in text for rule in policy.rules)
    assert text.count("（待确认）") == sum(bool(row.reading) for group in groups for row in group.rows)
    assert text.count(">默认值<") == sum(row.is_default for row in setting_rows())


def test_the_page_names_no_district_and_no_reason_of_a_setting(client, django_user_model):
    make_district(name="演示丙城（虚构）")
    text = client.get(reverse(PAGE)).content.decode()
    assert "演示丙城" not in text
    assert not any(row.reason in text for row in setting_rows() if row.reason)


def test_earlier_policies_open_by_their_code_and_unknown_ones_are_not_found(client):
    for policy in policies():
        page = client.get(reverse(PAGE), {"policy": policy.code})
        assert page.context["policy"] is policy
    assert client.get(reverse(PAGE), {"policy": "没有"}).status_code == 404


def test_the_page_asks_for_settings_only(client, kept_queries):
    client.get(reverse(PAGE))
    with kept_queries():
        client.get(reverse(PAGE))
