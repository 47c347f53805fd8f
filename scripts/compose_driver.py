"""A small driver for docker-compose.yml with Podman, which has no ``compose`` command that waits for health checks.

It supports what this project's file uses and refuses any other key, so that nothing in the file is ignored silently: image, command,
environment, volumes, ports, init, stop_grace_period, shm_size, healthcheck, depends_on. Every container has its own address in one
network and resolves the others by service name.
"""

import json
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

KNOWN = {
    *("image", "build", "command", "environment", "volumes", "ports", "init", "stop_grace_period"),
    *("shm_size", "healthcheck", "depends_on", "restart"),
}
VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?:(?P<operator>:[-?])(?P<rest>[^}]*))?\})")
FIRST_HOST = 10
ALONE = ("--network", "none", "--read-only", "--tmpfs", "/tmp")  # noqa: S108 -- inside the container


class CheckError(RuntimeError):
    """A command, health check or container did not do what the file requires."""


def interpolated(value: Any, given: Mapping[str, str]) -> Any:
    """``value`` with ``${NAME:-default}``, ``${NAME:?words}`` and ``$$`` replaced. Raises ``CheckError`` for a missing variable."""
    if isinstance(value, dict):
        return {key: interpolated(item, given) for key, item in value.items()}
    if isinstance(value, list):
        return [interpolated(item, given) for item in value]
    return VARIABLE.sub(lambda found: _variable(found, given), value) if isinstance(value, str) else value


def _variable(found: re.Match[str], given: Mapping[str, str]) -> str:
    name = found["name"]
    if name is None:
        return "$"
    if value := given.get(name, ""):
        return value
    if found["operator"] == ":?":
        msg = f"{name}: {found['rest']}"
        raise CheckError(msg)
    return found["rest"] or ""


def seconds(written: str) -> int:
    """Seconds of ``60s`` or ``2m``."""
    number, unit = re.fullmatch(r"(\d+)(s|m)", written).groups()  # type: ignore[union-attr]  # any other form is an error of the file
    return int(number) * (60 if unit == "m" else 1)


def in_order(services: Mapping[str, Any]) -> list[str]:
    """Services sorted so that each comes after those it depends on."""
    done: list[str] = []
    while len(done) < len(services):
        ready = [name for name, one in services.items() if name not in done and set(one.get("depends_on", {})) <= set(done)]
        if not ready:
            msg = "depends_on goes in a circle"
            raise CheckError(msg)
        done += ready
    return done


@dataclass
class Driver:
    """Containers of a compose file, named ``project-service``."""

    project: str
    file: Path
    given: Mapping[str, str]
    environment: Mapping[str, str]  # of the podman command
    subnet: str = "10.89.77"
    services: dict[str, Any] = field(init=False)
    volumes: list[str] = field(init=False)

    def __post_init__(self) -> None:
        content = yaml.safe_load(self.file.read_text(encoding="utf-8"))
        self.services = interpolated(content["services"], self.given)
        self.volumes = list(content["volumes"])
        for name, service in self.services.items():
            if unknown := set(service) - KNOWN:
                msg = f"{name}: the driver does not know {', '.join(sorted(unknown))}"
                raise CheckError(msg)

    def podman(self, *words: str, check: bool = True, stdin: str | None = None, limit: int = 900) -> subprocess.CompletedProcess[str]:
        """Run podman. Raises ``CheckError`` with the end of its output."""
        done = subprocess.run(
            ["podman", *words], env=dict(self.environment), input=stdin, capture_output=True, text=True, check=False, timeout=limit
        )
        if check and done.returncode:
            msg = f"podman {' '.join(words[:6])} ended with {done.returncode}: {(done.stderr or done.stdout)[-2000:]}"
            raise CheckError(msg)
        return done

    def container(self, service: str) -> str:
        """Name of a service's container."""
        return f"{self.project}-{service}"

    def volume(self, name: str) -> str:
        """Name of a declared volume."""
        return f"{self.project}-{name}"

    def address(self, service: str) -> str:
        """Address of a service in the network."""
        return f"{self.subnet}.{FIRST_HOST + list(self.services).index(service)}"

    def options(self, service: str) -> list[str]:
        """Options of ``podman run`` for a service; restart policy and the engine's own health timing are not tested."""
        one = self.services[service]
        words = ["--network", self.project, "--no-healthcheck", "--pull", "never"]
        words += [word for other in self.services for word in ("--add-host", f"{other}:{self.address(other)}")]
        words += [word for name, value in one.get("environment", {}).items() for word in ("--env", f"{name}={value}")]
        for mount in one.get("volumes", []):
            name, target = mount.split(":")
            words += ["--volume", f"{self.volume(name)}:{target}"]
        words += [word for port in one.get("ports", []) for word in ("--publish", port)]
        words += ["--init"] if one.get("init") else []
        words += ["--shm-size", one["shm_size"].replace("mb", "m")] if "shm_size" in one else []
        words += ["--stop-timeout", str(seconds(one.get("stop_grace_period", "10s")))]
        return words

    def start(self, service: str) -> None:
        """Start a new container of a service."""
        one = self.services[service]
        words = ["run", "--detach", "--name", self.container(service), "--ip", self.address(service), *self.options(service)]
        self.podman(*words, one["image"], *one.get("command", []))

    def once(self, service: str, *command: str, limit: int = 900) -> str:
        """Run another command in a new container of a service and return its output."""
        return self.podman("run", "--rm", *self.options(service), self.services[service]["image"], *command, limit=limit).stdout

    def alone(self, service: str, *command: str) -> str:
        """Run a command in the service's image without network and volumes and with a read-only root, and return its output."""
        one = self.services[service]
        words = [word for name, value in one["environment"].items() for word in ("--env", f"{name}={value}")]
        return self.podman("run", "--rm", "--pull", "never", "--no-healthcheck", *words, *ALONE, one["image"], *command).stdout

    def execute(self, service: str, *command: str, stdin: str | None = None, limit: int = 300) -> str:
        """Run a command in a running container and return its output."""
        words = ["exec", *(["--interactive"] if stdin is not None else []), self.container(service), *command]
        return self.podman(*words, stdin=stdin, limit=limit).stdout

    def health_command(self, service: str) -> list[str]:
        """Health check command from the file, else from the image; empty if disabled."""
        own = self.services[service].get("healthcheck", {})
        if own.get("disable"):
            return []
        test = own.get("test")
        if test is None:
            shown = json.loads(self.podman("image", "inspect", self.services[service]["image"]).stdout)[0]
            test = (shown.get("Healthcheck") or shown["Config"].get("Healthcheck") or {}).get("Test")
        if not test:
            msg = f"{service} has no health check"
            raise CheckError(msg)
        return ["sh", "-c", test[1]] if test[0] == "CMD-SHELL" else list(test[1:])

    def wait_healthy(self, service: str, limit: int = 420) -> float:
        """Wait until the health check of a service succeeds, and return the seconds. Raises ``CheckError`` with its log."""
        command, began = self.health_command(service), time.monotonic()
        while time.monotonic() - began < limit:
            if self.podman("exec", self.container(service), *command, check=False, limit=60).returncode == 0:
                return time.monotonic() - began
            if self.state(service)["Status"] == "exited":
                break
            time.sleep(2)
        msg = f"{service} is not healthy after {time.monotonic() - began:.0f} s:\n{self.logs(service)[-3000:]}"
        raise CheckError(msg)

    def state(self, service: str) -> dict[str, Any]:
        """Status and exit code of a container."""
        found: dict[str, Any] = json.loads(self.podman("inspect", self.container(service)).stdout)[0]["State"]
        return found

    def wait_done(self, service: str) -> None:
        """Wait until a container ended. Raises ``CheckError`` unless its exit code is 0."""
        code = int(self.podman("wait", self.container(service)).stdout)
        if code:
            msg = f"{service} ended with {code}:\n{self.logs(service)[-3000:]}"
            raise CheckError(msg)

    def logs(self, service: str) -> str:
        """Standard output and error of a container."""
        done = self.podman("logs", self.container(service))
        return done.stdout + done.stderr

    def make_places(self) -> None:
        """Create network and volumes."""
        self.podman("network", "create", "--subnet", f"{self.subnet}.0/24", self.project)
        for name in self.volumes:
            self.podman("volume", "create", self.volume(name))

    def up(self, only: Sequence[str] = ()) -> dict[str, float]:
        """Start services in order, each when its dependencies are ready; returns the seconds until each was ready."""
        took = {}
        for service in in_order(self.services):
            if only and service not in only:
                continue
            self.start(service)
            began = time.monotonic()
            if self.health_command(service):
                self.wait_healthy(service)
            else:
                self.wait_done(service)
            took[service] = time.monotonic() - began
        return took

    def stop(self, service: str) -> int:
        """Stop a container within its grace period; returns its exit code."""
        self.podman("stop", self.container(service))
        return int(self.state(service)["ExitCode"])

    def restart(self, service: str) -> float:
        """Stop and start a container; returns the seconds until it is healthy."""
        self.podman("restart", self.container(service))
        return self.wait_healthy(service)

    def remove(self, *services: str) -> None:
        """Remove containers, running or not."""
        for service in services or self.services:
            self.podman("rm", "--force", "--time", "5", self.container(service), check=False)

    def renew_volume(self, name: str) -> None:
        """Replace a volume with an empty one."""
        self.podman("volume", "rm", self.volume(name))
        self.podman("volume", "create", self.volume(name))

    def down(self) -> None:
        """Remove everything of this project."""
        self.remove()
        for name in self.volumes:
            self.podman("volume", "rm", "--force", self.volume(name), check=False)
        self.podman("network", "rm", "--force", self.project, check=False)

    def left_over(self) -> list[str]:
        """Names of this project that still exist."""
        lists = (("ps", "--all", "--format", "{{.Names}}"), ("volume", "ls", "--format", "{{.Name}}"))
        lists += (("network", "ls", "--format", "{{.Name}}"), ("images", "--format", "{{.Repository}}:{{.Tag}}"))  # type: ignore[assignment]
        found = [name for words in lists for name in self.podman(*words).stdout.split()]
        return sorted(name for name in found if self.project in name)
