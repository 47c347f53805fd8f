"""Settings of a portal whose worker knows the kind of the tests."""

from greendistrict.settings import *  # noqa: F403
from greendistrict.settings import INSTALLED_APPS as PORTAL_APPS

INSTALLED_APPS = [*PORTAL_APPS, "tests.reports.sheet_app.SheetConfig"]
