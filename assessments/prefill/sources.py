"""Registry of the sources that prefill a score table, filled by ``assessments/wiring.py``.

Read by ``prefill`` and by the check before submission (``findings``). Rows without a registered source start empty.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assessments.tables.models import ScoreTable
from greendistrict.core.registry import Registry

OfferedFile = tuple[int, tuple[int | None, int | None, str]]
FIELDS = ("value", "exclusion_reason", "absent_reason", "build_state")


@dataclass(frozen=True)
class Offer:
    """A source's values for one clause: some of ``FIELDS`` in stored form, and the files that prove them.

    ``files`` are (primary key of the document, (page, last page, passage)); ``href`` is the page that shows the figure.
    """

    content: Mapping[str, Any]
    label: str
    files: tuple[OfferedFile, ...] = ()
    href: str = ""


@dataclass(frozen=True)
class PrefillSource:
    """A source by key. ``offers(table, today)`` returns offers by item; the source with the lower ``order`` wins.

    ``binding``: a different value needs a reason (plots, projects, carbon: figures held by the portal).
    ``compared``: the check before submission also compares typed values with it. ``asked``: it fills where somebody asks for it (带入),
    never by itself when a table is opened.
    """

    key: str
    title: str
    order: int
    binding: bool
    offers: Callable[[ScoreTable, dt.date], Mapping[str, Offer]] = field(repr=False)
    compared: bool = False
    asked: bool = False


_sources: Registry[PrefillSource] = Registry("sources of a score table", entry="a source of values for a score table, with its rank")


def register(source: PrefillSource) -> PrefillSource:
    """Register a source. Raises ``ValueError`` if the key is taken."""
    _sources.register(source.key, source)
    return source


def sources() -> tuple[PrefillSource, ...]:
    """Registered sources, highest rank first."""
    return tuple(sorted(_sources, key=lambda one: (one.order, one.key)))


def is_binding(key: str) -> bool:
    """Whether a value that differs from this source needs a reason."""
    return key in _sources.by_key and _sources.by_key[key].binding


def compared_values(table: ScoreTable, today: dt.date) -> dict[str, tuple[str, Any]]:
    """(name of the source, value) by item, for sources with which typed values are compared."""
    found: dict[str, tuple[str, Any]] = {}
    for source in sources():
        if source.compared:
            for item_id, offer in source.offers(table, today).items():
                if "value" in offer.content:
                    found.setdefault(item_id, (offer.label, offer.content["value"]))
    return found


def offers_of(table: ScoreTable, today: dt.date, *, asked: bool = True) -> dict[str, list[tuple[PrefillSource, Offer]]]:
    """Offers by item, highest rank first; without ``asked`` only those that fill by themselves."""
    offers: dict[str, list[tuple[PrefillSource, Offer]]] = {}
    for source in (one for one in sources() if asked or not one.asked):
        for item_id, offer in source.offers(table, today).items():
            offers.setdefault(item_id, []).append((source, offer))
    return offers
