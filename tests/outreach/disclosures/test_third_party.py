"""A third party is asked for its opinion: fifteen working days from receipt, and the time needed is not counted in the city's term."""

import datetime as dt

import pytest

from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed
from greendistrict.workflow.letters import drafts_of
from obligations import disclosure_terms
from obligations.way import Day
from outreach.disclosures import selectors, services
from outreach.disclosures.rules import ThirdPartyDays, days_counted_out, plain_term, reply_term
from outreach.disclosures.services import ThirdPartyOpinion
from tests.outreach.asking import said, to
from tests.outreach.disclosures.test_disclosures import answered, file
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
FILED = dt.date(2026, 9, 7)
ASKED, RECEIVED, GIVEN = dt.date(2026, 9, 9), dt.date(2026, 9, 11), dt.date(2026, 9, 18)
FIRM, WHY = "演示测算公司（虚构）", "含有商业秘密（虚构）"


def on(day):
    return clock.at(dt.datetime.combine(day, dt.time(10), clock.SHANGHAI))


def entered(*said):
    return ThirdPartyOpinion(*said)._asdict()


def duty(on_day, today=None):
    [found] = [one for one in disclosure_terms.collect(Day(on_day, today or on_day)) if one.kind == "disclosure_reply"]
    return found


def test_the_time_for_the_opinion_is_not_counted_alike_on_page_receipt_and_list_of_duties(client, people):
    calendar = workdays.current()
    with on(FILED):
        made = file()
    row, typed = made.request, {"third_party": FIRM, "opinion_asked_on": ASKED.isoformat()}
    plain = calendar.add(FILED, 20)
    client.force_login(people.city_officer)
    with on(RECEIVED):
        early = client.post(to("disclosure_third_party", row.pk), typed | {"opinion_asked_on": "2026-09-04", "opinion_words": WHY})
        assert early.status_code == 422
        assert all(one in said(early) for one in (FIRM, WHY, "应在收到申请之日至今天之间", "请选择第三方的意见"))
        assert client.post(to("disclosure_third_party", row.pk), typed).status_code == 302
        row.refresh_from_db()
        assert selectors.due_of(row) == calendar.add(plain, 15)  # its receipt is not on record yet
        assert client.post(to("disclosure_third_party", row.pk), typed | {"opinion_received_on": RECEIVED.isoformat()}).status_code == 302
        row.refresh_from_db()
        waiting = calendar.add(plain, 17)
        assert (selectors.due_of(row), duty(RECEIVED).due) == (waiting, waiting)
        client.logout()
        receipt = said(client.post(to("disclosure_receipt"), {"code": made.code}))
        assert all(one in receipt for one in ("期限不含征求意见所需时间", "17个工作日", "第三十三条", "逾期未提出的"))
        assert FIRM not in receipt
    with on(dt.date(2026, 9, 21)):
        client.force_login(people.city_officer)
        answer = {"opinion_received_on": RECEIVED.isoformat(), "opinion": "objects", "opinion_on": GIVEN.isoformat(), "opinion_words": WHY}
        assert client.post(to("disclosure_third_party", row.pk), typed | answer).status_code == 302
        row.refresh_from_db()
        due = calendar.add(plain, calendar.between(ASKED, GIVEN))
        page = said(client.get(to("disclosure", row.pk)))
        assert (selectors.due_of(row), duty(clock.today()).due, days_counted_out(row, calendar)) == (due, due, 7)
        assert "不含征求第三方意见所需时间，7个工作日" in duty(clock.today()).how.extended
        assert all(one in page for one in (FIRM, "不同意公开", WHY, "7个工作日"))
        assert duty(RECEIVED, clock.today()).due == waiting  # what that day knew
        services.extend_disclosure(row=row, by=people.city_checker, reason="信息量大")
        row.refresh_from_db()
        assert selectors.due_of(row) == duty(clock.today()).due == calendar.add(due, 20)
        letters = {draft.key: draft for draft in drafts_of(row, Viewer(people.city_officer))}
        assert "不含征求第三方意见所需时间" in "".join(letters["extension"].write().paragraphs)
        answered(row, people, outcome="refused", withheld="private")
        refuses("已经答复", services.ask_third_party, row=row, by=people.city_officer, **entered(FIRM, ASKED))
    told = AuditRecord.objects.filter(action="outreach.ask_third_party").values_list("data", flat=True)
    assert len(told) == 3
    assert not any(FIRM in str(one) or WHY in str(one) for one in told)


def test_the_letter_asks_the_third_party_and_names_nobody_who_asked(people):
    with on(FILED):
        row = file().request
        services.ask_third_party(row=row, by=people.city_officer, **entered(FIRM, FILED))
    row.refresh_from_db()
    [draft] = [one for one in drafts_of(row, Viewer(people.city_officer)) if one.key == "opinion"]
    letter = draft.write()
    words = "".join(letter.paragraphs)
    assert (letter.to, draft.addressed, letter.day) == (FIRM, None, FILED)
    assert all(one in words for one in ("第三十二条", "自收到本征求意见书之日起15个工作日内", "逾期未提出意见的", row.wanted))
    assert row.name not in words


def test_what_does_not_fit_is_refused_and_only_the_officer_enters_it(people):
    with on(FILED):
        row = file().request
    with on(dt.date(2026, 9, 21)):
        for wrong, entry in (
            ("请填写第三方", ThirdPartyOpinion(" ", ASKED)),
            ("征求意见日期应在", ThirdPartyOpinion(FIRM, dt.date(2026, 9, 22))),
            ("收到征求意见书日期应在", ThirdPartyOpinion(FIRM, ASKED, FILED)),
            ("请填写收到征求意见书日期", ThirdPartyOpinion(FIRM, ASKED, None, "consents", GIVEN)),
            ("提出意见日期应在", ThirdPartyOpinion(FIRM, ASKED, RECEIVED, "consents")),
            ("提出意见日期应在", ThirdPartyOpinion(FIRM, ASKED, RECEIVED, "objects", ASKED)),
        ):
            refuses(wrong, services.ask_third_party, row=row, by=people.city_officer, **entry._asdict())
        refuses(NotAllowed, services.ask_third_party, row=row, by=people.city_checker, **entered(FIRM, ASKED))
    row.refresh_from_db()
    assert (row.third_party, row.opinion_asked_on) == ("", None)


def test_an_opinion_asked_in_time_adds_its_working_days_and_no_others():
    calendar = workdays.current()
    due = plain_term(FILED, calendar, extended=False)
    for answered_on, counted in ((None, 15), (GIVEN, calendar.between(ASKED, GIVEN)), (dt.date(2026, 12, 1), 15)):
        days = ThirdPartyDays(ASKED, ASKED, answered_on)
        assert calendar.between(due, reply_term(FILED, calendar, extended=False, opinion=days)) == counted
    too_late = ThirdPartyDays(due, due)
    assert reply_term(FILED, calendar, extended=False, opinion=too_late) == due
    before_the_term = ThirdPartyDays(dt.date(2026, 8, 3), dt.date(2026, 8, 3), dt.date(2026, 8, 10))
    assert reply_term(FILED, calendar, extended=False, opinion=before_the_term) == due
