"""One copy of the stored world for all modules of a process: each takes back what its requests write."""

import pytest

from tests.pages.world import stored_portal


@pytest.fixture(scope="session")
def stored(tmp_path_factory, django_db_blocker):
    with django_db_blocker.unblock(), stored_portal(tmp_path_factory.mktemp("pages") / "portal") as portal:
        yield portal
