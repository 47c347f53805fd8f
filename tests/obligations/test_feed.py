"""The calendar feed as parsed by a calendar library."""

import datetime as dt
import logging
import re
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, logs
from obligations import calendar_views
from obligations.feed import calendar_of, in_feed
from obligations.models import CalendarFeed
from obligations.services import decide
from tests.factories.waivers import waived_or_extended
from tests.obligations.world import titled

pytestmark = pytest.mark.django_db
PAGE = "obligations:feed_settings"
DAY = dt.date(2027, 3, 1)
NINE = dt.time(9)


def at(day=DAY):
    return clock.at(dt.datetime.combine(day, NINE, tzinfo=clock.SHANGHAI))


def address_of(client, user, action="make"):
    """Path of the feed, from the page that shows it once."""
    client.force_login(user)
    shown = client.post(reverse(PAGE), {"action": action}).content.decode()
    return re.search(r"/obligations/feed/[\w-]+\.ics", shown)[0]


def events(path, day=DAY):
    with at(day):
        answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["UID"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_the_feed_holds_what_the_person_sees_and_is_still_to_be_done(client, people):
    titled(people, "演示乙城（虚构）")
    for user in (people.preparer, people.city_officer, people.partner):
        path = address_of(client, user)
        found = list(events(path).values())
        with at():
            rows = in_feed(Viewer(user).at(DAY))
        assert rows
        assert [event.decoded("DTSTART") for event in found] == [row.due for row in rows]
        assert [str(event["URL"]).rsplit("/obligations/")[1] for event in found] == [f"{quote(row.key, safe=':')}/" for row in rows]


def test_an_event_lasts_the_whole_day_and_says_who_owes_what_on_what_ground(client, people):
    found = events(address_of(client, people.preparer))
    event = next(one for one in found.values() if "2026年度自查" in one["SUMMARY"])
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (dt.date(2027, 3, 31), dt.date(2027, 4, 1))
    assert (event["DTSTART"].params["VALUE"], event["TRANSP"]) == ("DATE", "TRANSPARENT")
    assert [words for words in ("3月31日", "含当日", "应报单位：", "依据：《指导意见》八（二）") if words not in event["DESCRIPTION"]] == []


def test_a_duty_of_a_law_or_of_the_portal_is_not_put_down_to_the_policy(people):
    titled(people, "演示乙城（虚构）")
    with at():
        owed = in_feed(Viewer(people.city_officer).at(DAY))[0]
    for cite in ("平台规则", "政府信息公开条例第三十三条"):
        event = Calendar.from_ical(calendar_of([owed._replace(cite=cite)])).walk("VEVENT")[0]
        assert f"依据：{cite}" in event["DESCRIPTION"]


def test_identities_and_stamps_stay_and_an_unchanged_feed_is_the_same_bytes(client, people):
    path = address_of(client, people.preparer)
    first, later = events(path), events(path, DAY + dt.timedelta(days=20))
    assert first.keys() == later.keys()
    assert {uid: event["DTSTAMP"].dt for uid, event in first.items()} == {uid: event["DTSTAMP"].dt for uid, event in later.items()}
    assert all(event["DTSTAMP"].dt.date() < DAY for event in first.values())
    with at():
        answer = Client().get(path)
        again = Client().get(path, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_extension_moves_an_event_and_a_waiver_takes_it_out(client, people):
    path = address_of(client, people.preparer)
    before = events(path)
    with at():
        key = next(row.key for row in in_feed(Viewer(people.preparer).at(DAY)) if "2026年度自查" in row.title)
        decide(obligation=key, by=people.city_director, reason="停工", extended_to=dt.date(2027, 6, 30))
    moved = events(path)
    (uid,) = [uid for uid, event in before.items() if "2026年度自查" in event["SUMMARY"]]
    assert moved.keys() == before.keys()
    assert moved[uid].decoded("DTSTART") == dt.date(2027, 6, 30)
    assert moved[uid]["DTSTAMP"].dt != before[uid]["DTSTAMP"].dt
    with at(DAY + dt.timedelta(days=1)):
        waived_or_extended(key, people, "免报")
    assert events(path, DAY + dt.timedelta(days=1)).keys() == before.keys() - {uid}


def test_the_address_needs_and_makes_no_session_and_is_kept_as_a_digest(client, people):
    path = address_of(client, people.preparer)
    token = path.rsplit("/", 1)[1].removesuffix(".ics")
    answer = Client().get(path)
    assert not answer.cookies
    assert "private" in answer["Cache-Control"]
    feed = CalendarFeed.objects.get()
    assert token not in "".join(map(str, vars(feed).values()))
    assert len(token) >= 43
    assert feed.read_at
    assert token not in client.get(reverse(PAGE)).content.decode()
    assert client.post(path).status_code == 405


def test_a_new_address_ends_the_old_one_and_a_revoked_one_is_gone(client, people):
    first, second = (address_of(client, people.preparer) for _ in range(2))
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)
    assert client.post(reverse(PAGE), {"action": "revoke"}).url == reverse(PAGE)
    assert Client().get(second).status_code == 404
    recorded = AuditRecord.objects.filter(action__contains="_feed").order_by("pk").values_list("action", flat=True)
    assert list(recorded) == ["obligations.make_feed"] * 2 + ["obligations.revoke_feed"]


def test_a_disabled_account_and_one_without_posts_have_no_feed(client, people):
    path = address_of(client, people.preparer)
    people.preparer.posts.update(valid_to=dt.date(2020, 1, 2), valid_from=dt.date(2020, 1, 1))
    assert Client().get(path).status_code == 404
    other = address_of(client, people.city_officer)
    people.city_officer.is_active = False
    people.city_officer.save()
    assert Client().get(other).status_code == 404


def test_a_program_that_asks_too_often_is_told_to_wait(client, people, monkeypatch):
    monkeypatch.setattr(calendar_views, "READ_AN_HOUR", 2)
    path = address_of(client, people.preparer)
    assert [Client().get(path).status_code for _ in range(3)] == [200, 200, 429]
    assert Client().get(path)["Retry-After"] == "3600"


def test_a_wrong_address_stands_in_no_log(client, caplog):
    caplog.set_level(logging.DEBUG)
    assert Client().get("/obligations/feed/a-token-of-somebody.ics").status_code == 404
    lines = [logs.formatter(machine_readable=True).format(record) for record in caplog.records]
    assert any("/obligations/feed/***" in line for line in lines)
    assert not any("a-token-of-somebody" in line for line in lines)
