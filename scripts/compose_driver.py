"""A small driver for docker-compose.yml with Podman, which has no ``compose`` command that waits for health checks.

It supports what this project's file uses and refuses any other key, so that nothing in the file is ignored silently: image, command,
environment, volumes, ports, init, stop_grace_period, shm_size, healthcheck, depends_on, and the walls: networks, secrets, user,
read_only, tmpfs, cap_drop, security_opt, limits. Every container has its own address in each of its networks and resolves by service
name those that it shares one with. Services of a profile are left out, as by Compose.
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
    *("shm_size", "healthcheck", "depends_on", "restart", "networks", "network_mode", "secrets", "user", "read_only"),
    *("tmpfs", "cap_drop", "security_opt", "mem_limit", "pids_limit", "cpus"),
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
    first_subnet: int = 77
    services: dict[str, Any] = field(init=False)
    volumes: list[str] = field(init=False)
    networks: dict[str, Any] = field(init=False)
    secrets: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        content = yaml.safe_load(self.file.read_text(encoding="utf-8"))
        self.services = {name: one for name, one in interpolated(content["services"], self.given).items() if "profiles" not in one}
        self.volumes = list(content["volumes"])
        self.networks = interpolated(content["networks"], self.given)
        self.secrets = {name: self.path(one["file"]) for name, one in interpolated(content["secrets"], self.given).items()}
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

    def path(self, written: str) -> str:
        """Path of a file as the compose file names it: beside itself unless it is absolute."""
        return str(self.file.parent / written)

    def subnet(self, network: str) -> str:
        """First three bytes of the addresses of a network."""
        return f"10.89.{self.first_subnet + list(self.networks).index(network)}"

    def address(self, service: str, network: str) -> str:
        """Address of a service in one of its networks."""
        return f"{self.subnet(network)}.{FIRST_HOST + list(self.services).index(service)}"

    def _network_words(self, service: str, *, fixed: bool) -> list[str]:
        one = self.services[service]
        if "network_mode" in one:
            return ["--network", one["network_mode"]]
        own = one["networks"]
        words = [
            word
            for name in own
            for word in ("--network", f"{self.project}-{name}" + (f":ip={self.address(service, name)}" if fixed else ""))
        ]
        for other, there in self.services.items():
            shared = [name for name in there.get("networks", []) if name in own]
            words += ["--add-host", f"{other}:{self.address(other, shared[0])}"] if shared else []
        return words

    def _wall_words(self, service: str) -> list[str]:
        one = self.services[service]
        words = ["--read-only"] if one.get("read_only") else []
        lists = (("--tmpfs", "tmpfs"), ("--cap-drop", "cap_drop"), ("--security-opt", "security_opt"))
        words += [word for option, key in lists for value in one.get(key, []) for word in (option, value.removesuffix(":true"))]
        single = (("--user", "user"), ("--memory", "mem_limit"), ("--pids-limit", "pids_limit"), ("--cpus", "cpus"))
        words += [word for option, key in single if key in one for word in (option, str(one[key]))]
        words += [word for name in one.get("secrets", []) for word in ("--volume", f"{self.secrets[name]}:/run/secrets/{name}:ro")]
        return words

    def options(self, service: str, *, fixed: bool = False) -> list[str]:
        """Options of ``podman run`` for a service; restart policy and the engine's own health timing are not tested.

        ``fixed``: with the addresses under which the others look for it.
        """
        one = self.services[service]
        words = [*self._network_words(service, fixed=fixed), "--no-healthcheck", "--pull", "never", *self._wall_words(service)]
        words += [word for name, value in one.get("environment", {}).items() for word in ("--env", f"{name}={value}")]
        for mount in one.get("volumes", []):
            name, rest = mount.split(":", 1)
            words += ["--volume", f"{self.path(name) if name.startswith('.') else self.volume(name)}:{rest}"]
        words += [word for port in one.get("ports", []) for word in ("--publish", port)]
        words += ["--init"] if one.get("init") else []
        words += ["--shm-size", one["shm_size"].replace("mb", "m")] if "shm_size" in one else []
        words += ["--stop-timeout", str(seconds(one.get("stop_grace_period", "10s")))]
        return words

    def start(self, service: str) -> None:
        """Start a new container of a service."""
        one = self.services[service]
        words = ["run", "--detach", "--name", self.container(service), *self.options(service, fixed=True)]
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
        """Create networks and volumes."""
        for name, one in self.networks.items():
            inside = ["--internal"] if str((one or {}).get("internal", "")).lower() == "true" else []
            self.podman("network", "create", *inside, "--subnet", f"{self.subnet(name)}.0/24", f"{self.project}-{name}")
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
        for name in self.networks:
            self.podman("network", "rm", "--force", f"{self.project}-{name}", check=False)

    def left_over(self) -> list[str]:
        """Names of this project that still exist."""
        lists = (("ps", "--all", "--format", "{{.Names}}"), ("volume", "ls", "--format", "{{.Name}}"))
        lists += (("network", "ls", "--format", "{{.Name}}"), ("images", "--format", "{{.Repository}}:{{.Tag}}"))  # type: ignore[assignment]
        found = [name for words in lists for name in self.podman(*words).stdout.split()]
        return sorted(name for name in found if self.project in name)
