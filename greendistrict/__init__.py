"""Django project package: settings, URLs and start-up, and the kernel apps shared by all other apps."""

from greendistrict import collector
from greendistrict.celery import app as celery_app

__all__ = ("celery_app", "collector")
