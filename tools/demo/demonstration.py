"""A fictional district through its whole lifecycle up to demonstration."""

import datetime as dt
from uuid import uuid4

from approvals.acceptances.models import VisitFinding, VisitRow
from approvals.acceptances.services import add_photo, close_visit, save_row, start_acceptance
from approvals.applications.services.cases import save_form_review
from approvals.cases.checklist import FORM_REVIEW, uploaded_of
from approvals.cases.models.cases import Case
from approvals.cases.services import add_document
from assessments.self_checks.models import SelfCheck
from districts.boundaries import services as boundaries
from districts.common.enums import BoundaryKind
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.workflow.procedure import take
from tools.demo import application as way
from tools.demo import district as land
from tools.demo.case_steps import step
from tools.demo.files import drawn_boundary, picture, upload
from tools.demo.tables import Year, file_self_check, fill
from tools.demo.timing import after, moment

OPINION = "重点项目、主要道路管线和地块按批准的清单建成，绿色生态内容落实，运营管理机制健全。建议继续完善能耗监测并按年报送。（演示）"
PLANNED = 0.6  # level promised in the application, which operation must reach


def self_checks(plot: land.DemoDistrict, people: way.People, year: int) -> None:
    """Self-checks of the two years before ``year``, filed, countersigned and received in the following springs."""
    preparer, reviewer, authority = (people[name] for name in plot.seats[:3])
    for about, begun in ((year - 2, 0.8), (year - 1, 1.0)):
        begin = moment(dt.date(about + 1, 3, 2))
        check = SelfCheck.objects.select_related("district", "table").get(district__name=plot.name, year=about)
        with clock.at(begin):
            file_self_check(check, preparer, reviewer, Year(plot.seed, PLANNED + 0.02, progress=begun))
        with clock.at(after(begin, 3)):
            take(obj=check, action="countersign_after", by=authority, version=check.version)
        with clock.at(after(begin, 8)):
            take(obj=check, action="receive", by=people["city_officer"], version=check.version)


def accept(plot: land.DemoDistrict, people: way.People, year: int) -> Case:
    """终期验收 in spring of ``year``: request, form, visit, meeting, notice, decision, announcement."""
    district = District.objects.get(name=plot.name)
    begin = moment(dt.date(year, 1, 26))
    with clock.at(begin):
        case = _submitted(district, plot, people)
    with clock.at(after(begin, 3)):
        case = step("accept", case=case, by=people["city_officer"])
        save_form_review(case=case, by=people["city_officer"], entries={key: (True, "") for key, _ in FORM_REVIEW})
        case = Case.objects.get(pk=case.pk)
        place = "演示管委会一楼大厅"
        step("open_visit", case=case, by=people["secretariat"], planned_on=after(begin, 6).date(), place=place)
    with clock.at(after(begin, 6)):
        _visit(Case.objects.get(pk=case.pk), people)
        case = step("open_review", case=Case.objects.get(pk=case.pk), by=people["secretariat"])
    with clock.at(after(begin, 8)):
        review = way.seat_panel(case, people)
    with clock.at(after(begin, 12)):
        way.score_alone(review)
        way.call_meeting(review, people, at=after(begin, 15))
    with clock.at(after(begin, 15) + dt.timedelta(minutes=5)):
        way.hold_meeting(review, people, plot.star, OPINION)
    return way.decide(case, people, after(begin, 16))


def _submitted(district: District, plot: land.DemoDistrict, people: way.People) -> Case:
    preparer, reviewer = people[plot.seats[0]], people[plot.seats[1]]
    drawn = drawn_boundary("验收范围", land.outline(plot))
    reason = "按规划范围登记"
    boundaries.upload_boundary(
        district=district, kind=BoundaryKind.ACCEPTANCE, upload=drawn, system="EPSG:4326", reason=reason, by=preparer
    )
    case = start_acceptance(district=district, by=preparer)
    for slot in (slot for slot in uploaded_of(case.kind) if not slot.optional):
        add_document(case=case, slot=slot.key, upload=upload(way.title_of(slot.title)), title=slot.title, by=preparer)
    if case.table is not None:
        fill(case.table, preparer, Year(plot.seed, PLANNED + 0.04))
    step("hand_up", case=Case.objects.get(pk=case.pk), by=preparer)
    return step("sign", case=Case.objects.get(pk=case.pk), by=reviewer)


def _visit(case: Case, people: way.People) -> None:
    """On the visit, every line to be inspected is found as claimed; the first one has a photo."""
    secretary = people["secretariat"]
    rows = list(VisitRow.objects.filter(visit__case=case, required=True).order_by("order"))
    for row in rows:
        save_row(row=row, by=secretary, finding=VisitFinding.HOLDS, note="现场查看（演示）", version=row.version)
    add_photo(row=rows[0], by=secretary, upload=picture(), token=uuid4())
    members = "蒋演示、沈演示（专家），郑演示（评审秘书）"
    close_visit(case=case, by=secretary, note="建成情况与申报材料相符，一个地块的可再生能源替代率低于要求（演示）", members=members)
