"""Application configuration."""

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    """Who owes what by when, and the reminder sweep."""

    name = "greendistrict.obligations"

    def ready(self) -> None:
        """Collect the duties."""
        from assessments.enums import ReportKind  # noqa: PLC0415 -- models are ready only now
        from assessments.intake import FORMS  # noqa: PLC0415
        from greendistrict.obligations import duties, selfcheck, stage, yearlyreport  # noqa: PLC0415 -- models are ready only now

        duties.register(selfcheck.RULE, selfcheck.collect, selfcheck.yearly)
        duties.register(stage.RULE, stage.collect)
        duties.register(FORMS[ReportKind.OPERATION].rule, yearlyreport.collect_operation, yearlyreport.operation)
        duties.register(FORMS[ReportKind.CARBON].rule, yearlyreport.collect_carbon, yearlyreport.carbon)
