"""Settings of a portal whose worker knows the kind of the tests, which an app registers."""

from pathlib import Path

from django.apps import AppConfig

from greendistrict.settings import *  # noqa: F403
from greendistrict.settings import INSTALLED_APPS as PORTAL_APPS

INSTALLED_APPS = [*PORTAL_APPS, "tests.reports.sheet_settings.SheetConfig"]


class SheetConfig(AppConfig):
    """As the portal's own apps do, once the models are ready."""

    name = "tests.reports.sheet_settings"
    path = str(Path(__file__).parent)
    label = "sheet_app"

    def ready(self):
        from reports.jobs.kinds import report_kinds
        from tests.reports.world import KIND, name_sheet

        report_kinds.register(KIND, name_sheet())
