"""Every kind of matter, by the name of its machine."""

import ast
import sys
from functools import cache
from pathlib import Path

from tests.matters import approvals, assessments, carbon, cases, districts, others, outreach, reviews
from tests.matters.matter import Matter

MODULES = (approvals, assessments, carbon, cases, districts, others, outreach, reviews)


def _kinds(one: type[Matter]) -> list[type[Matter]]:
    return [one, *(below for kind in one.__subclasses__() for below in _kinds(kind))]


MATTERS = {kind.machine.name: kind for kind in _kinds(Matter) if "machine" in vars(kind)}
STATES = [(name, state.key.value) for name, kind in sorted(MATTERS.items()) for state in kind.machine.states]


def area(kind: type[Matter]) -> tuple[str, ...]:
    """What a change of means that the kind is walked again: features that the module of the kind imports, and the machines themselves."""
    return _imported(kind.__module__)


@cache
def _imported(module: str) -> tuple[str, ...]:
    tree = ast.parse(Path(sys.modules[module].__file__ or "").read_text(encoding="utf-8"))
    names = {"/".join(node.module.split(".")[:2]) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    features = sorted(name for name in names if "/" in name and not name.startswith(("django/", "greendistrict/", "tests/")))
    return (*features, "greendistrict/workflow")
