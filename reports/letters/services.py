"""Files of a letter: its current text is stored, and the worker generates PDF and Word document from it.

Also here: A letter as a composition, from which its PDF and Word document are made.
"""

import hashlib
import json

from django.db import models, transaction

from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed
from greendistrict.core.writing import writing
from greendistrict.documents.enums import Confidentiality
from greendistrict.workflow.letters import Addressed, Draft, Letter, LetterSource, as_data, letter_from, letter_sources, slug_of
from reports.composition.blocks import Composition, PaperColumn, PaperTable, Paragraph
from reports.composition.enums import FileFormat, Style
from reports.jobs.kinds import Progress
from reports.jobs.models import ExportJob
from reports.jobs.papers import MADE
from reports.jobs.requests import request_report
from reports.letters.models import LetterCopy

NARROW = {"序号": 12, "结论": 20, "性质": 18, "数量": 20}


def composition_of(letter: Letter, *, is_demo: bool) -> Composition:
    """Heading, number, addressee, body with its table, 附件, issuer and day, contact, 抄送."""
    table = PaperTable("", tuple(PaperColumn(head, NARROW.get(head)) for head in letter.heads), letter.lines)
    return Composition(
        letter.title,
        (
            *(Paragraph(text) for text in letter.paragraphs),
            *((table,) if letter.lines else ()),
            *(Paragraph(text) for text in letter.closing),
        ),
        style=Style.LETTER,
        number=letter.number_line,
        to=letter.to_line,
        annexes=letter.annex_lines,
        issuer=letter.issuer_line,
        dated=letter.day_line,
        contact=letter.contact_line,
        copies=letter.copy_line,
        imprint=letter.imprint_line,
        framed=letter.is_framed,
        marks=("参考稿", *letter.marks),
        is_demo=is_demo,
        confidentiality=Confidentiality.PUBLIC if letter.is_public else Confidentiality.INTERNAL,
    )


LETTER = "letter"
FORMATS = (FileFormat.PDF, FileFormat.DOCX)


@transaction.atomic
def request_letter(*, source: LetterSource, matter: models.Model, draft: Draft, form: str, by: User) -> ExportJob:
    """Store the letter's current text and request its file; the caller has checked that the user may read it.

    Raises ``Refused`` for a format that letters do not have.
    """
    copy = keep_letter(source=source, matter=matter, draft=draft, by=by)
    return request_report(kind=LETTER, year=clock.today().year, by=by, subject=str(copy.pk), formats=(form,))


@writing
def keep_letter(*, source: LetterSource, matter: models.Model, draft: Draft, by: User) -> LetterCopy:
    """Store the letter's current text, and permit the user to open its files; the caller has checked that the user may read it."""
    content = as_data(draft.write().spaced(clock.today()))
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    copy, is_new = LetterCopy.objects.get_or_create(
        source=slug_of(matter),
        matter=matter.pk,
        key=draft.key,
        digest=digest,
        defaults={
            "title": fitted(LetterCopy, "title", content["title"]),
            "content": content,
            "written_at": clock.now(),
            "is_demo": source.is_demo(matter),
        },
    )
    if not is_new:  # it reads again as it did then, whatever it was in between
        copy.written_at = clock.now()
        copy.save(update_fields=["written_at"])
    copy.readers.add(by)
    return copy


def reads_otherwise_now(job: ExportJob) -> bool:
    """Whether the letter was stored later with another text for which files were generated."""
    copy = LetterCopy.objects.filter(pk=int(job.subject)).first()
    if copy is None:
        return False
    if became_of(job):
        return True
    same = LetterCopy.objects.filter(source=copy.source, matter=copy.matter, key=copy.key, written_at__gt=copy.written_at)
    later = [str(key) for key in same.values_list("pk", flat=True)]
    return ExportJob.objects.filter(kind=LETTER, subject__in=later, state__in=MADE).exists()


def became_of(job: ExportJob) -> str:
    """What happened to the paper after its text was stored, in words (corrected, withdrawn); empty if nothing did."""
    copy = LetterCopy.objects.filter(pk=int(job.subject)).first()
    source = letter_sources.by_key.get(copy.source) if copy else None
    return source.since(copy.matter, copy.key, copy.written_at) if copy and source and source.since else ""


def compose_letter(job: ExportJob, report_progress: Progress) -> Composition:
    """Composition of a job's stored letter."""
    copy = LetterCopy.objects.get(pk=int(job.subject))
    report_progress(1)
    return composition_of(letter_from(copy.content), is_demo=copy.is_demo)


def addressed_letter(*, source: LetterSource, matter: models.Model, name: str, addressed: Addressed, by: User) -> bytes:
    """Word document of a letter with the name of its receiver; neither it nor its text is kept, that it was made is recorded.

    Raises ``NotAllowed`` until the person has stated why they need the name. The caller has checked that they may read the letter.
    """
    from reports.composition.services import made_of  # noqa: PLC0415 -- heavy; web workers seldom make papers

    NotAllowed.unless(addressed.is_open, "请先说明查看申请人的理由")
    audit.record(action="letters.address", by=by, obj=matter, data={"letter": name})
    letter = addressed.write().spaced(clock.today())
    return made_of(composition_of(letter, is_demo=source.is_demo(matter)), code="", formats=(FileFormat.DOCX,))[FileFormat.DOCX]
