"""Registry of matters of upper apps that a key project is linked to (projects of a reserve library of 美丽上海)."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from districts.projects.models import KeyProject
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.registry import Registry
from greendistrict.workflow.machine import State


class LinkedMatter(NamedTuple):
    """A matter as the page of the key project names it: what it is, its title, more about it, its state, and its page."""

    label: str
    title: str
    detail: str
    state: State
    link: str


# Matters in sight of a person that a key project is linked to.
linked_matters: Registry[Callable[[Viewer, KeyProject], Iterable[LinkedMatter]]] = Registry(
    "matters that a key project is linked to",
    entry="matters that a key project is linked to (reserve library), as far as the reader sees them",
)


def matters_of(viewer: Viewer, project: KeyProject) -> list[LinkedMatter]:
    """Matters of all apps in sight of the person that the key project is linked to."""
    return [matter for source in linked_matters for matter in source(viewer, project)]
