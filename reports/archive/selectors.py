"""Read the archive for pages, reports and search."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Sum, When
from django.urls import reverse

from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.integers import whole
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.documents.registry import owner_of
from greendistrict.policy import parameters
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task
from reports.archive.lifecycle import prepares_volumes, reads_archive
from reports.archive.made_papers import ArchiveSource
from reports.archive.models import ArchiveItem, ArchiveVolume, VolumeState
from reports.archive.sources import ARCHIVE_SOURCES
from reports.composition.enums import FileFormat
from reports.jobs.enums import JobState
from reports.jobs.ofd_files import is_convertible

FONDS = "archive.fonds"
KEPT = Q(items__number__isnull=False)
NUMBERED = (VolumeState.CLOSED, VolumeState.HANDED_OVER)


def volumes_visible_to(viewer: Viewer) -> QuerySet[ArchiveVolume]:
    """Volumes the user sees: all for the city and for the portal itself, none for others."""
    rows = ArchiveVolume.objects.select_related("district")
    return rows if viewer.is_portal or reads_archive(viewer.held) else rows.none()


def items_visible_to(viewer: Viewer) -> QuerySet[ArchiveItem]:
    """Items of the visible volumes."""
    return ArchiveItem.objects.filter(volume__in=volumes_visible_to(viewer).order_by()).select_related("volume", "document", "job")


def found_by(text: str) -> Q:
    """Condition on volumes that match a search text."""
    items = ArchiveItem.objects.filter(Q(title__icontains=text) | Q(document_number__icontains=text), volume=OuterRef("pk"))
    place = Q(district__search_text__contains=text.lower())
    return Q(title__icontains=text) | Q(matter_number__icontains=text) | place | Q(Exists(items.filter(number__isnull=False)))


def packable_for(viewer: Viewer) -> QuerySet[ArchiveVolume]:
    """Volumes that can be exported as a package: closed ones."""
    return volumes_visible_to(viewer).filter(status__in=NUMBERED)


def counted(volumes: QuerySet[ArchiveVolume]) -> QuerySet[ArchiveVolume]:
    """Annotate volumes with the number of items and, once closed, of known pages."""
    pages = Case(When(status__in=NUMBERED, then=Sum("items__pages", filter=KEPT)))
    found = volumes.annotate(item_count=Count("items", filter=KEPT), page_count=pages)
    return found.order_by("-year", "fonds", "number", "pk")


def reads_archived_file(viewer: Viewer, key: UUID) -> bool:
    """Whether a file belongs to a visible volume, or is a letter generated for one."""
    made = Q(document__key=key) | Q(job__files__document__key=key)
    return reads_archive(viewer.held) and items_visible_to(viewer).filter(made).exists()


def fonds() -> str:
    """全宗号 as set by the city; empty if it is not set."""
    found = parameters.get(FONDS)
    return "" if found.is_default else str(found.value).strip()


def source_of(volume: ArchiveVolume) -> ArchiveSource:
    """The kind of matter of a volume. Raises ``KeyError`` if it is no longer registered."""
    return ARCHIVE_SOURCES[volume.source]


def file_of(item: ArchiveItem) -> Evidence | None:
    """The file of an item: the stored one, or the PDF of its letter once generated."""
    if item.document is not None or item.job is None:
        return item.document
    made = item.job.files.filter(format=FileFormat.PDF).select_related("document").first()
    return made.document if made else None


def ofd_beside(item: ArchiveItem, volume: ArchiveVolume) -> Evidence | None:
    """The OFD of an item's paper, as far as it was there when the volume was closed: its package does not change."""
    if item.job is None or volume.closed_at is None:
        return None
    made = item.job.files.filter(format=FileFormat.OFD, document__uploaded_at__lte=volume.closed_at).select_related("document").first()
    return made.document if made else None


def item_lines(viewer: Viewer, volume: ArchiveVolume) -> list[dict[str, Any]]:
    """Items of a visible volume in order, those left out at the end: item, file, pages, what it waits for. A constant number of queries."""
    lines = []
    for item in items_visible_to(viewer).filter(volume=volume).prefetch_related("job__files__document"):
        job, file, pages, waits = item.job, item.document, item.pages, ""
        if file is None and job is not None:
            file = next((made.document for made in job.files.all() if made.format == FileFormat.PDF), None)
            pages, waits = job.pages, "" if file else job.get_state_display()
        lacks_ofd = volume.status == VolumeState.PREPARING and job is not None and is_convertible(job)
        lines.append({"item": item, "file": file, "pages": pages, "waits": waits, "lacks_ofd": lacks_ofd})
    return lines


def unmade(volume: ArchiveVolume) -> int:
    """Number of letters and reports of a volume without a generated PDF."""
    return volume.items.filter(number__isnull=False, job__isnull=False).exclude(job__state=JobState.DONE).count()


def highest(volume: ArchiveVolume) -> Confidentiality:
    """Strictest confidentiality among the filed items; 内部 without items."""
    levels = volume.items.filter(number__isnull=False).order_by().values_list("confidentiality", flat=True).distinct()
    return max(map(Confidentiality, levels), key=lambda one: one.rank, default=Confidentiality.INTERNAL)


def years_with_volumes(_today: dt.date) -> list[int]:
    """Years of numbered volumes, newest first."""
    return list(ArchiveVolume.objects.filter(status__in=NUMBERED).order_by("-year").values_list("year", flat=True).distinct())


def volumes_of_year(year: int) -> QuerySet[ArchiveVolume]:
    """Numbered volumes of a year in the order of their numbers, with counts."""
    return counted(volumes_visible_to(Viewer(None)).filter(year=year, status__in=NUMBERED)).order_by("fonds", "retention", "number")


def unfiled_matters(viewer: Viewer, most: int) -> list[dict[str, Any]]:
    """Visible finished matters without a volume, newest first, at most ``most`` of each kind."""
    if not prepares_volumes(viewer.held):
        return []
    matters: list[dict[str, Any]] = []
    for key, source in ARCHIVE_SOURCES.items():
        filed = ArchiveVolume.objects.filter(source=key).values("matter")
        matters += [
            {"source": key, "matter": row.pk, "title": str(row), "number": getattr(row, "number", "") or "", "page": source.page(row)}
            for row in source.finished(viewer).exclude(pk__in=filed).order_by("-pk")[:most]
        ]
    return matters


def named_matter(text: str) -> tuple[str, int] | None:
    """A matter as a form names it (``case:12``): its source and key; None if the text is none."""
    source, _, key = text.partition(":")
    matter = whole(key)
    return None if matter is None else (source, matter)


def volume_of(source: str, matter: int) -> ArchiveVolume | None:
    """The volume of a matter, or None."""
    return ArchiveVolume.objects.filter(source=source, matter=matter).first()


def is_archivable(viewer: Viewer, source: str, matter: int) -> bool:
    """Whether a matter is finished, of an archived kind, and visible to the user."""
    kind = ARCHIVE_SOURCES.get(source)
    return kind is not None and kind.finished(viewer).filter(pk=matter).exists()


def handed_over_with(document: Evidence) -> ArchiveVolume | None:
    """A handed-over volume that contains this file, or None."""
    return ArchiveVolume.objects.filter(items__document=document, items__number__isnull=False, status=VolumeState.HANDED_OVER).first()


def why_locked(document: Evidence) -> str:
    """Why a file cannot be replaced: it belongs to one matter and was handed over. For a district's files the archived version is kept."""
    label = document.owner.partition(":")[0]
    volume = None if owner_of(label).library else handed_over_with(document)
    return f"“{document.title}”已随案卷移交（{volume.call_number}），不能替换或改动" if volume else ""


@among(lambda: ArchiveVolume.objects.filter(status=VolumeState.PREPARING))
def tasks_for(viewer: Viewer) -> list[Task]:
    """Volumes in preparation: for 经办 until the check is requested, then for the checker; closed ones need nobody."""
    held = viewer.held
    waits = Q(pk__in=())
    if held.has(Role.CITY_OFFICER):
        waits |= Q(ready_at__isnull=True)
    if held.has(Role.CITY_CHECKER):
        waits |= Q(ready_at__isnull=False)
    tasks = []
    for row in volumes_visible_to(viewer).filter(waits, status=VolumeState.PREPARING).order_by("opened_at", "pk"):
        title, page = "案卷检查" if row.ready_at else "案卷整理", reverse("reports:archive_volume", args=[row.pk])
        task = Task(title, row.title, page, since=row.ready_at or row.opened_at, kind="archive_volume", is_demo=row.is_demo)
        tasks.append(task)
    return tasks
