"""Application configuration."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages that compose all apps: work desk, district page, public pages."""

    name = "greendistrict.portal"

    def ready(self) -> None:
        """Give the frame its figures, and the policy's page what districts say to its rules."""
        from greendistrict.policy.standing import register_teller  # noqa: PLC0415 -- as below
        from greendistrict.portal.context import register_counter  # noqa: PLC0415 -- models are ready only now
        from greendistrict.portal.selectors import counters, policy_check  # noqa: PLC0415

        register_counter("todo", counters.todo_count)
        register_counter("unread", counters.unread_count)
        register_counter("due", counters.due_count)
        register_teller(policy_check.standings)
