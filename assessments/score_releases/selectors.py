"""Decided scores and which of them are public: the single source for public page, open data, preview and list.

Also here: Permissions on publishing scores.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from assessments.common.enums import Purpose, ScoringStage
from assessments.score_releases.models import RELEASERS, ScoreRelease
from assessments.score_releases.sources import DecidedMatter, score_sources
from assessments.tables.models import ScoreTable, TableVersion
from districts.file.models.district import District
from districts.file.rules import bodies_as
from districts.file.selectors.visibility import public_districts
from districts.releases.models import LIVE
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from indicators.editions.models import Chapter, ChapterKind


def may_release(held: HeldPosts) -> bool:
    """Whether the user may publish and withdraw scores: the city's 经办, as with announcements."""
    return held.has(*RELEASERS)


BUILDING = "建设期"
BONUS = "（加分）"  # after the title of a chapter that gives points


@dataclass(frozen=True)
class PublicScore:
    """A decided score as the public reads it; ``reference``: its edition is not the official standard (参考版)."""

    year: int
    procedure: str
    nature: str
    stage: str
    total: Decimal
    chapters: tuple[tuple[str, Decimal], ...]
    edition_code: str
    edition_title: str
    reference: bool

    @property
    def name(self) -> str:
        """Year and procedure; 年度 is not repeated."""
        return f"{self.year}年度{self.procedure.removeprefix('年度')}"

    @property
    def chapter_words(self) -> str:
        """Chapters with their scores in one line."""
        return "；".join(f"{title} {score}" for title, score in self.chapters)


@dataclass(frozen=True)
class DecidedScore:
    """A decided matter in the city's list; ``score`` is None if nothing was settled, ``live`` is the release in force."""

    version: TableVersion
    matter: DecidedMatter
    score: PublicScore | None
    live: ScoreRelease | None

    @property
    def district(self) -> District:
        """The table's district."""
        return self.version.table.district

    @property
    def is_decided(self) -> bool:
        """Whether the decision is in force; the score of a withdrawn announcement is not public."""
        return bool(vars(self.version)["is_decided"])

    @property
    def is_shown(self) -> bool:
        """Whether the score is public now."""
        return self.live is not None and self.is_decided


def scores_visible_to(viewer: Viewer) -> QuerySet[TableVersion]:
    """Frozen versions of decided or once published matters: all for the city, the own ones for applicant and 区专门机构."""
    held = viewer.held
    found = _counting().filter(Q(is_decided=True) | Exists(ScoreRelease.objects.filter(version=OuterRef("pk"))))
    if held.is_city:
        return found
    applicants, bodies = held.organisations_as(Role.PREPARER, Role.REVIEWER), bodies_as(held, Role.AUTHORITY)
    own = District.objects.filter(Q(applicant__in=applicants) | Q(authorities__in=bodies))
    return found.filter(table__district__in=own.values("pk"))


def _counting() -> QuerySet[TableVersion]:
    """Received versions with the data needed, annotated with ``is_decided``: the matter is decided and the decision in force."""
    sources = score_sources.by_key.items()
    decided = reduce(or_, (Q(purpose=key) & source.decided for key, source in sources), Q(pk__in=()))
    related = {f"table__{name}" for _, source in sources for name in source.related}
    unread = {f"table__{name}" for _, source in sources for name in source.unread}
    return (
        TableVersion.objects.filter(counts=True, table__purpose__in=[key for key, _ in sources])
        .select_related("table__district", "table__edition", *related)
        .defer("content", "table__result", "table__bases", "table__district__boundary", *unread)
        .annotate(
            edition=F("content__edition"),
            own_result=F("content__result"),
            building=F("content__building"),
            is_decided=Exists(ScoreTable.objects.filter(decided, pk=OuterRef("table"))),
        )
    )


def scores_released(districts: QuerySet[District]) -> list[tuple[ScoreRelease, PublicScore]]:
    """Published scores of the public ones of these districts, by district, newest year first; at most three queries, one without any."""
    releases = ScoreRelease.objects.filter(LIVE, district__in=public_districts() & districts)
    releases = releases.select_related("district").defer("district__boundary")
    rows = list(releases.order_by("district__is_demo", "district__code", "-year", "-pk"))
    if not rows:
        return []
    versions = {one.pk: one for one in _counting().filter(Q(is_decided=True), pk__in=[row.version_id for row in rows])}
    scores = scores_of(versions.values())
    return [(row, scores[row.version_id]) for row in rows if row.version_id in scores]


def listed(versions: Iterable[TableVersion]) -> list[DecidedScore]:
    """Lines of the list in the same order; two queries, none for an empty list."""
    found = list(versions)
    if not found:
        return []
    scores = scores_of(found)
    live = {row.version_id: row for row in ScoreRelease.objects.filter(LIVE, version__in=found)}
    return [DecidedScore(one, _matter(one), scores.get(one.pk), live.get(one.pk)) for one in found]


def scores_decided(viewer: Viewer, district: District) -> list[tuple[ScoreRelease | None, PublicScore]]:
    """Scores of a district's matters that are decided, public or not, with the release in force, newest year first; as far as visible.

    At most three queries, one without any.
    """
    found = listed(scores_visible_to(viewer).filter(table__district=district).order_by("-pk"))
    scores = [(one.live, one.score) for one in found if one.is_decided and one.score is not None]
    return sorted(scores, key=lambda pair: pair[1].year, reverse=True)


def scores_of(versions: Iterable[TableVersion]) -> dict[int, PublicScore]:
    """Decided scores as the public would read them, by primary key of the version; without those lacking a total. One query."""
    found = list(versions)
    editions = {one.table.edition_id for one in found}
    chapters: dict[int, list[Chapter]] = {}
    for chapter in Chapter.objects.filter(edition__in=editions).order_by("edition", "order"):
        chapters.setdefault(chapter.edition_id, []).append(chapter)
    scores = ((one.pk, _score(one, chapters.get(one.table.edition_id, []))) for one in found)
    return {key: score for key, score in scores if score is not None}


def _matter(version: TableVersion) -> DecidedMatter:
    return score_sources.by_key[version.table.purpose].matter(version.table)


def _score(version: TableVersion, chapters: Iterable[Chapter]) -> PublicScore | None:
    table, frozen, matter = version.table, vars(version), _matter(version)
    result: Mapping[str, Any] = (frozen["own_result"] if matter.result is None else matter.result) or {}
    if not result.get("total"):
        return None
    scored = {one["key"]: one for one in result["chapters"]}
    source = score_sources.by_key[table.purpose]
    return PublicScore(
        year=matter.year,
        procedure=Purpose(table.purpose).label,
        nature=f"{source.nature}（{BUILDING}）" if frozen["building"] else source.nature,
        stage=ScoringStage(table.stage).label,
        total=Decimal(result["total"]),
        chapters=tuple(_chapter(chapter, scored[chapter.key]) for chapter in chapters if chapter.key in scored),
        edition_code=frozen["edition"]["code"],
        edition_title=frozen["edition"]["title"],
        reference=not frozen["edition"]["official"],
    )


def _chapter(chapter: Chapter, result: Mapping[str, Any]) -> tuple[str, Decimal]:
    """Title and score of a chapter: per cent for scored chapters, points (marked as such) for bonus chapters."""
    if chapter.kind == ChapterKind.BONUS:
        return f"{chapter.title}{BONUS}", Decimal(result["obtained"])
    return chapter.title, Decimal(result["score"])


def live_release(version: TableVersion) -> ScoreRelease | None:
    """The version's release that is in force, or None."""
    return ScoreRelease.objects.filter(LIVE, version=version).first()


def releases_of(version: TableVersion) -> list[ScoreRelease]:
    """All releases of a version including withdrawn ones, newest first."""
    return list(ScoreRelease.objects.filter(version=version).select_related("released_by", "withdrawn_by"))
