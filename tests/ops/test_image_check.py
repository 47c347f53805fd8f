"""The parts of ``make image-check`` that need no container: how the compose file is read, and what is said where nothing can be built."""

import os
from pathlib import Path

import pytest
import yaml

from scripts import compose_driver, image_check, image_trials, standins
from scripts.compose_driver import CheckError, Driver
from tests.ops.running import python

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"


@pytest.fixture
def driver(tmp_path):
    return Driver("probe", FILE, image_trials.values(tmp_path / "secrets"), {})


def test_variables_are_filled_in_as_compose_does():
    given = {"A": "1", "EMPTY": ""}
    found = compose_driver.interpolated(["${A:-2}", "${B:-2}", "${EMPTY:-3}", "${A:?no}", {"x": "$$HOME ${B:-}"}], given)
    assert found == ["1", "2", "3", "1", {"x": "$HOME "}]
    with pytest.raises(CheckError, match="B: set B"):
        compose_driver.interpolated("${B:?set B}", given)


def test_services_stand_behind_what_they_wait_for(driver):
    order = compose_driver.in_order(driver.services)
    assert set(order) == set(driver.services)
    assert order.index("postgres") < order.index("migrate") < order.index("web")
    with pytest.raises(CheckError, match="circle"):
        compose_driver.in_order({"a": {"depends_on": {"b": {}}}, "b": {"depends_on": {"a": {}}}})


def test_what_the_driver_does_not_know_is_refused_and_not_left_out(tmp_path):
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    content["services"]["web"]["cap_add"] = ["SYS_ADMIN"]
    other = tmp_path / "docker-compose.yml"
    other.write_text(yaml.safe_dump(content))
    with pytest.raises(CheckError, match="web: the driver does not know cap_add"):
        Driver("probe", other, image_trials.values(tmp_path / "secrets"), {})


def test_options_say_what_the_file_says(driver):
    web, worker, postgres = (" ".join(driver.options(name)) for name in ("web", "worker", "postgres"))
    assert f"--publish {driver.given['PUBLISH']}:8000" in web
    assert "--volume probe-data:/data" in web
    assert ":/backups" not in web
    assert "--init" in worker
    assert "--stop-timeout 60" in worker
    assert "--shm-size 256m" in postgres
    assert f"--add-host redis:{driver.address('redis', 'queue')}" in web
    assert "--network probe-queue " in web
    assert f"--network probe-queue:ip={driver.address('web', 'queue')}" in " ".join(driver.options("web", fixed=True))
    assert f"--volume {ROOT}/deploy/postgres/owner.sql:/docker-entrypoint-initdb.d/owner.sql:ro" in postgres
    assert "redis" not in " ".join(word for word in driver.options("migrate") if word.startswith("redis:"))


def test_walls_are_options_of_the_container(driver):
    converter, worker = (" ".join(driver.options(name)) for name in ("converter", "worker"))
    assert "--network none" in converter
    assert "/run/secrets" not in converter
    for words in ("--read-only", "--cap-drop ALL", "--security-opt no-new-privileges", "--memory 1536m", "--pids-limit 400"):
        assert words in worker
    assert f"--volume {driver.given['SECRETS_DIR']}/SECRET_KEY:/run/secrets/SECRET_KEY:ro" in worker
    assert "--user 999:999" in " ".join(driver.options("postgres"))


def test_health_commands_are_those_of_the_file(driver):
    assert driver.health_command("postgres")[:2] == ["sh", "-c"]
    assert "celery@$(hostname)" in driver.health_command("worker")[2]
    assert driver.health_command("migrate") == []


def test_stand_ins_are_made_for_all_bases_and_servers():
    assert set(standins.wanted()) - {"clamav/clamav"} == {"python", "node", "postgres", "redis"}
    assert all(image.count(":") == 1 for image in standins.wanted().values())


def test_every_service_of_the_portal_is_tried():
    services = {name: one for name, one in yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"].items() if "profiles" not in one}
    assert {*image_trials.PARTS, "migrate"} == set(services)
    assert set(image_trials.OF_PORTAL) == {name for name, one in services.items() if "build" in one} - {"migrate"}


def test_without_podman_it_says_in_one_line_what_is_missing(tmp_path):
    words = "from scripts import image_check as c; c.PROGRAMS = ('podman', 'no-such-program'); raise SystemExit(c.main())"
    done = python("-c", words, env={**os.environ, "PATH": str(tmp_path)})
    (line,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout, "no-such-program" in line, "apt-get install podman" in line) == (1, "", True, True)


def test_podman_gets_places_of_its_own(tmp_path):
    found = image_check.podman_environment(tmp_path / "check")
    assert all(str(tmp_path) in found[name] for name in ("CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF", "CONTAINERS_REGISTRIES_CONF"))
    assert f'graphroot = "{tmp_path}/check/storage"' in Path(found["CONTAINERS_STORAGE_CONF"]).read_text()


@pytest.mark.django_db
@pytest.mark.parametrize("statement", [image_trials.COUNTED, image_trials.DIGESTS, image_trials.RECORDS])
def test_statements_of_the_trials_fit_the_tables(statement):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.description


def test_a_stand_in_of_another_recipe_is_not_taken_for_the_one_that_is_printed(tmp_path):
    told = [("Python of Debian trixie", "FROM a"), ("CPython 3.12 of this machine", "FROM a"), ("CPython 3.12 of this machine", "FROM b")]
    digests = {standins.recipe_digest(*one, tmp_path) for one in told}
    (tmp_path / "entry").write_text("exec postgres")
    digests.add(standins.recipe_digest(*told[0], tmp_path))
    assert len(digests) == 4
    assert standins.recipe_digest(*told[0], tmp_path) in digests
