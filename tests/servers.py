"""Servers of a test's own, which it may kill."""

import os
import shutil
import signal
import socket
import subprocess
import threading
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller

from greendistrict import embedded, processes


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def answers(port: int) -> bool:
    """Whether somebody listens at a port."""
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


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

    def lose(self):
        """Kill it and lose what it held."""
        self.kill()
        shutil.rmtree(self.folder / "redis")


class OwnPostgres:
    """A PostgreSQL on a socket of its own, which a test may stop and start again."""

    def __init__(self, folder: Path):
        folder.chmod(0o755)  # its user has to get in
        self.state, self.sockets = folder / "state", folder / "run"
        self.state.mkdir(mode=0o755)
        if (kept := embedded.state_folder() / "server").is_dir():
            (self.state / "server").symlink_to(kept)

    def start(self):
        embedded.start_postgres(self.state, self.sockets)

    def stop(self):
        processes.end("postgres", str(self.sockets), signal.SIGINT)

    @contextmanager
    def stopped(self):
        """Without it during the block."""
        self.stop()
        yield
        self.start()

    def url(self, role: str = embedded.NAME) -> str:
        return embedded._database_url(self.sockets, role)

    def copy(self, url: str) -> None:
        """Put a copy of another database into this one."""
        binaries = embedded._postgres_home(self.state, embedded._owner(self.state / "pgdata")) / "bin"
        dumped = subprocess.run([binaries / "pg_dump", "--no-owner", url], check=True, stdout=subprocess.PIPE)
        into = [binaries / "psql", "--quiet", "--set", "ON_ERROR_STOP=1", self.url()]
        subprocess.run(into, check=True, input=dumped.stdout, stdout=subprocess.DEVNULL)


@contextmanager
def silent(server: OwnPostgres):
    """The server and all that serve its connections are there, and do nothing, during the block."""
    parent = int((server.state / "pgdata" / "postmaster.pid").read_text(encoding="ascii").split()[0])
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    found = [parent, *map(int, children)]
    try:
        for pid in found:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in found:
            os.kill(pid, signal.SIGCONT)


class OwnMailServer:
    """An SMTP server that keeps what it took. ``refusing``: it takes nothing for now. ``on_taken`` is called before it answers."""

    def __init__(self):
        self.port = free_port()
        self.taken, self.refusing, self.on_taken = [], threading.Event(), None
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self):
        self._controller.start()
        return self

    def __exit__(self, *_):
        self._controller.stop()

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 -- aiosmtpd's name
        if self.refusing.is_set():
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 -- aiosmtpd's name
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        if self.on_taken:
            self.on_taken(len(self.taken))
        return "250 taken"
