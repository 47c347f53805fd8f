"""Stage assessments of the tests at any point of their life; all fictional."""

import datetime as dt

from assessments.common.enums import Purpose
from assessments.common.mechanism import CHECKLIST
from assessments.stage_assessments.models import StageAssessment
from assessments.tables.models import ScoreRow
from districts.common.enums import Stage
from greendistrict.core import clock
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.workflow.procedure import take
from tests.factories.accounts import Cast, cast
from tests.factories.assessments import fill_table, make_table
from tests.factories.districts import KeyProjectFactory, make_district
from tests.factories.reviews import Scene, make_experts
from tests.steps import step

TITLED, LATER = dt.date(2023, 11, 20), dt.date(2032, 6, 30)
ALL_DONE = {one.key: {"state": "done", "text": "已发文建立，按季运行（虚构）。"} for one in CHECKLIST}
ALL_HOLD = {one.key: {"holds": True, "note": "查阅文件"} for one in CHECKLIST}


def make_stage(people, *, filled: bool = True, early: bool = False, district=None, due: dt.date | None = None, **kw) -> StageAssessment:
    """A draft; ``filled`` means that nothing blocks, ``early`` that it was called beside the cycle."""
    district = district or make_district(people, stage=Stage.PILOT, titled_on=TITLED, key_areas=["五个新城"])
    due = due or dt.date(2026, 11, 20)
    table = make_table(district, purpose=Purpose.STAGE, year=due.year, building=True)
    if filled:
        fill_table(table)
    return StageAssessment.objects.create(
        district=district,
        round=None if early else StageAssessment.objects.filter(district=district, round__isnull=False).count() + 1,
        due=due,
        year=due.year,
        table=table,
        mechanism=ALL_DONE if filled else {},
        opened_at=clock.now(),
        **kw,
    )


READ_AS = "reading.沪住建规范联〔2023〕13号.STAGE-ASSESSMENT.qualify"  # all aspects have to be fulfilled
POST_READ_AS = "reading.沪住建规范联〔2023〕13号.POST-EVALUATION.qualify"  # both aspects have to be fulfilled
CRITERIA = (READ_AS, "stage.targets_share", "stage.plan_share", "rectify.days")
YEARLY_DUES = ("selfcheck.due", "operation_report.due", "carbon_verification.due")


def confirm(people: Cast, *keys: str) -> None:
    """The director makes the defaults of these settings and these readings the city's own."""
    for key in keys:
        set_setting(by=people.city_director, key=key, value=parameters.get(key).value or True, reason="处务会议讨论后确认（虚构）")


class StageScene(Scene):
    """A stage assessment with its people; ``to_…`` methods move it on through the services."""

    def __init__(self, people: Cast | None = None, **kw):
        self.people = people or cast()
        self.experts = make_experts(self.people)
        self.secretary = self.people.secretariat
        self.stage = make_stage(self.people, **kw)
        if "district" not in kw:  # a plan is known, and nothing of it was due
            KeyProjectFactory(district=self.stage.district, name="演示能源站（虚构）", planned_start=LATER, planned_finish=LATER)
        self.table = self.stage.table
        self.review = None

    def take(self, action, by, **kw):
        self.stage.refresh_from_db(fields=["version"])
        return take(obj=self.stage, action=action, by=by, version=self.stage.version, **kw)

    def to_filed(self):
        self.take("hand_up", self.people.preparer)
        self.take("sign", self.people.reviewer)
        return self

    def to_reviewing(self):
        self.to_filed()
        self.take("open_review", self.people.city_officer)
        self.review = self.stage.review
        return self

    def with_targets(self):
        """Targets of the year: what the rows hold is what was asked."""
        for row in ScoreRow.objects.filter(table=self.table).exclude(value=None)[:40]:
            ScoreRow.objects.filter(pk=row.pk).update(target=row.value)
        return self

    def to_judging(self, conclusion="passed"):
        if self.review is None:
            self.to_reviewing().to_meeting()
        self.sign_all(conclusion)
        step(self.review, "conclude", self.secretary, conclusion=conclusion, star=None, star_reason="")
        self.stage.refresh_from_db()
        return self

    def propose(self, judged=ALL_HOLD, by=None):
        values = {"judged": judged, "opinion": "指标按计划落实（虚构）。", "visited_on": None, "visit_note": ""}
        self.take("propose", by or self.people.city_officer, values=values)

    def to_deciding(self, judged=ALL_HOLD, conclusion="passed", criteria=CRITERIA):
        self.to_judging(conclusion)
        confirm(self.people, *criteria)
        self.propose(judged)
        self.take("check", self.people.city_checker)
        return self

    def to_rectifying(self):
        self.to_deciding(conclusion="failed")
        self.take("disqualify", self.people.city_director)
        return self
