"""An app that registers the kind of the tests, for workers that are processes of their own."""

from pathlib import Path

from django.apps import AppConfig


class SheetConfig(AppConfig):
    """As the portal's own apps do, once the models are ready."""

    name = "tests.reports.sheet_app"
    path = str(Path(__file__).parent)
    label = "sheet_app"

    def ready(self):
        from reports.jobs.kinds import report_kinds
        from tests.reports.world import KIND, name_sheet

        report_kinds.register(KIND, name_sheet())
