"""Thousands of forms sent at random in the stored world, one after another: no act that a form lets through ends in a fault."""

import json
import os
import random

import pytest

from tests.pages.world import stored_portal

pytestmark = pytest.mark.long
SEED = int(os.environ.get("GD_ACTOR_SEED") or random.randrange(10**6))  # noqa: S311 -- another walk each time
NUMBER = int(os.environ.get("GD_ACTOR_POSTS") or 1500)


def test_whatever_is_sent_ends_in_a_page(tmp_path, django_db_blocker):
    with django_db_blocker.unblock(), stored_portal(tmp_path / "actor") as portal:
        seen = json.loads(portal.run("-m", "tests.long.actor", str(SEED), str(NUMBER)).splitlines()[-1])
    assert (seen["posts"] >= NUMBER, seen["taken"] > NUMBER // 6, seen["forms"] > min(NUMBER // 15, 100)) == (True, True, True), seen
    assert seen["found"] == {}, f"GD_ACTOR_SEED={SEED} GD_ACTOR_POSTS={NUMBER}"
