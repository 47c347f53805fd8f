"""The draft as immutable data, read from ``frame.yaml`` (pure, no database)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from django.db import models

from greendistrict.policy import yaml_file


class DocumentState(models.TextChoices):
    """State of a document of the framework “1+1+X+1”, as far as this portal knows."""

    DRAFT = "draft", "征求意见稿"
    IN_FORCE = "in_force", "已施行"
    REPOSTED = "reposted", "已印发，见于转载，未收到正式文本"
    UNKNOWN = "unknown", "未收到文本"


FILE = Path(__file__).resolve().parents[1] / "data" / "frame.yaml"


@dataclass(frozen=True)
class BeautyArea:
    """One of the ten areas with its task phrases."""

    no: int
    key: str
    name: str
    city: str
    group: str
    group_name: str
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class Programme:
    """Everything from the draft that this portal shows.

    ``horizons``: ``key``, ``until`` and ``goal`` of the goals of the city for a target year, as quoted; ``documents``: ``part``, ``name``,
    ``role``, ``state`` and ``source`` of the documents of the framework “1+1+X+1”; ``vanguards``: theme of each
    美丽上海先行区 by its place; ``safeguards``: sentences of part four (``what``), with ``cite``.
    """

    title: str
    mark: str
    status: str
    lead: str
    lead_cite: str
    office: str
    principles: tuple[str, ...]
    horizons: tuple[Mapping[str, str], ...]
    documents: tuple[Mapping[str, str], ...]
    areas: tuple[BeautyArea, ...]
    vanguards: Mapping[str, str]
    safeguards: tuple[Mapping[str, str], ...]
    pools: tuple[str, ...]
    dimension_links: Mapping[str, tuple[str, ...]]

    @property
    def groups(self) -> tuple[tuple[str, tuple[BeautyArea, ...]], ...]:
        """Name of each of the three groups, with its areas."""
        names = dict.fromkeys(area.group_name for area in self.areas)
        return tuple((name, tuple(area for area in self.areas if area.group_name == name)) for name in names)

    @property
    def area_choices(self) -> list[tuple[str, str]]:
        """Key and name of each area."""
        return [(area.key, area.name) for area in self.areas]

    @property
    def phrases(self) -> int:
        """Number of task phrases of all areas."""
        return sum(len(area.tasks) for area in self.areas)


@cache
def programme() -> Programme:
    """The draft, read once per process. Raises ``KeyError`` or ``ValueError`` if the file is malformed."""
    given = yaml_file.read(FILE)
    return Programme(
        title=given["title"],
        mark=given["mark"],
        status=given["status"],
        lead=given["lead"]["name"],
        lead_cite=given["lead"]["cite"],
        office=given["lead"]["office"],
        principles=tuple(given["principles"]),
        horizons=tuple(given["horizons"]),
        documents=tuple({**one, "state": DocumentState(one["state"])} for one in given["documents"]),
        areas=tuple(
            BeautyArea(**one, group_name=given["groups"][one["group"]], tasks=tuple(given["tasks"][one["key"]])) for one in given["areas"]
        ),
        vanguards=MappingProxyType({one["place"]: one["theme"] for one in given["vanguards"]}),
        safeguards=tuple(given["safeguards"]),
        pools=tuple(given["pools"]),
        dimension_links=MappingProxyType({name: tuple(keys) for name, keys in given["dimension_links"].items()}),
    )
