"""Visible files, and whether a person may read a classified one; both are decided only here."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Model, QuerySet

from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.documents.registry import gated_files, is_on_side, is_shut, owner_of, readers

SIDE = (Role.PREPARER, Role.REVIEWER, Role.AUTHORITY)  # posts that can belong to an owner's side


def evidence_by_key(viewer: Viewer, key: UUID) -> Evidence | None:
    """File by key; None if missing, too confidential, locked until a reason is given, or if the person sees neither its owner nor a use."""
    evidence = Evidence.objects.filter(key=key).first()
    if evidence is None or not may_read(viewer, evidence) or is_shut(viewer, evidence):
        return None
    label, _, owner_key = evidence.owner.partition(":")
    visible = owner_of(label).visible_to(viewer).filter(pk=owner_key).exists()
    return evidence if visible or any(reads(viewer, key) for reads in readers()) else None


def may_read(viewer: Viewer, evidence: Evidence) -> bool:
    """Whether the file's confidentiality allows the person to read it, given that they see its owner or a use of it."""
    return not evidence.is_classified or reads_classified(viewer, evidence.owner)


def reads_classified(viewer: Viewer, subject: str) -> bool:
    """Whether the person may read classified files of an owner (``app.model:pk``): the city's staff, and people of the owner's side."""
    held = viewer.held
    if held.is_city or not held.has(*SIDE):
        return held.is_city
    return viewer.once(_is_on_side, subject)


def _is_on_side(viewer: Viewer, subject: str) -> bool:
    return is_on_side(viewer.held, subject)


def readable(viewer: Viewer, files: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """The files without those too confidential for the person."""
    held = viewer.held
    if held.is_city:
        return files
    if not held.has(*SIDE):
        return files.exclude(confidentiality=Confidentiality.CLASSIFIED)
    classified = files.filter(confidentiality=Confidentiality.CLASSIFIED)
    owners = classified.order_by().values_list("owner", flat=True).distinct()
    closed = [owner for owner in owners if not reads_classified(viewer, owner)]
    return files.exclude(confidentiality=Confidentiality.CLASSIFIED, owner__in=closed) if closed else files


def in_sight(viewer: Viewer, files: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """The files whose owner the person sees and whose confidentiality allows reading.

    Excludes files that reveal who judged, and files that need a stated reason. One query for the owners and one for each of their kinds.
    """
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for subject in files.order_by().values_list("owner", flat=True).distinct():
        label, _, key = subject.partition(":")
        keys[label].append(key)
    seen: list[str] = []
    for label, some in keys.items():
        if not (owner := owner_of(label)).blind:
            seen += [f"{label}:{pk}" for pk in owner.visible_to(viewer).filter(pk__in=some).order_by().values_list("pk", flat=True)]
    return readable(viewer, files.filter(owner__in=seen).exclude(gated_files()))


def withheld(viewer: Viewer, digests: Iterable[str]) -> frozenset[str]:
    """The digests (as used in frozen contents) of files the person may not read; without a person, of all classified files."""
    return _withheld(viewer, "sha256", digests)


def withheld_keys(viewer: Viewer, keys: Iterable[str]) -> frozenset[str]:
    """``withheld`` for contents that refer to files by key."""
    return _withheld(viewer, "key", keys)


def _withheld(viewer: Viewer, field: str, values: Iterable[str]) -> frozenset[str]:
    if (viewer.is_somebody and viewer.held.is_city) or not (asked := set(values)):
        return frozenset()
    files = Evidence.objects.filter(**{f"{field}__in": asked}, confidentiality=Confidentiality.CLASSIFIED)
    found = files.values_list(field, "owner")
    return frozenset(str(value) for value, owner in found if not viewer.is_somebody or not reads_classified(viewer, owner))


def versions_of(evidence: Evidence) -> list[Evidence]:
    """Every version of a file, oldest first; one query per version."""
    first = evidence
    while first.replaces is not None:
        first = first.replaces
    versions = [first]
    while (later := Evidence.objects.filter(replaces=versions[-1]).first()) is not None:
        versions.append(later)
    return versions


def beside(viewer: Viewer, evidence: Evidence) -> QuerySet[Evidence]:
    """Other files of the same owner that the person may read, for reading side by side; none for people who see only a use."""
    label, _, owner_key = evidence.owner.partition(":")
    if not owner_of(label).visible_to(viewer).filter(pk=owner_key).exists():
        return Evidence.objects.none()
    files = Evidence.objects.filter(owner=evidence.owner).exclude(pk=evidence.pk).exclude(gated_files())
    return readable(viewer, files).order_by("title", "-version", "-pk")


def evidence_of(owner: Model) -> QuerySet[Evidence]:
    """Files of one owner, newest version first."""
    return Evidence.objects.filter(owner=subject_of(owner)).order_by("title", "-version", "-pk")


def newest_versions(files: QuerySet[Evidence]) -> dict[int, int]:
    """Newest version of each file by primary key; one query per generation."""
    newest = {key: key for key in files.values_list("pk", flat=True)}
    while later := dict(Evidence.objects.filter(replaces__in=set(newest.values())).values_list("replaces_id", "pk")):
        newest = {key: later.get(current, current) for key, current in newest.items()}
    return newest
