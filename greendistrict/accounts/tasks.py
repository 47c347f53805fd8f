"""Background jobs of this app."""

from celery import shared_task

from greendistrict.accounts import unused


@shared_task(name="greendistrict.accounts.tasks.look_for_unused")
def look_for_unused() -> int:
    """Disable accounts that nobody uses, after a notice; nightly, safe to repeat. Returns how many were disabled."""
    return unused.look()
