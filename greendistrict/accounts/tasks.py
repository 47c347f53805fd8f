"""Background jobs of this app."""

from celery import shared_task

from greendistrict.accounts import unused


@shared_task(name="greendistrict.accounts.tasks.look_for_unused")
def look_for_unused() -> int:
    """Disable unused accounts after a notice, and take away what is left of ended terms; nightly, safe to repeat.

    Returns the number of disabled accounts.
    """
    unused.terms_over()
    return unused.look()
