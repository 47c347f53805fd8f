"""The contracts of pyproject.toml hold and leave no module out."""

import subprocess
import sys
import tomllib

from tests.architecture.sources import PACKAGES, ROOT

LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
APPS, *ROOMS = LINTER["contracts"]
BY_NAME = {contract["name"]: contract for contract in LINTER["contracts"]}
HALL = {"apps", "root_urls", "wiring", "tasks", "management", "templatetags", "models"}


def members(contract):
    return [name.strip(" ()") for line in contract["layers"] for name in line.replace("|", ":").split(":")]


def test_floor_plan_holds():
    """As ``make lint`` asks it."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert f"{len(BY_NAME)} kept, 0 broken" in done.stdout


def test_every_package_is_in_the_order_of_apps():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"scripts"}  # programs
    assert packages == set(LINTER["root_packages"]) == set(PACKAGES)
    assert packages == {name.split(".")[0] for name in members(APPS)}


def test_nothing_is_ignored_and_every_room_is_exhaustive():
    assert [name for name, contract in BY_NAME.items() if contract.get("ignore_imports")] == []
    assert {tuple(room.get("exhaustive_ignores", ["migrations"])) for room in ROOMS} == {("migrations",)}
    assert [room["name"] for room in ROOMS if not room.get("exhaustive")] == []


def test_every_package_has_its_rooms_and_every_feature_its_layers():
    contained = {container for room in ROOMS for container in room["containers"]}
    assert set(LINTER["root_packages"]) <= contained
    for app in {name.split(":")[0] for name in BY_NAME if name.endswith(": features in their order")}:
        features = set(members(BY_NAME[f"{app}: features in their order"])) - HALL
        assert {f"{app}.{feature}" for feature in features} == set(BY_NAME[f"{app}: layers of a feature"]["containers"])
