"""A demo with a story of one district and one filed self-check: all that the main job needs, told in seconds. Settings and app."""

import datetime as dt

from django.apps import AppConfig

from greendistrict.settings import *  # noqa: F403
from greendistrict.settings import INSTALLED_APPS as FULL

INSTALLED_APPS = [*FULL, "tests.ops.short_story.ShortStory"]
PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]


class ShortStory(AppConfig):
    name = "tests.ops.short_story"
    label = "short_story"
    path = __file__

    def ready(self):
        from tools.demo import story

        story.load = load


def load(bodies, people):
    from assessments.self_checks import services as selfchecks
    from assessments.self_checks.models import SelfCheck
    from greendistrict.core import clock
    from greendistrict.policy.services import set_setting
    from tools.demo import matters, story, tables
    from tools.demo.timing import base_year, moment

    today = clock.today()
    year, plot = base_year(today), story.XINCHENG
    first = dt.date(year - 2, 1, 1)
    with clock.at(moment(first)):  # in force when the self-check is opened
        set_setting(by=people["city_director"], key="obligations_from", value=first.isoformat(), reason="演示")
    with clock.at(moment(dt.date(year - 2, 7, 8))):
        district = matters._old_pilot(plot, bodies, people["preparer"], granted_on=first)
    with clock.at(moment(dt.date(year, 1, 6))):
        selfchecks.open_due(clock.today())
    check = SelfCheck.objects.select_related("district", "table").get(district=district, year=year - 1)
    with clock.at(moment(dt.date(year, 3, 26))):
        tables.file_self_check(check, people["preparer"], people["reviewer"], tables.Year(plot.seed, 0.68, 0.6))
