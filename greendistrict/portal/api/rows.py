"""Rows of the API as mappings: one query each, filtered and sliced like any queryset."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT, KeyTransform
from django.db.models.functions import Cast, Coalesce

from approvals.models import Announcement, Title
from approvals.selectors import announcements_public
from assessments.models import TableVersion
from assessments.selectors.selfchecks import self_checks_visible_to
from districts.selectors import district_rows_for_api, districts_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from indicators.models import Chapter, Clause
from indicators.selectors import editions_visible_to

Rows = QuerySet[Any, Any]


def districts(user: User) -> Rows:
    """Districts in sight; ``areas`` as {code, name}."""
    return district_rows_for_api(user)


def titles(user: User) -> Rows:
    """Titles, past ones too, of districts in sight."""
    return Title.objects.filter(district__in=districts_visible_to(user)).values(
        "kind", "star", "number", "granted_on", "date_certainty", "ended_on", "end", "historic", "certainty", "policy", "edition_text",
        "district__code", "district__name", "district__is_demo", "announcement__year", "announcement__batch",
    )  # fmt: skip


def announcements(user: User) -> Rows:
    """Published batches with the codes of the districts in sight that they name; keepers read none."""
    seen = districts_visible_to(user)
    named = Title.objects.filter(announcement=OuterRef("pk"), district__in=seen).order_by("pk").values("district__code")
    published: QuerySet[Announcement] = announcements_public().prefetch_related(None)
    held = seats(user)
    if held.is_keeper or not held.roles:
        published = published.none()
    return published.annotate(codes=ArraySubquery(named)).values(
        "id", "year", "batch", "number", "title", "announced_on", "historic", "source", "is_demo", "codes"
    )


def editions(user: User) -> Rows:
    """Editions with how many chapters and clauses they have."""
    return (
        editions_visible_to(user)
        .annotate(chapter_total=_count(Chapter), clause_total=_count(Clause))
        .values(
            "code", "title", "official", "in_force", "replaces", "status", "complete", "digest", "types", "stages", "levels",
            "chapter_total", "clause_total",
        )
    )  # fmt: skip


def _count(model: type[Chapter | Clause]) -> Coalesce:
    rows = model._default_manager.filter(edition=OuterRef("pk")).order_by().values("edition")
    return Coalesce(Subquery(rows.annotate(found=Count("pk")).values("found"), output_field=IntegerField()), 0)


def assessments(user: User) -> Rows:
    """Received self-checks in sight with the result of the version that counts."""
    version = TableVersion.objects.filter(table=OuterRef("table"), counts=True)

    def frozen(path: str) -> Subquery:
        return Subquery(version.values_list(KT(f"content__{path}"))[:1])

    return (
        self_checks_visible_to(user)
        .filter(status="received")
        .annotate(
            total=frozen("result__total"),
            bonus=frozen("result__bonus"),
            level=frozen("result__level"),
            edition=frozen("edition__code"),
            official=Cast(frozen("edition__official"), BooleanField()),
            building=Cast(frozen("building"), BooleanField()),
            stage=frozen("stage"),
            chapters=Subquery(version.values_list(KeyTransform("chapters", KeyTransform("result", F("content"))))[:1]),
            digest=Subquery(version.values("digest")[:1]),
        )
        .values(
            "number", "year", "filed_at", "received_at", "total", "bonus", "level", "edition", "official", "building", "stage", "chapters",
            "digest", "district__code", "district__name", "district__is_demo",
        )
    )  # fmt: skip
