"""Peers for figures that are not from a score table: titled districts, with what the reader may see of the source."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from districts.common.enums import TITLED, Stage
from districts.file.models.district import District
from districts.file.selectors.visibility import districts_visible_to, files_visible_to, own_keys
from portal.comparison.rules import reads_everybody
from portal.comparison.selectors import (
    BUILDING,
    ComparedFigure,
    ComparisonReader,
    DistrictComparison,
    FrozenFigure,
    Peer,
    PeerQuery,
    grouped,
)


def titled_districts(asked: PeerQuery) -> QuerySet[District]:
    """Titled districts, real or fictional, of the requested type."""
    found = District.objects.filter(stage__in=TITLED, guideline_area=False, is_demo=asked.demo)
    return found.filter(type=asked.type) if asked.type else found


def with_sight(districts: QuerySet[District], sight: ComparisonReader) -> list[District]:
    """The districts annotated with ``seen`` (reader may see the district's file) and ``known`` (reader may see the district); one query."""
    seen = files_visible_to(sight.viewer).filter(pk=OuterRef("pk"))
    known = districts_visible_to(sight.viewer).filter(pk=OuterRef("pk"))
    return list(districts.defer("boundary").annotate(seen=Exists(seen), known=Exists(known)))


def own_districts(sight: ComparisonReader) -> frozenset[int]:
    """Keys of the reader's own districts; empty for readers who see all districts by name."""
    return frozenset() if reads_everybody(sight.viewer.held) else own_keys(sight.viewer)


def peer_of(district: District, about: Any, sight: ComparisonReader, mine: frozenset[int], *, page: str, origin: str, on: Any) -> Peer:
    """One peer; ``about`` holds what the reader sees: ``seen`` the source pages, ``known`` the districts."""
    return Peer(
        district.pk, district.code, district.name, district.name_pinyin, district.is_demo, district.type,
        district.stage != Stage.DEMONSTRATION, 0, 0, on, None, about.seen, about.seen or (sight.shown and about.known),
        district.pk in mine, page, origin,
    )  # fmt: skip


def by_type(
    sight: ComparisonReader, asked: PeerQuery, figure: ComparedFigure, found: Iterable[tuple[Peer, FrozenFigure]]
) -> DistrictComparison:
    """Figures of the peers in the requested phase, grouped by type and sorted by name."""
    kept = [(peer, one) for peer, one in found if not asked.phase or peer.building == (asked.phase == BUILDING)]
    return grouped(sight, figure, sorted(kept, key=lambda row: (row[0].order, row[0].district)))
