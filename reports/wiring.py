"""Fill the registries of other apps and of report kinds; called once when the models are ready."""

from django.core.checks import Tags, register

from approvals.publicity.sheets import notice_papers
from approvals.titles.services.notices import ISSUED
from assessments.self_checks.lifecycle import SELF_CHECK
from greendistrict.accounts import handing_on
from greendistrict.accounts.handing_on import HandedOn
from greendistrict.documents.registry import HandedOver, register_handed_over, register_owner, register_reader
from greendistrict.notifications.selectors import files_behind as message_files
from greendistrict.policy.provisions import provision_groups
from greendistrict.workflow import outbox
from greendistrict.workflow.registry import on
from obligations import expected_records
from reports.annual import freezing
from reports.annual import registration as annual
from reports.annual.figures import FILES, SCORES
from reports.annual.services import report_received
from reports.archive import collecting
from reports.archive import registration as archive
from reports.archive.documents import follow_file
from reports.archive.selectors import reads_archived_file, why_locked
from reports.city import freezing as city_freezing
from reports.city import registration as city
from reports.city.figures.whole import CITY_REPORT
from reports.city.selectors import reported_days
from reports.closings import figures as closings
from reports.closings.registry import register_frozen
from reports.closings.selectors import closed_days
from reports.jobs import ofd_files
from reports.jobs.enums import OUTBOX_KIND
from reports.jobs.kinds import report_kinds
from reports.jobs.models import ExportJob
from reports.jobs.provisions import LETTERS, PAPERS
from reports.jobs.selectors import files_behind, files_open_to, nobody
from reports.jobs.services import enqueue, followers, hand_on_reports, reports_awaited
from reports.letters import registration as letters
from reports.matters import notices
from reports.matters import registration as matters
from reports.sensitivity import registration as sensitivity
from reports.signing.checks import signing_key

# Kinds of report by package, in the order in which the report centre lists them.
KINDS = (city.KINDS, annual.KINDS, sensitivity.KINDS, letters.KINDS, matters.KINDS, archive.KINDS)


def freeze_with_the_year() -> None:
    """Register figures that are frozen when a year is closed."""
    register_frozen(closings.LATE, closings.late_papers, title="截止日后收到的材料", figures=closings.named_late)
    files = "城区地块、项目、碳排放、监督检查和应报事项"
    register_frozen(SCORES, freezing.freeze_scores, title="城区年度自查得分", figures=freezing.named_in_district, in_parts=True)
    register_frozen(FILES, freezing.freeze_files, title=files, figures=freezing.named_in_file, in_parts=True)
    register_frozen(
        CITY_REPORT, city_freezing.freeze_report, title="全市年度评估报告各部分", figures=city_freezing.named_in_report, in_parts=True
    )


def keep_archive() -> None:
    """Register readers of a volume's files."""
    register_reader("archive", reads_archived_file)
    register_handed_over("archive", HandedOver(why_locked, follow_file))
    followers.register("archive", collecting.FOLLOWER)
    outbox.handle(collecting.OUTBOX_KIND, collecting.tell, "案卷文书和报告")


def meet_duties() -> None:
    """Register records that fulfil the city's duties for a past year."""
    expected_records.register("snapshot", closed_days)
    expected_records.register("yearly_report", reported_days)


def tell_provisions() -> None:
    """Register what the policy says of papers, and what it does not."""
    provision_groups.register("papers", PAPERS)
    provision_groups.register("letters", LETTERS)


def publish_notices() -> None:
    """Let every notice have a signed PDF, and its page offer it."""
    outbox.handle(ISSUED, notices.on_issued, "公示的PDF")
    notice_papers.register("reports", notices.paper_of)


def wire() -> None:
    """Register outbox handlers, file owners, the check of the signing key, and the report of each received self-check."""
    handing_on.register(HandedOn("reports", "等待生成的报告", reports_awaited, hand_on_reports))
    for kinds in KINDS:
        for key, report in kinds.items():
            report_kinds.register(key, report)
    outbox.handle(OUTBOX_KIND, enqueue, "报告")
    outbox.handle(ofd_files.OUTBOX_KIND, ofd_files.enqueue, "OFD转换")
    register_owner(ExportJob, files_open_to, nobody)
    message_files.register("reports", files_behind)
    register(signing_key, Tags.security, deploy=True)
    on(SELF_CHECK, "receive", report_received)
    freeze_with_the_year()
    keep_archive()
    meet_duties()
    publish_notices()
    tell_provisions()
