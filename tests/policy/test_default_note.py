"""The sentence beside days that are not marked one by one."""

import pytest
from django.template import Context, Template

from greendistrict.accounts.enums import Role
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.policy.templatetags.documents import DEFAULT_NOTE
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


def test_it_stands_as_long_as_one_number_of_days_is_not_confirmed():
    def told():
        return Template("{% load documents %}{% default_note %}").render(Context())

    director, (last, *others) = make_user(Role.CITY_DIRECTOR), [key for key in parameters.defaults() if key.endswith("days")]
    assert len(others) > 20
    for key in others:
        set_setting(by=director, key=key, value=parameters.get(key).value, reason="处务会议定")
    assert told() == DEFAULT_NOTE
    set_setting(by=director, key=last, value=parameters.get(last).value, reason="处务会议定")
    assert told() == ""
