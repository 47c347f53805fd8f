"""Pytest plugin that records which test executes which line of product code and which node of which template.

``GD_RECORD`` names the folder it writes to: coverage data with one context per test (``lines.*``), nodes and processor seconds
(``nodes.*.json``) of each process, the sources as they are and the digests of the test modules (``sources.json``). The nodes of a template
are numbered by their position in the source that the loader gives to the engine; ``WHOLE`` stands for the template itself.
"""

import json
import os
import time
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any

import coverage
import pytest
from django.template import base

from scripts.faults.pages import WHOLE
from scripts.faults.places import PACKAGES, ROOT, digests, sources

PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "main")


class Recorder:
    """Plugin of one process; xdist's own process, which runs no test, only writes the sources."""

    def __init__(self, folder: Path) -> None:
        """``folder`` must exist."""
        self.folder = folder
        self.coverage = coverage.Coverage(
            data_file=str(folder / f"lines.{PROCESS}"), source=[str(ROOT / one) for one in PACKAGES], config_file=False, messages=False
        )
        self.coverage.set_option("run:omit", ["*/migrations/*"])
        self.seconds: dict[str, float] = {}
        self.nodes: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))

    def start(self) -> None:
        """Record from now on; product modules must not have been imported."""
        self.coverage.start()
        engine: Any = base
        engine.Lexer = engine.DebugLexer  # only this one keeps the positions of tokens
        render_node, render_template = engine.Node.render_annotated, engine.Template._render  # noqa: SLF001 -- every rendering goes through it

        def node(one: Any, context: Any) -> Any:
            if one.token is not None and one.token.position is not None:
                self._saw(one.origin, one.token.position[0])
            return render_node(one, context)

        def template(one: Any, context: Any) -> Any:
            self._saw(one.origin, WHOLE)
            return render_template(one, context)

        engine.Node.render_annotated = node
        engine.Template._render = template  # noqa: SLF001

    def _saw(self, origin: base.Origin, position: int) -> None:
        if self.seconds:
            self.nodes[str(origin.template_name)][position].add(len(self.seconds) - 1)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Lines and nodes of a test with its fixtures belong to its context."""
        self.seconds[item.nodeid] = 0.0
        self.coverage.switch_context(item.nodeid)
        began = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.process_time() - began
            self.coverage.switch_context("")

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Write what was recorded."""
        self.coverage.stop()
        self.coverage.save()
        nodes = {name: {place: sorted(tests) for place, tests in places.items()} for name, places in self.nodes.items()}
        said = {"root": str(ROOT), "seconds": self.seconds, "nodes": nodes}
        (self.folder / f"nodes.{PROCESS}.json").write_text(json.dumps(said), encoding="utf-8")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Begin before Django is set up."""
    folder = Path(os.environ["GD_RECORD"])
    if PROCESS == "main":
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sources.json").write_text(json.dumps({"sources": sources(), "tests": digests()}), encoding="utf-8")
    if PROCESS != "main" or not early_config.known_args_namespace.numprocesses:
        recorder = Recorder(folder)
        early_config.pluginmanager.register(recorder)
        recorder.start()
