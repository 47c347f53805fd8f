"""Application configuration."""

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    """Who owes what by when, and the reminder sweep."""

    name = "greendistrict.obligations"

    def ready(self) -> None:
        """Collect the duties."""
        from greendistrict.obligations import duties, selfcheck, stage  # noqa: PLC0415 -- models are ready only now

        duties.register(selfcheck.RULE, selfcheck.collect)
        duties.register(stage.RULE, stage.collect)
