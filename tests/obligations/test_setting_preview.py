"""A setting that moves due dates: the preview lists them, and the value applies from its effective day."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.settings.models import SettingProposal
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.workflow.procedure import take
from obligations.selectors import due
from obligations.setting_preview import moved_by_setting
from tests.factories.received import at
from tests.obligations.world import titled

KEY = "selfcheck.due"


def day_of_check(on):
    return {row.due for row in due(on) if (row.kind, row.year) == ("self_check", 2026)}


def test_the_preview_names_the_days_that_move_and_how_many(people):
    titled(people, "演示乙城（虚构）")
    with clock.at(at(2027, 1, 15)):
        told = {group.label: group.count for group in moved_by_setting(KEY, "Y+1-04-15")}
        assert told == {"年度自查，期限由2027年3月31日移至2027年4月15日": 2, "年度自查，期限由2028年3月31日移至2028年4月17日": 2}
        assert moved_by_setting(KEY, "Y+1-03-31") == []
        assert day_of_check(clock.today()) == {dt.date(2027, 3, 31)}


def test_a_decided_setting_counts_from_its_effective_day(client, people):
    client.force_login(people.city_officer)
    page = reverse("approvals:setting", args=[KEY])
    posted = {"value": "Y+1-04-15", "reason": "与年报同步（虚构）", "effective_on": "2027-02-01"}
    with clock.at(at(2027, 1, 15)):
        assert client.post(page, posted | {"effective_on": "2027-01-14"}).status_code == 409
        assert client.post(page, posted).status_code == 302
        made = SettingProposal.objects.get()
        assert {"label": "年度自查，期限由2027年3月31日移至2027年4月15日", "count": 1} in made.touched
        assert "2027年2月1日" in client.get(page).content.decode()
        take(obj=made, action="agree", by=people.city_checker, version=made.version)
        made.refresh_from_db()
        take(obj=made, action="decide", by=people.city_director, version=made.version)
        assert parameters.get(KEY).is_default
        assert day_of_check(clock.today()) == {dt.date(2027, 3, 31)}
    with clock.at(at(2027, 2, 1)):
        assert parameters.load().text(KEY) == "Y+1-04-15"
        assert parameters.load(dt.date(2027, 1, 31)).text(KEY) == "Y+1-03-31"
        assert day_of_check(clock.today()) == {dt.date(2027, 4, 15)}


def test_what_a_value_would_move_is_read_before_it_is_proposed(client, people):
    client.force_login(people.city_officer)
    page = reverse("approvals:setting", args=[KEY])
    with clock.at(at(2027, 1, 15)):
        assert 'value="次年3月31日"' in client.get(page).content.decode()
        shown = client.post(page, {"value": "次年4月15日", "preview": "1"}).content.decode()
        assert client.post(page, {"value": "次年2月30日", "preview": "1"}).status_code == 422
        assert client.post(page, {"value": "次年4月15日"}).status_code == 422
    assert "改为次年4月15日的预览，不保存" in shown
    assert "年度自查，期限由2027年3月31日移至2027年4月15日" in shown
    assert not SettingProposal.objects.exists()


def test_an_impossible_day_is_refused(client, people):
    client.force_login(people.city_officer)
    for value in ("Y+1-02-30", "Y+1-02-29", "03/31"):
        answer = client.post(reverse("approvals:setting", args=[KEY]), {"value": value, "reason": "试", "effective_on": ""})
        assert answer.status_code == 422
    told = {"key": KEY, "value": "Y+1-04-15", "reason": "试", "effective_on": dt.date(2027, 1, 14)}
    with clock.at(at(2027, 1, 15)), pytest.raises(Refused):
        set_setting(by=people.city_director, **told)
