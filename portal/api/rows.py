"""Querysets of API lists as plain mappings, one query each; obligations are computed instead."""

import datetime as dt
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KT, KeyTransform
from django.db.models.functions import Cast, Coalesce

from approvals.casework.selectors.titles_on_day import held_then, is_being_built, snapshot_of
from approvals.publicity.selectors import announcements_public
from approvals.titles.columns import BATCH_TOLD, TITLE_TOLD
from approvals.titles.models.publicity import Announcement, Title
from assessments.self_checks.models import SelfCheckState
from assessments.self_checks.selectors.self_checks import self_checks_visible_to
from assessments.tables.columns import SCORE_CELLS
from assessments.tables.models import ScoreRow, TableVersion
from districts.common.enums import OpinionPurpose
from districts.file.models.district import District
from districts.file.selectors.lists import district_rows_for_api
from districts.file.selectors.visibility import districts_edited_by, districts_visible_to, files_visible_to
from districts.plots.columns import PLOT, PLOT_CHECK, PLOT_OPINION
from districts.plots.models import Plot, PlotCheck, PlotOpinion
from districts.plots.selectors.plots import plots_open_to
from districts.projects.columns import PROJECT_ENTERED, WORK, WORK_CHECK
from districts.projects.models import KeyProject, WorkCheck
from districts.projects.selectors import key_projects_visible_to, works_visible_to
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.memoisation import held_reads
from indicators.editions.columns import EDITION
from indicators.editions.models import Chapter, Clause
from indicators.editions.selectors import editions_visible_to
from obligations.duties import Obligation
from obligations.forms import GROUPS
from obligations.selectors import obligations_visible_to
from reports.archive.columns import VOLUME_TOLD
from reports.archive.selectors import counted, volumes_visible_to

Rows = QuerySet[Any, Any]
DISTRICT = ("district__code", "district__name", "district__is_demo")
OBLIGATION_ORDERS: Mapping[str, Callable[[Obligation], Any]] = {
    "due": attrgetter("due"),
    "kind": attrgetter("kind"),
    "debtor": attrgetter("organisation"),
}


def districts(viewer: Viewer) -> Rows:
    """Visible districts; ``areas`` as {code, name}."""
    return district_rows_for_api(viewer)


def titles(viewer: Viewer) -> Rows:
    """Current and former titles of visible districts."""
    found: Rows = Title.objects.filter(district__in=districts_visible_to(viewer)).values(
        "kind", "star", "star_certainty", *TITLE_TOLD, "date_certainty", "certainty", "standing_certainty", "policy_certainty", *DISTRICT,
        "announcement__year", "announcement__batch",
    )  # fmt: skip
    return found


def announcements(viewer: Viewer) -> Rows:
    """Published batches with the codes of visible districts in them; system keepers see none."""
    seen = districts_visible_to(viewer)
    named = Title.objects.filter(announcement=OuterRef("pk"), district__in=seen).order_by("pk").values("district__code")
    published: QuerySet[Announcement] = announcements_public().prefetch_related(None)
    held = viewer.held
    if held.is_keeper or not held.roles:
        published = published.none()
    found: Rows = published.annotate(codes=ArraySubquery(named)).values("id", *BATCH_TOLD, "status", "codes")
    return found


def editions(viewer: Viewer) -> Rows:
    """Editions with their number of chapters and clauses."""
    found: Rows = (
        editions_visible_to(viewer)
        .annotate(chapter_total=_count(Chapter), clause_total=_count(Clause))
        .values(*EDITION, "types", "stages", "levels", "chapter_total", "clause_total")
    )
    return found


def _count(model: type[Chapter | Clause]) -> Coalesce:
    rows = model._default_manager.filter(edition=OuterRef("pk")).order_by().values("edition")
    return Coalesce(Subquery(rows.annotate(found=Count("pk")).values("found"), output_field=IntegerField()), 0)


def assessments(viewer: Viewer) -> Rows:
    """Visible received self-checks with the result of the valid version.

    Title and building stage are those of the snapshot day, as in reports; a district under construction has no level.
    """
    with held_reads():
        as_of, shown_as_of = (snapshot_of(year, viewer.today) for year in (OuterRef("year"), F("year")))
    version = TableVersion.objects.filter(table=OuterRef("table"), counts=True)

    def frozen(path: str) -> Subquery:
        return Subquery(version.values_list(KT(f"content__{path}"))[:1])

    return (
        self_checks_visible_to(viewer)
        .filter(status=SelfCheckState.RECEIVED)
        .annotate(
            total=frozen("result__total"),
            bonus=frozen("result__bonus"),
            building=Exists(is_being_built("district_id", as_of)),
            level=Case(When(building=True, then=Value(None)), default=frozen("result__level")),
            as_of=shown_as_of,
            title=Coalesce(Subquery(held_then("district_id", as_of).values("kind")[:1]), Value("")),
            title_certainty=Coalesce(Subquery(held_then("district_id", as_of).values("certainty")[:1]), Value("")),
            edition=frozen("edition__code"),
            official=Cast(frozen("edition__official"), BooleanField()),
            stage=frozen("stage"),
            chapters=Subquery(version.values_list(KeyTransform("chapters", KeyTransform("result", F("content"))))[:1]),
            digest=Subquery(version.values("digest")[:1]),
        )
        .values(
            "number", "year", "filed_at", "received_at", "total", "bonus", "level", "edition", "official", "building", "stage", "chapters",
            "digest", "as_of", "title", "title_certainty", "district__code", "district__name", "district__is_demo",
        )
    )  # fmt: skip


def volumes(viewer: Viewer) -> Rows:
    """Archive volumes with their number of items; closed ones have a page count. For the city only."""
    found: Rows = counted(volumes_visible_to(viewer)).values(
        *VOLUME_TOLD, "status", "item_count", "page_count", "closed_at", "is_demo", *DISTRICT[:2]
    )
    return found


def plots(viewer: Viewer) -> Rows:
    """Current plots of readable files; plots that were split or merged are left out."""
    found: Rows = Plot.objects.filter(district__in=files_visible_to(viewer)).values(
        "id", *PLOT.without("lineage", "step"), "version", *DISTRICT
    )
    return found


def projects(viewer: Viewer) -> Rows:
    """Key projects of readable files, with the numbers of their plots."""
    numbers = KeyProject.plots.through.objects.filter(keyproject=OuterRef("pk"), plot__ended_by__isnull=True).order_by("plot__number")
    found: Rows = (
        key_projects_visible_to(viewer)
        .annotate(plot_numbers=ArraySubquery(numbers.values("plot__number")))
        .values("id", *PROJECT_ENTERED.without("plots"), "plot_numbers", "version", *DISTRICT)
    )
    return found


def works(viewer: Viewer) -> Rows:
    """Municipal works the person may open."""
    found: Rows = works_visible_to(viewer).values("id", *WORK.without("progress"), "version", *DISTRICT)
    return found


IN_PLOT = ("plot", "plot__number", *(f"plot__{name}" for name in DISTRICT))


def plot_opinions(viewer: Viewer) -> Rows:
    """Questions to departments about plots the person may open."""
    version = Case(
        When(purpose=OpinionPurpose.CONDITIONS, then=Coalesce("plot__control__version", 0)),
        When(answered_on__isnull=False, then=1),
        default=0,
        output_field=IntegerField(),
    )
    found: Rows = (
        PlotOpinion.objects.filter(plot__in=plots_open_to(viewer).values("pk"))
        .annotate(read_version=version)
        .values("id", *PLOT_OPINION, "organisation__name", "required", "read_version", *IN_PLOT)
    )
    return found


def opinion_version(opinion: PlotOpinion) -> int:
    """Version of one question: that of the plot control its reply changes, else whether it was answered."""
    if opinion.purpose == OpinionPurpose.CONDITIONS:
        return opinion.plot.control.version if hasattr(opinion.plot, "control") else 0
    return int(opinion.answered_on is not None)


def plot_checks(viewer: Viewer) -> Rows:
    """Department checks of plots the person may open."""
    found: Rows = PlotCheck.objects.filter(plot__in=plots_open_to(viewer).values("pk")).values("id", *PLOT_CHECK, *IN_PLOT)
    return found


def work_checks(viewer: Viewer) -> Rows:
    """Department checks of municipal works the person may open."""
    found: Rows = WorkCheck.objects.filter(work__in=works_visible_to(viewer).values("pk")).values(
        "id", *WORK_CHECK, "work", "work__name", *(f"work__{name}" for name in DISTRICT)
    )
    return found


def score_rows(viewer: Viewer) -> Rows:
    """Current clauses of score tables in districts that the person edits."""
    found: Rows = ScoreRow.objects.filter(table__district__in=districts_edited_by(viewer)).values(
        "id", "table", "item_id", "value", *SCORE_CELLS, "version", "table__district__code", "table__year", "table__purpose"
    )
    return found


def obligations(viewer: Viewer, on: dt.date, asked: Mapping[str, Any]) -> list[Obligation]:
    """Visible obligations (page 到期) matching every condition, earliest due day first."""
    only = set(District.objects.filter(code=asked["district"]).values_list("pk", flat=True)) if "district" in asked else None
    rows = obligations_visible_to(viewer.at(on), only)
    if "authority" in asked:
        organisations = Organisation.objects.filter(code=asked["authority"], kind=OrganisationKind.AUTHORITY)
        leading = set(organisations.values_list("pk", flat=True))
        rows = [row for row in rows if not leading.isdisjoint(row.authority_ids)]
    return [
        row
        for row in rows
        if ("kind" not in asked or row.kind == asked["kind"])
        and ("state" not in asked or row.state(on) in GROUPS[asked["state"]])
        and ("is_demo" not in asked or row.is_demo == asked["is_demo"])
    ]


def obligations_ordered(rows: list[Obligation], ordering: str) -> list[Obligation]:
    """Rows by the requested fields, then by due day."""
    for name in reversed([name.strip() for name in ordering.split(",") if name.strip()]):
        rows = sorted(rows, key=OBLIGATION_ORDERS[name.removeprefix("-")], reverse=name.startswith("-"))
    return rows
