import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse

from assessments.common.mechanism import CHECKLIST
from assessments.stage_assessments import services
from assessments.stage_assessments.letters import stage_drafts
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.selectors.stage_list import coming_visible_to
from assessments.stage_assessments.selectors.stages import tasks_for, verdict_of
from assessments.stage_assessments.services import open_due, open_early
from assessments.tables.models import ScoreRow
from assessments.tasks import open_stage_assessments
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.policy import parameters
from greendistrict.policy.citing import REPORTED, STAGE_ASSESSED, cited
from greendistrict.policy.services import set_setting
from greendistrict.workflow.procedure import procedure_of, receivers, take
from tests.assessments.browsing import lacking, text_of, url
from tests.factories.accounts import cast as make_cast
from tests.factories.approvals import published_edition
from tests.factories.districts import make_district
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.factories.stages import ALL_DONE, TITLED, StageScene, make_stage
from tests.files import pdf
from tests.steps import reaches, step, version_of

cast = once(make_cast)
people = copy_of("cast")


def test_the_cycle_opens_an_assessment_once(people):
    for stage in (Stage.PILOT, Stage.DEMONSTRATION):  # the second is not assessed by stage
        make_district(people, stage=stage, name=f"演示{stage}（虚构）", titled_on=TITLED, edition=published_edition())
    for day, opened in ((dt.date(2026, 5, 1), 0), (dt.date(2026, 11, 2), 1), (dt.date(2026, 11, 2), 0)):
        with on(day):
            assert open_stage_assessments() == opened
    stage = StageAssessment.objects.get()
    assert (stage.round, stage.due, stage.year, stage.table.building) == (1, dt.date(2026, 11, 20), 2026, True)
    assert [task.title for task in tasks_for(Viewer(people.preparer))] == ["填报阶段评估"]
    reaches(people, stage, "begun")


def test_nothing_is_handed_up_before_table_and_mechanisms_are_filled(people):
    stage = make_stage(people)

    def save(typed):
        services.save_mechanisms(stage=stage, typed=typed, version=version_of(stage), by=people.preparer)

    save({"coordination": {"state": "done", "text": ""}})
    with pytest.raises(Refused) as refused:
        step(stage, "hand_up", people.preparer)
    texts = [one.text for one in refused.value.refusals]
    assert "管理机制“多部门协同常态长效管理体制机制”未写说明" in texts
    assert sum("未填" in text for text in texts) == 6
    save(ALL_DONE)
    assert step(stage, "hand_up", people.preparer).status == "signing"
    with pytest.raises(NotAllowed):
        save(ALL_DONE)


def test_what_was_filed_is_frozen_and_judged_by_the_rule(people):
    scene = StageScene(people)
    ScoreRow.objects.filter(table=scene.table, item_id="5.2.1").update(target=None)
    scene.to_judging()
    assert scene.review.star is None
    assert scene.stage.table.versions.get().content["mechanism"] == ALL_DONE
    aspects = {one.key: one for one in verdict_of(scene.stage).aspects}
    assert aspects["targets"].found.startswith("资料不足")
    assert (aspects["controls"].holds, aspects["panel"].holds) == (True, True)


OPINION = "指标按计划落实（虚构）"
TYPED = {"opinion": OPINION, "visited_on": "2026-01-05", "visit_note": "查看例会记录（虚构）"} | {
    f"holds-{one.key}": "yes" for one in CHECKLIST
}


def judged(client, people, stage, **more):
    """The officer sends the conclusion."""
    StageAssessment.objects.update(status="judging")
    client.force_login(people.city_officer)
    return client.post(url("stage_judge", stage), {"action": "propose", "version": stage.version, **TYPED, **more})


def test_what_the_steps_say_they_make_is_made_and_the_findings_are_kept(client, people):
    stage = make_stage(people)
    made = {action: step.makes for action, step in procedure_of(stage).steps.items() if step.makes}
    assert made == {"sign": ("number", "paper_code", "table_version"), "open_review": ("review",)}
    for action, user in (("hand_up", people.preparer), ("sign", people.reviewer), ("open_review", people.city_officer)):
        step(stage, action, user)
    assert (stage.number[:3], stage.table.versions.count(), stage.review.table) == ("JD-", 1, stage.table)
    assert judged(client, people, stage).status_code == 302
    stage.refresh_from_db()
    assert (stage.opinion, stage.visited_on, stage.visit_note) == (OPINION, dt.date(2026, 1, 5), TYPED["visit_note"])
    assert (stage.judged["team"], bool(stage.verdict["aspects"])) == ({"holds": True, "note": ""}, True)


def test_an_extension_left_to_the_checker_reaches_both_desks(people):
    due = clock.today() + dt.timedelta(days=30)
    asking = make_stage(people, status="rectifying", rectification="已逐项整改（虚构）", rectify_due=due)
    turn, _ = receivers(asking, "ask_extension", "rectifying").people(asking, "rectifying", None)
    assert turn == [people.city_director]
    key = "approval_chain.director_decides"
    left = [word for word in parameters.get(key).value if word != "extend"]
    set_setting(by=people.city_director, key=key, value=left, reason="授权审核（虚构）")
    turn, _ = receivers(asking, "ask_extension", "rectifying").people(asking, "rectifying", None)
    assert turn == [people.city_director, people.city_checker]
    take(obj=asking, action="ask_extension", by=people.preparer, version=asking.version, reason="设备到货推迟（虚构）")
    asked = url("stage", asking)
    assert all(asked in [task.link for task in tasks_for(Viewer(user))] for user in turn)
    take(obj=asking, action="extend", by=people.city_checker, version=asking.version)
    assert asking.extended


def test_the_checklist_is_saved_and_a_second_hand_is_shown(preparer, people):
    stage = make_stage(people, filled=False)
    typed = {f"state-{one.key}": "done" for one in CHECKLIST} | {f"text-{one.key}": "已建立（虚构）" for one in CHECKLIST}
    address, other = url("stage_mechanism", stage), {**typed, "text-team": "另一说法"}
    assert preparer.post(address, {**typed, "version": "0"}).status_code == 302
    stage.refresh_from_db()
    assert stage.mechanism["team"] == {"state": "done", "text": "已建立（虚构）"}
    again = preparer.post(address, {**other, "version": "0"})
    assert lacking(again, "另一说法", "现存：已建立　已建立（虚构）") == (409, [])
    assert preparer.post(address, {**other, "version": "1"}).status_code == 302


def test_files_are_taken_while_it_is_written_and_read_by_those_who_see_it(client, people):
    stage = make_stage(people, filled=False)
    client.force_login(people.preparer)
    for name, content, status in (("jizhi.pdf", pdf(), 302), ("x.exe", b"MZ", 422)):
        sent = {"title": "机制文件（虚构）", "upload": SimpleUploadedFile(name, content)}
        assert client.post(url("stage_file", stage), sent).status_code == status
    StageAssessment.objects.filter(pk=stage.pk).update(status="filed", mechanism=ALL_DONE)
    for user in (people.preparer, people.city_officer):
        client.force_login(user)
        assert "机制文件（虚构）" in text_of(client.get(url("stage", stage)))


def test_a_conclusion_of_a_day_to_come_or_half_judged_is_refused_and_not_stored(client, people):
    stage = make_stage(people)
    assert lacking(judged(client, people, stage, visited_on="2099-01-01"), "现场核查日期不能晚于今天", OPINION) == (422, [])
    half = judged(client, people, stage, **{"holds-coordination": ""})
    assert lacking(half, "还有管理机制没有核定", OPINION) == (409, [])
    stored = StageAssessment.objects.get()
    assert (stored.status, stored.judged, stored.opinion) == ("judging", {}, "")
    client.force_login(people.city_checker)
    assert client.get(url("stage_judge", stage)).status_code == 404


def test_a_rectification_report_is_never_overwritten_in_silence(preparer, people):
    stage = make_stage(people, filled=False)
    StageAssessment.objects.filter(pk=stage.pk).update(status="rectifying", rectification="甲的文字", version=4)
    assert "已由他人修改" not in text_of(preparer.get(url("stage", stage)))
    answer = preparer.post(url("stage_rectify", stage), {"rectification": "乙的文字", "version": "3"})
    assert lacking(answer, "已由他人修改", "甲的文字", "乙的文字") == (409, [])
    assert preparer.post(url("stage_rectify", stage), {"rectification": "乙的文字", "version": "4"}).status_code == 302


def on(day):
    return clock.at(dt.datetime.combine(day, dt.time(9), tzinfo=clock.SHANGHAI))


def early(district, day):
    with on(day):
        return open_early(district=district, by=None, reason="监督检查发现严重问题")


def opened(day):
    with on(day):
        [stage] = open_due(day)
    return stage


def coming(people, day):
    with on(day):
        [row] = coming_visible_to(Viewer(people.city_officer))
    return row.cycle.round, row.cycle.day


@pytest.fixture
def district(people):
    return make_district(people, stage=Stage.PILOT, titled_on=TITLED, edition=published_edition())


def test_one_called_early_takes_no_number_from_the_cycle(people, district, officer):
    called = early(district, dt.date(2026, 1, 20))
    assert called.name == "2026年1月20日提前组织的阶段评估"
    assert coming(people, dt.date(2026, 1, 20)) == (1, dt.date(2026, 11, 20))
    first = opened(dt.date(2026, 11, 2))
    assert (first.name, first.due) == ("第1次阶段评估", dt.date(2026, 11, 20))
    again = early(district, dt.date(2027, 3, 1))
    assert coming(people, dt.date(2027, 3, 1)) == (2, dt.date(2029, 11, 20))
    second = opened(dt.date(2029, 11, 1))
    assert [one.name for one in (again, second)] == ["2027年3月1日提前组织的阶段评估", "第2次阶段评估"]
    with on(dt.date(2029, 11, 1)):
        addresses = url("stage_list"), reverse("districts:district_detail", args=[district.code], query={"tab": "assessments"})
        pages = [text_of(officer.get(address)) for address in addresses]
    for page in pages:
        assert [page.count(word) for word in ("第1次", "第2次", "第3次", "提前组织")] == [1, 1, 1, 2]


def test_the_notice_on_an_early_assessment_does_not_rest_on_the_three_years(people, district):
    told = []
    for stage in (early(district, dt.date(2026, 1, 20)), opened(dt.date(2026, 11, 2))):
        concluded = {
            "status": "rectifying",
            "conclusion": "unqualified",
            "concluded_at": at(2026, 12, 1),
            "rectify_due": dt.date(2027, 2, 1),
        }
        StageAssessment.objects.filter(pk=stage.pk).update(**concluded)
        stage.refresh_from_db()
        [notice] = [draft for draft in stage_drafts(stage, Viewer(people.city_officer)) if draft.title == "整改通知书"]
        told.append(next(one for one in (STAGE_ASSESSED, REPORTED) if cited(one) in notice.write().paragraphs[0]))
    assert told == [REPORTED, STAGE_ASSESSED]


def test_a_title_granted_anew_goes_on_counting(people, district):
    opened(dt.date(2026, 11, 2))
    District.objects.filter(pk=district.pk).update(titled_on=dt.date(2028, 2, 1), titled_since=None)
    assert coming(people, dt.date(2028, 3, 1)) == (2, dt.date(2031, 2, 1))
    assert opened(dt.date(2031, 1, 20)).round == 2


def test_the_database_holds_each_number_once(people, district):
    make_stage(people, filled=False, district=district)
    make_stage(people, filled=False, early=True, district=district, due=dt.date(2026, 3, 1))
    make_stage(people, filled=False, early=True, district=district, due=dt.date(2026, 4, 1))
    later = make_stage(people, filled=False, district=district, due=dt.date(2029, 11, 20))
    with pytest.raises(IntegrityError, match="stage_assessment_round_once"):
        StageAssessment.objects.filter(pk=later.pk).update(round=1)
