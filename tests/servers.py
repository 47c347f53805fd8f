"""Servers of a test's own, which it may kill."""

import os
import signal
from pathlib import Path

from greendistrict import embedded, processes


class OwnRedis:
    """A real redis-server on a socket of its own; what its queues held is there again after a restart."""

    def __init__(self, folder: Path):
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
