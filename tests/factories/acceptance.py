"""A final acceptance and a loss of title at any point of their lives, by their services; all fictional."""

import datetime as dt
import uuid

from approvals.acceptances import services
from approvals.acceptances.models import VisitFinding, VisitRow
from approvals.applications.services import cases
from approvals.cases.checklist import FORM_REVIEW
from approvals.cases.models.cases import Case
from approvals.common.enums import LossGround
from approvals.losses import services as losses
from approvals.losses.models import RecordedAssessment
from approvals.losses.services import record_assessment
from assessments.common.enums import Conclusion
from districts.baselines.services import freeze_baseline
from districts.common.enums import DistrictType, ProjectState
from districts.file.models.district import District
from greendistrict.core import clock
from tests.factories.accounts import Cast, cast
from tests.factories.approvals import Walk, conclude_review, fill_table, lay_papers, pdf, published_edition, spare_number
from tests.factories.districts import KeyProjectFactory, PlotFactory, WorkFactory, make_district
from tests.factories.stages import confirm
from tests.factories.titles import give_title

BUILT = dt.date(2025, 6, 1)

WAYS = "六十日内向演示市人民政府申请行政复议，六个月内向演示人民法院起诉"


def make_pilot(people: Cast, *, ready: bool = True, **kw) -> District:
    """A pilot whose frozen baseline has two projects, a main road and four plots; ``ready``: every gate of 八（三） holds."""
    given = {"type": DistrictType.NEW, "target_star": 2, "edition": published_edition(), "unit_plan_open": False}
    district = make_district(people, **{**given, **kw})
    done = {"state": ProjectState.IN_USE, "in_use_on": BUILT} if ready else {}
    for name in ("演示能源站（虚构）", "演示学校（虚构）"):
        KeyProjectFactory(district=district, name=name, **done)
    WorkFactory(district=district, name="演示主干路", main=True, built_on=BUILT if ready else None)
    for number in range(4):
        built = {"built_on": BUILT, "conforms": True} if ready and number < 2 else {}
        PlotFactory(district=district, number=f"P{number}", **built)
    give_title(district)
    freeze_baseline(district=district, kind="pilot", reason="授予试点称号", by=None)
    return district


class Accepting(Walk):
    """An acceptance; ``to_…`` methods move it on through the services."""

    def __init__(self, people: Cast | None = None, district: District | None = None, by: str = "preparer"):
        self.people = people or cast()
        self.district = district or make_pilot(self.people)
        self.case = services.start_acceptance(district=self.district, by=getattr(self.people, by))
        fill_table(self.case)
        lay_papers(self.case)
        self.fresh()

    def to_signing(self):
        return self.do("hand_up", "preparer")

    def to_sent(self):
        return self.to_signing().do("sign", "reviewer")

    def to_accepted(self):
        return self.to_sent().do("accept", "city_officer")

    def to_visiting(self):
        entries = {key: (True, "") for key, _ in FORM_REVIEW}
        self.to_accepted().do(cases.save_form_review, "city_officer", entries=entries)
        return self.do("open_visit", "secretariat", planned_on=clock.today(), place="演示管委会门口")

    def look(self, finding=VisitFinding.HOLDS):
        for row in VisitRow.objects.filter(visit__case=self.case, required=True):
            VisitRow.objects.filter(pk=row.pk).update(finding=finding, note="现场查看")
        return self

    def to_visited(self):
        self.to_visiting().look()
        return self.do(services.close_visit, "secretariat", note="与申报基本相符", members="演示专家1\n演示专家2")

    def to_reviewing(self):
        return self.to_visited().do("open_review", "secretariat")

    def to_reviewed(self, conclusion: str = Conclusion.PASSED):
        self.to_reviewing()
        conclude_review(self.case, self.people.secretariat, conclusion)
        self.fresh()
        return self

    def to_checking(self):
        return self.to_reviewed().do("open_notice", "city_officer").end_notice().do("close_notice", "city_officer")

    def to_deciding(self):
        return self.to_checking().do("agree", "city_checker")

    def to_decided(self):
        return self.to_deciding().do("decide", "city_director", number=spare_number("演〔2026〕60号"), decided_on=clock.today())

    def to_failed(self):
        self.to_reviewed(Conclusion.FAILED).do("to_check", "city_officer").do("agree", "city_checker")
        given = {"number": spare_number("演〔2026〕61号"), "decided_on": clock.today(), "reason": "重点项目未达标"}
        return self.do("decide_failed", "city_director", **given)


def recorded(**given) -> None:
    """A city assessment entered from paper, that somebody else of the city has checked."""
    made = record_assessment(**{"document": pdf(), **given})
    RecordedAssessment.objects.filter(pk=made.pk).update(checked_at=clock.now())


def record_failures(district: District, by, *days: dt.date) -> None:
    """City assessments that failed on these days, entered with their source and checked."""
    for day in days:
        recorded(district=district, by=by, kind="stage", concluded_on=day, passed=False, source=f"演示评估意见 {day}")


FAILED = (dt.date(2025, 6, 20), dt.date(2026, 6, 20))


def failing(people: Cast | None = None) -> tuple[Cast, District]:
    """A pilot with two failures in a row."""
    people = people or cast()
    district = make_pilot(people)
    record_failures(district, people.city_officer, *FAILED)
    return people, district


class Losing(Walk):
    """A loss of title: to cancel after a failed acceptance (its case is given), or to revoke."""

    def __init__(self, people: Cast, district: District, acceptance: Case | None = None):
        self.people, self.district = people, district
        ground = LossGround.CANCEL if acceptance else LossGround.REVOKE
        self.case = losses.open_loss(district=district, ground=ground, by=people.city_officer, acceptance=acceptance)

    def to_draft(self):
        given = {"facts": "重点项目2个未投用", "basis": "沪住建规范联〔2023〕13号", "not_implemented": "未按专业规划实施，见监督检查记录"}
        return self.do(losses.save_grounds, "city_officer", scan=[pdf()], **given)

    def to_telling(self):
        self.to_draft().do("to_check", "city_officer").do("agree", "city_checker")
        confirm(self.people, "hearing_days")
        return self

    def to_hearing(self):
        given = {"number": spare_number("演告〔2026〕1号"), "intent_served_on": clock.today(), "scan": pdf()}
        return self.to_telling().do("tell", "city_officer", **given)

    def to_heard(self):
        return self.to_hearing().do("state", "reviewer", statement="两个项目已进入收尾，请求宽限")

    def to_legal(self):
        return self.to_heard().do("to_legal", "city_officer", considered="收尾不等于投用，不予采纳")

    def to_discussing(self):
        return self.to_legal().do("legal_agree", "city_legal", reason="事实清楚，程序合法", scan=pdf())

    def to_deciding(self):
        given = {"minutes_number": "演纪〔2026〕3号", "discussed_on": clock.today(), "discussed_by": "演示主任等5人", "discussion": "同意"}
        given["scan"] = pdf()
        return self.to_discussing().do("discuss", "city_officer", **given)

    def to_decided(self):
        given = {
            "number": spare_number("演决〔2026〕1号"),
            "decided_on": clock.today(),
            "remedies": WAYS,
            "scan": pdf(),
        }
        return self.to_deciding().do("decide", "city_director", **given)

    def to_served(self):
        given = {"served_on": clock.today(), "served_way": "直接送达", "served_to": "演示签收人", "scan": pdf()}
        return self.to_decided().do("serve", "city_officer", **given)


def photo_token() -> uuid.UUID:
    """The browser's own number of an upload."""
    return uuid.uuid4()
