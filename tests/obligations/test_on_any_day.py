"""Obligations of past and future days by ``manage.py obligations --on``, and as a setting moves them; the table of truth has their days."""

import datetime as dt
import json
from functools import partial
from itertools import groupby, product
from operator import itemgetter
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from approvals.settings.models import SettingProposal
from approvals.titles.enums import HolderSide
from approvals.titles.models.publicity import Title
from assessments.self_checks.models import SelfCheck
from assessments.yearly_reports.models import YearlyReport
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.workflow.procedure import take
from obligations import services
from obligations.previews import moved_by_setting
from obligations.selectors import due, everything
from tests.factories.accounts import make_organisation
from tests.factories.assessments import make_self_check
from tests.factories.changes_of_names import follow, rename
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.titles import give_title
from tests.factories.waivers import waived_or_extended
from tests.obligations.test_truth_table import logged
from tests.obligations.world import titled

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


def test_one_row_says_all_that_was_asked(people, district, capsys):
    with clock.at(at(2027, 2, 1)):
        row = told(capsys, "2027-02-01", "--district", "ding")[f"self_check:{district.pk}:2026"]
    assert row == {
        "key": f"self_check:{district.pk}:2026", "kind": "self_check", "title": "2026年度自查", "debtor": people.applicant_body.name,
        "creditor": "市住房城乡建设管理委", "district": "ding", "due": "2027-03-31",
        "how": {
            "anchor": "2026年度",
            "rule": "年度自查提交期限：次年3月31日（默认值）",
            "rolled": "2027年节假日安排未公布，暂定",
            "extended": "",
        },
        "state": "due", "default": True, "cite": "八（二）", "layer": "原文", "date_layer": "平台",
    }  # fmt: skip


def test_waivers_and_extensions_count_from_their_decision(people, district, capsys):
    key = f"self_check:{district.pk}:2026"
    with clock.at(at(2027, 3, 10)):
        services.decide(obligation=key, by=people.city_director, reason="防汛", extended_to=dt.date(2027, 5, 2))
    with clock.at(at(2027, 4, 28)):
        waived_or_extended(key, people, "撤并")
    with clock.at(NOW):
        days = ("2027-03-09", "2027-03-10", "2027-04-01", "2027-04-28")
        rows = [told(capsys, day)[key] for day in days]
    assert [(row["due"], row["state"]) for row in rows] == [
        *(("2027-03-31", "due"), ("2027-05-03", "due"), ("2027-05-03", "due"), ("2027-03-31", "waived"))
    ]
    assert rows[1]["how"]["extended"] == "2027年3月10日审定，由2027年3月31日延至2027年5月3日"


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


KEY = "selfcheck.due"
REPORTS = {"operation_report": {"kind": "operation"}, "carbon_verification": {"kind": "carbon"}}


def drawn_events(people, rng):
    """What happens to four districts, each with its day: a title given and lost, decisions, filings that come back and come again."""

    def day(first, last):
        return dt.date(first, 1, 1) + dt.timedelta(days=rng.randrange(365 * (last + 1 - first)))

    by, setting = people.city_director, {"key": KEY, "value": "Y+1-04-15", "reason": "试", "effective_on": dt.date(2028, 2, 1)}
    yield dt.date(2028, 1, 10), partial(set_setting, by=by, **setting)
    for number in range(4):
        district, granted = make_district(people, name=f"演示{number}城（虚构）"), day(2023, 2027)
        yield granted, partial(give_title, district, granted_on=granted)
        if rng.random() < 0.4:
            yield day(granted.year + 1, 2030), partial(lost, district)
        if rng.random() < 0.7:
            yield (on := day(granted.year, 2030)), partial(rename, people, district, f"演示新{number}城（虚构）")
            yield on, partial(followed, people, district)
        for kind, year in product(("self_check", *REPORTS), range(2025, 2030)):
            for on in (day(year + 1, year + 1) for _ in range(rng.choice((0, 0, 1, 2)))):
                until = on + dt.timedelta(days=rng.randrange(1, 60)) if rng.random() < 0.6 else None
                yield on, partial(waived_or_extended, f"{kind}:{district.pk}:{year}", people, "试", until)
            on = day(year + 1, year + 1)
            for status in ("filed", "returned", "filed", "received")[: rng.choice((0, 1, 2, 3, 4))]:
                yield on, partial(moved, people, district, kind, year, status)
                on += dt.timedelta(days=rng.randrange(1, 50))


def followed(people, district):
    follow(people, district, clock.today(), HolderSide.AUTHORITY, HolderSide.APPLICANT)


def lost(district):
    Title.objects.filter(district=district).update(end="cancelled", ended_on=clock.today())
    District.objects.filter(pk=district.pk).update(stage="cancelled")


def moved(people, district, kind, year, status):
    if kind in REPORTS:
        row, _ = YearlyReport.objects.get_or_create(district=district, year=year, **REPORTS[kind], defaults={"opened_at": clock.now()})
    else:
        about = {"district": district, "year": year}
        row = SelfCheck.objects.filter(**about).first() or make_self_check(people, filled=False, **about)
    more = {"filed_at": clock.now(), "number": f"{kind[:2]}-{district.pk}-{year}"} if status == "filed" else {}
    type(row).objects.filter(pk=row.pk).update(status=status, **more)
    logged(row, (row.status, status, clock.now()))


@pytest.mark.area("obligations", "greendistrict/policy", "approvals", "assessments")
def test_what_is_told_of_a_past_day_is_what_was_told_on_it(people):
    def states(on):
        rows = everything(Viewer(None, as_of=on), kinds=("self_check", *REPORTS))
        return {row.key: (row.due, row.state(on).value, row.district, row.organisation, row.carried_by, row.authority_ids) for row in rows}

    told = {}
    District.objects.update(stage="candidate")  # that of the world has handed in beforehand
    for on, events in groupby(sorted(drawn_events(people, Random(20280229)), key=itemgetter(0)), itemgetter(0)):  # noqa: S311
        with clock.at(at(on.year, on.month, on.day)):
            for _, event in events:
                event()
            told[on] = states(on)
    with clock.at(at(2031, 3, 1)):
        assert {on: states(on) for on in told} == told
    seen = {state for found in told.values() for _, state, *_ in found.values()}
    assert seen == {"upcoming", "due", "overdue", "met", "late", "waived", "ended", "none"}
    assert len({about[2:] for found in told.values() for about in found.values()}) > 8, "names and bodies change"


def day_of_check(on):
    return {row.due for row in due(Viewer(None, as_of=on)) if (row.kind, row.year) == ("self_check", 2026)}


def test_the_preview_names_the_days_that_move_and_how_many(people):
    titled(people, "演示乙城（虚构）")
    with clock.at(at(2027, 1, 15)):
        told = {group.label: group.count for group in moved_by_setting(KEY, "Y+1-04-15", clock.today())}
        assert told == {"年度自查，期限由2027年3月31日移至2027年4月15日": 2, "年度自查，期限由2028年3月31日移至2028年4月17日": 2}
        assert moved_by_setting(KEY, "Y+1-03-31", clock.today()) == []
        assert day_of_check(clock.today()) == {dt.date(2027, 3, 31)}


def test_a_decided_setting_counts_from_its_effective_day(officer, people):
    page = reverse("approvals:setting", args=[KEY])
    posted = {"value": "Y+1-04-15", "reason": "与年报同步（虚构）", "effective_on": "2027-02-01"}
    with clock.at(at(2027, 1, 15)):
        assert officer.post(page, posted | {"effective_on": "2027-01-14"}).status_code == 409
        with pytest.raises(Refused):
            set_setting(by=people.city_director, key=KEY, value="Y+1-04-15", reason="试", effective_on=dt.date(2027, 1, 14))
        assert officer.post(page, posted).status_code == 302
        made = SettingProposal.objects.get()
        assert {"label": "年度自查，期限由2027年3月31日移至2027年4月15日", "count": 1} in made.touched
        assert "2027年2月1日" in officer.get(page).content.decode()
        take(obj=made, action="agree", by=people.city_checker, version=made.version)
        made.refresh_from_db()
        take(obj=made, action="decide", by=people.city_director, version=made.version)
        assert parameters.get(KEY).is_default
        assert day_of_check(clock.today()) == {dt.date(2027, 3, 31)}
    with clock.at(at(2027, 2, 1)):
        assert parameters.load().text(KEY) == "Y+1-04-15"
        assert parameters.load(dt.date(2027, 1, 31)).text(KEY) == "Y+1-03-31"
        assert day_of_check(clock.today()) == {dt.date(2027, 4, 15)}


def test_what_a_value_would_move_is_read_before_it_is_proposed(officer):
    page = reverse("approvals:setting", args=[KEY])
    with clock.at(at(2027, 1, 15)):
        shown = officer.post(page, {"value": "次年4月15日", "preview": "1"}).content.decode()
        assert officer.post(page, {"value": "次年2月30日", "preview": "1"}).status_code == 422
        assert officer.post(page, {"value": "次年4月15日"}).status_code == 422
    assert "改为次年4月15日的预览，不保存" in shown
    assert "年度自查，期限由2027年3月31日移至2027年4月15日" in shown
    assert not SettingProposal.objects.exists()
