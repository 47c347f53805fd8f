"""``manage.py obligations --on``: obligations of past and future days, from the selector of the list."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from assessments.self_checks.models import SelfCheck
from greendistrict.core import clock
from greendistrict.policy.services import set_setting
from greendistrict.workflow.models import TransitionRecord
from obligations import services
from obligations.selectors import due
from tests.factories.accounts import make_organisation
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.titles import give_title

NOW = at(2028, 6, 1)


def told(capsys, day, *options):
    call_command("obligations", "--on", day, "--json", *options)
    return {row["key"]: row for row in json.loads(capsys.readouterr().out)}


def of_kind(rows, kind="self_check"):
    return [row for row in rows.values() if row["kind"] == kind]


@pytest.fixture
def district(people):
    found = make_district(people, name="演示丁城（虚构）", code="ding")
    give_title(found, granted_on=dt.date(2026, 2, 28))
    return found


def filed(people, district, moment, status="filed"):
    check = make_self_check(people, district=district, year=2026, filled=False)
    SelfCheck.objects.filter(pk=check.pk).update(status=status, filed_at=moment, number=f"ZC-{check.pk}")
    return check


def step(check, source, target, moment):
    common = {"machine": "self_check", "subject": f"assessments.selfcheck:{check.pk}", "label": "x", "actor_name": "x", "action": target}
    TransitionRecord.objects.create(**common, source=source, target=target, at=moment)


def state_on(capsys, day, key):
    with clock.at(NOW):
        return told(capsys, day)[key]["state"]


def test_one_row_says_all_that_was_asked(people, district, capsys):
    with clock.at(at(2027, 2, 1)):
        row = told(capsys, "2027-02-01", "--district", "ding")[f"self_check:{district.pk}:2026"]
    assert row == {
        "key": f"self_check:{district.pk}:2026",
        "kind": "self_check",
        "title": "2026年度自查",
        "debtor": people.applicant_body.name,
        "creditor": "市住房城乡建设管理委",
        "district": "ding",
        "due": "2027-03-31",
        "how": {
            "anchor": "2026年度",
            "rule": "年度自查提交期限：次年3月31日（默认值）",
            "rolled": "2027年节假日安排未公布，暂定",
            "extended": "",
        },
        "state": "due",
        "default": True,
        "cite": "八（二）",
    }


def test_a_record_counts_by_its_own_day_on_every_day(people, district, capsys):
    check = filed(people, district, at(2027, 4, 20))
    key = f"self_check:{district.pk}:2026"
    assert [state_on(capsys, day, key) for day in ("2026-12-31", "2027-01-01", "2027-03-31", "2027-04-01", "2027-04-19", "2027-04-20")] == [
        *("upcoming", "due", "due", "overdue", "overdue", "late"),
    ]
    step(check, "signing", "filed", at(2027, 3, 20))
    step(check, "filed", "returned", at(2027, 4, 2))
    step(check, "signing", "filed", at(2027, 4, 20))
    assert [state_on(capsys, day, key) for day in ("2027-03-19", "2027-03-20", "2027-04-01", "2027-04-02", "2027-04-19", "2027-04-20")] == [
        *("due", "met", "met", "overdue", "overdue", "late"),
    ]


def test_waivers_and_extensions_count_from_their_decision(people, district, capsys):
    key = f"self_check:{district.pk}:2026"
    with clock.at(at(2027, 3, 10)):
        services.decide(obligation=key, by=people.city_director, reason="防汛", extended_to=dt.date(2027, 5, 2))
    with clock.at(at(2027, 4, 28)):
        services.decide(obligation=key, by=people.city_director, reason="撤并")
    with clock.at(NOW):
        days = ("2027-03-09", "2027-03-10", "2027-04-01", "2027-04-28")
        rows = [told(capsys, day)[key] for day in days]
    assert [(row["due"], row["state"]) for row in rows] == [
        *(("2027-03-31", "due"), ("2027-05-03", "due"), ("2027-05-03", "due"), ("2027-03-31", "waived")),
    ]
    assert rows[1]["how"]["extended"] == "2027年3月10日审定，由2027年3月31日延至2027年5月3日"


def test_a_setting_counts_from_its_effective_day(people, district, capsys):
    with clock.at(at(2027, 1, 15)):
        set_setting(by=people.city_director, key="selfcheck.due", value="Y+1-04-15", reason="与年报同步", effective_on=dt.date(2027, 2, 1))
        told_now = {row.key: row for row in due(clock.today())}[f"self_check:{district.pk}:2026"]
    assert (told_now.due, told_now.is_default_date) == (dt.date(2027, 3, 31), True)
    with clock.at(NOW):
        rows = [told(capsys, day)[f"self_check:{district.pk}:2026"] for day in ("2027-01-31", "2027-02-01")]
    assert [(row["due"], row["default"]) for row in rows] == [("2027-03-31", True), ("2027-04-15", False)]


def test_titles_are_those_of_the_day(people, district, capsys):
    with clock.at(NOW):
        assert of_kind(told(capsys, "2026-02-27")) == []
        assert {row["district"] for row in of_kind(told(capsys, "2026-02-28"))} == {"ding"}
        assert {row["district"] for row in of_kind(told(capsys, "2026-06-01"))} == {"ding", "jia"}


def test_no_record_before_the_first_day_in_use_and_for_bodies_that_do_not_work_here(people, capsys):
    early = make_district(people, name="演示戊城（虚构）", code="wu")
    give_title(early, granted_on=dt.date(2024, 6, 1))
    absent = make_district(name="桃浦智创城", code="taopu", is_demo=False, sources=["x"])
    give_title(absent, granted_on=dt.date(2024, 6, 1))
    silent = make_district(name="演示己城（虚构）", code="ji", applicant=make_organisation("applicant", name="演示新公司（虚构）"))
    give_title(silent, granted_on=dt.date(2024, 6, 1))
    with clock.at(NOW):
        states = {(row["district"], row["title"]): row["state"] for row in of_kind(told(capsys, "2025-06-01"))}
        assert states["wu", "2024年度自查"] == "none"
        states = {(row["district"], row["title"]): row["state"] for row in of_kind(told(capsys, "2027-04-01"))}
    assert states["wu", "2026年度自查"] == "overdue"
    assert states["wu", "2025年度自查"] == "overdue"
    assert {states["taopu", "2026年度自查"], states["ji", "2026年度自查"]} == {"none"}


def test_the_command_narrows_and_refuses_what_it_does_not_know(people, district, capsys):
    district.authorities.set([make_organisation("authority", name="演示乙区人民政府（虚构）")])
    with clock.at(NOW):
        named = told(capsys, "2027-04-01", "--authority", people.authority_body.code)
        assert {row["district"] for row in of_kind(named)} == {"jia"}
        assert {row["district"] for row in told(capsys, "2027-04-01", "--district", "ding").values()} == {"ding"}
        call_command("obligations", "--on", "2027-04-01", "--district", "ding")
        assert "逾期\t2026年度自查\tding" in capsys.readouterr().out
    for wrong in (("--on", "2027-02-30"), ("--authority", "nowhere"), ("--district", "nowhere")):
        with pytest.raises(CommandError):
            call_command("obligations", *wrong)
