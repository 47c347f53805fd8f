"""A Redis of the test's own, which it may kill."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from greendistrict import embedded, processes


class OwnRedis:
    """A real redis-server on a socket of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"

    def start(self):
        embedded.start_redis(self.folder, self.folder)

    def kill(self):
        processes.end("redis-server", str(self.socket), signal.SIGKILL)

    def freeze(self):
        for pid in processes.find("redis-server", str(self.socket)):
            os.kill(pid, signal.SIGSTOP)


@pytest.fixture
def own_redis():
    folder = Path(tempfile.mkdtemp(prefix="gd-redis-"))
    server = OwnRedis(folder)
    server.start()
    yield server
    server.kill()
    shutil.rmtree(folder)
