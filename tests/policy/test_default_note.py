"""The sentence beside days that are not marked one by one."""

import re
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.template import Context, Template

from greendistrict.accounts.enums import Role
from greendistrict.policy import parameters
from greendistrict.policy.duty_days import SETTINGS_OF
from greendistrict.policy.services import set_setting
from greendistrict.policy.templatetags.documents import DEFAULT_NOTE
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
TEMPLATES = Path(portal.BASE_DIR) / "templates"
NOTE = re.compile(r'{% default_note ((?:"[^"]+" )+)%}')


ANY = frozenset(chain.from_iterable(SETTINGS_OF.values()))


@pytest.mark.parametrize(("tag", "settings"), [("default_note", ANY), ('default_note "plot_consult_days"', {"plot_consult_days"})])
def test_it_stands_as_long_as_one_setting_of_its_page_is_not_confirmed(tag, settings):
    def told():
        return Template(f"{{% load documents %}}{{% {tag} %}}").render(Context())

    def confirm(key):
        set_setting(by=director, key=key, value=parameters.get(key).value, reason="处务会议定")

    director, (last, *others) = make_user(Role.CITY_DIRECTOR), sorted(key for key in settings if parameters.get(key).waits)
    for key in others:
        confirm(key)
    assert told() == DEFAULT_NOTE
    confirm(last)
    assert told() == ""


def test_a_page_names_settings_that_exist():
    named = {key for page in TEMPLATES.rglob("*.html") for keys in NOTE.findall(page.read_text(encoding="utf-8")) for key in keys.split()}
    assert {key.strip('"') for key in named} <= parameters.defaults().keys()
    assert named
