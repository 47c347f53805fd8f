"""The same topology run by Docker Compose itself; the counterpart of ``compose_driver`` where an engine answers."""

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from scripts.compose_driver import ALONE, CheckError, interpolated


class ComposeEngine:
    """Containers of a compose file under a project name of its own."""

    def __init__(self, project: str, file: Path, given: Mapping[str, str]) -> None:
        self.project, self.file, self.given = project, file, given
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        self.services: dict[str, Any] = interpolated(content["services"], given)

    def docker(self, *words: str, check: bool = True, stdin: str | None = None, limit: int = 900) -> subprocess.CompletedProcess[str]:
        """Run docker. Raises ``CheckError`` with its last words."""
        environment = {**os.environ, **self.given}
        done = subprocess.run(["docker", *words], env=environment, input=stdin, capture_output=True, text=True, check=False, timeout=limit)
        if check and done.returncode:
            msg = f"docker {' '.join(words[:8])} ended with {done.returncode}: {(done.stderr or done.stdout)[-2000:]}"
            raise CheckError(msg)
        return done

    def compose(self, *words: str, check: bool = True, stdin: str | None = None, limit: int = 900) -> subprocess.CompletedProcess[str]:
        """Run docker compose for this file and project."""
        return self.docker(
            "compose", "--project-name", self.project, "--file", str(self.file), *words, check=check, stdin=stdin, limit=limit
        )

    def build(self) -> None:
        """Build the image as the file says."""
        self.compose("build", limit=3600)

    def make_places(self) -> None:
        """Compose makes network and volumes itself."""

    def up(self, only: Sequence[str] = ()) -> dict[str, float]:
        """Start and wait for health; ``migrate`` ends by itself, which ``--wait`` would take for a failure."""
        began = time.monotonic()
        self.compose("up", "--detach", "--no-build", *only)
        for service in only or self.services:
            if self.services[service].get("healthcheck", {}).get("disable"):
                self.wait_done(service)
            else:
                self.wait_healthy(service)
        return {"all": time.monotonic() - began}

    def container(self, service: str) -> str:
        """Identifier of a service's container."""
        return self.compose("ps", "--all", "--quiet", service).stdout.strip()

    def state(self, service: str) -> dict[str, Any]:
        """Status, health and exit code of a container."""
        found: dict[str, Any] = json.loads(self.docker("inspect", self.container(service)).stdout)[0]["State"]
        return found

    def wait_done(self, service: str) -> None:
        """Wait until a container ended. Raises ``CheckError`` unless with 0."""
        if code := int(self.docker("wait", self.container(service)).stdout):
            msg = f"{service} ended with {code}:\n{self.logs(service)[-3000:]}"
            raise CheckError(msg)

    def wait_healthy(self, service: str, limit: int = 420) -> float:
        """Seconds until the engine calls a service healthy. Raises ``CheckError`` with its log."""
        began = time.monotonic()
        while time.monotonic() - began < limit:
            if self.state(service).get("Health", {}).get("Status") == "healthy":
                return time.monotonic() - began
            time.sleep(2)
        msg = f"{service} is not healthy after {limit} s:\n{self.logs(service)[-3000:]}"
        raise CheckError(msg)

    def once(self, service: str, *command: str, limit: int = 900) -> str:
        """Another command in a container of a service that ends by itself; what it printed."""
        return self.compose("run", "--rm", "--no-deps", "-T", service, *command, limit=limit).stdout

    def alone(self, service: str, *command: str) -> str:
        """A command in the service's image by itself, without network and volumes, its root read-only; what it printed."""
        one = self.services[service]
        words = [word for name, value in one["environment"].items() for word in ("--env", f"{name}={value}")]
        return self.docker("run", "--rm", *words, *ALONE, one["image"], *command).stdout

    def execute(self, service: str, *command: str, stdin: str | None = None, limit: int = 300) -> str:
        """A command in a running container; what it printed."""
        return self.compose("exec", "-T", service, *command, stdin=stdin, limit=limit).stdout

    def logs(self, service: str) -> str:
        """Both outputs of a container."""
        return self.compose("logs", "--no-color", "--no-log-prefix", service).stdout

    def stop(self, service: str) -> int:
        """Stop a container within its grace; its exit code."""
        self.compose("stop", service)
        return int(self.state(service)["ExitCode"])

    def restart(self, service: str) -> float:
        """Stop and start a container; seconds until it is healthy."""
        self.compose("restart", service)
        return self.wait_healthy(service)

    def remove(self, *services: str) -> None:
        """Remove containers, whatever they do."""
        self.compose("rm", "--stop", "--force", *services)

    def renew_volume(self, name: str) -> None:
        """An empty volume in place of this one."""
        self.docker("volume", "rm", f"{self.project}_{name}")

    def down(self) -> None:
        """Remove everything of this project, its image too."""
        self.compose("down", "--volumes", "--remove-orphans", "--rmi", "local", check=False)
        self.docker("image", "rm", self.services["web"]["image"], check=False)

    def left_over(self) -> list[str]:
        """Names of this project that still exist."""
        lists = (
            ("ps", "--all", "--format", "{{.Names}}"),
            ("volume", "ls", "--format", "{{.Name}}"),
            ("network", "ls", "--format", "{{.Name}}"),
        )
        return sorted(name for words in lists for name in self.docker(*words).stdout.split() if self.project in name)
