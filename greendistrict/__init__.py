"""Project package: composition on top, shared kernel below."""

from greendistrict import collector
from greendistrict.celery import app as celery_app

__all__ = ("celery_app", "collector")
