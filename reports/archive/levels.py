"""Confidentiality of items and volumes: an item is at least at its file's level, a volume at the level of its strictest item."""

from django.db.models import Q, QuerySet

from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core.errors import Refused
from greendistrict.documents.enums import Confidentiality, stricter
from greendistrict.documents.models import Evidence
from reports.archive.enums import VolumeState
from reports.archive.models import ArchiveItem, ArchiveVolume
from reports.archive.selectors import file_of, highest


def lowest_for(item: ArchiveItem) -> Confidentiality:
    """Level of an item's file, the minimum for the item; 公开 while a letter is not generated."""
    document = file_of(item)
    return Confidentiality(document.confidentiality) if document else Confidentiality.PUBLIC


def refuse_below_file(item: ArchiveItem) -> None:
    """Raise ``Refused`` for an item with a level below its file."""
    lowest = lowest_for(item)
    below = not item.left_out and Confidentiality(item.confidentiality).rank < lowest.rank
    Refused.when(below, f"密级不能低于文件的密级（{lowest.label}）")


def follow_file(evidence: Evidence, by: User) -> None:
    """Raise items in preparation, and their volumes, to the new level of their file; items left out are unchanged.

    Volumes are locked first, so that none is closed meanwhile. Raises ``Refused`` for a file in a closed volume.
    """
    keys = list(_filed_with(evidence).order_by().values_list("volume", flat=True).distinct())
    for volume in ArchiveVolume.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk"):
        handed = f"“{evidence.title}”已随案卷移交（{volume.call_number}），不能改变密级"
        Refused.when(volume.status == VolumeState.HANDED_OVER, handed)
        closed = f"“{evidence.title}”已归入案卷（{volume.call_number}），不能改变密级；需要改变的，先由市级审核重新打开案卷"
        Refused.when(volume.status == VolumeState.CLOSED, closed)
        _raise_items(volume, evidence, by)


def restate(volume: ArchiveVolume) -> None:
    """Set a volume's confidentiality to that of its strictest item."""
    volume.confidentiality = highest(volume)
    volume.save(update_fields=["confidentiality"])


def paper_level(volume: ArchiveVolume) -> Confidentiality:
    """Level of the portal's papers about a volume, which name its items: never 公开."""
    return stricter(volume.confidentiality, Confidentiality.INTERNAL)


def _filed_with(evidence: Evidence) -> QuerySet[ArchiveItem]:
    made = Q(document__isnull=True, job__files__document=evidence)
    return ArchiveItem.objects.filter(Q(document=evidence) | made, number__isnull=False)


def _raise_items(volume: ArchiveVolume, evidence: Evidence, by: User) -> None:
    level = Confidentiality(evidence.confidentiality)
    below = [one.value for one in Confidentiality if one.rank < level.rank]
    raised = list(_filed_with(evidence).filter(volume=volume, confidentiality__in=below).values_list("pk", flat=True))
    if not raised:
        return
    ArchiveItem.objects.filter(pk__in=raised).update(confidentiality=level)
    volume.is_demo = volume.is_demo or by.is_demo
    volume.version += 1
    volume.confidentiality = highest(volume)
    volume.save(update_fields=["is_demo", "version", "confidentiality"])
    audit.record(action="archive.follow", by=by, obj=volume, data={"items": raised, "confidentiality": level.value})
