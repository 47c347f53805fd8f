"""A stage assessment once its panel has met: decided by the rule, failed, mended; its opinions. One meeting serves all."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.opinions.selectors import opinion_tasks
from approvals.settings.selectors import touched_by
from assessments.reviews.models import ExpertScore
from assessments.stage_assessments import services
from assessments.stage_assessments.letters import stage_drafts
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.outcome import to_mend
from assessments.stage_assessments.selectors.stages import open_criteria, tasks_for
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.core.errors import Refused, Stale
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.documents.selectors import evidence_by_key
from greendistrict.notifications.enums import Message
from greendistrict.policy.models import Setting
from greendistrict.policy.services import set_setting
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import offered, take
from obligations.selectors import due
from portal.handover.views import open_work
from reports.composition.blocks import Pairs, PaperTable
from reports.matters.stages import compose
from tests.assessments.browsing import browser, lacking, text_of, url
from tests.factories.approvals import pdf
from tests.factories.districts import PlotFactory
from tests.factories.once import copy_of, once
from tests.factories.stages import ALL_HOLD, CRITERIA, READ_AS, StageScene, confirm
from tests.refusing import refuses
from tests.steps import reaches, step

AREA = pytest.mark.area("assessments")
PASS = "recheck_pass"


def commented():
    """A panel that met and wrote one must and one advice, on two clauses."""
    scene = StageScene().with_targets().to_reviewing().to_meeting()
    rows = ExpertScore.objects.filter(assignment__member__review=scene.review, assignment__reading="lead").order_by("assignment__item_id")
    for row, kind in zip(rows[:2], ("must", "advice"), strict=True):
        ExpertScore.objects.filter(pk=row.pk).update(comment="补充监测记录", comment_kind=kind)
    return scene


met = once(commented)
met_scene = copy_of("met")


@pytest.fixture
def scene(met_scene):
    return met_scene.to_rectifying()


def must(scene):
    return scene.stage.review_opinions.get(kind="must")


def answered(scene, row=None, **more):
    return step(row or must(scene), "reply", scene.people.preparer, **more, reply="已补充三个月的监测记录")


def page_of(scene):
    return url("stage_opinions", scene.stage)


def report(scene):
    stage = StageAssessment.objects.get(pk=scene.stage.pk)
    services.save_rectification(stage=stage, text="已逐项整改（虚构）。", version=stage.version, by=scene.people.preparer)
    scene.take("report_mended", scene.people.reviewer)


def test_the_conclusion_draws_up_the_list_and_a_passed_assessment_shows_what_is_open(met_scene):
    scene, preparer = met_scene, met_scene.people.preparer
    assert not scene.stage.review_opinions.exists()
    assert browser(preparer).get(page_of(scene)).status_code == 404
    scene.to_deciding()
    scene.take("qualify", scene.people.city_director)
    first, second = scene.stage.review_opinions.all()
    assert ([first.number, second.number], {first.kind, second.kind}) == ([1, 2], {"must", "advice"})
    assert (first.organisation, first.body, bool(first.field)) == (scene.stage.applicant, scene.stage.applicant.name, True)
    assert "评审意见2条，请逐条答复" in str(reaches(scene.people, first, "begun"))
    assert "评审意见待答复2条，其中须修改1条" in [task.title for task in opinion_tasks(Viewer(preparer))]
    shown = browser(preparer).get(url("stage", scene.stage))
    assert lacking(shown, "须修改而没有销号的1条", page_of(scene)) == (200, [])


def test_the_recheck_passes_only_when_every_must_is_closed(scene):
    people, row = scene.people, must(scene)
    with pytest.raises(Refused) as refused:
        report(scene)
    [refusal] = refused.value.refusals
    assert refusal.text.startswith(f"还有1条须修改的评审意见没有答复：第{row.number}条 {row.item_id}")
    assert refusal.href == page_of(scene)
    answered(scene)
    report(scene)
    offers = offered(scene.stage, people.city_officer)
    offer = next(one for one in offers if one.action == PASS)
    assert offer.refusals[0].text.startswith("还有1条须修改的评审意见没有销号")
    refuses("没有销号", scene.take, PASS, people.city_officer, reason="现场复核（虚构）")
    step(must(scene), "send_back", people.city_officer, "还差图件")
    scene.take("recheck_return", people.city_officer, reason="第1条材料不全")
    answered(scene)
    scene.take("report_mended", people.reviewer)
    step(must(scene), "close", people.secretariat)
    scene.take(PASS, people.city_officer, reason="现场复核（虚构）")  # the advice is still open
    assert scene.stage.status == "mended"
    answered(scene, scene.stage.review_opinions.get(kind="advice"))


def test_the_day_of_an_answer_is_marked_by_the_setting_of_the_rectification(scene):
    def marks():
        [row] = [row for row in due(Viewer(None)) if row.kind == "opinion_reply"]
        assert row.due == scene.stage.rectify_due
        return row.is_default_date

    assert not marks(), "of the two settings the scene has confirmed that of the rectification"
    Setting.objects.filter(key="rectify.days").delete()
    set_setting(by=scene.people.city_director, key="opinion_reply_days", value=15, reason="处务会议定")
    assert marks()


def test_a_closed_assessment_takes_no_reply(scene):
    StageAssessment.objects.filter(pk=scene.stage.pk).update(status="unmended")
    refuses("整改未通过", answered, scene)


def test_a_bureau_replies_from_its_own_desk_and_sees_no_other_line(scene):
    people, row, stage = scene.people, must(scene), scene.stage
    page, act = page_of(scene), url("stage_opinion_step", stage, row)
    bureau, officer = browser(people.bureau), browser(people.city_officer)
    assert bureau.get(page).status_code == 404
    assert officer.post(act, {"action": "body", "organisation": people.bureau_body.pk, "version": 0}).status_code == 302
    [task] = opinion_tasks(Viewer(people.bureau))
    assert (task.title, task.due) == ("评审意见待答复1条，其中须修改1条", stage.rectify_due)
    assert [line.endswith("（默认值）到期") for line in open_work(people.bureau)] == [False]
    Setting.objects.filter(key="rectify.days").delete()
    assert [line.endswith("（默认值）到期") for line in open_work(people.bureau)] == [True], "the day of the rectification, handed on"
    other, whole = stage.review_opinions.get(kind="advice").item_id, url("stage", stage)
    assert lacking(bureau.get(page), row.item_id, other, f'{whole}"') == (200, [other, f'{whole}"'])
    assert bureau.get(whole).status_code == 404
    upload = SimpleUploadedFile("记录.pdf", pdf().read(), "application/pdf")
    assert bureau.post(act, {"action": "reply", "reply": "已补充", "version": 1, "upload": upload}).status_code == 302
    for seat in ("bureau", "preparer", "city_officer", "authority"):
        assert evidence_by_key(Viewer(getattr(people, seat)), must(scene).document.key) == must(scene).document, seat
    assert list(opinion_tasks(Viewer(people.bureau))) == []
    assert "评审意见待复核1条，其中须修改1条" in [task.title for task in opinion_tasks(Viewer(people.secretariat))]
    assert officer.post(act, {"action": "close", "reason": "材料齐全", "version": 2}).status_code == 302
    assert "材料齐全" in text_of(bureau.get(page))


def test_what_was_answered_meanwhile_is_said(scene):
    row = must(scene)
    answered(scene)
    refuses(Stale, take, obj=row, action="reply", by=scene.people.preparer, version=row.version, values={"reply": "另一答复"})


def test_the_list_asks_the_same_for_one_line_and_three(scene, kept_queries):
    scene.stage.review_opinions.filter(kind="advice").delete()
    client, page = browser(scene.people.city_officer), page_of(scene)
    with kept_queries():
        client.get(page)
    row = must(scene)
    for number in (12, 13):
        row.pk, row.number = None, number
        row.save()
    with kept_queries():
        client.get(page)


pytestmark = pytest.mark.django_db


def test_the_director_cannot_decide_against_the_rule(met_scene):
    met_scene.to_deciding()
    refuses("判定规则的结果是合格", met_scene.take, "disqualify", met_scene.people.city_director)
    met_scene.take("qualify", met_scene.people.city_director)
    assert (met_scene.stage.status, met_scene.stage.conclusion) == ("qualified", "qualified")


UNFOUND = {**ALL_HOLD, "evaluation": {"holds": False, "note": "没有评估记录（虚构）"}}


def test_a_default_fails_nobody_until_the_city_confirms_it_or_decides_otherwise_with_reasons(met_scene, client):
    met_scene.to_deciding(judged=UNFOUND, criteria=())
    director, page = met_scene.people.city_director, reverse("assessments:stage", args=[met_scene.stage.pk])
    for open_one in CRITERIA:
        with pytest.raises(Refused) as refused:
            met_scene.take("disqualify", director)
        assert reverse("approvals:setting", args=[open_one]) in [one.href for one in refused.value.refusals]
        client.force_login(director)
        assert "拟按所列标准判定" in text_of(client.get(page))
        confirm(met_scene.people, open_one)
    set_setting(by=director, key="stage.targets_share", value="0.7", reason="改为七成（虚构）")
    refuses("已有改动", met_scene.take, "disqualify", director)
    set_setting(by=director, key="stage.targets_share", value="0.8", reason="仍为八成（虚构）")
    met_scene.take("disqualify", director)
    assert "按市级确认的标准" in text_of(client.get(page))
    assert met_scene.stage.verdict["confirmed"] is True


def test_the_form_says_what_is_open_of_the_line_between_the_conclusions(met_scene, client):
    met_scene.to_judging()
    client.force_login(met_scene.people.city_officer)
    rule = "有一项不符合为不合格"
    page = text_of(client.get(url("stage_judge", met_scene.stage)))
    assert rule not in page
    assert "原文没有写怎样算合格；本平台理解为" in page
    assert "不能据以定为不合格" in page
    confirm(met_scene.people, *open_criteria(met_scene.stage, clock.today()))
    page = text_of(client.get(url("stage_judge", met_scene.stage)))
    assert rule in page
    assert "不能据以定为不合格" not in page


def test_who_confirmed_how_the_years_are_counted_has_not_confirmed_what_qualifies(met_scene):
    met_scene.to_deciding(judged=UNFOUND, criteria=())
    counted = READ_AS.removesuffix(".qualify")
    confirm(met_scene.people, counted, *CRITERIA[1:])
    assert open_criteria(met_scene.stage, clock.today()) == [READ_AS]
    assert [group.label for group in touched_by(READ_AS, clock.today())] == ["现有称号的城区", "未办结的阶段评估"]
    assert touched_by(counted, clock.today()) == []


def test_a_verdict_of_before_rests_on_unconfirmed_criteria_as_any_other(met_scene):
    met_scene.to_deciding(judged=UNFOUND, criteria=())
    stage = met_scene.stage
    for missing in ("plan_share", "share"):  # as they were stored without one, then without both
        del stage.verdict[missing]
        assert set(open_criteria(stage, clock.today())) == {*CRITERIA} - {"stage.plan_share"}


def test_the_director_decides_otherwise_with_reasons_while_the_criterion_is_a_default(met_scene):
    met_scene.to_deciding(judged=UNFOUND, criteria=())
    refuses("请写明理由", met_scene.take, "qualify", met_scene.people.city_director)
    met_scene.take("qualify", met_scene.people.city_director, reason="动态评估机制已有试行办法（虚构）")
    assert (met_scene.stage.conclusion, met_scene.stage.verdict["confirmed"]) == ("qualified", False)


def test_what_is_not_known_fails_nobody_and_is_decided_with_reasons(met_scene, client):
    filed = met_scene.table.versions.get()
    for row in filed.content["rows"]:
        row["target"] = None
    filed.save()
    met_scene.to_deciding()
    director, page = met_scene.people.city_director, url("stage", met_scene.stage)
    refuses("不能仅因资料不足定为不合格", met_scene.take, "disqualify", director)
    refuses("请写明理由", met_scene.take, "qualify", director)
    client.force_login(director)
    assert "绿色生态指标落实情况　资料不足" in text_of(client.get(page))
    met_scene.take("qualify", director, reason="年度目标尚未分解，按规划目标核对（虚构）")
    assert "绿色生态指标落实情况" not in {one.subject for one in to_mend(met_scene.stage)}
    [letter] = [draft.write() for draft in stage_drafts(met_scene.stage, Viewer(director)) if draft.key == "qualified"]
    assert "绿色生态指标落实情况资料不足，没有判定。说明理由，评估结论为合格" in "".join(letter.paragraphs)


def test_a_proposal_of_before_that_called_missing_data_missed_is_turned_and_a_conclusion_stays(met_scene):
    turn = import_module("assessments.migrations.0023_proposals_tell_missing_data")
    said = [{"key": key, "holds": False, "found": found} for key, found in (("targets", "资料不足：没有年度目标"), ("panel", "不是通过"))]
    for concluded, holds in ((None, [None, False]), (clock.now(), [False, False])):
        StageAssessment.objects.update(verdict={"aspects": said}, concluded_at=concluded)
        turn.tell_missing_data(apps, None)
        assert [one["holds"] for one in StageAssessment.objects.get().verdict["aspects"]] == holds
    turn.count_as_missed(apps, None)
    assert StageAssessment.objects.get().verdict["aspects"] == said


def test_a_mechanism_the_city_does_not_find_fails_the_assessment(met_scene):
    met_scene.to_judging()
    with pytest.raises(Refused) as refused:
        met_scene.propose(judged={"coordination": {"holds": True}})
    assert "精细化管理工作动态评估机制" in str([vars(one) for one in refused.value.refusals])
    met_scene.propose(judged=UNFOUND)
    met_scene.take("check", met_scene.people.city_checker)
    confirm(met_scene.people, *CRITERIA)
    refuses(Refused, met_scene.take, "qualify", met_scene.people.city_director)
    met_scene.take("disqualify", met_scene.people.city_director)
    assert met_scene.stage.conclusion == "unqualified"


@AREA
def test_failed_extended_once_mended_and_no_new_assessment(scene):
    people, stage = scene.people, scene.stage
    sent = OutboxMessage.objects.filter(payload__kind=Message.LEGAL_NOTICE).values_list("payload__receiver", flat=True)
    assert {people.preparer.pk, people.reviewer.pk, people.authority.pk} <= set(sent)
    first = workdays.current().add(clock.today(), 40)
    assert stage.rectify_due == first
    scene.take("ask_extension", people.preparer, reason="设备到货推迟（虚构）")
    assert [task.title for task in tasks_for(Viewer(people.city_director))] == ["审定整改延期申请"]
    refuses(Refused, scene.take, "ask_extension", people.preparer, reason="再申请")
    scene.take("extend", people.city_director)
    assert stage.rectify_due == workdays.current().add(first, 40)
    refuses("已延期一次", scene.take, "ask_extension", people.reviewer, reason="再延一次")
    refuses("尚无整改报告", scene.take, "report_mended", people.reviewer)
    answered(scene)
    report(scene)
    scene.take("recheck_return", people.city_officer, reason="缺照片")
    assert stage.status == "rectifying"
    scene.take("report_mended", people.reviewer)
    step(must(scene), "close", people.secretariat)
    scene.take("recheck_pass", people.city_officer, reason="现场复核（虚构）")
    assert (stage.status, stage.conclusion) == ("mended", "unqualified")
    assert StageAssessment.objects.count() == 1


@AREA
def test_the_term_over_closes_and_takes_no_extension(scene):
    people, stage = scene.people, scene.stage
    refuses("尚未届满", scene.take, "close_unmended", people.city_officer, reason="早了")
    with clock.at(dt.datetime.combine(stage.rectify_due + dt.timedelta(days=1), dt.time(9), tzinfo=clock.SHANGHAI)):
        refuses(Refused, scene.take, "ask_extension", people.preparer, reason="晚了")
        scene.take("close_unmended", people.city_officer, reason="期限届满未报送（虚构）")
    assert stage.status == "unmended"


def test_a_plan_that_fell_behind_is_told_as_of_the_day_of_filing(client, met_scene):
    stage, filed = met_scene.stage, clock.today() - dt.timedelta(days=30)
    before, soon, since = (filed + dt.timedelta(days=days) for days in (-1, 1, 10))
    StageAssessment.objects.filter(pk=stage.pk).update(filed_at=clock.day_began() - dt.timedelta(days=30))
    owed = {"planned_acquisition": None, "planned_start": None, "planned_finish": before, "acquired_on": None}
    for number, more in {
        "G-1": {"built_on": since},
        "G-2": {"built_on": before},
        "G-3": {"planned_finish": soon},
        "G-4": {"planned_finish": None},
        "G-5": {"buildable": False},
    }.items():
        PlotFactory(district=stage.district, number=number, **{**owed, "built_on": None, "conforms": None, **more})
    Work.objects.create(district=stage.district, name="甲路", planned_finish=before)
    KeyProject.objects.create(district=stage.district, name="学校", planned_start=before, planned_finish=soon)
    met_scene.to_judging()
    client.force_login(met_scene.people.city_officer)
    told = (
        f"截至{cn_date(filed)}，25.0%（1 / 4项：地块1 / 2个，市政设施0 / 1项，重点项目0 / 1个），没有计划日期的1项不作判断",
        f"地块G-1：竣工逾期（计划{cn_date(before)}）",
        f"市政设施甲路：建成逾期（计划{cn_date(before)}）",
        f"重点项目学校：开工逾期（计划{cn_date(before)}）",
    )
    assert lacking(client.get(url("stage_judge", stage)), *told) == (200, [])
    met_scene.propose()
    kept = next(one for one in StageAssessment.objects.get(pk=stage.pk).verdict["aspects"] if one["key"] == "plan")
    assert (kept["holds"], kept["found"], tuple(kept["short"])) == (False, told[0], told[1:])
    assert lacking(client.get(url("stage", stage)), *told) == (200, [])
    paper = compose(Viewer(met_scene.people.city_officer), StageAssessment.objects.get(pk=stage.pk))
    printed = "\n".join(str(cell) for block in paper.blocks if isinstance(block, PaperTable) for row in block.rows for cell in row)
    assert [text for text in told if text not in printed] == []


def test_what_to_mend_and_why_stand_on_page_paper_and_letter_alike(client, met_scene):
    stage, director = met_scene.stage, met_scene.people.city_director
    PlotFactory(district=stage.district, number="G-1", planned_finish=clock.today() - dt.timedelta(days=9), acquired_on=None, built_on=None)
    met_scene.to_deciding(judged=UNFOUND)
    met_scene.take("disqualify", director)
    stage = StageAssessment.objects.get(pk=stage.pk)
    said = "专家组结论为“通过”（评定总分"
    why = "绿色生态方案落实情况、管理机制建立情况不符合。按{}确认的标准，"
    items = to_mend(stage)
    mechanisms = [one.text for one in items if one.subject == "管理机制建立情况"]
    assert ([one.subject for one in items].count("绿色生态方案落实情况"), bool(mechanisms)) == (1, True)
    assert [one for one in items if one.subject.startswith(must(met_scene).item_id)] != []
    client.force_login(met_scene.people.reviewer)
    told = [word for one in items for word in one]
    decided = f"{why.format('市级')}上海市住房和城乡建设管理委员会审定为不合格。"
    assert lacking(client.get(url("stage", stage)), said, decided, *told) == (200, [])
    letter = next(one for one in stage_drafts(stage, Viewer(director)) if one.key == "rectify").write()
    assert [row[1:] for row in letter.lines] == [tuple(one) for one in items]
    assert any(said in text and f"{why.format('我委')}评估结论为不合格" in text for text in letter.paragraphs)
    paper = compose(Viewer(met_scene.people.reviewer), stage)
    asked = next(block for block in paper.blocks if isinstance(block, PaperTable) and block.caption == "要求整改的内容")
    assert [row[1:] for row in asked.rows] == [tuple(one) for one in items]
    facts = [str(value) for block in paper.blocks if isinstance(block, Pairs) for _, value in block.rows]
    assert any(said in fact and decided in fact for fact in facts)
