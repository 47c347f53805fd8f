"""Rules and selectors answer everybody of the stored world as is kept: whose rights changed is seen in the difference."""

import os
from pathlib import Path

import pytest

from greendistrict.core import clock
from tests.pages.world import NOW, stored_world
from tests.portal.writes import undone
from tests.rights.answers import lines

KEPT = Path(__file__).parent / "answers.txt"


@pytest.mark.slow
def test_everybody_is_answered_as_is_kept(tmp_path, django_db_blocker):
    with django_db_blocker.unblock(), stored_world(tmp_path / "portal"), clock.at(NOW), undone():
        fresh = list(lines())
    if os.environ.get("GD_RIGHTS_KEEP"):
        KEPT.write_text("".join(f"{line}\n" for line in fresh), encoding="utf-8")
    assert fresh == KEPT.read_text(encoding="utf-8").splitlines()
