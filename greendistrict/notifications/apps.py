"""Application configuration."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Every message the portal can send, the inbox and the channels."""

    name = "greendistrict.notifications"

    def ready(self) -> None:
        """Take part in the outbox."""
        from greendistrict.notifications import services  # noqa: PLC0415 -- models are ready only now
        from greendistrict.workflow import outbox  # noqa: PLC0415

        outbox.handle(services.KIND, services.deliver)
        outbox.handle(services.MAIL, services.mail)
