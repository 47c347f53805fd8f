"""One word for one thing: no two classes share a name, and application code compares states by their enum."""

import ast
from collections import defaultdict

from greendistrict.workflow.declaration import machines
from tests.architecture.sources import said, sources

# Django finds these by their name; a nested one belongs to its class.
SAME_BY_FRAMEWORK = {"Command"}
# The same text with another meaning: buttons of a form, a tab of a page, a place on a time line.
NOT_STATES = {"'returned' in request.POST", "'signed' in request.POST", "tab == 'done'"}
STATES = {state.key for machine in machines() for state in machine.states}


def test_no_two_classes_share_a_name():
    found = defaultdict(list)
    for source in sources():
        for node in source.tree.body:
            if isinstance(node, ast.ClassDef):
                found[node.name].append(source.path)
    assert {name: files for name, files in found.items() if len(files) > 1 and name not in SAME_BY_FRAMEWORK} == {}


def texts(node):
    inside = node.elts if isinstance(node, ast.Tuple | ast.Set | ast.List) else [node]
    return {one.value for one in inside if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def compared(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            yield node, set().union(*map(texts, [node.left, *node.comparators]))
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                name = (keyword.arg or "").removesuffix("__in").rpartition("__")[2]
                if name in {"status", "state"}:
                    yield node, texts(keyword.value)


def test_states_are_compared_by_their_enum():
    found = [
        (source.path, said(node))
        for source in sources()
        if not source.path.startswith("tools/")
        for node, values in compared(source.tree)
        if values & STATES
    ]
    assert [one for one in found if one[1] not in NOT_STATES] == []
