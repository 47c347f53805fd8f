"""The day on which a reply was served: registered by who replies; the last days of a first reconsideration and suit are counted from it."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, workdays
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.policy.statutes import ASK_RECONSIDERATION, SUE, SUE_AFTER_REVIEW
from outreach.disclosures import selectors, services
from outreach.disclosures.models import DisclosureRemedy, DisclosureRequest
from tests.outreach.asking import said, to
from tests.outreach.disclosures.contesting import close, contest, judge, stored, sue
from tests.outreach.disclosures.test_disclosures import answered, file
from tests.refusing import refuses

LATER = 5
WITHHELD = {"outcome": "refused", "withheld": "internal"}
MISSING = "没有登记送达日期，不能计算"


def replied(people, **changed):
    """A request that was answered some days ago, and its receipt."""
    with clock.at(clock.now() - dt.timedelta(days=LATER)):
        made = file()
        return answered(made.request, people, **changed), made.code


def served(row, people, days=2):
    """Served some days after the reply."""
    on = row.replied_on + dt.timedelta(days=days)
    services.serve_disclosure(row=row, by=people.city_officer, on=on)
    return on


def ways(row):
    row = stored(row)
    return {way.name: way.until for way in selectors.ways_of(row, selectors.remedies_of(row))}


def test_the_officer_registers_it_and_the_last_days_stand_where_remedies_are_filed(client, people):
    row, code = replied(people)
    client.force_login(people.city_officer)
    page = said(client.get(to("disclosure", row.pk)))
    assert ("登记送达" in page, MISSING in page, "救济期限" in page) == (True, True, False)
    on, calendar = row.replied_on + dt.timedelta(days=2), workdays.current()
    early = client.post(to("disclosure_served", row.pk), {"on": (row.replied_on - dt.timedelta(days=1)).isoformat()})
    assert (early.status_code, "送达日期应在答复日期至今天之间" in said(early)) == (422, True)
    assert client.post(to("disclosure_served", row.pk), {"on": ""}).status_code == 422
    assert client.post(to("disclosure_served", row.pk), {"on": on.isoformat()}).status_code == 302
    until = {"行政复议": ASK_RECONSIDERATION.last_day(on, calendar), "行政诉讼": SUE.last_day(on, calendar)}
    assert ways(row) == until
    page = said(client.get(to("disclosure", row.pk)))
    assert (MISSING in page, all(day_in_words(day) in page for day in until.values())) == (False, True)
    assert "《行政复议法》第二十条" in page
    client.logout()
    receipt = said(client.post(to("disclosure_receipt"), {"code": code}))
    assert all(one in receipt for one in ("送达日期", "行政复议期限", "行政诉讼期限", *map(day_in_words, until.values())))
    client.force_login(people.city_legal)
    assert "登记送达" not in said(client.get(to("disclosure", row.pk)))


def test_of_what_is_withheld_the_reconsideration_comes_first(people):
    row, _ = replied(people, **WITHHELD)
    on, calendar = served(row, people), workdays.current()
    assert ways(row) == {"行政复议": ASK_RECONSIDERATION.last_day(on, calendar)}
    review = close(contest(stored(row), people), people, outcome="upheld")
    assert ways(row) == {"复议后行政诉讼": SUE_AFTER_REVIEW.last_day(review.outcome_on, calendar)}, "the first ways are over"


def test_a_reply_served_by_public_notice_counts_as_served_after_thirty_days(client, people):
    row, _ = replied(people, **WITHHELD)
    noticed = clock.today()
    with clock.at(clock.now() + dt.timedelta(days=29)):
        refuses("公告尚未满30日", services.serve_disclosure, row=row, by=people.city_officer, on=noticed, by_notice=True)
    with clock.at(clock.now() + dt.timedelta(days=30)):
        client.force_login(people.city_officer)
        client.post(to("disclosure_served", row.pk), {"on": noticed.isoformat(), "by_notice": "on"})
        assert stored(row).served_on == noticed + dt.timedelta(days=30)


def test_whoever_does_not_reply_registers_nothing_and_no_day_outside_the_reply_and_today(people):
    row = file().request
    refuses("尚未答复", services.serve_disclosure, row=row, by=people.city_officer, on=clock.today())
    row = answered(row, people)
    for seat in ("city_checker", "city_legal", "city_director", "preparer"):
        refuses(NotAllowed, services.serve_disclosure, row=row, by=getattr(people, seat), on=clock.today())
    for days in (-1, 1):
        with pytest.raises(Refused, match="应在答复日期至今天之间"):
            services.serve_disclosure(row=row, by=people.city_officer, on=clock.today() + dt.timedelta(days=days))
    with pytest.raises(IntegrityError), transaction.atomic():
        DisclosureRequest.objects.filter(pk=row.pk).update(served_on=clock.today() - dt.timedelta(days=1), served_at=clock.now())
    assert (stored(row).served_on, ways(row)) == (None, {})


def test_a_wrong_day_is_registered_again_and_both_stay_on_record(people):
    row, _ = replied(people)
    first, second = served(row, people, 1), served(row, people, 3)
    assert (stored(row).served_on, stored(row).served_by) == (second, people.city_officer)
    told = AuditRecord.objects.filter(action="outreach.serve_disclosure").order_by("pk").values_list("data", flat=True)
    assert list(told) == [{"on": f"{first}"}, {"on": f"{second}", "before": f"{first}"}]


def test_a_remedy_is_held_against_its_own_reply(people):
    row, _ = replied(people)
    before = contest(stored(row), people)
    assert selectors.way_of(before) is None, "no service is recorded"
    on, calendar = served(row, people), workdays.current()
    until = ASK_RECONSIDERATION.last_day(on, calendar)
    held = DisclosureRemedy.objects.get()
    assert (selectors.way_of(held).name, selectors.way_of(held).until) == ("申请期限", until)
    close(held, people, outcome="upheld")
    suit = sue(stored(row), people)
    assert selectors.way_of(suit).until == SUE_AFTER_REVIEW.last_day(clock.today(), calendar)


def test_a_suit_that_comes_too_late_is_said_to_be(client, people):
    row, _ = replied(people)
    served(row, people)
    with clock.at(clock.now() + dt.timedelta(days=200)):
        suit = sue(stored(row), people)
        client.force_login(people.city_officer)
        assert "超过期限" in said(client.get(to("disclosure_remedy", suit.pk)))
        judge(suit, people)
        assert set(ways(row)) == {"行政复议", "行政诉讼", "上诉"}


def test_what_was_served_goes_with_the_reply_that_is_set_aside(people):
    row, _ = replied(people)
    on, calendar = served(row, people), workdays.current()
    upheld = close(contest(stored(row), people), people, outcome="withdrawn")
    remedy = close(contest(stored(row), people, number="演府复〔2026〕33号"), people, number="演府复决〔2026〕33号")
    assert (stored(row).served_on, stored(row).served_by, ways(row)) == (None, None, {})
    until = ASK_RECONSIDERATION.last_day(on, calendar)
    for pk in (upheld.pk, remedy.pk):
        one = DisclosureRemedy.objects.get(pk=pk)
        assert (one.was_served_on, selectors.way_of(one).until) == (on, until)
    answered(stored(row), people, number="演公开〔2026〕2号")
    assert (ways(row), selectors.way_of(DisclosureRemedy.objects.get(pk=remedy.pk)).until) == ({}, until)
    services.serve_disclosure(row=row, by=people.city_officer, on=clock.today())
    assert ways(row)["行政复议"] == ASK_RECONSIDERATION.last_day(clock.today(), calendar)


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_costs_the_same_with_one_remedy_and_with_three(officer, people, many, kept_queries):
    row, _ = replied(people)
    served(row, people)
    for number in range(many):
        close(
            contest(stored(row), people, number=f"演府复〔2026〕{number}号"),
            people,
            number=f"演府复决〔2026〕{number}号",
            outcome="withdrawn",
        )
    officer.get(to("disclosure", row.pk))
    with kept_queries():
        assert officer.get(to("disclosure", row.pk)).status_code == 200
