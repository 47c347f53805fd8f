import datetime as dt
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse

from assessments.common.mechanism import CHECKLIST
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.selectors.stage_list import coming_visible_to
from assessments.stage_assessments.selectors.stages import all_findings, tasks_for, verdict_of
from assessments.stage_assessments.services import stages as services
from assessments.stage_assessments.services.stages import open_due, open_early
from assessments.tables.models import ScoreRow
from assessments.tasks import open_stage_assessments
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.workflow.procedure import procedure_of, receivers, take
from tests.factories.accounts import cast as make_cast
from tests.factories.approvals import published_edition
from tests.factories.districts import make_district
from tests.factories.once import copy_of, once
from tests.factories.stages import ALL_DONE, TITLED, StageScene, make_stage
from tests.files import pdf
from tests.steps import reaches

pytestmark = pytest.mark.django_db

cast = once(make_cast)
people = copy_of("cast")


def test_the_cycle_opens_an_assessment_once(people):
    district = make_district(people, stage=Stage.PILOT, titled_on=TITLED, edition=published_edition())
    with clock.at(dt.datetime(2026, 5, 1, 9, tzinfo=clock.SHANGHAI)):
        assert open_stage_assessments() == 0
    with clock.at(dt.datetime(2026, 11, 2, 9, tzinfo=clock.SHANGHAI)):
        assert open_stage_assessments() == 1
        assert open_stage_assessments() == 0
    stage = StageAssessment.objects.get(district=district)
    assert (stage.round, stage.due, stage.year) == (1, dt.date(2026, 11, 20), 2026)
    assert stage.table.building
    assert [task.title for task in tasks_for(people.preparer)] == ["填报阶段评估"]
    reaches(people, stage, "begun")


def test_a_demonstration_is_not_assessed_by_stage(people):
    make_district(people, stage=Stage.DEMONSTRATION, titled_on=TITLED, edition=published_edition())
    with clock.at(dt.datetime(2026, 11, 2, 9, tzinfo=clock.SHANGHAI)):
        assert open_stage_assessments() == 0


def test_nothing_is_handed_up_before_table_and_mechanisms_are_filled(people):
    stage = make_stage(people)
    services.save_mechanisms(stage=stage, typed={"coordination": {"state": "done", "text": ""}}, version=0, by=people.preparer)
    stage.refresh_from_db()
    with pytest.raises(Refused) as refused:
        take(obj=stage, action="hand_up", by=people.preparer, version=stage.version)
    texts = [one.text for one in refused.value.refusals]
    assert "管理机制“多部门协同常态长效管理体制机制”未写说明" in texts
    assert sum("未填" in text for text in texts) == 6
    services.save_mechanisms(stage=stage, typed=ALL_DONE, version=stage.version, by=people.preparer)
    stage.refresh_from_db()
    assert not [one for one in all_findings(stage) if one.blocks]
    take(obj=stage, action="hand_up", by=people.preparer, version=stage.version)
    assert stage.status == "signing"
    with pytest.raises(NotAllowed):
        services.save_mechanisms(stage=stage, typed=ALL_DONE, version=stage.version, by=people.preparer)


def test_the_whole_life_of_a_passed_assessment(people):
    scene = StageScene(people)
    ScoreRow.objects.filter(table=scene.table, item_id="5.2.1").update(target=None)
    scene.to_judging()
    assert scene.stage.number.startswith("JD-")
    assert scene.review.star is None
    assert scene.stage.table.versions.get().content["mechanism"] == ALL_DONE
    aspects = {one.key: one for one in verdict_of(scene.stage).aspects}
    assert aspects["targets"].found.startswith("资料不足")
    assert aspects["controls"].holds
    assert aspects["panel"].holds


OPINION = "指标按计划落实（虚构）"
TYPED = {"opinion": OPINION, "visited_on": "2026-01-05", "visit_note": "查看例会记录（虚构）"} | {
    f"holds-{one.key}": "yes" for one in CHECKLIST
}


def judged(client, people, stage, **more):
    """The officer sends the conclusion."""
    StageAssessment.objects.update(status="judging")
    client.force_login(people.city_officer)
    form = {"action": "propose", "version": stage.version, **TYPED, **more}
    return client.post(reverse("assessments:stage_judge", args=[stage.pk]), form)


def test_what_the_steps_say_they_make_is_made_and_the_findings_are_kept(client, people):
    stage = make_stage(people)
    made = {action: step.makes for action, step in procedure_of(stage).steps.items() if step.makes}
    assert made == {"sign": ("number", "paper_code", "table_version"), "open_review": ("review",)}
    take(obj=stage, action="hand_up", by=people.preparer, version=stage.version)
    take(obj=stage, action="sign", by=people.reviewer, version=stage.version)
    assert stage.number.startswith("JD-")
    assert stage.table.versions.count() == 1
    take(obj=stage, action="open_review", by=people.city_officer, version=stage.version)
    assert stage.review.table == stage.table
    assert judged(client, people, stage).status_code == 302
    stage.refresh_from_db()
    assert (stage.opinion, stage.visited_on, stage.visit_note) == (OPINION, dt.date(2026, 1, 5), TYPED["visit_note"])
    assert stage.judged["team"] == {"holds": True, "note": ""}
    assert stage.verdict["aspects"]


def test_a_conclusion_that_is_refused_is_not_stored(client, people):
    answer = judged(client, people, make_stage(people), **{"holds-coordination": ""})
    assert answer.status_code == 409
    assert OPINION in answer.content.decode()
    stored = StageAssessment.objects.get()
    assert (stored.status, stored.judged, stored.opinion) == ("judging", {}, "")


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
    asked = reverse("assessments:stage", args=[asking.pk])
    assert all(asked in [task.link for task in tasks_for(user)] for user in turn)
    take(obj=asking, action="extend", by=people.city_checker, version=asking.version)
    assert asking.extended


def page(client, name, stage):
    return client.get(reverse(f"assessments:{name}", args=[stage.pk]))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(officer, people, count, kept_queries):
    for number in range(count):
        district = make_district(people, name=f"演示第{number}城区（虚构）", stage=Stage.PILOT, titled_on=TITLED)
        make_stage(people, filled=False, district=district)
    officer.get(reverse("assessments:stage_list"))
    with kept_queries():
        text = officer.get(reverse("assessments:stage_list")).content.decode()
    assert text.count("第1次") == count
    assert text.count("演示数据") >= count


def test_the_checklist_is_saved_and_a_second_hand_is_shown(preparer, people):
    stage = make_stage(people, filled=False)
    typed = {f"state-{one.key}": "done" for one in CHECKLIST} | {f"text-{one.key}": "已建立（虚构）" for one in CHECKLIST}
    address = reverse("assessments:stage_mechanism", args=[stage.pk])
    assert preparer.post(address, {**typed, "version": "0"}).status_code == HTTPStatus.FOUND
    stage.refresh_from_db()
    assert stage.mechanism["team"] == {"state": "done", "text": "已建立（虚构）"}
    again = preparer.post(address, {**typed, "text-team": "另一说法", "version": "0"})
    assert again.status_code == HTTPStatus.CONFLICT
    text = again.content.decode()
    assert "另一说法" in text
    assert "现存：已建立　已建立（虚构）" in text
    kept = preparer.post(address, {**typed, "text-team": "另一说法", "version": "1"})
    assert kept.status_code == HTTPStatus.FOUND


def test_files_are_taken_while_it_is_written_and_read_by_those_who_see_it(client, people):
    stage = make_stage(people, filled=False)
    client.force_login(people.preparer)
    address = reverse("assessments:stage_file", args=[stage.pk])
    upload = SimpleUploadedFile("jizhi.pdf", pdf(), content_type="application/pdf")
    assert client.post(address, {"title": "机制文件（虚构）", "upload": upload}).status_code == HTTPStatus.FOUND
    text = page(client, "stage", stage).content.decode()
    assert "机制文件（虚构）" in text
    bad = SimpleUploadedFile("x.exe", b"MZ", content_type="application/octet-stream")
    assert client.post(address, {"title": "坏", "upload": bad}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    StageAssessment.objects.filter(pk=stage.pk).update(status="filed", mechanism=ALL_DONE)
    client.force_login(people.city_officer)
    assert "机制文件（虚构）" in page(client, "stage", stage).content.decode()


def test_a_conclusion_of_a_day_to_come_or_half_judged_is_refused(client, people):
    stage = make_stage(people, filled=False)
    StageAssessment.objects.filter(pk=stage.pk).update(status="judging", mechanism=ALL_DONE)
    address = reverse("assessments:stage_judge", args=[stage.pk])
    client.force_login(people.city_checker)
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND
    client.force_login(people.city_officer)
    answer = client.post(address, {"version": "0", "visited_on": "2099-01-01", "opinion": "意见"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "现场核查日期不能晚于今天" in answer.content.decode()
    answer = client.post(address, {"version": "0", "opinion": "意见（虚构）", "holds-coordination": "yes"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "还有管理机制没有核定" in answer.content.decode()
    assert "意见（虚构）" in answer.content.decode()


def test_a_rectification_report_is_never_overwritten_in_silence(preparer, people):
    stage = make_stage(people, filled=False)
    StageAssessment.objects.filter(pk=stage.pk).update(status="rectifying", rectification="甲的文字", version=4)
    page, address = reverse("assessments:stage", args=[stage.pk]), reverse("assessments:stage_rectify", args=[stage.pk])
    assert "已由他人修改" not in preparer.get(page).content.decode()
    answer = preparer.post(address, {"rectification": "乙的文字", "version": "3"})
    assert answer.status_code == HTTPStatus.CONFLICT
    text = answer.content.decode()
    assert "已由他人修改" in text
    assert "甲的文字" in text
    assert "乙的文字" in text
    assert preparer.post(address, {"rectification": "乙的文字", "version": "4"}).status_code == HTTPStatus.FOUND


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
        [row] = coming_visible_to(people.city_officer, day)
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
        text = officer.get(reverse("assessments:stage_list")).content.decode()
        detail = officer.get(reverse("districts:district_detail", args=[district.code]), {"tab": "assessments"}).content.decode()
    for page in (text, detail):
        assert [page.count(word) for word in ("第1次", "第2次", "第3次", "提前组织")] == [1, 1, 1, 2]


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
