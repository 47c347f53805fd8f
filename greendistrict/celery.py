"""Celery application: tasks receive ids, run after commit, and hold no rule."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun

from greendistrict.core import requestid

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greendistrict.settings")

app = Celery("greendistrict")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
def number_the_job(task_id: str, **_kwargs: Any) -> None:
    """Log lines and records of a job carry its id."""
    requestid.begin(task_id)
