"""The compose file of several hosts against that of one, and its configuration read by the programs themselves where they are there."""

import re
import shutil
import subprocess

import pytest
import yaml

from tests.ops.test_compose import KNOWN, OWN_SECRETS, REFUSED, ROOT, SEVERAL_HOSTS, TESTS_ONLY, assert_shut_in
from tests.ops.test_compose import NETWORKS as OF_ONE_HOST
from tests.ops.test_env import PRODUCTION

MULTI = ROOT / "deploy" / "multi"
BOTH = [yaml.safe_load((ROOT / name).read_text(encoding="utf-8")) for name in ("docker-compose.yml", "deploy/compose.multi.yml")]
ONE, SERVICES = (one["services"] for one in BOTH)
# Services of this file by the service of the other that each is another of.
TWINS = {"web1": "web", "web2": "web", "beat1": "beat", "beat2": "beat", "maintenance": "worker"}
PORTAL = (*TWINS, "worker", "mail", "hooks", "reports", "office", "migrate")
DATABASES, QUEUES = ("postgres1", "postgres2"), ("redis1", "redis2", "sentinel1", "sentinel2", "sentinel3")
BALANCING = ("primary", "pgbouncer", "balancer")
POOLED = "postgresql://greendistrict_app@pgbouncer:6432/greendistrict"
DIRECT = "postgresql://greendistrict_app@primary:5432/greendistrict"
# What differs from one host by intention, whatever the service.
CHANGED = {
    *("DATABASE_URL", "REDIS_URL", "GD_SENTINEL_PASSWORD_FILE", "GD_DATABASE_POOLER", "GD_DATABASE_POOL", "GD_POOL_SIZE"),
    *("GD_STATEMENT_SECONDS", "GD_LOCK_SECONDS", "GD_IDLE_TRANSACTION_SECONDS", "GD_OWNER_DATABASE_URL"),
    *("GD_TRUSTED_PROXIES", "GD_S3_BUCKET", "GD_S3_ENDPOINT", "GD_S3_KEY_ID"),
}


def text(name):
    return (MULTI / name).read_text(encoding="utf-8")


def test_every_container_is_shut_in_as_on_one_host():
    assert_shut_in(SERVICES)
    assert set(SERVICES) == {*PORTAL, *DATABASES, *QUEUES, *BALANCING, "converter", "clamd", "storage-stand-in"}
    for name in ("converter", "clamd"):
        assert SERVICES[name] == ONE[name]


def test_the_portal_is_set_up_as_on_one_host_but_for_what_there_are_several_of():
    for name in PORTAL:
        given, model = SERVICES[name]["environment"], ONE[TWINS.get(name, name)]["environment"]
        assert {key for key in given.keys() | model.keys() if given.get(key) != model.get(key)} <= CHANGED, name
        known = {key.removesuffix("_FILE") for key in given}
        assert set(PRODUCTION) <= known <= KNOWN, name
        assert not known & (REFUSED | TESTS_ONLY), name
        assert given["REDIS_URL"] == "sentinel://sentinel1:26379,sentinel2:26379,sentinel3:26379/0?master=greendistrict"
    addresses = {
        name: (SERVICES[name]["environment"]["DATABASE_URL"], SERVICES[name]["environment"]["GD_DATABASE_POOLER"]) for name in PORTAL
    }
    assert addresses.pop("migrate")[1] == "0"
    assert addresses.pop("maintenance") == (DIRECT, "0")
    assert {name for name, told in addresses.items() if told == (POOLED, "1")} == {"web1", "web2"}
    assert {name for name, told in addresses.items() if told != (POOLED, "1")} == {
        name for name, told in addresses.items() if told == (f"{POOLED}_jobs", "1")
    }


def test_what_runs_is_what_runs_on_one_host_and_most_of_it_twice():
    for name in ("migrate", "mail", "hooks", "reports", "office"):
        assert SERVICES[name]["command"] == ONE[name]["command"]
    queues = [SERVICES[name]["command"][SERVICES[name]["command"].index("--queues") + 1] for name in ("worker", "maintenance")]
    assert ",".join(queues) == ONE["worker"]["command"][ONE["worker"]["command"].index("--queues") + 1]
    twice = {name for name, one in SERVICES.items() if one.get("deploy") == {"replicas": 2}}
    assert twice == {"worker", "maintenance", "mail", "hooks", "reports"}
    assert SERVICES["web1"] == SERVICES["web2"]
    assert SERVICES["beat1"] == SERVICES["beat2"]
    assert not any("/data/" in word for word in SERVICES["beat1"]["command"])  # each has a timetable of its own
    assert [name for name in SERVICES if "backups:/backups" in SERVICES[name].get("volumes", [])] == ["migrate", "maintenance"]


def test_images_are_those_of_one_host_but_for_the_stand_in_of_the_object_storage():
    images = {one["image"] for one in SERVICES.values()} - {one["image"] for one in ONE.values()}
    assert images == {"greendistrict-balancing:latest", SERVICES["storage-stand-in"]["image"]}
    assert re.search(r":RELEASE\.\d{4}-\d\d-\d\dT[\d-]+Z\}$", SERVICES["storage-stand-in"]["image"])
    assert {name for name, one in SERVICES.items() if "profiles" in one} == {"clamd", "storage-stand-in"}
    base = re.search(r"^ARG PYTHON_IMAGE=(.+)$", text("Dockerfile"), re.MULTILINE)
    assert base
    assert base[1] in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert SERVICES["primary"]["build"]["args"]["PYTHON_IMAGE"] == ONE["web"]["build"]["args"]["PYTHON_IMAGE"]


def test_networks_go_by_need():
    found = {name: set(one["networks"]) for name, one in SERVICES.items() if "networks" in one}
    for name in PORTAL:
        assert found[name] == OF_ONE_HOST[TWINS.get(name, name)] - ({"scanner"} if name == "maintenance" else set()), name
    assert {name: found[name] for name in DATABASES} == {name: {"cluster"} for name in DATABASES}
    assert {name: found[name] for name in QUEUES} == {name: {"queue"} for name in QUEUES}
    assert {name: found[name] for name in BALANCING} == {
        "primary": {"cluster", "database"},
        "pgbouncer": {"database"},
        "balancer": {"front"},
    }
    assert found["storage-stand-in"] == {"storage"}
    of_one, networks = (one["networks"] for one in BOTH)
    assert networks == {**of_one, "cluster": {"internal": True}}
    assert {name: one["ports"] for name, one in SERVICES.items() if "ports" in one} == {"balancer": ["${PUBLISH:-127.0.0.1:8000}:8080"]}


def test_secrets_are_files_for_who_needs_them():
    expected = {name: OWN_SECRETS[TWINS.get(name, name)] | {"GD_SENTINEL_PASSWORD"} for name in PORTAL}
    expected |= dict.fromkeys(DATABASES, OWN_SECRETS["postgres"] | {"POSTGRES_REPLICATION_PASSWORD"})
    expected |= {name: {"GD_REDIS_PASSWORD"} | ({"GD_SENTINEL_PASSWORD"} if "sentinel" in name else set()) for name in QUEUES}
    expected |= {"primary": set(), "balancer": set(), "converter": set(), "clamd": set()}
    expected |= {"pgbouncer": {"GD_DATABASE_PASSWORD"}, "storage-stand-in": {"GD_S3_KEY_SECRET"}}
    assert {name: set(one.get("secrets", [])) for name, one in SERVICES.items()} == expected
    for name in PORTAL:
        files = {key: value for key, value in SERVICES[name]["environment"].items() if key.endswith("_FILE")}
        assert files == {f"{secret}_FILE": f"/run/secrets/{secret}" for secret in expected[name]}, name
    of_one, secrets = (one["secrets"] for one in BOTH)
    assert set(secrets) == {*of_one, *SEVERAL_HOSTS}
    for path in sorted(MULTI.iterdir()):
        assert set(re.findall(r"/run/secrets/(\w+)", path.read_text(encoding="utf-8"))) <= set(secrets), path.name


def test_mounts_name_files_that_are_there_and_volumes_that_are_declared():
    mounts = {mount.split(":")[0] for one in SERVICES.values() for mount in one.get("volumes", [])}
    files = {ROOT / mount for mount in mounts if mount.startswith("./")}
    assert [str(path) for path in files if not path.is_file()] == []
    assert {path.name for path in MULTI.iterdir()} - {path.name for path in files} == {"Dockerfile"}
    assert {mount for mount in mounts if not mount.startswith("./")} == set(BOTH[1]["volumes"])
    own = [SERVICES[name]["volumes"][0].split(":")[0] for name in (*DATABASES, *QUEUES)]
    assert len(set(own)) == len(own)


def test_everybody_waits_for_what_there_is_and_is_looked_after():
    for name, one in SERVICES.items():
        waited = one.get("depends_on") or {}
        assert set(waited) <= set(SERVICES), name
        assert one.get("healthcheck") or name in {"web1", "web2"}, name  # web has that of its image
    for name in {*PORTAL} - {"migrate"}:
        assert set(SERVICES[name]["depends_on"]) == {"migrate", "sentinel1", "pgbouncer"}


def seconds(value):
    return {key: int(found) for key, found in re.findall(r"SET (\w+) = (\d+)000\b", value)}


def test_the_pooler_gives_pages_and_jobs_the_bounds_of_one_host():
    names = {"statement_timeout": "STATEMENT", "lock_timeout": "LOCK", "idle_in_transaction_session_timeout": "IDLE_TRANSACTION"}
    lines = dict(re.findall(r"^(greendistrict\w*) = (.+)$", text("pgbouncer.ini"), re.MULTILINE))
    for place, service in (("greendistrict", "web"), ("greendistrict_jobs", "worker")):
        model = ONE[service]["environment"]
        assert seconds(lines[place]) == {key: int(model[f"GD_{name}_SECONDS"].split(":-")[1].rstrip("}")) for key, name in names.items()}


def program(name):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    assert found, f"no {name}: run scripts/setup.py --browser"
    return found


@pytest.mark.parametrize("name", ["balancer.cfg", "primary.cfg"])
def test_haproxy_takes_its_files(name):
    done = subprocess.run(
        [program("haproxy"), "-c", "-f", MULTI / name], capture_output=True, text=True, check=False, env={"CHECKED_HOST": "a"}
    )
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stderr.splitlines() if "[WARNING]" in line or "[ALERT]" in line]
    assert [line for line in told if "could not resolve address" not in line] == []  # no other host is at hand
