import datetime as dt

import pytest

from assessments.common import calendar
from assessments.self_checks import services
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.selectors.self_checks import all_findings, is_late, tasks_for
from assessments.tasks import open_self_checks
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.core.models import PaperCode
from greendistrict.policy.models import Setting
from greendistrict.policy.services import set_setting
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.procedure import offered, procedure_of
from tests.assessments.browsing import HTMX, browser, lacking, text_of, url
from tests.calls import calls_of
from tests.factories.accounts import PostFactory, make_user
from tests.factories.assessments import make_self_check, published_edition
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.waivers import waived_or_extended
from tests.refusing import refuses
from tests.steps import reaches, step, version_of

TITLES_ENTERED = 2026  # the year in which titles are typed that were granted before


@pytest.fixture
def check(people):
    return make_self_check(people)


def fresh(check):
    return SelfCheck.objects.select_related("district", "table__district", "table__edition").get(pk=check.pk)


def states(check):
    found = fresh(check)
    return found.status, found.table.status


def filed(check, people):
    step(check, "hand_up", people.preparer)
    step(check, "sign", people.reviewer)
    return fresh(check)


def offers(check, user):
    return {one.action: one for one in offered(fresh(check), user)}


def test_from_draft_to_receipt(check, people):
    makes = {action: row.makes for action, row in procedure_of(check).steps.items() if row.makes}
    assert makes == dict.fromkeys(("sign", "sign_for_countersign"), ("number", "paper_code", "version"))
    step(check, "hand_up", people.preparer)
    assert states(check) == ("signing", "locked")
    step(check, "sign", people.reviewer)
    check, version = fresh(check), check.table.versions.get()
    assert (*states(check), version.number) == ("filed", "submitted", 1)
    assert check.number == version.content["number"] == f"ZC-{check.filed_at.year}-0001"
    assert PaperCode.objects.filter(subject=f"assessments.selfcheck:{check.pk}").exists()
    assert next(title for title, _ in version.content["report"]) == "一、年度工作概况"
    step(check, "countersign_after", people.authority)
    step(check, "receive", people.city_officer)
    assert (*states(check), fresh(check).countersigned_by) == ("received", "received", people.authority)
    assert check.table.versions.get().counts


def test_the_person_who_hands_up_never_signs(check, people):
    both = make_user("preparer", people.applicant_body)
    PostFactory(user=both, organisation=people.applicant_body, role="reviewer")
    step(check, "hand_up", both)
    assert set(offers(check, both)) == {"take_back"}
    refuses(NotAllowed, step, check, "sign", both)
    step(check, "sign", people.reviewer)


def test_both_table_and_report_or_it_is_not_filed(people):
    check = make_self_check(people, filled=False)
    with pytest.raises(Refused) as caught:
        step(check, "hand_up", people.preparer)
    texts = [refusal.text for refusal in caught.value.refusals]
    assert "自评报告“一、年度工作概况”未填" in texts
    assert "7.2.7 可再生能源替代率：未填" in texts
    SelfCheck.objects.filter(pk=make_self_check(people, year=2025).pk).update(report={"overview": " "})
    refuses("自评报告", step, SelfCheck.objects.get(year=2025), "hand_up", people.preparer)


def test_a_year_is_signed_once_its_window_is_open(check, people):
    with clock.at(at(2026, 12, 31, 23)):
        step(check, "hand_up", people.preparer)
        found = offers(check, people.reviewer)
        [early] = found["sign"].refusals
        assert "自2027年1月1日（默认值）起报送" in early.text
        assert (early.cite, found["send_back"].allowed) == ("", True)  # no day of the clause
        assert [task.title for task in tasks_for(Viewer(people.reviewer))] == ["审核年度自查（2026年度自查自2027年1月1日（默认值）起报送）"]
        refuses("2026年度自查自2027年1月1日（默认值）起报送，材料保留", step, check, "sign", people.reviewer)
        SelfCheck.objects.update(countersign_required=True)
        refuses("自2027年1月1日（默认值）起报送", step, check, "sign_for_countersign", people.reviewer)
        SelfCheck.objects.update(countersign_required=False)
    assert (fresh(check).status, fresh(check).number, fresh(check).filed_at) == ("signing", None, None)
    with clock.at(at(2027, 1, 1, 0)):
        assert [task.title for task in tasks_for(Viewer(people.reviewer))] == ["审核签发年度自查"]
        step(check, "sign", people.reviewer)
    assert fresh(check).status == "filed"


def test_the_setting_moves_the_window(check, people):
    with clock.at(at(2026, 12, 14)):
        set_setting(by=people.city_director, key="selfcheck.window_opens", value="Y-12-15", reason="提前报送")
        step(check, "hand_up", people.preparer)
        refuses("自2026年12月15日起报送", step, check, "sign", people.reviewer)
    with clock.at(at(2026, 12, 15)):
        step(check, "sign", people.reviewer)


def test_a_return_lists_everything_at_once_and_opens_the_next_version(check, people):
    check = filed(check, people)
    found = [{"item_id": "7.2.7", "text": "缺计算书"}, {"item_id": "", "text": "报告第三节过简"}]
    step(check, "return", people.city_officer, reason="请补充", findings=found)
    assert (*states(check), fresh(check).findings) == ("returned", "returned", found)
    assert TransitionRecord.objects.get(machine="self_check", action="return").facts == {"findings": found}, "the next version clears them"
    again = filed(check, people)
    assert (check.table.versions.first().number, again.number, again.findings) == (2, check.number, [])


def test_the_table_opens_again_with_what_is_sent_back_or_recalled(check, people):
    step(check, "hand_up", people.preparer)
    step(check, "send_back", people.reviewer, reason="补充说明")
    assert states(check) == ("draft", "open")
    step(filed(check, people), "recall", people.reviewer, reason="数据有误")
    assert states(check) == ("draft", "open")
    step(filed(check, people), "receive", people.city_officer)
    refuses(Refused, step, check, "recall", people.reviewer, reason="数据有误")


def test_a_body_never_countersigns_its_own(check, people):
    check.district.authorities.add(people.applicant_body)
    assert offers(filed(check, people), make_user("authority", people.applicant_body)) == {}


def test_what_waits_follows_the_state(check, people):
    def waiting():
        seats = ("preparer", "consultant", "reviewer", "authority", "city_officer", "outsider_preparer")
        return {seat for seat in seats if tasks_for(Viewer(User.objects.get(pk=getattr(people, seat).pk)))}

    assert waiting() == {"preparer", "consultant"}
    step(check, "hand_up", people.preparer)
    assert waiting() == {"reviewer"}
    step(check, "sign", people.reviewer)
    assert waiting() == {"authority", "city_officer"}, "it may be countersigned until it is received"
    step(check, "receive", people.city_officer)
    assert waiting() == set()


def test_opening_is_for_titled_districts_and_happens_once(people, settings, tmp_path):
    settings.CLOCK_FILE = str(tmp_path / "clock")
    (tmp_path / "clock").write_text("2027-01-05T05:50:00+08:00", encoding="utf-8")
    for stage in Stage:
        make_district(people, stage=stage, edition=published_edition(), code=f"d-{stage.value}")
    make_district(None, stage=Stage.PILOT, edition=published_edition(), name="演示无主城区（虚构）")
    opened = services.open_due(dt.date(2027, 1, 5))
    assert {(check.district.stage, check.year, check.table.building) for check in opened} == {
        (stage, year, stage == "pilot") for stage in ("pilot", "demonstration") for year in (2026, 2027)
    }
    assert len(opened) == 4, "one without an applicant is left alone"
    assert (services.open_due(dt.date(2027, 1, 5)), open_self_checks()) == ([], 0)
    assert [reaches(people, check, "begun") for check in opened] == [{f"{check.year}年度自查开始填报"} for check in opened]


def test_earlier_years_of_a_title_entered_late_are_opened_unless_waived(people, preparer):
    """Every self-check that the list calls 未开始 can be filled in the next day; what was waived is not asked for."""
    Setting.objects.create(key="obligations_from", value="2024-01-05", by=people.city_director, at=clock.now(), reason="首次启用")
    pilot = make_district(people, stage=Stage.PILOT, edition=published_edition(), titled_on=dt.date(2023, 9, 1))
    make_district(people, stage=Stage.PILOT, edition=published_edition(), titled_on=dt.date(2025, 9, 1), code="later")
    waived_or_extended(f"self_check:{pilot.pk}:2023", people, "当年尚未建设")
    owed = preparer.get(url("selfcheck_list")).context["page"].object_list
    asked = {(pilot.pk, 2024), (pilot.pk, 2025), (District.objects.get(code="later").pk, 2025)}
    assert {(line.district_id, line.year) for line in owed if line.year < TITLES_ENTERED and not line.waived} == asked
    services.open_due(clock.today())
    assert set(SelfCheck.objects.filter(year__lt=TITLES_ENTERED).values_list("district_id", "year")) == asked
    assert services.open_due(clock.today()) == []


def test_what_fell_due_before_the_portal_was_in_use_is_not_opened(people):
    Setting.objects.create(key="obligations_from", value="2026-04-15", by=people.city_director, at=clock.now(), reason="首次启用")
    make_district(people, stage=Stage.PILOT, edition=published_edition(), titled_on=dt.date(2023, 9, 1))
    assert 2025 not in {check.year for check in services.open_due(dt.date(2026, 5, 6))}


def test_last_years_received_table_stands_beside(check, people):
    step(filed(check, people), "receive", people.city_officer)
    opened = services.open_due(dt.date(2027, 1, 5))
    assert [one.table.previous_id for one in opened if one.year == 2027] == [check.table_id]


def test_late_is_derived_and_still_filed(check, people):
    due = calendar.self_check_due(2026)
    assert (due, is_late(check, due, due), is_late(check, due, due + dt.timedelta(days=1))) == (dt.date(2027, 3, 31), False, True)
    assert not is_late(filed(check, people), due, due + dt.timedelta(days=90))


def act(client, check, action, version=None, **data):
    shown = version_of(check) if version is None else version
    return client.post(url("selfcheck_action", check), {"action": action, "version": shown, **data})


def test_each_request_of_signing_checks_the_self_check_once_and_leads_to_the_receipt(client, check, people):
    step(check, "hand_up", people.preparer)
    client.force_login(people.reviewer)
    answers = []
    for typed in ({}, {"confirmed": "yes"}):  # the question, then the step
        assert calls_of(all_findings, lambda typed=typed: answers.append(act(client, check, "sign", **typed))) == 1
    check.refresh_from_db()
    assert ("是否属实、完整" in text_of(answers[0]), answers[1].url) == (True, url("selfcheck_receipt", check))
    assert lacking(client.get(answers[1].url), check.number, check.table.versions.get().digest[:4]) == (200, [])


def test_a_return_keeps_what_was_typed_when_the_reason_is_missing(client, check, people):
    filed(check, people)
    client.force_login(people.city_officer)
    data = {"item": ["7.2.7", ""], "finding": ["缺计算书", "报告过简"], "reason": ""}
    assert lacking(act(client, check, "return", **data), 'value="缺计算书"') == (409, [])
    assert act(client, check, "return", **{**data, "reason": "请补充"}).status_code == 302
    client.force_login(people.preparer)
    assert lacking(client.get(url("selfcheck", check)), "缺计算书", "?item=7.2.7") == (200, [])


def test_the_city_sees_how_far_it_is_but_no_values(officer, check):
    SelfCheck.objects.filter(pk=check.pk).update(report={"overview": "内部草稿"})
    assert [name for name in ("selfcheck", "selfcheck_report") if "内部草稿" in text_of(officer.get(url(name, check)))] == []
    assert officer.get(url("score_table", check.table)).status_code == 404


def test_the_report_is_saved_section_by_section_and_as_one_form(preparer, people, check):
    def save(text, by, version=0):
        return services.save_section(check=check, key="plan", text=text, version=version, by=by)

    page = url("selfcheck_report", check)
    saved = preparer.post(page, {"field": "plan", "plan": "新计划", "version": "0"}, headers=HTMX)
    assert 'name="version" value="1"' in text_of(saved)
    clash = preparer.post(page, {"field": "plan", "plan": "另一个", "version": "0"}, headers=HTMX)
    assert lacking(clash, "新计划") == (409, [])
    assert save("新计划", people.consultant) == 1, "the same is no conflict"
    assert preparer.post(page, {"plan": "再改", "overview": "概况", "version": "1"}).status_code == 302
    assert (fresh(check).report["plan"], fresh(check).report["overview"]) == ("再改", "概况")
    assert lacking(preparer.post(page, {"plan": "过时", "version": "0"}), "过时") == (409, [])
    refuses(Stale, save, "另一个", people.consultant)
    refuses(NotAllowed, save, "x", people.reviewer, 2)
    step(check, "hand_up", people.preparer)
    refuses(Closed, save, "x", people.preparer, 2)


def test_a_submission_signed_anew_is_not_received_from_the_page_of_the_first(officer, check, people):
    assert f'name="version" value="{check.version}"' in text_of(browser(people.preparer).get(url("selfcheck_check", check)))
    seen = filed(check, people).version
    assert f'name="version" value="{seen}"' in text_of(officer.get(url("selfcheck", check)))
    step(check, "recall", people.reviewer, reason="数据有误")
    again = act(officer, check, "return", seen, item=["7.2.7"], finding=["缺计算书（虚构）"], reason="请补充")
    assert lacking(again, "缺计算书（虚构）") == (409, []), "what was typed is there, though there is nothing to return now"
    filed(check, people)
    assert act(officer, check, "receive", seen).status_code == 409
    assert (fresh(check).status, fresh(check).received_at) == ("filed", None)
    assert [version.counts for version in check.table.versions.all()] == [False, False]
    assert act(officer, check, "receive").status_code == 302
    assert [(version.number, version.counts) for version in check.table.versions.all()] == [(2, True), (1, False)]
