"""Nightly check for files whose owner no longer exists; owners are stored as ``app.model:pk`` without a foreign key."""

from greendistrict.core.integers import whole
from greendistrict.documents.models import Evidence
from greendistrict.documents.registry import owners

NAMED = 5


class OrphanedFiles(Exception):  # noqa: N818 -- reads as a sentence
    """Files without owner; the message names the first of them and how many there are."""


def orphans() -> list[tuple[str, str]]:
    """(owner, title) of files whose owner is no registered model or no existing row; one query per kind of owner."""
    keys: dict[str, set[str]] = {}
    for subject in Evidence.objects.order_by().values_list("owner", flat=True).distinct():
        label, _, key = subject.partition(":")
        keys.setdefault(label, set()).add(key)
    models = {owner.model._meta.label_lower: owner.model for owner in owners()}
    gone: list[str] = []
    for label, asked in keys.items():
        known = {key for key in asked if whole(key) is not None}
        found = set(models[label]._default_manager.filter(pk__in=known).values_list("pk", flat=True)) if label in models else set()
        gone += [f"{label}:{key}" for key in asked - {str(pk) for pk in found}]
    return list(Evidence.objects.filter(owner__in=gone).order_by("owner", "pk").values_list("owner", "title"))


def check() -> int:
    """Check every owner; returns how many files have theirs. Raises ``OrphanedFiles`` naming the others."""
    if found := orphans():
        named = "、".join(f"{owner}《{title[:40]}》" for owner, title in found[:NAMED])
        msg = f"{len(found)}份材料的归属已不存在：{named}{'等' if len(found) > NAMED else ''}"
        raise OrphanedFiles(msg)
    return Evidence.objects.count()
