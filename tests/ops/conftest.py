"""A Redis of the test's own, which it may kill."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.servers import OwnRedis


@pytest.fixture
def own_redis():
    folder = Path(tempfile.mkdtemp(prefix="gd-redis-"))
    server = OwnRedis(folder)
    server.start()
    yield server
    server.kill()
    shutil.rmtree(folder)
