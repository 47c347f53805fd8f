"""``docs/registries.md`` against the code: every registry, who fills it, who reads it."""

import re

from tests.architecture.registries import app_of, registries
from tests.architecture.sources import ROOT

# Functions that fill a plain collection, none of them for another module to read.
CACHES = {
    "indicators.editions.selectors.rules_for",
    "greendistrict.core.schedule.note_success",
    "greendistrict.core.heartbeats.beat",
    "greendistrict.core.task_counts.begin",
}
AT_READY = re.compile(r"\.wiring$|\.\w*lifecycle(\.\w+)?$|\.change_kinds\.\w+$")
# Registries filled by those of another one: words come with a machine, a tracked rule with a duty.
CHAINED = {"greendistrict.workflow.registry", "obligations.duties"}
ROW = re.compile(r"^\| `([\w.]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
PAGE = (ROOT / "docs" / "registries.md").read_text(encoding="utf-8")


def test_every_registry_is_a_typed_one():
    assert {one.name for one in registries(typed=False)} == CACHES


def listed(apps):
    return ", ".join(sorted(set(apps)))


def test_the_page_lists_every_registry_with_its_writers_and_readers():
    """A row that is missing reads: name, writers, readers; its second column says what an entry means."""
    told = {(name, written.strip(), read.strip()) for name, _means, written, read in ROW.findall(PAGE)}
    assert told == {(one.name, listed(map(app_of, one.written)), listed(one.read)) for one in registries()}


def test_registries_are_filled_when_the_apps_are_ready_only():
    writers = {module for one in registries() for module in one.written}
    assert {module for module in writers if not AT_READY.search(module)} == CHAINED


def test_lists_that_are_no_registry_are_where_the_page_says():
    paths = re.findall(r"`(\w+/[\w/]+\.py)`", PAGE)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
