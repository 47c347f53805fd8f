"""What the text excepts and what is only the portal's reading stand on the public page of the policy."""

import pytest
from django.urls import reverse

from greendistrict.policy.in_force import policies
from portal.policy.selectors import rule_row

pytestmark = pytest.mark.django_db


def row_of(rule_id):
    policy = policies()[-1]
    return rule_row(policy, next(rule for rule in policy.rules if rule.id == rule_id))


def test_every_exception_of_the_text_is_shown(client):
    policy = policies()[-1]
    excepting = [rule for rule in policy.rules if "except" in rule.details]
    page = client.get(reverse("portal:public_policy")).content.decode()
    assert [rule.id for rule in excepting] == ["PLOT-DESIGN"]
    assert [f"{rule.details['except']}除外" in page for rule in excepting] == [True]


def test_the_same_level_is_text_for_granted_land_and_a_reading_for_the_rest(client):
    granted, allocated = row_of("PLOT-CONSULT-GRANTED"), row_of("PLOT-CONSULT-ALLOCATED")
    assert ("同级" in granted.rule.title, granted.reading) == (True, "")
    assert ("同级" in allocated.rule.title, "同级" in allocated.reading) == (False, True)
    assert f"{allocated.reading}（待确认）" in client.get(reverse("portal:public_policy")).content.decode()
