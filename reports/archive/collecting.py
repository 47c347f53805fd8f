"""Notify the preparer of a volume once when all its papers are generated, not for each."""

from django.db.models import Max
from django.urls import reverse

from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from reports.archive.models import ArchiveVolume, VolumeState
from reports.jobs.enums import OPEN_STATES, JobState
from reports.jobs.models import ExportJob
from reports.jobs.services import Follower

OUTBOX_KIND = "archive_papers_made"
SHOWN = 5  # papers that were not made and are named


def preparing(job: ExportJob) -> list[int]:
    """Keys of volumes in preparation for which this job generates a paper."""
    return list(ArchiveVolume.objects.filter(items__job=job, status=VolumeState.PREPARING).values_list("prepared_by", flat=True))


def note_ended(job: ExportJob) -> None:
    """Check each volume of a finished job after commit."""
    for key in ArchiveVolume.objects.filter(items__job=job, status=VolumeState.PREPARING).values_list("pk", flat=True):
        outbox.emit(OUTBOX_KIND, f"archive:{key}:{job.pk}:{job.state}", {"volume": key})


def tell(message: OutboxMessage) -> None:
    """Outbox handler: notify the preparer that all papers are finished and which failed; once per collection."""
    volume = ArchiveVolume.objects.select_related("prepared_by").filter(pk=message.payload["volume"]).first()
    if volume is None or volume.items.filter(job__state__in=OPEN_STATES).exists():
        return
    failed = volume.items.filter(job__state__in=(JobState.FAILED, JobState.CANCELLED)).order_by("pk").values_list("title", flat=True)
    last = volume.items.aggregate(last=Max("job"))["last"]
    more = f"等{len(failed)}份" if len(failed) > SHOWN else ""
    notify(
        kind=Message.ARCHIVE_VOLUME,
        key=f"archive:{volume.pk}:papers:{last}",
        receivers=[volume.prepared_by],
        title=f"{volume}：{f'{len(failed)}份文书和报告没有生成' if failed else '文书和报告已全部生成'}",
        body=f"没有生成的：{'、'.join(failed[:SHOWN])}{more}。请在案卷页面重新收集。" if failed else "",
        link=reverse("reports:archive_volume", args=[volume.pk]),
        demo=volume.is_demo,
    )


FOLLOWER = Follower(preparing, note_ended)
