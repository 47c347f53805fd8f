"""The kept costs of hot pages are those of today; ``scripts/hot_pages.py`` compares them with main and the last release."""

import datetime as dt
import os
import platform

import pytest
from django.conf import settings

from greendistrict.core import clock
from scripts import hot_pages
from tests.factories.once import once
from tests.hot_pages.measuring import costs, world

DAY = dt.datetime(2026, 11, 25, 10, tzinfo=clock.SHANGHAI)
FILE = settings.BASE_DIR / hot_pages.FILE
NEAR = 2  # percent by which a figure may differ from the kept one, either way: a gain is kept too, so that losing it shows
PYTHON = ".".join(platform.python_version_tuple()[:2])


def on_the_day():
    with clock.at(DAY):
        return world()


made = once(on_the_day)
pytestmark = pytest.mark.django_db


def test_the_kept_costs_are_those_of_today(made):
    with clock.at(DAY):
        found = costs(made)
    kept = hot_pages.read(FILE.read_text(encoding="utf-8"))
    if os.environ.get("GD_HOT_PAGES_KEEP"):
        FILE.write_text(hot_pages.written(kept._replace(python=PYTHON, now=found)), encoding="utf-8")
        return
    compared = [what for what in hot_pages.Cost._fields if what != "calls" or kept.python == PYTHON]
    off = {
        (page, what): (getattr(kept.now.get(page), what, None), getattr(cost, what))
        for page, cost in found.items()
        for what in compared
        if getattr(cost, what) != pytest.approx(getattr(kept.now.get(page), what, 0), rel=NEAR / 100)
    }
    assert off == {}, f"kept, measured: make hot-pages KEEP=1 writes {hot_pages.FILE}"
    assert set(kept.now) == set(found)
