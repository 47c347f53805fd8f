"""Yearly review of accounts: who reviews whom, what is kept, what remains, and the duty of the security keeper."""

import datetime as dt
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from greendistrict.accounts import yearly_review
from greendistrict.accounts.models import AccountReview, Post, User
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from obligations.selectors import keepers_due
from portal.account_review.selectors import review_lines
from portal.operations.selectors.status import keeper_duties
from tests.factories.accounts import make_user
from tests.factories.received import at
from tests.refusing import refuses
from tests.signin.test_second_factor import enrolled

PAGE, RECORD, EXPORT = (f"/operations/accounts/{tail}" for tail in ("", "record/", "export/"))


def confirm(by, *people, outcome="confirmed", remark=""):
    return yearly_review.review(people=people, outcome=outcome, remark=remark, seen={}, by=by)


def duty(day):
    with clock.at(dt.datetime.combine(day, dt.time(10), tzinfo=clock.SHANGHAI)):
        return [
            (row.title, row.due, str(row.state(day)), row.organisation)
            for row in keepers_due(Viewer(None, as_of=day))
            if row.kind == "account_review"
        ]


def test_the_list_names_posts_last_sign_in_and_factor_of_those_under_review(people):
    enrolled(people.preparer)
    User.objects.filter(pk=people.preparer.pk).update(last_login=clock.now())
    line = next(one for one in review_lines(clock.today().year, Viewer(people.security_keeper)) if one.person == people.preparer)
    assert (line.factor, line.last_login is not None, "填报（2020年1月1日起）" in line.posts[0]) == ("动态码", True, True)
    new = make_user("preparer")
    Post.objects.filter(user=new).update(valid_from=clock.today())
    line = next(one for one in review_lines(clock.today().year, Viewer(people.security_keeper)) if one.person == new)
    assert (line.is_owed, line.may_review) == (False, True), "who came this year"
    User.objects.filter(pk=people.preparer.pk).update(is_active=False)
    Post.objects.filter(user=people.reviewer).update(valid_to=dt.date(2021, 1, 1))
    found = set(yearly_review.under_review(clock.today().year))
    assert not found & {people.preparer, people.reviewer}
    assert people.security_keeper in found


def test_the_keeper_confirms_and_marks_and_what_was_seen_is_kept(client, people):
    client.force_login(people.security_keeper)
    before = yearly_review.progress_of(clock.today().year)
    client.post(RECORD, {"people": [people.preparer.pk, people.reviewer.pk], "outcome": "confirmed"})
    client.post(RECORD, {"people": [people.consultant.pk], "outcome": "removal"})  # without a word
    assert AccountReview.objects.count() == 2
    client.post(RECORD, {"people": [people.consultant.pk], "outcome": "removal", "remark": "已离职"})
    after = yearly_review.progress_of(clock.today().year)
    assert (after.owed, after.done) == (before.owed, 3)
    one = AccountReview.objects.get(person=people.consultant)
    assert (one.outcome, one.remark, one.reviewed_by, "双因素：没有" in one.seen) == ("removal", "已离职", people.security_keeper, True)
    assert AuditRecord.objects.filter(action="accounts.review").count() == 3
    assert people.consultant.posts.get().valid_to is None  # marking takes nothing away


def test_nobody_reviews_the_own_account(client, people):
    refuses(NotAllowed, confirm, people.security_keeper, people.security_keeper)
    refuses(NotAllowed, confirm, people.system_keeper, people.preparer)
    confirm(people.system_keeper, people.security_keeper)
    assert AccountReview.objects.get().person == people.security_keeper
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountReview.objects.update(reviewed_by=people.security_keeper)


def test_a_year_is_kept_and_the_next_begins_anew(client, people):
    with clock.at(at(2026, 11, 20)):
        confirm(people.security_keeper, people.preparer)
    with clock.at(at(2027, 2, 1)):
        client.force_login(people.security_keeper)
        assert "2026年</a>" in client.get(PAGE).content.decode()
        assert yearly_review.progress_of(2027).done == 0
        assert client.get(PAGE, {"year": "2026"}).context["progress"].done == 1
        assert 'type="checkbox" name="people"' not in client.get(PAGE, {"year": "2026"}).content.decode()
        assert client.get(PAGE, {"year": "x"}).context["year"] == 2027


def test_the_review_is_exported_with_what_remains(client, people):
    confirm(people.security_keeper, people.preparer, outcome="removal", remark="已离职")
    client.force_login(people.security_keeper)
    book = load_workbook(BytesIO(client.get(EXPORT).content))
    cells = [[str(cell or "") for cell in row] for row in book.active.iter_rows(values_only=True)]
    rows = {row[2]: row[1:] for row in cells if row[2] in people.everybody}
    assert len(rows) == yearly_review.under_review(clock.today().year).count()
    assert (rows["preparer"][5], rows["preparer"][6], rows["reviewer"][5]) == ("应予清理", "已离职", "")
    assert AuditRecord.objects.filter(action="accounts.export_review").count() == 1


def test_the_security_keeper_owes_it_by_the_end_of_the_year(people):
    due = dt.date(2027, 12, 31)
    assert duty(dt.date(2027, 10, 31)) == []
    assert duty(dt.date(2027, 11, 1)) == [("2027年账号年度复核", due, "due", "安全管理员")]
    with clock.at(at(2027, 11, 20)):
        confirm(people.security_keeper, *(one for one in people.everybody.values() if one != people.security_keeper))
        assert yearly_review.progress_of(2027).left == 1
        confirm(people.system_keeper, people.security_keeper)
    assert duty(dt.date(2027, 11, 19))[0][2] == "due"
    assert duty(dt.date(2027, 11, 20))[0][2] == "met"
    assert duty(dt.date(2029, 1, 10)) == []  # not begun: the next year's takes its place
    with clock.at(at(2028, 12, 1)):
        confirm(people.security_keeper, people.preparer)
    late = duty(dt.date(2029, 1, 10))
    assert [(title, state) for title, _due, state, _who in late] == [("2028年账号年度复核", "overdue")]
    with clock.at(at(2029, 1, 10)):
        assert "账号年度复核" not in str(keeper_duties(Viewer(None)))  # the page of operations is the system keeper's
