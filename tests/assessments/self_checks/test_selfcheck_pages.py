from http import HTTPStatus

import pytest
from django.urls import reverse

from assessments.self_checks.models import SelfCheck
from assessments.self_checks.selectors.self_checks import all_findings
from greendistrict.core import clock
from greendistrict.core.models import PaperCode
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import procedure_of
from tests.calls import calls_of
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.steps import step

pytestmark = pytest.mark.django_db


@pytest.fixture
def check(people):
    return make_self_check(people)


def act(client, check, action, **data):
    version = SelfCheck.objects.values_list("version", flat=True).get(pk=check.pk)
    return client.post(reverse("assessments:selfcheck_action", args=[check.pk]), {"action": action, "version": version, **data})


def text_of(client, name, check):
    return client.get(reverse(f"assessments:{name}", args=[check.pk])).content.decode()


def test_the_whole_way_in_the_browser_without_javascript(client, check, people):
    client.force_login(people.preparer)
    assert "自评分表和自评报告已填齐" in text_of(client, "selfcheck_check", check)
    sheet = client.get(reverse("assessments:score_table", args=[check.table_id])).content.decode()
    assert "<h1>自评分表</h1>" in sheet, "八（二） names the form of the yearly self-check so"
    assert act(client, check, "hand_up").status_code == HTTPStatus.FOUND
    client.force_login(people.reviewer)
    asked = act(client, check, "sign")
    assert asked.status_code == HTTPStatus.OK
    assert "是否属实、完整" in asked.content.decode()
    done = act(client, check, "sign", confirmed="yes")
    assert done.url == reverse("assessments:selfcheck_receipt", args=[check.pk])
    receipt = client.get(done.url).content.decode()
    check.refresh_from_db()
    version = check.table.versions.get()
    for words in (check.number, "自评报告", version.digest[:4], "GD-REF-2024", "演示数据", "参考版"):
        assert words in receipt
    client.force_login(people.city_officer)
    assert "接收" in text_of(client, "selfcheck", check)
    assert act(client, check, "receive").status_code == HTTPStatus.FOUND
    check.refresh_from_db()
    assert check.status == "received"
    frozen = client.get(reverse("assessments:table_version", args=[check.table_id, 1])).content.decode()
    assert "可再生能源替代率" in frozen


def test_each_request_of_signing_checks_the_self_check_once(client, check, people):
    step(check, "hand_up", people.preparer)
    client.force_login(people.reviewer)
    for typed in ({}, {"confirmed": "yes"}):  # the question, then the step
        assert calls_of(all_findings, lambda typed=typed: act(client, check, "sign", **typed)) == 1
    check.refresh_from_db()
    assert check.status == "filed"


def test_before_the_window_pages_say_from_which_day_on_it_is_filed(client, check, people):
    words = "2026年度自查自2027年1月1日起报送，现在可以继续填写和保存"
    with clock.at(at(2026, 11, 20)):
        client.force_login(people.preparer)
        assert words in text_of(client, "selfcheck", check)
        assert words in text_of(client, "selfcheck_check", check)
        assert act(client, check, "hand_up").status_code == HTTPStatus.FOUND
        client.force_login(people.reviewer)
        page = text_of(client, "selfcheck", check)
        assert "自2027年1月1日起报送" in page
        refused = act(client, check, "sign", confirmed="yes")
        assert refused.status_code == HTTPStatus.CONFLICT
        assert "自2027年1月1日起报送" in refused.content.decode()
    check.refresh_from_db()
    assert check.status == "signing"
    client.force_login(people.reviewer)
    assert "起报送" not in text_of(client, "selfcheck", check)


def test_the_check_page_links_every_gap_to_its_row(client, people):
    check = make_self_check(people, filled=False)
    client.force_login(people.preparer)
    text = text_of(client, "selfcheck_check", check)
    assert f"{reverse('assessments:score_table', args=[check.table_id])}?item=7.2.7" in text
    assert f"{reverse('assessments:selfcheck_report', args=[check.pk])}#id_overview" in text
    assert 'aria-disabled="true"' in text
    refused = act(client, check, "hand_up")
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "7.2.7 可再生能源替代率：未填" in refused.content.decode()


def test_a_return_keeps_what_was_typed_when_the_reason_is_missing(client, check, people):
    step(check, "hand_up", people.preparer)
    step(check, "sign", people.reviewer)
    client.force_login(people.city_officer)
    data = {"item": ["7.2.7", ""], "finding": ["缺计算书", "报告过简"], "reason": ""}
    answer = act(client, check, "return", **data)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert 'value="缺计算书"' in answer.content.decode()
    assert act(client, check, "return", **{**data, "reason": "请补充"}).status_code == HTTPStatus.FOUND
    client.force_login(people.preparer)
    text = text_of(client, "selfcheck", check)
    assert "缺计算书" in text
    assert "?item=7.2.7" in text


def test_a_step_of_somebody_else_is_403_and_an_outsider_sees_nothing(client, check, people):
    client.force_login(people.consultant)
    assert act(client, check, "hand_up").status_code == HTTPStatus.FORBIDDEN
    client.force_login(people.outsider_preparer)
    assert act(client, check, "hand_up").status_code == HTTPStatus.NOT_FOUND
    assert client.get(reverse("assessments:selfcheck", args=[check.pk])).status_code == HTTPStatus.NOT_FOUND


def test_the_city_sees_how_far_it_is_but_no_values(client, check, people):
    SelfCheck.objects.filter(pk=check.pk).update(report={"overview": "内部草稿"})
    client.force_login(people.city_officer)
    text = text_of(client, "selfcheck", check)
    assert "填报中" in text
    assert "内部草稿" not in text
    assert "内部草稿" not in text_of(client, "selfcheck_report", check)
    assert client.get(reverse("assessments:score_table", args=[check.table_id])).status_code == HTTPStatus.NOT_FOUND


def test_the_report_is_saved_section_by_section_and_as_one_form(client, check, people):
    client.force_login(people.preparer)
    address = reverse("assessments:selfcheck_report", args=[check.pk])
    saved = client.post(address, {"field": "plan", "plan": "新计划", "version": "0"}, headers={"HX-Request": "true"})
    assert 'name="version" value="1"' in saved.content.decode()
    clash = client.post(address, {"field": "plan", "plan": "另一个", "version": "0"}, headers={"HX-Request": "true"})
    assert clash.status_code == HTTPStatus.CONFLICT
    assert "新计划" in clash.content.decode()
    form = {"plan": "再改", "overview": "概况", "version": "1"}
    assert client.post(address, form).status_code == HTTPStatus.FOUND
    check.refresh_from_db()
    assert (check.report["plan"], check.report["overview"]) == ("再改", "概况")
    stale = client.post(address, {"plan": "过时", "version": "0"})
    assert stale.status_code == HTTPStatus.CONFLICT
    assert "过时" in stale.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(client, people, rows, django_assert_max_num_queries):
    for number in range(rows):
        make_self_check(people, district=make_district(people, stage="pilot", name=f"演示列表{number}（虚构）"), filled=False)
    client.force_login(people.city_officer)
    address = reverse("assessments:selfcheck_list")
    client.get(address)
    with django_assert_max_num_queries(13):
        text = client.get(f"{address}?year=2026&status=draft&q=yanshi&late=ontime").content.decode()
    assert text.count("填报中</span>") == rows


WAYS = {
    "draft": (),
    "signing": (("hand_up", "preparer"),),
    "countersigning": (("hand_up", "preparer"), ("sign_for_countersign", "reviewer")),
    "filed": (("hand_up", "preparer"), ("sign", "reviewer")),
    "returned": (("hand_up", "preparer"), ("sign", "reviewer"), ("return", "city_officer")),
}


def brought_to(people, state, **kw):
    check = make_self_check(people, **kw)
    for action, seat in WAYS[state]:
        step(check, action, getattr(people, seat), reason="请补充")
    OutboxMessage.objects.all().delete()
    return check


def posted(client, check, version, action, **more):
    address = reverse("assessments:selfcheck_action", args=[check.pk])
    return client.post(address, {"action": action, "version": version, **more})


def test_a_submission_signed_anew_is_not_received_from_the_page_of_the_first(client, people):
    check = brought_to(people, "filed")
    client.force_login(people.city_officer)
    page = client.get(reverse("assessments:selfcheck", args=[check.pk])).content.decode()
    seen = check.version
    assert f'name="version" value="{seen}"' in page
    step(check, "recall", people.reviewer, reason="数据有误")
    again = posted(client, check, seen, "return", item=["7.2.7"], finding=["缺计算书（虚构）"], reason="请补充")
    assert again.status_code == HTTPStatus.CONFLICT
    assert "缺计算书（虚构）" in again.content.decode(), "what was typed is there, though there is nothing to return now"
    for action, seat in WAYS["filed"]:
        step(check, action, getattr(people, seat))
    assert posted(client, check, seen, "receive").status_code == HTTPStatus.CONFLICT
    check.refresh_from_db()
    assert (check.status, check.received_at) == ("filed", None)
    assert [version.counts for version in check.table.versions.all()] == [False, False]
    assert posted(client, check, check.version, "receive").status_code == HTTPStatus.FOUND
    assert [(version.number, version.counts) for version in check.table.versions.all()] == [(2, True), (1, False)]


def test_the_check_before_submission_posts_its_version(client, people):
    check = brought_to(people, "draft")
    client.force_login(people.preparer)
    address = reverse("assessments:selfcheck_check", args=[check.pk])
    assert f'name="version" value="{check.version}"' in client.get(address).content.decode()


def test_what_signing_says_it_makes_is_made(people):
    check = brought_to(people, "signing")
    makes = {action: row.makes for action, row in procedure_of(check).steps.items() if row.makes}
    assert makes == dict.fromkeys(("sign", "sign_for_countersign"), ("number", "paper_code", "version"))
    step(check, "sign", people.reviewer)
    assert check.number.startswith("ZC-")
    assert PaperCode.objects.filter(subject=f"assessments.selfcheck:{check.pk}").exists()
    assert check.table.versions.get().content["number"] == check.number
