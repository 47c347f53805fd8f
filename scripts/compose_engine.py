"""The same topology run by Docker Compose; counterpart of ``compose_driver`` for machines with a Docker engine."""

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
    """Containers of a compose file under a separate project name."""

    def __init__(self, project: str, file: Path, given: Mapping[str, str]) -> None:
        self.project, self.file, self.given = project, file, given
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        services: dict[str, Any] = interpolated(content["services"], given)
        self.services = {name: one for name, one in services.items() if "profiles" not in one}

    def docker(self, *words: str, check: bool = True, stdin: str | None = None, limit: int = 900) -> subprocess.CompletedProcess[str]:
        """Run docker. Raises ``CheckError`` with the end of its output."""
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
        """Build the image as the file describes."""
        self.compose("build", limit=3600)

    def make_places(self) -> None:
        """Nothing to do: Compose creates network and volumes."""

    def up(self, only: Sequence[str] = ()) -> dict[str, float]:
        """Start services and wait for health. Not ``up --wait``, which would treat the end of ``migrate`` as a failure."""
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
        """Wait until a container ended. Raises ``CheckError`` unless its exit code is 0."""
        if code := int(self.docker("wait", self.container(service)).stdout):
            msg = f"{service} ended with {code}:\n{self.logs(service)[-3000:]}"
            raise CheckError(msg)

    def wait_healthy(self, service: str, limit: int = 420) -> float:
        """Wait until the engine reports a service healthy, and return the seconds. Raises ``CheckError`` with its log."""
        began = time.monotonic()
        while time.monotonic() - began < limit:
            if self.state(service).get("Health", {}).get("Status") == "healthy":
                return time.monotonic() - began
            time.sleep(2)
        msg = f"{service} is not healthy after {limit} s:\n{self.logs(service)[-3000:]}"
        raise CheckError(msg)

    def once(self, service: str, *command: str, limit: int = 900) -> str:
        """Run another command in a new container of a service and return its output."""
        return self.compose("run", "--rm", "--no-deps", "-T", service, *command, limit=limit).stdout

    def alone(self, service: str, *command: str) -> str:
        """Run a command in the service's image without network and volumes and with a read-only root, and return its output."""
        one = self.services[service]
        words = [word for name, value in one["environment"].items() for word in ("--env", f"{name}={value}")]
        return self.docker("run", "--rm", *words, *ALONE, one["image"], *command).stdout

    def execute(self, service: str, *command: str, stdin: str | None = None, limit: int = 300) -> str:
        """Run a command in a running container and return its output."""
        return self.compose("exec", "-T", service, *command, stdin=stdin, limit=limit).stdout

    def logs(self, service: str) -> str:
        """Standard output and error of a container."""
        return self.compose("logs", "--no-color", "--no-log-prefix", service).stdout

    def stop(self, service: str) -> int:
        """Stop a container within its grace period; returns its exit code."""
        self.compose("stop", service)
        return int(self.state(service)["ExitCode"])

    def restart(self, service: str) -> float:
        """Stop and start a container; returns the seconds until it is healthy."""
        self.compose("restart", service)
        return self.wait_healthy(service)

    def remove(self, *services: str) -> None:
        """Remove containers, running or not."""
        self.compose("rm", "--stop", "--force", *services)

    def renew_volume(self, name: str) -> None:
        """Replace a volume with an empty one."""
        self.docker("volume", "rm", f"{self.project}_{name}")

    def down(self) -> None:
        """Remove everything of this project, including its image."""
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
