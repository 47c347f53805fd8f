"""Steps of an application on facts alone: those of the system, reasons, the words of each guard."""

import datetime as dt
from types import SimpleNamespace

import pytest

from approvals.applications.lifecycle import APPLICATION
from approvals.applications.services import drafts
from approvals.cases.models.cases import Case
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.policy.enums import Outcome, RuleLevel
from greendistrict.workflow.machine import Question
from greendistrict.workflow.services import perform
from tests.factories.accounts import cast
from tests.factories.approvals import published_edition
from tests.factories.districts import make_district

SECOND = HeldPosts(dt.date(2026, 11, 20), 2)  # somebody else than key 1
# Facts against which nothing stands.
FINE = {
    "on": dt.date(2026, 11, 20), "file": [], "accept": [], "grant": [], "endorsement": [],
    "table": {"exists": True, "blocking": [], "short": ""},
    "rounds": {"used": 0, "limit": 2}, "findings": 0, "form_review": [], "questions": 0, "conclusion": "passed",
    "chain": ("经办", "审核", "审定"), "notice": {"wanted": True, "last_day": dt.date(2026, 11, 19), "closed": False, "unanswered": 0},
    "batch": "2026年第一批", "opinions": [], "papers": [],
}  # fmt: skip
UNCHECKED = ("经办", "审定")
FACTS_OF = {
    "recheck": {"conclusion": "passed_after"},
    "to_legal": {"conclusion": "failed"},
    "to_check": {"notice": {**FINE["notice"], "closed": True}},
    "to_decide": {"notice": {**FINE["notice"], "closed": True}, "chain": UNCHECKED},
    "close_notice_to_decide": {"chain": UNCHECKED},
    "to_legal_at_once": {"conclusion": "failed", "chain": UNCHECKED},
}


def facts_for(action):
    return {**FINE, **FACTS_OF.get(action, {})}


@pytest.fixture
def scene(db):
    people = cast()
    district = make_district(people, type="new")
    case = drafts.start_application(district=district, by=people.preparer, edition=published_edition())
    return SimpleNamespace(people=people, case=case)


def at(case, state):
    Case.objects.filter(pk=case.pk).update(status=state)
    case.refresh_from_db()
    return case


def test_steps_of_the_system_belong_to_nobody(scene):
    case = at(scene.case, "reviewing")
    for person in scene.people.everybody.values():
        with pytest.raises(NotAllowed):
            perform(machine=APPLICATION, obj=case, action="review_concluded", by=person, facts={})
    perform(machine=APPLICATION, obj=case, action="review_concluded", by=None, facts={})
    assert case.status == "reviewed"


def test_reasons_are_required_where_the_table_says_so(scene):
    for transition in APPLICATION.transitions:
        if not transition.reason_required:
            continue
        case = at(scene.case, transition.sources[0])
        seat = transition.seats[0].key
        with pytest.raises(Refused, match="请填写理由"):
            perform(
                machine=APPLICATION, obj=case, action=transition.action, by=getattr(scene.people, seat), facts=facts_for(transition.action)
            )


def verdict(level=RuleLevel.MUST, outcome=Outcome.FAIL, rule="APPLY-PLOTS"):
    return SimpleNamespace(
        rule=rule, level=level, verdict=outcome, title="条件", required="≥ 5%", found="2.5%", remedy="再有1个", cite="八（一）", href=""
    )


OPEN_OPINION = "还有1条须修改的评审意见没有销号：第1条 4.1.1 绿地（待答复）"
BROKEN = [
    ("sign", {"file": [verdict()]}, "条件：要求≥ 5%，现状2.5%"),
    ("sign", {"file": [verdict(RuleLevel.SHOULD, Outcome.WARN, "BOUNDARY")]}, "条件：未满足，须写明理由"),
    ("sign", {"file": [Refusal("没有现行政策")]}, "没有现行政策"),
    ("sign", {"table": {"exists": False, "blocking": [], "short": ""}}, "尚无评分表（规划设计）"),
    ("sign", {"table": {"exists": True, "blocking": [("4.1.1 未填", "4.1.1")], "short": ""}}, "评分表：4.1.1 未填"),
    (
        "hand_up",
        {"table": {"exists": True, "blocking": [(f"4.1.{n} 未填", f"4.1.{n}") for n in range(1, 109)], "short": ""}},
        "评分表另有105处未填或须更正",
    ),
    ("send_up", {"endorsement": ["演示甲区人民政府（虚构）：缺批复文号"]}, "演示甲区人民政府（虚构）：缺批复文号"),
    ("accept", {"accept": [verdict(rule="APPLY-ENDORSED")]}, "条件：要求≥ 5%，现状2.5%"),
    ("correct", {"rounds": {"used": 2, "limit": 2}}, "补正已2次，参数为最多2次"),
    ("answer", {"findings": 1}, "还有1条补正内容没有答复"),
    ("open_review", {"form_review": ["“材料齐全、完整、有效”未填写"]}, "形式审查：“材料齐全、完整、有效”未填写"),
    ("open_notice", {"conclusion": "failed"}, "专家技术审查未通过"),
    ("open_notice", {"conclusion": "passed_after"}, "结论为“修改完善后通过”，须先登记组长或指定专家的书面复核"),
    ("open_notice", {"notice": {**FINE["notice"], "wanted": False}}, "参数设定授予称号前不公示"),
    ("open_notice", {"notice": {**FINE["notice"], "closed": True}}, "已经公示过，可以提交审核"),
    ("open_notice", {"opinions": ["第1条 4.1.1 绿地（待答复）"]}, OPEN_OPINION),
    ("to_check", {"opinions": ["第1条 4.1.1 绿地（待答复）"]}, OPEN_OPINION),
    ("to_decide", {"opinions": ["第1条 4.1.1 绿地（待答复）"]}, OPEN_OPINION),
    ("to_check", {"notice": FINE["notice"]}, "授予称号前须先公示（参数，默认值）"),
    ("to_check", {"chain": UNCHECKED}, "办理层级中没有审核（参数），由经办直接报审定"),
    ("to_decide", {"chain": FINE["chain"]}, "须先经市级审核（参数：办理层级）"),
    ("to_decide", {"conclusion": "failed"}, "不通过的决定须先经法制审核（参数：办理层级）"),
    ("to_legal_at_once", {"conclusion": "passed"}, "拟授予的不需要法制审核"),
    ("close_notice_to_decide", {"notice": {**FINE["notice"], "unanswered": 1}}, "还有1条意见没有答复"),
    ("close_notice", {"on": FINE["notice"]["last_day"]}, "公示期未满"),
    ("close_notice", {"notice": {**FINE["notice"], "unanswered": 1}}, "还有1条意见没有答复"),
    ("agree", {"conclusion": "failed"}, "不通过的决定须先经法制审核（参数：办理层级）"),
    ("to_legal", {"conclusion": "passed"}, "拟授予的不需要法制审核"),
    ("open_review", {"questions": 2}, "预评审还有2个问题没有答复"),
    ("decide", {"conclusion": ""}, "专家技术审查未通过"),
    ("decide", {"grant": [verdict(rule="APPLY-EXPERTS")]}, "条件：要求≥ 5%，现状2.5%"),
    ("announce", {"batch": ""}, "尚未列入公告批次"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("action", "broken", "text"), BROKEN)
def test_each_guard_refuses_with_its_own_words(action, broken, text):
    transition = next(one for one in APPLICATION.transitions if one.action == action)
    case = SimpleNamespace(
        pk=1, table_id=None, reasons={}, handed_by_id=1, decision_number="演1", needs_originals=False, recheck_on=None,
        originals_checked_on=None,
    )  # fmt: skip
    question = Question(case, SECOND, {**facts_for(action), **broken}, typed=False)
    assert text in [refusal.text for guard in transition.guards for refusal in guard(question)]
    fine = Question(case, SECOND, facts_for(action), typed=False)
    assert [refusal.text for guard in transition.guards for refusal in guard(fine)] == []


def test_a_fact_that_nobody_handed_down_opens_no_step():
    sign = next(one for one in APPLICATION.transitions if one.action == "sign")
    for guard in sign.guards[1:]:
        with pytest.raises(KeyError):
            guard(Question(SimpleNamespace(handed_by_id=1), SECOND, {}))
