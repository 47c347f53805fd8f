"""What the image is built from and who may read it; no container engine is needed."""

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from scripts import image, image_pin
from tests.ops.running import python

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES = yaml.safe_load(COMPOSE)["services"]
SOMEBODY_ELSE = 65534
COLLECT = """
import os, sys
sys.argv = ["manage.py", "collectstatic"]
import django
from django.conf import settings
settings.STATIC_ROOT = os.environ["COLLECT_INTO"]
django.setup()
from django.core.management import call_command
call_command("collectstatic", interactive=False, skip_checks=True, verbosity=0)
"""


def build_variables():
    """Variables that the build sets for ``collectstatic``."""
    (line,) = re.findall(r"&& (GD_PRODUCTION=1 .*?)\s*/opt/venv/bin/python manage.py collectstatic", DOCKERFILE, re.DOTALL)
    return dict(pair.split("=", 1) for pair in line.replace("\\", " ").split())


@pytest.fixture(scope="module")
def collected():
    """Static files as the build makes them, by this user, with the build's own variables."""
    folder = Path(tempfile.mkdtemp(prefix="gd-static-"))
    folder.chmod(0o755)
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {**build_variables(), "DJANGO_SETTINGS_MODULE": "greendistrict.settings", "COLLECT_INTO": str(folder / "static")}
    done = python("-c", COLLECT, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    yield folder / "static"
    shutil.rmtree(folder)


@pytest.mark.area("Dockerfile", "greendistrict/settings", "static")
def test_collected_files_are_readable_for_everybody(collected):
    """``FILE_UPLOAD_PERMISSIONS`` keeps uploads to their owner; the static files are collected by root and served by the portal's user."""
    files = [path for path in collected.rglob("*") if path.is_file()]
    assert (collected / "staticfiles.json") in files
    assert {oct(stat.S_IMODE(path.stat().st_mode)) for path in files} == {"0o644"}
    assert {oct(stat.S_IMODE(path.stat().st_mode)) for path in collected.rglob("*") if path.is_dir()} == {"0o755"}


@pytest.mark.area("Dockerfile", "greendistrict/settings", "static")
def test_another_user_reads_what_this_one_collected(collected):
    """The build's root and the container's user; where the tests have no right to be two users, the same one reads."""
    other = {"user": SOMEBODY_ELSE, "group": SOMEBODY_ELSE, "extra_groups": []} if os.geteuid() == 0 else {}
    words = ["find", str(collected), "(", "-type", "f", "-o", "-type", "d", ")", "!", "-readable"]
    done = subprocess.run(words, cwd="/", capture_output=True, text=True, check=False, **other)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


BASES = dict(re.findall(r"^ARG (\w+_IMAGE)=(\S+)$", DOCKERFILE, re.MULTILINE))


def test_bases_and_servers_are_pinned_by_version_and_debian_name():
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == [
        f"${{{name}_IMAGE}}" for name in ("NODE", "PYTHON", "POSTGRES", "PYTHON")
    ]
    others = {name: image for name, image in image_pin.bases().items() if name != "CLAMAV_IMAGE"}  # whose line of releases is enough
    images = [*BASES.values(), *others.values()]
    assert all(re.fullmatch(r"(python|node|postgres|redis):\d+\.\d+(\.\d+)?-(slim-)?(trixie|bookworm)(-slim)?", image) for image in images)
    assert {"REDIS_IMAGE", "CLAMAV_IMAGE", *BASES} == set(image_pin.bases())


def test_compose_file_and_dockerfile_name_the_same_bases():
    """And the server is the one whose ``pg_dump`` the image has."""
    assert {name: image_pin.bases()[name] for name in BASES} == BASES
    assert (
        SERVICES["web"]["build"]["args"] | {name: f"${{{name}:-{image}}}" for name, image in BASES.items()}
        == SERVICES["web"]["build"]["args"]
    )
    assert SERVICES["postgres"]["image"] == f"${{POSTGRES_IMAGE:-{BASES['POSTGRES_IMAGE']}}}"


def test_a_base_is_pinned_by_what_its_registry_says_or_not_at_all(tmp_path, monkeypatch, capsys):
    told = tmp_path / "skopeo"
    told.write_text("#!/bin/sh\n")
    told.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert image_pin.main() == 1
    assert capsys.readouterr().out == ""  # a program that says nothing gives no digest
    answer = json.dumps({"Digest": f"sha256:{'a' * 64}"})
    told.write_text(f'#!/bin/sh\ncase "$4" in *redis*) echo away >&2; exit ${{REDIS_AWAY:-0}};; esac\necho {shlex.quote(answer)}\n')
    told.chmod(0o755)
    monkeypatch.setenv("REDIS_AWAY", "1")
    assert image_pin.main() == 1
    found = capsys.readouterr()
    assert (found.out, found.err) == ("", f"the bases were not pinned: {image_pin.bases()['REDIS_IMAGE']}: skopeo: away\n")
    told.write_text(f"#!/bin/sh\necho {shlex.quote(answer)}\n")
    assert image_pin.main() == 0
    lines = capsys.readouterr().out.split()
    assert lines == [f"{name}={image}@sha256:{'a' * 64}" for name, image in image_pin.bases().items()]


def test_the_build_asks_for_nothing_besides_and_names_no_host():
    assert not re.match(r"#\s*syntax", DOCKERFILE)
    assert set(re.findall(r"https?://([\w.-]+)", DOCKERFILE + COMPOSE)) == {"deb.debian.org"}
    arguments = {*re.findall(r"^ARG (\w+)$", DOCKERFILE, re.MULTILINE), *BASES}
    assert arguments == {"APT_MIRROR", "NPM_REGISTRY", "PIP_INDEX_URL", "WITHOUT_OFFICE", *BASES} == set(image.ARGUMENTS)
    assert set(SERVICES["web"]["build"]["args"]) == arguments
    assert DOCKERFILE.count("--mount=type=secret,id=ca") == 3
    assert DOCKERFILE.count("sed -i") == DOCKERFILE.count('if [ -n "$APT_MIRROR" ]; then sed -i')  # sources stay as the base has them


def test_users_and_servers_are_set_up_as_the_image_needs_them():
    """The first start of the database runs a server for the set-up that answers on the socket only."""
    words = ("--gid 10001 portal", "--uid 10001 --gid 10001", "XDG_CACHE_HOME=/tmp/cache", "fc-cache -f")
    assert [one for one in words if one not in DOCKERFILE] == []
    assert "pg_isready -h 127.0.0.1 " in SERVICES["postgres"]["healthcheck"]["test"][1]
    assert "--locale=C" in SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert settings.FILE_UPLOAD_PERMISSIONS == 0o600  # uploads stay with their owner


def test_nothing_of_the_workshop_gets_into_the_image():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".env*", "tests", "tools", "docs", "var", "Dockerfile", "Makefile", "docker-compose.yml"} <= set(ignored)
    assert not {"gunicorn.conf.py", "package.json", "package-lock.json", "requirements", "scripts"} & set(ignored)


def test_the_example_has_every_variable_of_the_compose_file_and_no_secret():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    required = {line.partition("=")[0]: line.partition("=")[2] for line in lines if re.match(r"[A-Z]", line)}
    optional = {line[1:].partition("=")[0] for line in lines if re.match(r"#[A-Z_][A-Z0-9_]*=", line)}
    used = dict(re.findall(r"\$\{(\w+):?([?-])", COMPOSE)) | {"COMPOSE_PROFILES": "-"}  # which Compose reads itself
    assert set(required) == {name for name, operator in used.items() if operator == "?"}
    assert not any(required.values())
    assert optional == {name for name, operator in used.items() if operator == "-"}
    assert ".env" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
