"""The contracts of pyproject.toml hold and leave no module out."""

import subprocess
import sys
import tomllib

from tests.architecture.sources import PACKAGES, ROOT

LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
BY_NAME = {contract["name"]: contract for contract in LINTER["contracts"]}
APPS = BY_NAME["Apps: left may import right, never back"]
NEIGHBOURS = BY_NAME["Neighbours of a package never know each other in a circle"]
LAYERS = BY_NAME["Layers of a feature"]


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


def test_no_module_stands_outside_of_the_contracts_and_nothing_is_ignored():
    """Neighbours are held apart at any depth, without an exception; layers in every feature of every app."""
    assert set(NEIGHBOURS["ancestors"]) == set(PACKAGES)
    deepest = max(path.relative_to(ROOT).as_posix().count("/") for app in PACKAGES for path in (ROOT / app).rglob("*.py"))
    assert NEIGHBOURS["depth"] >= deepest
    assert [name for name, contract in BY_NAME.items() if {"ignore_imports", "skip_descendants"} & set(contract)] == []
    assert {name.split(".")[0] for name in LAYERS["containers"]} == set(PACKAGES) - {"tools"}


def test_the_order_of_features_names_features_that_exist():
    orders = [contract for name, contract in BY_NAME.items() if name.endswith(": features in their order")]
    there = {path.stem for order in orders for app in order["containers"] for path in (ROOT / app).iterdir()}
    assert {name for order in orders for name in members(order)} - there == set()
