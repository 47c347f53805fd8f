"""公示 as a PDF for the public: made by the portal when a notice is issued or extended, it says what the page of the notice says."""

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from approvals.cases.models.correspondence import Notice
from approvals.publicity.selectors import notices_public
from approvals.publicity.sheets import NoticePaper, NoticeSheet, sheet_of
from approvals.titles.services.notices import occasion_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.models import IssuedFile
from greendistrict.core.papers import code_of
from greendistrict.documents.enums import Confidentiality
from greendistrict.workflow.models import OutboxMessage
from reports.composition.blocks import Block, Composition, Heading, Pairs, Paragraph
from reports.composition.enums import FileFormat
from reports.jobs.enums import JobState, Scope, Sight
from reports.jobs.kinds import Progress, Report
from reports.jobs.models import ExportJob, ReportFile
from reports.jobs.requests import request_report

KIND = "notice"


def visible_to(viewer: Viewer) -> QuerySet[Notice]:
    """Every notice, whoever asks."""
    del viewer
    return notices_public()


def compose(sheet: NoticeSheet, *, address: str, is_demo: bool) -> Composition:
    """The sheet of a notice as a paper; ``address`` is that of its page."""
    blocks: tuple[Block, ...] = (
        Heading("一、公示的内容"),
        Paragraph(sheet.body),
        Pairs(sheet.terms),
        Heading("二、规划概况"),
        *((Pairs(sheet.facts),) if sheet.facts else ()),
        Paragraph(sheet.about_facts),
        Heading("三、提出意见"),
        Paragraph(sheet.until),
        Paragraph(f"{sheet.how}。"),
        Paragraph(f"公示页面：{address}"),
        *((Heading("四、联系"), Pairs(sheet.office)) if sheet.office else ()),
    )
    return Composition(sheet.title, blocks, is_demo=is_demo, confidentiality=Confidentiality.PUBLIC, short=True)


def composed(job: ExportJob, report_progress: Progress) -> Composition:
    """The paper of a job's notice as it stands."""
    report_progress(1)
    notice = notices_public().get(pk=int(job.subject))
    address = f"{settings.SITE_URL.rstrip('/')}{reverse('approvals:notice', args=[notice.pk])}"
    return compose(sheet_of(notice), address=address, is_demo=notice.case.is_demo)


def on_issued(message: OutboxMessage) -> None:
    """Outbox handler: ask for the paper of a notice that was issued or extended."""
    notice = Notice.objects.get(pk=message.payload["notice"])
    job = request_report(kind=KIND, year=notice.opens_on.year, by=None, subject=str(notice.pk), key=f"report:{message.key}")
    job.scheduled = message.key
    job.save(update_fields=["scheduled"])


def file_of(notice: Notice) -> ReportFile | None:
    """The PDF that the portal made of a notice for its present last day; None while there is none."""
    made = ReportFile.objects.filter(job__scheduled=occasion_of(notice), job__state=JobState.DONE, format=FileFormat.PDF)
    return made.select_related("job", "document").first()


def paper_of(notice: Notice) -> NoticePaper | None:
    """The paper as the notice's page offers it."""
    file = file_of(notice)
    if file is None:
        return None
    digest, address = file.document.sha256, reverse("reports:notice_paper", args=[notice.pk])
    signed, made_on = (
        IssuedFile.objects.filter(sha256=digest, signed=True).exists(),
        file.job.requested_at.astimezone(clock.SHANGHAI).date(),
    )
    return NoticePaper(address, code_of(file.job), file.document.size, signed, made_on)


REPORT = Report(
    "{subject}",
    sight=Sight.CITY,
    compose=composed,
    name="公示",
    about="公示：公示的内容、期限、规划概况、怎样提出意见，公众可以下载。",
    formats=(FileFormat.PDF,),
    scope=Scope.MATTER,
    matters=visible_to,
    confidentiality=Confidentiality.PUBLIC,
    offered=False,  # made by the portal
)
