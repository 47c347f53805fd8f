"""After whatever a service writes nothing is remembered that was read before: it records an act, or it is ``writing``."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.registries import dotted, imports_of
from tests.architecture.sources import Source, said, sources

SERVICES = re.compile(r"(^|/)services(/|\.py$)|_services\.py$")
FORGETTING = {f"greendistrict.{name}" for name in ("audit.services.record", "core.memoisation.forget", "core.writing.writing")}
# Services with a transaction after which what was read still holds.
NOTHING_NEW = {
    "approvals.changes.services.rehearse": "takes everything back",
    "assessments.reviews.services.paper.paper_of": "locks, and writes nothing",
    "portal.data_check.services.check_all": "reads all there is",
    "reports.jobs.services.joined": "the request is recorded by share",
    "reports.jobs.services.finish": "of the worker, which reads nothing afterwards",
}


def functions() -> Iterator[tuple[Source, str, ast.FunctionDef]]:
    """Functions of modules and methods of their classes, with their whole names."""
    for source in sources():
        for node in source.tree.body:
            within = node.body if isinstance(node, ast.ClassDef) else [node]
            name = f"{dotted(source.path)}.{node.name}." if isinstance(node, ast.ClassDef) else f"{dotted(source.path)}."
            yield from ((source, name + one.name, one) for one in within if isinstance(one, ast.FunctionDef))


def named(source: Source, node: ast.AST) -> set[str]:
    """Whole names of what a function calls or hands on, and of its decorators."""
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name | ast.Attribute):
            head, _, rest = said(one).partition(".")
            base = imports_of(source).get(head, f"{dotted(source.path)}.{head}")
            found.add(f"{base}.{rest}" if rest else base)
    return found


def test_after_every_service_that_writes_nothing_is_remembered():
    asks = {name: (source.path, named(source, node)) for source, name, node in functions()}
    forgets, more = set(FORGETTING), True
    while more:
        more = {name for name, (_, others) in asks.items() if name not in forgets and others & forgets}
        forgets |= more
    begins = {"django.db.transaction.atomic", *FORGETTING}
    services = {name for name, (path, others) in asks.items() if SERVICES.search(path) and others & begins}
    assert len(services) > 300
    assert {name for name in services - forgets if not name.rpartition(".")[2].startswith("_")} == set(NOTHING_NEW)
