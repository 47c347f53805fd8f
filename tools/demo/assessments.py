"""Assessments of the demo after a title: a failed stage assessment under rectification, a drawn post-evaluation."""

import datetime as dt

from assessments.common.mechanism import CHECKLIST
from assessments.post_evaluations import services as postevaluations
from assessments.post_evaluations.models import PostEvaluation
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.selectors.plan import plan_on_day
from assessments.stage_assessments.services import save_mechanisms, save_rectification
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.workflow.declaration import NOTHING, Values
from greendistrict.workflow.procedure import take
from tools.demo import application as way
from tools.demo.district import DemoDistrict
from tools.demo.tables import Year, fill
from tools.demo.timing import after, moment

FAILING = "evaluation"
REPLY = "已建立季度动态评估制度，首次评估报告正在编制。（演示）"
REPORT = {"operation": "管理机构按月巡查，能耗、水耗数据接入区级平台。（演示）", "effect": "单位面积碳排放较验收时下降3.1%。（演示）"}


def _opinion(stage: StageAssessment) -> str:
    """What the panel and the city write: the state of the plan as it is, and the missing mechanism."""
    kinds = plan_on_day(stage.district_id, clock.today()).kinds
    due, short = sum(kind.due for kind in kinds), sum(len(kind.short) for kind in kinds)
    plan = f"到期的地块、市政设施和重点项目{due}项，{short}项没有按计划落实，应加快建设" if short else f"到期的{due}项均按计划落实"
    return f"{plan}；动态评估机制没有运行记录，应限期整改。（演示）"


def stage_being_mended(stage: StageAssessment, plot: DemoDistrict, people: way.People, today: dt.date) -> None:
    """A stage assessment that failed because of one mechanism and is under rectification."""
    preparer, reviewer, officer = people[plot.seats[0]], people[plot.seats[1]], people["city_officer"]
    begin = moment(today - dt.timedelta(days=62))
    with clock.at(begin):
        fill(stage.table, preparer, Year(plot.seed, 0.52, 0.7))
        typed = {one.key: {"state": "done", "text": "已发文建立，按季运行。（演示）"} for one in CHECKLIST}
        stage = save_mechanisms(stage=_fresh(stage), typed=typed, version=_fresh(stage).version, by=preparer)
        _take(stage, "hand_up", preparer)
        _take(stage, "sign", reviewer)
    with clock.at(after(begin, 3)):
        _take(stage, "open_review", officer)
    review = _fresh(stage).review
    if review is None:
        msg = f"{stage} has no review"
        raise RuntimeError(msg)
    with clock.at(after(begin, 5)):
        review = way.seat_review(review, people)
    with clock.at(after(begin, 10)):
        way.score_alone(review)
        way.call_meeting(review, people, at=after(begin, 14))
    with clock.at(after(begin, 14) + dt.timedelta(minutes=5)):
        way.hold_meeting(review, people, None, _opinion(stage))
    _decide(stage, people, after(begin, 16))
    with clock.at(after(begin, 24)):
        stage = _fresh(stage)
        save_rectification(stage=stage, text=REPLY, version=stage.version, by=preparer)


def _decide(stage: StageAssessment, people: way.People, start: dt.datetime) -> None:
    """Decide 不合格 by the rule, because one mechanism is missing."""
    judged = {one.key: {"holds": one.key != FAILING, "note": "没有查到记录（演示）" if one.key == FAILING else ""} for one in CHECKLIST}
    with clock.at(start):
        note = "现场查看管理机构和例会记录（演示）"
        values = {"judged": judged, "opinion": _opinion(stage), "visited_on": clock.today(), "visit_note": note}
        _take(stage, "propose", people["city_officer"], values)
    with clock.at(after(start, 1)):
        _take(stage, "check", people["city_checker"])
    with clock.at(after(start, 2)):
        _take(stage, "disqualify", people["city_director"])


def _take(stage: StageAssessment, action: str, by: User, values: Values = NOTHING) -> None:
    found = _fresh(stage)
    take(obj=found, action=action, by=by, version=found.version, values=values)


def _fresh(stage: StageAssessment) -> StageAssessment:
    return StageAssessment.objects.select_related("district", "table__district", "review").get(pk=stage.pk)


def evaluation_drawn(people: way.People, today: dt.date) -> None:
    """A district drawn for post-evaluation, whose report is being filled in."""
    begin = moment(today - dt.timedelta(days=20))
    with clock.at(begin):
        sample = postevaluations.commit_sample(year=begin.year, demo=True, by=people["secretariat"])
    with clock.at(after(begin, 1)):
        postevaluations.draw(sample=sample, by=people["secretariat"])
    for found in PostEvaluation.objects.filter(draw=sample):
        with clock.at(after(begin, 4)):
            postevaluations.save_report(found=found, values=REPORT, version=found.version, by=people["preparer_hupan"])
