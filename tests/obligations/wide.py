"""Small records for duties other than yearly filings; making one twice has no further effect."""

import datetime as dt

from assessments.post_evaluations.models import PostEvaluation, SampleDraw
from assessments.tables.models import RowEvidence, ScoreRow
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.models import Post
from greendistrict.audit.models import AuditRecord
from greendistrict.core.models import JobRun
from greendistrict.documents.models import Evidence
from reports.signing.keys import demo_file
from tests.factories.approvals import make_evidence
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.received import at


def demonstration(people):
    """A fictional demonstration titled in 2024."""
    found = District.objects.filter(code="demo-held").first()
    return found or make_district(
        people, name="演示示范城（虚构）", code="demo-held", stage=Stage.DEMONSTRATION, titled_on=dt.date(2024, 6, 1)
    )


def evaluated(people):
    """Its post-evaluation of 2026, drawn in February."""
    told = {"secret_digest": "a" * 64, "secret": "b" * 64, "committed_at": at(2026, 2, 1), "drawn_at": at(2026, 2, 10)}
    draw, _ = SampleDraw.objects.get_or_create(year=2026, is_demo=True, defaults=told)
    about = {"draw": draw, "due": dt.date(2026, 5, 1), "opened_at": at(2026, 2, 10)}
    return PostEvaluation.objects.get_or_create(district=demonstration(people), year=2026, defaults=about)[0]


def key_area(people, entered=at(2026, 2, 2)):  # noqa: B008 -- a moment never changes
    """A district in a key area, entered on a day."""
    found = District.objects.filter(code="key-area").first()
    if found is None:
        found = make_district(people, name="演示重点城（虚构）", code="key-area", key_areas=["嘉定新城"])
        AuditRecord.objects.create(at=entered, action="districts.create", subject=f"districts.district:{found.pk}")
    return found


def ending_post(people):
    """The preparer's post ends on 1 April 2026, as its body's administrator sees it."""
    Post.objects.filter(user=people.preparer).update(valid_to=dt.date(2026, 4, 1))


def ending_evidence(people):
    """A file behind a row of a titled district that is valid until 20 April 2026."""
    if not Evidence.objects.filter(title="检测报告").exists():
        check = make_self_check(people, district=demonstration(people), year=2025)
        document = make_evidence(check, "检测报告")
        Evidence.objects.filter(pk=document.pk).update(valid_to=dt.date(2026, 4, 20))
        RowEvidence.objects.create(row=ScoreRow.objects.filter(table=check.table).first(), document=document)


def backed_up(_people):
    """A backup on 2 March 2026."""
    JobRun.objects.get_or_create(name="backup", defaults={"succeeded_at": at(2026, 3, 2, 2)})


def certified(_people):
    """The certificate that is made for demonstrations."""
    demo_file()


def failed_job(_people):
    """The sweep of reminders failed on 1 March 2026."""
    JobRun.objects.get_or_create(name="reminder-sweep", defaults={"failed_at": at(2026, 3, 1, 9), "error": "x"})
