"""Visible files."""

from uuid import UUID

from django.db.models import Model, QuerySet

from greendistrict.accounts.models import User
from greendistrict.audit.services import subject_of
from greendistrict.documents.models import Evidence
from greendistrict.documents.registry import owner_of, readers, uses


def evidence_by_key(user: User, key: UUID) -> Evidence | None:
    """File by key; None when it does not exist or the person sees neither its owner nor a use of it."""
    evidence = Evidence.objects.filter(key=key).first()
    if evidence is None:
        return None
    label, _, owner_key = evidence.owner.partition(":")
    visible = owner_of(label).visible_to(user).filter(pk=owner_key).exists()
    used = visible or any(links(user).filter(document_id=evidence.pk).exists() for links in uses())
    return evidence if used or any(reads(user, key) for reads in readers()) else None


def evidence_of(owner: Model) -> QuerySet[Evidence]:
    """Files of one owner, newest version first."""
    return Evidence.objects.filter(owner=subject_of(owner)).order_by("title", "-version", "-pk")


def newest_versions(files: QuerySet[Evidence]) -> dict[int, int]:
    """Newest version of each file by primary key; one query per generation."""
    newest = {key: key for key in files.values_list("pk", flat=True)}
    while later := dict(Evidence.objects.filter(replaces__in=set(newest.values())).values_list("replaces_id", "pk")):
        newest = {key: later.get(current, current) for key, current in newest.items()}
    return newest
