"""The compose file against what the settings read; no container engine is needed."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from tests.ops.test_env import PRODUCTION

ROOT = Path(__file__).resolve().parents[2]
READERS = {"text", "secret", "boolean", "integer", "words", "networks", "program", "address"}
WORKERS = ("worker", "mail", "reports", "office")
PORTAL = ("web", *WORKERS, "beat", "migrate")
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


KNOWN = set().union(*map(variables_of, (ROOT / "greendistrict" / "settings").glob("*.py")))


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("service", PORTAL)
def test_every_variable_is_known_and_every_required_one_is_set(compose, service):
    given = set(compose["services"][service]["environment"])
    assert {"SECRET_KEY", "DATABASE_URL", "GD_PRODUCTION"} <= given <= KNOWN
    assert set(PRODUCTION) <= given
    assert not given & (REFUSED | TESTS_ONLY)


def test_only_the_web_server_pools_connections(compose):
    assert [name for name in PORTAL if compose["services"][name]["environment"].get("GD_DATABASE_POOL") == "1"] == ["web"]


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    used = re.findall(r"\$\{(\w+)(:?[-?])?", text)
    optional = {"EMAIL_HOST_PASSWORD", "GD_SIGNING_PASSWORD", "GD_OIDC_CLIENT_SECRET", "GD_SMS_KEY_ID", "GD_SMS_KEY_SECRET"}
    optional |= {"GD_WECOM_SECRET", "GD_S3_KEY_ID", "GD_S3_KEY_SECRET", "GD_RECEIPT_FORMER_KEYS"}  # empty without one
    assert all(operator == ":?" for name, operator in used if re.search(r"SECRET|PASSWORD|KEY", name) and name not in optional)
    assert "${EMAIL_HOST_PASSWORD:-}" in text  # a relay without login has none
    assert all(operator for _name, operator in used)


def test_every_service_has_a_health_check_and_waits_for_what_it_needs(compose):
    services = compose["services"]
    assert set(services) == {*PORTAL, "postgres", "redis"}
    for name in ("postgres", "redis", *WORKERS, "beat"):
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
    used = {mount.split(":")[0] for service in services.values() for mount in service.get("volumes", [])}
    assert used == set(compose["volumes"])
    assert [name for name, service in services.items() if "ports" in service] == ["web"]
    assert services["web"]["ports"] == ["${PUBLISH:-127.0.0.1:8000}:8000"]


def test_backups_are_read_by_those_alone_who_make_and_restore_them(compose):
    services = compose["services"]
    assert [name for name in PORTAL if "backups:/backups" in services[name]["volumes"]] == ["worker", "migrate"]
    assert all("data:/data" in services[name]["volumes"] for name in PORTAL)
    assert "maintenance" in services["worker"]["command"][services["worker"]["command"].index("--queues") + 1]


def test_worker_and_beat_run_the_projects_celery(compose):
    from django.conf import settings

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
