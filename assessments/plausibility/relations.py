"""Relations between figures of different clauses, defined in a data file: equal quantities, parts and their whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from greendistrict.policy import yaml_file

FOLDER = Path(__file__).resolve().parents[1] / "data"
SAME, AT_MOST = "same", "at_most"


@dataclass(frozen=True)
class Relation:
    """``same``: all ``parts`` are one quantity; ``at_most`` / ``sum``: the parts together are at most / exactly ``whole``.

    A place is ``<item>.<part>`` (``5.2.3.b``) or ``district.<fact>``; all places of one relation have the same unit.
    """

    kind: str
    title: str
    source: str
    parts: tuple[str, ...]
    whole: str = ""


def place(text: str) -> tuple[str, str]:
    """Item and part of a place."""
    item, _, part = text.rpartition(".")
    return item, part


@cache
def _all() -> Mapping[str, tuple[Relation, ...]]:
    data = yaml_file.read(FOLDER / "relations.yaml")
    return {
        code: tuple(Relation(one["kind"], one["title"], one["source"], tuple(one["parts"]), one.get("whole", "")) for one in listed)
        for code, listed in data["editions"].items()
    }


def relations_for(edition: str) -> tuple[Relation, ...]:
    """Relations of an edition by its code; empty if none are defined."""
    return _all().get(edition, ())
