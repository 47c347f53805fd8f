"""Names that Django keeps to itself are used in one module."""

import ast

from tests.architecture.sources import nodes, said

ROOM = "greendistrict/core/django_internals.py"
# Public although they begin with a line: Django's documented names, and those of named tuples.
PUBLIC = {"_meta", "_default_manager", "_base_manager", "_make", "_replace", "_fields", "_field_defaults", "_asdict"}
OTHERS = {  # modules that use private names of other libraries
    "greendistrict/postgres/base.py": "_check",  # psycopg_pool
    "portal/api/auth.py": "_request",  # Django REST framework
    "reports/composition/docx.py": "",  # python-docx gives its XML under such names only
    "reports/composition/word.py": "",
}
BY_TEXT = {"getattr", "setattr", "hasattr", "delattr"}


def is_private(name):
    return name.startswith("_") and not name.startswith("__") and name not in PUBLIC


def reaches():
    """Private names of foreign objects, as attributes and as texts of ``getattr`` and its kin."""
    for source, node in nodes(ast.Attribute):
        if is_private(node.attr) and said(node.value) not in {"self", "cls", "super()", "other"}:
            yield source.path, node.attr
    for source, node in nodes(ast.Call):
        if said(node.func) in BY_TEXT and isinstance(name := node.args[1], ast.Constant) and is_private(name.value):
            yield source.path, name.value


def test_only_one_module_uses_private_names_of_django():
    found = set(reaches())
    assert {name for path, name in found if path == ROOM} >= {"_iterable_class", "_state", "_cached_user"}
    assert {(path, name) for path, name in found if path != ROOM and OTHERS.get(path, "-") not in {"", name}} == set()
