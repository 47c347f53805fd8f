"""The barest Celery application: one task that does nothing, on the portal's broker, without the portal."""

from celery import Celery

QUEUE = "bare"

app = Celery("bare", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.task(name="bare.nothing", queue=QUEUE)
def nothing() -> None:
    """What a task costs that does nothing."""
