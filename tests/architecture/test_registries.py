"""Registries: all are typed, filled when the apps are ready, and printed with what an entry is, who fills and who reads them."""

import re

from tests.architecture.registries import document, registries
from tests.architecture.sources import sources

# Functions that fill a plain collection, none of them for another module to read.
CACHES = {
    "indicators.editions.selectors.rules_for",
    "greendistrict.core.schedule.note_success",
    "greendistrict.core.heartbeats.beat",
    "greendistrict.core.task_counts.begin",
    "greendistrict.core.database_clock.ask",
}
MADE = re.compile(r"^\w+: Registry\[.*\] = Registry\(", re.MULTILINE)


def test_every_registry_is_a_typed_one():
    assert {one.name for one in registries(typed=False)} == CACHES


def test_every_registry_is_printed_once_with_what_it_holds_its_writers_and_its_readers():
    """The count is of another kind: lines of the sources that make a registry, module by module."""
    made = {source.path.removesuffix(".py").replace("/", "."): len(MADE.findall(source.text)) for source in sources()}
    shown = {module: sum(one.name.rpartition(".")[0] == module for one in registries()) for module, count in made.items() if count}
    assert shown == {module: count for module, count in made.items() if count}
    assert [one.name for one in registries() if not (one.entry and one.written and one.read)] == []
    assert len(document().splitlines()) == len(registries()) + 2


def test_registries_are_filled_when_the_apps_are_ready_only():
    writers = {module for one in registries() for module in one.written}
    assert {module for module in writers if not module.endswith(".wiring")} == set()
