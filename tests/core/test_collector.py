"""Python's garbage collector does not interrupt a page again and again."""

import gc

import pytest
from django.urls import reverse

from greendistrict.collector import NEW_OBJECTS

pytestmark = pytest.mark.django_db
RUNS = 2  # at Python's own threshold it is some thirty


def test_a_page_is_made_without_stopping_for_the_collector(client):
    client.get(reverse("portal:home"))
    runs = []
    gc.callbacks.append(lambda phase, _info: runs.append(phase) if phase == "start" else None)
    try:
        client.get(reverse("portal:home"))
    finally:
        gc.callbacks.pop()
    assert len(runs) <= RUNS


def test_the_collector_runs_again_when_the_apps_are_loaded():
    assert (gc.isenabled(), gc.get_threshold()[0]) == (True, NEW_OBJECTS)
