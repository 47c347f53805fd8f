"""Papers of security against the code: tests that they name exist, what they say is not there is not there."""

import re
from pathlib import Path

from django.conf import settings

from scripts import sbom

ROOT = Path(__file__).resolve().parents[2]
DENGBAO = (ROOT / "docs/dengbao.md").read_text(encoding="utf-8")


def test_every_test_that_is_named_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", DENGBAO)
    assert len(named) > 40
    missing = [f"{path}::{name}" for path, name in named if not re.search(rf"^def {name}\(", _text(path), re.MULTILINE)]
    assert missing == []


def test_there_is_no_admin_site():
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


def test_the_list_of_parts_is_compared_with_both_locks():
    python, npm = sbom.locked_in_python(), sbom.locked_in_npm()
    lines = [line for line in _text("requirements/runtime.txt").splitlines() if re.match(r"[a-z0-9]", line)]
    assert len(lines) == len(python)
    assert "django" in {name for name, _version in python}
    assert "bootstrap" in {name for name, _version in npm}
    assert "eslint" not in {name for name, _version in npm}
    listed = sbom.listed('{"components": [{"name": "b", "group": "@a", "version": "1"}, {"name": "c", "version": "2"}]}')
    assert listed == {("@a/b", "1"), ("c", "2")}


def test_npm_lists_nothing_without_a_version_so_it_gets_one(tmp_path):
    import json

    sbom.with_version(tmp_path)
    lock = json.loads((tmp_path / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["version"] == lock["packages"][""]["version"] == "0.1.0"


def _text(path):
    return (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).is_file() else ""
