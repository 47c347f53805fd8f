"""Celery application: tasks receive ids, run after commit, and hold no rule."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greendistrict.settings")

app = Celery("greendistrict")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
