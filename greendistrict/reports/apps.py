"""Application configuration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Report kinds: figures, PDF, XLSX, and export jobs with progress."""

    name = "greendistrict.reports"

    def ready(self) -> None:
        """Take part in the outbox, own the files made, and report each received self-check."""
        from assessments.lifecycle import SELF_CHECK  # noqa: PLC0415 -- models are ready only now
        from greendistrict.documents.registry import register_owner  # noqa: PLC0415
        from greendistrict.reports import handlers, selectors, services  # noqa: PLC0415
        from greendistrict.reports.enums import OUTBOX_KIND  # noqa: PLC0415 -- models are ready only now
        from greendistrict.reports.models import ExportJob  # noqa: PLC0415
        from greendistrict.workflow import outbox  # noqa: PLC0415
        from greendistrict.workflow.registry import on  # noqa: PLC0415

        outbox.handle(OUTBOX_KIND, services.enqueue)
        register_owner(ExportJob, selectors.jobs_visible_to, handlers.nobody)
        on(SELF_CHECK, "receive", handlers.report_received)
