"""Background jobs of this app."""

from celery import shared_task

from greendistrict.signin.sessions import SessionStore


@shared_task(name="greendistrict.signin.tasks.clear_sessions")
def clear_sessions() -> None:
    """Delete expired sessions; run daily, idempotent."""
    SessionStore.clear_expired()
