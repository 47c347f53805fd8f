from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.common.mechanism import CHECKLIST
from assessments.stage_assessments.models.stage import StageAssessment
from districts.common.enums import Stage
from greendistrict.workflow.procedure import take
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import make_district
from tests.factories.once import copy_of, once
from tests.factories.stages import ALL_DONE, TITLED, make_stage
from tests.files import pdf

pytestmark = pytest.mark.django_db


cast = once(make_cast)
people = copy_of("cast")


def page(client, name, stage):
    return client.get(reverse(f"assessments:{name}", args=[stage.pk]))


def act(client, stage, action, **data):
    stage.refresh_from_db()
    address = reverse("assessments:stage_action", args=[stage.pk])
    return client.post(address, {"action": action, "version": stage.version, **data})


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(client, people, count, kept_queries):
    for number in range(count):
        district = make_district(people, name=f"演示第{number}城区（虚构）", stage=Stage.PILOT, titled_on=TITLED)
        make_stage(people, filled=False, district=district)
    client.force_login(people.city_officer)
    client.get(reverse("assessments:stage_list"))
    with kept_queries():
        text = client.get(reverse("assessments:stage_list")).content.decode()
    assert text.count("第1次") == count
    assert text.count("演示数据") >= count


def test_out_of_sight_is_not_found(client, people):
    stage = make_stage(people, filled=False)
    for user in (people.bureau, people.experts[0], people.outsider_preparer):
        client.force_login(user)
        assert page(client, "stage", stage).status_code == HTTPStatus.NOT_FOUND
        assert stage.district.name not in client.get(reverse("assessments:stage_list")).content.decode()


def test_the_checklist_is_saved_and_a_second_hand_is_shown(client, people):
    stage = make_stage(people, filled=False)
    client.force_login(people.preparer)
    typed = {f"state-{one.key}": "done" for one in CHECKLIST} | {f"text-{one.key}": "已建立（虚构）" for one in CHECKLIST}
    address = reverse("assessments:stage_mechanism", args=[stage.pk])
    assert client.post(address, {**typed, "version": "0"}).status_code == HTTPStatus.FOUND
    stage.refresh_from_db()
    assert stage.mechanism["team"] == {"state": "done", "text": "已建立（虚构）"}
    again = client.post(address, {**typed, "text-team": "另一说法", "version": "0"})
    assert again.status_code == HTTPStatus.CONFLICT
    text = again.content.decode()
    assert "另一说法" in text
    assert "现存：已建立　已建立（虚构）" in text
    kept = client.post(address, {**typed, "text-team": "另一说法", "version": "1"})
    assert kept.status_code == HTTPStatus.FOUND


def test_a_step_that_ends_something_is_asked_once_more_and_an_old_form_is_refused(client, people):
    stage = make_stage(people)
    take(obj=stage, action="hand_up", by=people.preparer, version=0)
    client.force_login(people.reviewer)
    asked = act(client, stage, "sign")
    assert asked.status_code == HTTPStatus.OK
    assert "确定办理“签发并报送”" in asked.content.decode()
    old = client.post(reverse("assessments:stage_action", args=[stage.pk]), {"action": "sign", "version": "0", "confirmed": "yes"})
    assert old.status_code == HTTPStatus.CONFLICT
    assert act(client, stage, "sign", confirmed="yes").status_code == HTTPStatus.FOUND
    stage.refresh_from_db()
    assert stage.status == "filed"


def test_a_missing_reason_keeps_what_was_typed(client, people):
    stage = make_stage(people)
    take(obj=stage, action="hand_up", by=people.preparer, version=0)
    client.force_login(people.reviewer)
    answer = act(client, stage, "send_back", reason="  ")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "请填写理由" in answer.content.decode()


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


def test_only_the_officer_opens_the_page_of_the_conclusion(client, people):
    stage = make_stage(people, filled=False)
    StageAssessment.objects.filter(pk=stage.pk).update(status="judging", mechanism=ALL_DONE)
    client.force_login(people.city_checker)
    assert page(client, "stage_judge", stage).status_code == HTTPStatus.NOT_FOUND
    client.force_login(people.city_officer)
    text = page(client, "stage_judge", stage).content.decode()
    assert "资料不足：没有可以判断的年度目标" in text
    address = reverse("assessments:stage_judge", args=[stage.pk])
    answer = client.post(address, {"version": "0", "visited_on": "2099-01-01", "opinion": "意见"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "现场核查日期不能晚于今天" in answer.content.decode()
    answer = client.post(address, {"version": "0", "opinion": "意见（虚构）", "holds-coordination": "yes"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "还有管理机制没有核定" in answer.content.decode()
    assert "意见（虚构）" in answer.content.decode()


def test_a_rectification_report_is_never_overwritten_in_silence(client, people):
    stage = make_stage(people, filled=False)
    StageAssessment.objects.filter(pk=stage.pk).update(status="rectifying", rectification="甲的文字", version=4)
    client.force_login(people.preparer)
    page, address = reverse("assessments:stage", args=[stage.pk]), reverse("assessments:stage_rectify", args=[stage.pk])
    assert "已由他人修改" not in client.get(page).content.decode()
    answer = client.post(address, {"rectification": "乙的文字", "version": "3"})
    assert answer.status_code == HTTPStatus.CONFLICT
    text = answer.content.decode()
    assert "已由他人修改" in text
    assert "甲的文字" in text
    assert "乙的文字" in text
    assert client.post(address, {"rectification": "乙的文字", "version": "4"}).status_code == HTTPStatus.FOUND
