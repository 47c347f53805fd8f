"""Build the image and run the whole topology of docker-compose.yml: health, sign-in, reports, restarts, SIGTERM, backup and restore.

With a Docker engine, base images come from their registry and Docker Compose runs the file. Without one, as root and with podman,
buildah, debootstrap, runc, catatonit and iptables from Debian, substitutes for the base images are built (``standins``; the check
prints them) and a small driver reads the compose file (``compose_driver``). All files are in a separate folder, removed at the end;
``KEEP=1`` keeps it for the next run. Build arguments come from the environment, the certificate of a TLS proxy from the file named
by ``GD_BUILD_CA``.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import standins
from scripts.compose_driver import CheckError, Driver
from scripts.compose_engine import ComposeEngine
from scripts.image import ARGUMENTS
from scripts.image_trials import IMAGE, PROJECT, Topology, trials, values

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ("podman", "buildah", "debootstrap", "runc", "catatonit", "iptables")
CONTAINERS_CONF = """
[containers]
default_ulimits = ["nofile=8192:8192", "nproc=8192:8192"]
init_path = "{init}"
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_config_dir = "{folder}/networks"
"""
STORAGE_CONF = """
[storage]
driver = "{driver}"
graphroot = "{folder}/storage"
runroot = "{folder}/run"
"""


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print a step and its duration."""
    began = time.monotonic()
    print(f"== {name}", flush=True)
    yield
    print(f"== {name}: ok, {time.monotonic() - began:.0f} s", flush=True)


def has_docker() -> bool:
    """Whether a Docker engine with Compose is available."""
    if not shutil.which("docker"):
        return False
    words = (["docker", "info"], ["docker", "compose", "version"])
    return all(subprocess.run(one, capture_output=True, check=False).returncode == 0 for one in words)


def lacking() -> str:
    """Why Podman cannot be used here, in one line; empty if it can."""
    paths = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [name for name in PROGRAMS if not shutil.which(name, path=paths)]
    if missing:
        wanted = f"(Debian: apt-get install {' '.join(PROGRAMS)})"
        return f"the image was not checked: no Docker engine answers, and {', '.join(missing)} is not installed {wanted}"
    if os.geteuid():
        return "the image was not checked: no Docker engine answers, and Podman needs root for the stand-ins of the bases"
    return ""


def podman_environment(folder: Path) -> dict[str, str]:
    """Configuration for a Podman separate from the machine's own images, containers and networks."""
    for name in ("networks", "storage", "run", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    driver = os.environ.get("GD_CHECK_STORAGE", "overlay")
    paths = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    (folder / "containers.conf").write_text(CONTAINERS_CONF.format(folder=folder, init=shutil.which("catatonit", path=paths)))
    (folder / "storage.conf").write_text(STORAGE_CONF.format(folder=folder, driver=driver))
    (folder / "registries.conf").write_text('unqualified-search-registries = ["docker.io"]\n')
    (folder / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    return {
        **os.environ,
        "PATH": paths,
        "TMPDIR": str(folder / "tmp"),
        "CONTAINERS_CONF": str(folder / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
        "CONTAINERS_REGISTRIES_CONF": str(folder / "registries.conf"),
    }


def build_words(folder: Path) -> list[str]:
    """Options of every build with Podman: local images only, packages through the machine's network, the certificate as a secret."""
    words = [
        "--isolation",
        "chroot",
        "--network",
        "host",
        "--pull=never",
        "--format",
        "docker",
        f"--signature-policy={folder / 'policy.json'}",
    ]
    for name in ARGUMENTS:
        if value := os.environ.get(name):
            words += ["--build-arg", f"{name}={value}"]
    if certificate := os.environ.get("GD_BUILD_CA"):
        words += ["--secret", f"id=ca,src={certificate}"]
    return words


def with_podman() -> None:
    """The whole check without a registry. Raises ``CheckError``."""
    folder = Path(os.environ.get("GD_CHECK_DIR") or "/var/tmp/gd-image-check")  # noqa: S108 -- owned by root, created below
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    driver = Driver(PROJECT, ROOT / "docker-compose.yml", values(folder / "secrets"), podman_environment(folder))
    kept = os.environ.get("KEEP") == "1"
    try:
        driver.down()
        words = build_words(folder)
        known = driver.podman("images", "--format", "{{.Repository}}:{{.Tag}}").stdout.split()
        with step("stand-ins for the bases, made of Debian's packages: this is no test of the official images"):
            mirror = os.environ.get("APT_MIRROR") or standins.DEBIAN
            for line in standins.build(lambda *given: driver.podman("--log-level=error", *given, limit=1800), words, mirror, known):
                print(f"   {line}", flush=True)
        with step("build"):
            log = driver.podman("build", *words, "--tag", IMAGE, str(ROOT), limit=3600)
            print("\n".join(f"   {line}" for line in log.stdout.splitlines()[-3:]))
            print(f"   size {int(driver.podman('image', 'inspect', '--format', '{{.Size}}', IMAGE).stdout) // 1_000_000} MB", flush=True)
        _try_everything(driver)
        driver.down()
        driver.podman("rmi", "--force", IMAGE)
        if left := driver.left_over():
            msg = f"left over: {', '.join(left)}"
            raise CheckError(msg)
    finally:
        driver.down()
        if not kept:
            driver.podman("rmi", "--all", "--force", check=False)
            shutil.rmtree(folder, ignore_errors=True)
    print("== nothing of its own is left")


def with_docker() -> None:
    """The same with Docker Compose and base images from the registry. Raises ``CheckError``."""
    with tempfile.TemporaryDirectory(prefix="gd-secrets-") as secrets:
        engine = ComposeEngine(PROJECT, ROOT / "docker-compose.yml", values(Path(secrets) / "secrets"))
        try:
            with step("build with Docker: the bases are those of its registry"):
                engine.build()
            _try_everything(engine)
        finally:
            engine.down()
    if left := engine.left_over():
        msg = f"left over: {', '.join(left)}"
        raise CheckError(msg)
    print("== nothing of its own is left")


def _try_everything(topology: Topology) -> None:
    for name, trial in trials(topology):
        with step(name):
            trial()


def main() -> int:
    """Run the check; returns 1 if something failed or is missing."""
    began = time.monotonic()
    docker = has_docker()
    if not docker and (missing := lacking()):
        print(missing, file=sys.stderr)
        return 1
    try:
        with_docker() if docker else with_podman()
    except (CheckError, subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        print(f"== FAILED: {error}", file=sys.stderr)
        return 1
    print(f"== the image was built, run and removed, {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
