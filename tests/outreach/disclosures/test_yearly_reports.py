"""The yearly report on disclosure: figures of the year, the record of publication, and the duty by 31 January."""

import datetime as dt

import pytest

from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from obligations.city_duties import collect_disclosure_reports
from obligations.duties import is_decided_elsewhere
from obligations.selectors import everything, in_sight
from obligations.way import Day
from outreach.disclosures import services
from outreach.disclosures.yearly_reports import figures_of, record_report
from tests.outreach.asking import said, to
from tests.outreach.disclosures.contesting import close, contest
from tests.outreach.disclosures.test_disclosures import answered, file
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
PLACE = "https://example.org/2026/report"
TYPED = {"published_on": "2027-01-28", "address": PLACE}


def on(year, month, day):
    return clock.at(dt.datetime(year, month, day, 10, tzinfo=clock.SHANGHAI))


def duties(day):
    return {row.year: row for row in collect_disclosure_reports(Day(day, day))}


def figures(year, *, demo=False):
    return {one.label: one.number for one in figures_of(year, demo=demo) if one.number}


@pytest.fixture
def asked(people):
    """Of 2026: granted, refused and set aside, given up, open at the end of the year; one of 2027."""
    with on(2026, 9, 1):
        granted, refused, lacking = (file(number).request for number in (1, 2, 3))
        answered(granted, people)
        answered(refused, people, outcome="refused", withheld="process", number="演公开〔2026〕2号")
        services.ask_completion(row=lacking, by=people.city_officer, words="请写明年份", until=dt.date(2026, 9, 11))
    with on(2026, 9, 20):
        services.give_up_disclosure(row=lacking, by=people.city_officer)
        contest(refused, people)
    with on(2026, 12, 20):
        file(4)
    with on(2027, 1, 5):
        close(refused.remedies.get(), people)
        file(5)
    return refused


def test_the_figures_of_a_year_tell_what_came_and_what_became_of_it(asked, people):
    with on(2027, 1, 20):
        asked.refresh_from_db()
        assert asked.replied_on is None
        assert figures(2026) == {
            "收到申请": 4, "答复：予以公开": 1, "答复：不予公开": 1, "逾期未补正，视为放弃": 1, "年末尚未办结": 1,
            "行政复议": 1, "行政复议：撤销": 1,
        }  # fmt: skip
        answered(asked, people, number="演公开〔2027〕1号")
        assert figures(2026)["年末尚未办结"] == 1
        assert (figures(2027)["收到申请"], figures(2027)["答复：予以公开"], figures(2026, demo=True)) == (1, 1, {})


def test_the_duty_is_met_by_the_record_and_the_last_entry_counts(client, asked, people):
    with on(2027, 1, 29):
        [duty] = [row for row in in_sight(Viewer(people.city_officer)) if row.kind == "disclosure_report"]
        assert (duty.due, duty.year, duty.state(clock.today()).value) == (dt.date(2027, 1, 31), 2026, "due")
        client.force_login(people.city_officer)
        page = said(client.get(duty.link))
        assert all(one in page for one in ("《政府信息公开条例》第四十九条", "收到申请", "没有登记公布", "登记公布"))
        for wrong in ({"published_on": "2026-12-31"}, {"published_on": "2027-01-30"}, {"address": "无"}):
            answer = client.post(duty.link, TYPED | wrong)
            assert (answer.status_code, (TYPED | wrong)["address"] in said(answer)) == (422, True)
        assert client.post(duty.link, TYPED).status_code == 302
        assert client.post(duty.link, TYPED | {"address": f"{PLACE}/2"}).status_code == 302
        assert f"{PLACE}/2" in said(client.get(duty.link))
        assert duties(clock.today())[2026].state(clock.today()).value == "met"
        assert client.get(to("disclosure_report"), {"of": "1999-real"}).status_code == 404
        client.force_login(people.city_checker)
        assert "登记公布" not in said(client.get(duty.link)).replace("没有登记公布", "")
        assert client.post(duty.link, TYPED).status_code == 403
        for seat in (people.preparer, people.secretariat, people.partner):
            client.force_login(seat)
            assert client.get(duty.link).status_code == 404
            assert "disclosure_report" not in {row.kind for row in in_sight(Viewer(seat))}
    refuses(NotAllowed, record_report, year=2026, demo=False, by=people.city_checker, published_on=dt.date(2027, 1, 28), address=PLACE)
    assert duties(dt.date(2027, 1, 27))[2026].due_words == "2027年1月31日", "a day of the law, which no rest day moves"
    assert duties(dt.date(2027, 1, 27))[2026].met_on is None  # as of a day before its publication


def test_it_is_late_where_requests_came_and_without_record_where_none_did(asked, people):
    with on(2027, 2, 3):
        rows = {row.year: row for row in everything(Viewer(people.city_officer)) if row.kind == "disclosure_report"}
        assert {year: row.state(clock.today()).value for year, row in rows.items()} == {2025: "none", 2026: "overdue"}
        assert is_decided_elsewhere(rows[2026].key)  # the law's day is neither waived nor moved
