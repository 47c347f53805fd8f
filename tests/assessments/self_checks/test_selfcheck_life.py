import datetime as dt
from http import HTTPStatus

import pytest
from django.urls import reverse

from assessments.common import calendar
from assessments.self_checks import services
from assessments.self_checks.lifecycle import SELF_CHECK
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.selectors.self_checks import all_findings, is_late, tasks_for
from assessments.tasks import open_self_checks
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.core.models import PaperCode
from greendistrict.policy.models import Setting
from greendistrict.policy.services import set_setting
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from greendistrict.workflow.procedure import procedure_of
from greendistrict.workflow.services import available_actions
from obligations.services import decide
from tests.calls import calls_of
from tests.factories.accounts import make_user
from tests.factories.assessments import make_self_check, published_edition
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.steps import reaches, step

pytestmark = pytest.mark.django_db

TITLES_ENTERED = 2026  # the year in which titles are typed that were granted before


@pytest.fixture
def check(people):
    return make_self_check(people)


def fresh(check):
    return SelfCheck.objects.select_related("district", "table__district", "table__edition").get(pk=check.pk)


def filed(check, people):
    step(check, "hand_up", people.preparer)
    step(check, "sign", people.reviewer)
    return fresh(check)


def offered(check, user):
    return {one.action for one in available_actions(SELF_CHECK, fresh(check), user)}


def test_from_draft_to_receipt(check, people):
    step(check, "hand_up", people.preparer)
    assert (fresh(check).status, fresh(check).table.status) == ("signing", "locked")
    step(check, "sign", people.reviewer)
    check, version = fresh(check), check.table.versions.get()
    assert (check.status, check.table.status, version.number) == ("filed", "submitted", 1)
    assert check.number == f"ZC-{check.filed_at.year}-0001"
    assert version.content["number"] == check.number
    assert next(title for title, _ in version.content["report"]) == "一、年度工作概况"
    step(check, "countersign_after", people.authority)
    step(check, "receive", people.city_officer)
    check = fresh(check)
    assert (check.status, check.table.status, check.countersigned_by) == ("received", "received", people.authority)
    assert check.table.versions.get().counts


def test_the_person_who_hands_up_never_signs(check, people):
    both = make_user("preparer", people.applicant_body)
    from tests.factories.accounts import PostFactory

    PostFactory(user=both, organisation=people.applicant_body, role="reviewer")
    step(check, "hand_up", both)
    assert offered(check, both) == {"take_back"}
    with pytest.raises(NotAllowed):
        step(check, "sign", both)
    step(check, "sign", people.reviewer)


def test_both_table_and_report_or_it_is_not_filed(people):
    check = make_self_check(people, filled=False)
    with pytest.raises(Refused) as caught:
        step(check, "hand_up", people.preparer)
    texts = [refusal.text for refusal in caught.value.refusals]
    assert "自评报告“一、年度工作概况”未填" in texts
    assert "7.2.7 可再生能源替代率：未填" in texts
    SelfCheck.objects.filter(pk=make_self_check(people, year=2025).pk).update(report={"overview": " "})
    with pytest.raises(Refused, match="自评报告"):
        step(SelfCheck.objects.get(year=2025), "hand_up", people.preparer)


def test_a_year_is_signed_once_its_window_is_open(check, people):
    last = at(2026, 12, 31, 23)
    with clock.at(last):
        step(check, "hand_up", people.preparer)
        offers = {one.action: one for one in available_actions(SELF_CHECK, fresh(check), people.reviewer)}
        assert [one.cite for one in offers["sign"].refusals] == ["八（二）"]
        assert offers["send_back"].allowed
        assert [task.title for task in tasks_for(people.reviewer)] == ["审核年度自查（2026年度自查自2027年1月1日起报送）"]
        with pytest.raises(Refused, match="2026年度自查自2027年1月1日起报送，材料保留"):
            step(check, "sign", people.reviewer)
    assert (fresh(check).status, fresh(check).number, fresh(check).filed_at) == ("signing", None, None)
    with clock.at(at(2027, 1, 1, 0)):
        assert [task.title for task in tasks_for(people.reviewer)] == ["审核签发年度自查"]
        step(check, "sign", people.reviewer)
    assert fresh(check).status == "filed"


def test_a_countersigned_one_waits_for_the_window_as_well(people):
    check = make_self_check(people, countersign_required=True)
    with clock.at(at(2026, 12, 31)):
        step(check, "hand_up", people.preparer)
        with pytest.raises(Refused, match="自2027年1月1日起报送"):
            step(check, "sign_for_countersign", people.reviewer)


def test_the_setting_moves_the_window(check, people):
    with clock.at(at(2026, 12, 14)):
        set_setting(by=people.city_director, key="selfcheck.window_opens", value="Y-12-15", reason="提前报送")
        step(check, "hand_up", people.preparer)
        with pytest.raises(Refused, match="自2026年12月15日起报送"):
            step(check, "sign", people.reviewer)
    with clock.at(at(2026, 12, 15)):
        step(check, "sign", people.reviewer)


def test_the_reviewer_sends_back_with_a_reason(check, people):
    step(check, "hand_up", people.preparer)
    with pytest.raises(Refused, match="请填写理由"):
        step(check, "send_back", people.reviewer, reason=" ")
    step(check, "send_back", people.reviewer, reason="补充说明")
    assert (fresh(check).status, fresh(check).table.status) == ("draft", "open")


def test_a_return_lists_everything_at_once_and_opens_the_next_version(check, people):
    check = filed(check, people)
    found = [{"item_id": "7.2.7", "text": "缺计算书"}, {"item_id": "", "text": "报告第三节过简"}]
    step(check, "return", people.city_officer, reason="请补充", findings=found)
    check = fresh(check)
    assert (check.status, check.table.status) == ("returned", "returned")
    assert check.findings == found
    assert TransitionRecord.objects.get(machine="self_check", action="return").facts == {"findings": found}, "the next version clears them"
    step(check, "hand_up", people.preparer)
    step(check, "sign", people.reviewer)
    version = check.table.versions.first()
    assert (version.number, fresh(check).number, fresh(check).findings) == (2, check.number, [])


def test_a_submission_is_recalled_before_receipt_only(check, people):
    check = filed(check, people)
    step(check, "recall", people.reviewer, reason="数据有误")
    assert (fresh(check).status, fresh(check).table.status) == ("draft", "open")
    check = filed(check, people)
    step(check, "receive", people.city_officer)
    with pytest.raises(Refused):
        step(check, "recall", people.reviewer, reason="数据有误")


def test_where_the_setting_wants_it_the_designated_body_countersigns_first(people):
    check = make_self_check(people, countersign_required=True)
    step(check, "hand_up", people.preparer)
    step(check, "sign_for_countersign", people.reviewer)
    assert fresh(check).status == "countersigning"
    with pytest.raises(Refused):
        step(check, "receive", people.city_officer)
    step(check, "countersign", people.authority)
    assert fresh(check).status == "filed"


def test_a_body_never_countersigns_its_own(people):
    check = make_self_check(people)
    check.district.authorities.add(people.applicant_body)
    own = make_user("authority", people.applicant_body)
    check = filed(check, people)
    assert offered(check, own) == set()


def test_what_waits_follows_the_state(check, people):
    def waiting():
        seats = ("preparer", "consultant", "reviewer", "authority", "city_officer", "outsider_preparer")
        return {seat for seat in seats if tasks_for(fresh_user(getattr(people, seat)))}

    assert waiting() == {"preparer", "consultant"}
    step(check, "hand_up", people.preparer)
    assert waiting() == {"reviewer"}
    step(check, "sign", people.reviewer)
    assert waiting() == {"authority", "city_officer"}, "it may be countersigned until it is received"
    step(check, "receive", people.city_officer)
    assert waiting() == set()


def fresh_user(user):
    return type(user).objects.get(pk=user.pk)


def test_the_report_is_saved_by_version(check, people):
    version = services.save_section(check=check, key="plan", text="新计划", version=0, by=people.consultant)
    assert (version, fresh(check).report["plan"]) == (1, "新计划")
    with pytest.raises(Stale):
        services.save_section(check=check, key="plan", text="另一个", version=0, by=people.preparer)
    assert services.save_section(check=check, key="plan", text="新计划", version=0, by=people.preparer) == 1
    with pytest.raises(NotAllowed):
        services.save_section(check=check, key="plan", text="x", version=1, by=people.reviewer)
    step(check, "hand_up", people.preparer)
    with pytest.raises(Closed):
        services.save_section(check=check, key="plan", text="x", version=1, by=people.preparer)


def test_opening_is_for_titled_districts_and_happens_once(people, settings, tmp_path):
    settings.CLOCK_FILE = str(tmp_path / "clock")
    (tmp_path / "clock").write_text("2027-01-05T05:50:00+08:00", encoding="utf-8")
    edition = published_edition()
    for stage in Stage:
        make_district(people, stage=stage, edition=edition, code=f"d-{stage.value}")
    opened = services.open_due(dt.date(2027, 1, 5))
    assert {(check.district.stage, check.year, check.table.building) for check in opened} == {
        ("pilot", 2026, True),
        ("pilot", 2027, True),
        ("demonstration", 2026, False),
        ("demonstration", 2027, False),
    }
    assert services.open_due(dt.date(2027, 1, 5)) == []
    assert open_self_checks() == 0
    assert [reaches(people, check, "begun") for check in opened] == [{f"{check.year}年度自查开始填报"} for check in opened]


def test_earlier_years_of_a_title_entered_late_are_opened_unless_waived(people, preparer):
    """Every self-check that the list calls 未开始 can be filled in the next day; what was waived is not asked for."""
    Setting.objects.create(key="obligations_from", value="2024-01-05", by=people.city_director, at=clock.now(), reason="首次启用")
    pilot = make_district(people, stage=Stage.PILOT, edition=published_edition(), titled_on=dt.date(2023, 9, 1))
    make_district(people, stage=Stage.PILOT, edition=published_edition(), titled_on=dt.date(2025, 9, 1), code="later")
    decide(obligation=f"self_check:{pilot.pk}:2023", by=people.city_director, reason="当年尚未建设")
    owed = preparer.get(reverse("assessments:selfcheck_list")).context["page"].object_list
    asked = {(pilot.pk, 2024), (pilot.pk, 2025), (District.objects.get(code="later").pk, 2025)}
    assert {(line.district_id, line.year) for line in owed if line.year < TITLES_ENTERED and not line.waived} == asked
    services.open_due(clock.today())
    assert set(SelfCheck.objects.filter(year__lt=TITLES_ENTERED).values_list("district_id", "year")) == asked
    assert services.open_due(clock.today()) == []


def test_what_fell_due_before_the_portal_was_in_use_is_not_opened(people):
    Setting.objects.create(key="obligations_from", value="2026-04-15", by=people.city_director, at=clock.now(), reason="首次启用")
    make_district(people, stage=Stage.PILOT, edition=published_edition(), titled_on=dt.date(2023, 9, 1))
    assert 2025 not in {check.year for check in services.open_due(dt.date(2026, 5, 6))}


def test_a_district_without_an_applicant_is_left_alone(people):
    make_district(None, stage=Stage.PILOT, edition=published_edition())
    assert services.open_due(dt.date(2027, 1, 5)) == []


def test_last_years_received_table_stands_beside(people):
    check = make_self_check(people, year=2026)
    check = filed(check, people)
    step(check, "receive", people.city_officer)
    opened = services.open_due(dt.date(2027, 1, 5))
    assert [one.table.previous_id for one in opened if one.year == 2027] == [check.table_id]


def test_late_is_derived_and_still_filed(check, people):
    due = calendar.self_check_due(2026)
    assert due == dt.date(2027, 3, 31)
    assert not is_late(check, due, due)
    assert is_late(check, due, due + dt.timedelta(days=1))
    check = filed(check, people)
    assert not is_late(check, due, due + dt.timedelta(days=90))


def act(client, check, action, **data):
    version = SelfCheck.objects.values_list("version", flat=True).get(pk=check.pk)
    return client.post(reverse("assessments:selfcheck_action", args=[check.pk]), {"action": action, "version": version, **data})


def text_of(client, name, check):
    return client.get(reverse(f"assessments:{name}", args=[check.pk])).content.decode()


def test_the_whole_way_in_the_browser_without_javascript(client, check, people):
    client.force_login(people.preparer)
    assert act(client, check, "hand_up").status_code == HTTPStatus.FOUND
    client.force_login(people.reviewer)
    assert "是否属实、完整" in act(client, check, "sign").content.decode()
    done = act(client, check, "sign", confirmed="yes")
    assert done.url == reverse("assessments:selfcheck_receipt", args=[check.pk])
    check.refresh_from_db()
    receipt = client.get(done.url).content.decode()
    assert check.number in receipt
    assert check.table.versions.get().digest[:4] in receipt
    client.force_login(people.city_officer)
    assert act(client, check, "receive").status_code == HTTPStatus.FOUND
    check.refresh_from_db()
    assert check.status == "received"


def test_each_request_of_signing_checks_the_self_check_once(client, check, people):
    step(check, "hand_up", people.preparer)
    client.force_login(people.reviewer)
    for typed in ({}, {"confirmed": "yes"}):  # the question, then the step
        assert calls_of(all_findings, lambda typed=typed: act(client, check, "sign", **typed)) == 1
    check.refresh_from_db()
    assert check.status == "filed"


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


def test_the_city_sees_how_far_it_is_but_no_values(officer, check):
    SelfCheck.objects.filter(pk=check.pk).update(report={"overview": "内部草稿"})
    assert [name for name in ("selfcheck", "selfcheck_report") if "内部草稿" in text_of(officer, name, check)] == []
    assert officer.get(reverse("assessments:score_table", args=[check.table_id])).status_code == HTTPStatus.NOT_FOUND


def test_the_report_is_saved_section_by_section_and_as_one_form(preparer, check):
    address = reverse("assessments:selfcheck_report", args=[check.pk])
    saved = preparer.post(address, {"field": "plan", "plan": "新计划", "version": "0"}, headers={"HX-Request": "true"})
    assert 'name="version" value="1"' in saved.content.decode()
    clash = preparer.post(address, {"field": "plan", "plan": "另一个", "version": "0"}, headers={"HX-Request": "true"})
    assert clash.status_code == HTTPStatus.CONFLICT
    assert "新计划" in clash.content.decode()
    form = {"plan": "再改", "overview": "概况", "version": "1"}
    assert preparer.post(address, form).status_code == HTTPStatus.FOUND
    check.refresh_from_db()
    assert (check.report["plan"], check.report["overview"]) == ("再改", "概况")
    stale = preparer.post(address, {"plan": "过时", "version": "0"})
    assert stale.status_code == HTTPStatus.CONFLICT
    assert "过时" in stale.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(officer, people, rows, django_assert_max_num_queries):
    for number in range(rows):
        make_self_check(people, district=make_district(people, stage="pilot", name=f"演示列表{number}（虚构）"), filled=False)
    address = reverse("assessments:selfcheck_list")
    officer.get(address)
    with django_assert_max_num_queries(13):
        text = officer.get(f"{address}?year=2026&status=draft&q=yanshi&late=ontime").content.decode()
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


def test_a_submission_signed_anew_is_not_received_from_the_page_of_the_first(officer, people):
    check = brought_to(people, "filed")
    page = officer.get(reverse("assessments:selfcheck", args=[check.pk])).content.decode()
    seen = check.version
    assert f'name="version" value="{seen}"' in page
    step(check, "recall", people.reviewer, reason="数据有误")
    again = posted(officer, check, seen, "return", item=["7.2.7"], finding=["缺计算书（虚构）"], reason="请补充")
    assert again.status_code == HTTPStatus.CONFLICT
    assert "缺计算书（虚构）" in again.content.decode(), "what was typed is there, though there is nothing to return now"
    for action, seat in WAYS["filed"]:
        step(check, action, getattr(people, seat))
    assert posted(officer, check, seen, "receive").status_code == HTTPStatus.CONFLICT
    check.refresh_from_db()
    assert (check.status, check.received_at) == ("filed", None)
    assert [version.counts for version in check.table.versions.all()] == [False, False]
    assert posted(officer, check, check.version, "receive").status_code == HTTPStatus.FOUND
    assert [(version.number, version.counts) for version in check.table.versions.all()] == [(2, True), (1, False)]


def test_the_check_before_submission_posts_its_version(preparer, people):
    check = brought_to(people, "draft")
    address = reverse("assessments:selfcheck_check", args=[check.pk])
    assert f'name="version" value="{check.version}"' in preparer.get(address).content.decode()


def test_what_signing_says_it_makes_is_made(people):
    check = brought_to(people, "signing")
    makes = {action: row.makes for action, row in procedure_of(check).steps.items() if row.makes}
    assert makes == dict.fromkeys(("sign", "sign_for_countersign"), ("number", "paper_code", "version"))
    step(check, "sign", people.reviewer)
    assert check.number.startswith("ZC-")
    assert PaperCode.objects.filter(subject=f"assessments.selfcheck:{check.pk}").exists()
    assert check.table.versions.get().content["number"] == check.number
