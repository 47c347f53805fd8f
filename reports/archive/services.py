"""Create a volume, order its items, and the effects of its steps.

Also here: Page count of a stored file if it can be determined, else 未查明.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.db.models import Max, QuerySet

from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.locks import one_at_a_time
from greendistrict.documents.enums import Confidentiality, stricter
from greendistrict.documents.models import Evidence
from greendistrict.documents.office.archives import SPOILT
from greendistrict.workflow.letters import letter_sources, slug_of
from greendistrict.workflow.procedure import Taken, hold, hold_version
from reports.archive.documents import refuse_below_file, restate
from reports.archive.lifecycle import prepares_volumes
from reports.archive.made_papers import FiledPaper, ReportPaper, WrittenPaper
from reports.archive.models import ArchiveItem, ArchiveVolume, ItemKind, VolumeState
from reports.archive.selectors import file_of, fonds, source_of
from reports.archive.sources import ARCHIVE_SOURCES
from reports.composition.enums import FileFormat
from reports.jobs import ofd_files
from reports.jobs.enums import JobState
from reports.jobs.kinds import report_kinds
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report
from reports.jobs.selectors import may_request
from reports.letters.services import LETTER, keep_letter

PDF = "application/pdf"
REFERENCE, MADE = "参考稿", "系统生成"  # what a paper is stands beside its title, which it bears in every copy


def pages_of(document: Evidence) -> int | None:
    """Pages of a PDF, 1 for an image; None for other or unreadable files."""
    if document.content_type.startswith("image/"):
        return 1
    if document.content_type != PDF:
        return None
    import pikepdf  # noqa: PLC0415 -- only who prepares a volume pays for it

    try:
        with document.file.open("rb") as stream, pikepdf.open(cast("BinaryIO", stream)) as pdf:
            return len(pdf.pages) or None
    except pikepdf.PikepdfError:  # also a locked file, which is no PdfError
        return None
    except SPOILT:
        return None


AnyPaper = FiledPaper | WrittenPaper | ReportPaper
NOT_YOURS = "案卷由市级经办整理"
LOCKED = "案卷已归档，不能改动；需要改动的，由市级审核重新打开"
HANDED_OVER = "案卷已移交，不能再改动"


@transaction.atomic
def open_volume(*, source: str, matter: int, by: User) -> ArchiveVolume:
    """Create the volume of a finished matter with its papers. Raises ``NotAllowed``, ``Refused`` (not finished, or existing already)."""
    NotAllowed.unless(prepares_volumes(posts_of(by)), NOT_YOURS)
    kind = ARCHIVE_SOURCES.get(source)
    found = kind.finished(Viewer(by)).filter(pk=matter).first() if kind else None
    if kind is None or found is None:
        msg = "没有这一办结的事项"
        raise Refused(msg)
    one_at_a_time(f"archive:{source}:{matter}")
    Refused.when(ArchiveVolume.objects.filter(source=source, matter=matter).exists(), "这一事项已经立卷")
    facts = kind.facts(found)
    volume = ArchiveVolume.objects.create(
        source=source,
        matter=matter,
        district=facts.district,
        matter_number=facts.number,
        kind=facts.kind,
        title=facts.title,
        year=facts.finished_on.year,
        retention=facts.retention,
        prepared_by=by,
        opened_at=clock.now(),
        is_demo=facts.is_demo or by.is_demo,
    )
    _collect(volume, by)
    audit.record(action="archive.open", by=by, obj=volume, data={"source": source, "matter": matter})
    return volume


def open_volumes(*, matters: Sequence[tuple[str, int]], by: User) -> tuple[int, list[str]]:
    """Create volumes of finished matters, each by itself. Returns how many, and what was refused. Raises ``NotAllowed``."""
    NotAllowed.unless(prepares_volumes(posts_of(by)), NOT_YOURS)
    opened, refused = 0, []
    for source, matter in matters:
        try:
            open_volume(source=source, matter=matter, by=by)
        except Refused as why:
            refused += [refusal.text for refusal in why.refusals]
        else:
            opened += 1
    return opened, refused


@transaction.atomic
def collect(*, volume: ArchiveVolume, version: int, by: User) -> int:
    """Add papers created later, and request failed ones again. Returns the number of new ones. Raises as ``change_item``."""
    held = _held(volume, version, by)
    count = _collect(held, by)
    _changed(held, by, "collect", {"added": count})
    return count


def _collect(volume: ArchiveVolume, by: User) -> int:
    source = source_of(volume)
    found = source.finished(Viewer(by)).filter(pk=volume.matter).first()
    Refused.unless(found, "您看不到这一事项")
    there = {item.key: item for item in volume.items.select_related("job")}
    made = [_proposed(volume, paper, there, by) for paper in source.papers(found, Viewer(by))]
    new = [item for item in made if item is not None]
    start = volume.items.aggregate(last=Max("number"))["last"] or 0
    for number, item in enumerate(sorted(new, key=lambda one: (one.dated is None, one.dated)), start=start + 1):
        item.number = number
        item.save()
    restate(volume)
    for item in there.values():
        if item.job is not None and ofd_files.is_convertible(item.job):
            ofd_files.ask_again(item.job, by)
    return len(new)


def _proposed(volume: ArchiveVolume, paper: AnyPaper, there: Mapping[str, ArchiveItem], by: User) -> ArchiveItem | None:
    """The item for a paper; None if it exists already, or is a report that the user may not get."""
    if isinstance(paper, FiledPaper):
        key = f"file:{paper.document.key}"
        return None if key in there else _filed(volume, key, paper)
    if isinstance(paper, WrittenPaper):
        key = f"letter:{slug_of(paper.matter)}:{paper.matter.pk}:{paper.draft.key}"
    else:
        key = f"report:{paper.kind}:{paper.subject.pk}:{paper.year or ''}"
    if isinstance(paper, ReportPaper) and not _is_theirs(paper, by):
        return None
    if key not in there:
        return _written(volume, key, paper, by) if isinstance(paper, WrittenPaper) else _reported(volume, key, paper, by)
    known = there[key]
    if known.document_id is None and known.job is not None and known.job.state in {JobState.FAILED, JobState.CANCELLED}:
        known.job = _letter_of(paper, by)[1] if isinstance(paper, WrittenPaper) else _report_of(paper, by)
        known.save(update_fields=["job"])
    return None


def _filed(volume: ArchiveVolume, key: str, paper: FiledPaper) -> ArchiveItem:
    document = paper.document
    return ArchiveItem(
        volume=volume,
        key=key,
        kind=ItemKind.FILE,
        title=fitted(ArchiveItem, "title", paper.title or document.original_name),
        responsible=fitted(ArchiveItem, "responsible", paper.responsible),
        document_number=paper.number,
        dated=paper.dated,
        pages=pages_of(document),
        confidentiality=document.confidentiality,
        document=document,
        sha256=document.sha256,
    )


def _written(volume: ArchiveVolume, key: str, paper: WrittenPaper, by: User) -> ArchiveItem:
    content, job = _letter_of(paper, by)
    return ArchiveItem(
        volume=volume,
        key=key,
        kind=ItemKind.LETTER,
        title=fitted(ArchiveItem, "title", content["title"]),
        responsible=fitted(ArchiveItem, "responsible", content["by"]),
        document_number="" if "＿" in content["number"] else fitted(ArchiveItem, "document_number", content["number"]),
        dated=dt.date.fromisoformat(content["day"]) if content["day"] else None,
        confidentiality=Confidentiality.INTERNAL,
        remark=REFERENCE,
        job=job,
    )


def _letter_of(paper: WrittenPaper, by: User) -> tuple[dict[str, Any], ExportJob]:
    """Current content of the letter, and the job that generates its PDF on behalf of the portal."""
    copy = keep_letter(source=letter_sources.by_key[slug_of(paper.matter)], matter=paper.matter, draft=paper.draft, by=by)
    return copy.content, request_report(kind=LETTER, year=clock.today().year, by=None, subject=str(copy.pk), formats=(FileFormat.PDF,))


def _is_theirs(paper: ReportPaper, by: User) -> bool:
    """Whether the user may request the report, and there is something to report on."""
    kind = report_kinds.by_key[paper.kind]
    subjects: QuerySet[Any] = (
        kind.districts(paper.year) if paper.year else kind.matters(Viewer(by)) if kind.matters else ArchiveVolume.objects.none()
    )
    return may_request(Viewer(by), paper.kind) and subjects.filter(pk=paper.subject.pk).exists()


def _reported(volume: ArchiveVolume, key: str, paper: ReportPaper, by: User) -> ArchiveItem:
    job = _report_of(paper, by)
    return ArchiveItem(
        volume=volume,
        key=key,
        kind=ItemKind.REPORT,
        title=fitted(ArchiveItem, "title", job.label),
        responsible=fitted(ArchiveItem, "responsible", paper.responsible),
        dated=paper.dated,
        confidentiality=Confidentiality.INTERNAL,
        remark=MADE,
        job=job,
    )


def _report_of(paper: ReportPaper, by: User) -> ExportJob:
    """The job that generates the PDF of a report as the user may read it."""
    year, about = paper.year or clock.today().year, paper.subject
    district = about if isinstance(about, District) and paper.year else None
    subject = "" if district else str(about.pk)
    return request_report(kind=paper.kind, year=year, by=by, district=district, subject=subject, formats=(FileFormat.PDF,))


@transaction.atomic
def change_volume(*, volume: ArchiveVolume, version: int, by: User, values: Mapping[str, Any]) -> None:
    """Save 题名, 保管期限 and 说明. Raises as ``change_item``."""
    held = _held(volume, version, by)
    held.title, held.retention, held.note = values["title"], values["retention"], values["note"].strip()
    _changed(held, by, "change", {"title": held.title, "retention": held.retention})


@transaction.atomic
def change_item(*, item: ArchiveItem, version: int, by: User, values: Mapping[str, Any]) -> None:
    """Save an item's description, its place, or the reason for leaving it out.

    Raises ``NotAllowed``, ``Refused`` for a volume that is closed or an item below its file, ``Stale`` when it was changed meanwhile.
    """
    held = _held(item.volume, version, by)
    found = ArchiveItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
    for name in ("title", "responsible", "document_number", "dated", "confidentiality", "remark", "left_out"):
        setattr(found, name, values[name])
    refuse_below_file(found)
    if found.job_id is None:
        found.pages = values["pages"]
    _place(held, found, None if found.left_out else values["number"] or found.number)
    restate(held)
    _changed(held, by, "change_item", {"item": found.pk, "title": found.title, "left_out": found.left_out})


def _place(volume: ArchiveVolume, item: ArchiveItem, wanted: int | None) -> None:
    """Save an item at its place among the filed ones and renumber them without gaps; an item left out has no place."""
    others = list(volume.items.filter(number__isnull=False).exclude(pk=item.pk).order_by("number"))
    if item.left_out:
        item.number = None
    else:
        others.insert((wanted or len(others) + 1) - 1, item)
    for number, one in enumerate(others, start=1):
        if one.number != number:
            one.number = number
            if one.pk != item.pk:
                one.save(update_fields=["number"])
    item.save()


def _held(volume: ArchiveVolume, version: int, by: User) -> ArchiveVolume:
    held: ArchiveVolume = hold(volume)
    NotAllowed.unless(prepares_volumes(posts_of(by)), NOT_YOURS)
    Refused.when(held.status == VolumeState.HANDED_OVER, HANDED_OVER)
    Refused.unless(held.status == VolumeState.PREPARING, LOCKED)
    hold_version(held, version)
    return held


def _changed(volume: ArchiveVolume, by: User, what: str, data: Mapping[str, Any]) -> None:
    """Clear the request for the check after a change."""
    volume.ready_at, volume.prepared_by = None, by
    volume.is_demo = volume.is_demo or by.is_demo
    volume.version += 1
    volume.save()
    audit.record(action=f"archive.{what}", by=by, obj=volume, data=dict(data))


def submitted(volume: ArchiveVolume, by: User | None, _values: Mapping[str, Any]) -> dict[str, Any]:
    """Who arranged the volume, and since when it waits for the check."""
    return {"ready_at": clock.now(), "prepared_by": by or volume.prepared_by}


def numbered(volume: ArchiveVolume, by: User) -> dict[str, Any]:
    """全宗号 and 案卷号, assigned once and kept, with person and time of closing. Serialises volumes of a year."""
    held: dict[str, Any] = {"checked_by": by, "closed_at": clock.now(), "ready_at": None, "is_demo": volume.is_demo or by.is_demo}
    if volume.number:
        return held
    found = fonds()
    one_at_a_time(f"archive:{found}:{volume.year}")
    last = ArchiveVolume.objects.filter(fonds=found, year=volume.year).aggregate(last=Max("number"))["last"] or 0
    return {**held, "fonds": found, "number": last + 1}


def on_close(taken: Taken) -> None:
    """Store file, pages and digest of every item as they are now, none below its file's level."""
    for item in taken.obj.items.filter(number__isnull=False).select_related("document", "job"):
        document = file_of(item)
        if document is None:
            msg = f"“{item.title}”尚未生成"
            raise Refused(msg)
        pages = item.job.pages if item.job else item.pages
        level = stricter(item.confidentiality, document.confidentiality)
        ArchiveItem.objects.filter(pk=item.pk).update(document=document, sha256=document.sha256, pages=pages, confidentiality=level)
    restate(taken.obj)
