"""Administrators of bodies: inviting into the own body and parting with people, whose work goes on with somebody named."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.sharing.services import give_out
from assessments.yearly_reports.kinds import REPORT_SPECS
from assessments.yearly_reports.models import YearlyReport
from districts.plots.services.opinions import ask_opinions
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts import delegations, invitations, services
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import PasswordLink, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from outreach.opinions.services import OpinionWords, file_opinion
from portal.handover.views import open_work
from tests.factories.accounts import PostFactory, cast, make_organisation, make_user
from tests.factories.assessments import make_self_check
from tests.factories.districts import PlotFactory, make_district
from tests.factories.received import at

pytestmark = pytest.mark.django_db
TYPED = {"username": "xin", "name": "新人", "email": "xin@example.invalid", "role": "preparer", "valid_to": ""}


@pytest.fixture
def people():
    found = cast()
    found.reviewer.posts.update(is_admin=True)
    return found


def invite_page(people):
    return reverse("accounts:invite", args=[people.applicant_body.pk])


def test_an_invited_person_has_a_post_and_a_link(client, people):
    client.force_login(people.reviewer)
    last = clock.today() + dt.timedelta(days=30)
    assert client.post(invite_page(people), {**TYPED, "valid_to": last}).status_code == 302
    person = User.objects.get(username="xin")
    assert (posts_of(person).roles, person.posts.get().valid_to) == ({"preparer"}, last)
    assert PasswordLink.objects.get(user=person).purpose == "first"
    assert not person.posts.get().is_admin
    assert AuditRecord.objects.filter(action="accounts.invite", actor_id=people.reviewer.pk).count() == 1
    with clock.at(clock.now() + dt.timedelta(days=31)):
        assert posts_of(User.objects.get(pk=person.pk)).roles == frozenset()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"role": "city_officer"}, "岗位"),
        ({"email": "preparer@example.invalid"}, "已有账号"),
        ({"username": "PREPARER"}, "已有人使用"),
        ({"valid_to": "2020-01-01"}, "不能早于"),
    ],
)
def test_a_refused_invitation_is_explained_and_makes_nothing(client, people, changed, words):
    client.force_login(people.reviewer)
    answer = client.post(invite_page(people), {**TYPED, **changed})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not User.objects.filter(name="新人").exists()


def test_only_the_administrator_invites_and_parts_in_the_own_body(client, people):
    leaving = reverse("portal:leaving", args=[people.applicant_body.pk, people.preparer.pk])
    for seat, user in people.everybody.items():
        client.force_login(user)
        expected = 200 if seat == "reviewer" else 404
        assert client.get(invite_page(people)).status_code == expected, seat
        assert client.get(leaving).status_code == expected, seat
    assert client.get(reverse("accounts:invite", args=[people.city_body.pk])).status_code == 404


def test_nobody_invites_above_the_own_seat_nor_into_the_city(people):
    body = make_organisation(OrganisationKind.APPLICANT)
    preparer = make_user(Role.PREPARER, body, post_kw={"is_admin": True})
    assert invitations.roles_to_invite(preparer, body) == [Role.PREPARER]
    assert invitations.roles_to_invite(people.reviewer, people.applicant_body) == [Role.PREPARER, Role.REVIEWER]
    people.city_director.posts.update(is_admin=True)
    assert invitations.roles_to_invite(User.objects.get(pk=people.city_director.pk), people.city_body) == []


def test_who_leaves_hands_the_work_over(client, people):
    second = make_user(Role.PREPARER, people.applicant_body)
    page = reverse("portal:leaving", args=[people.applicant_body.pk, people.preparer.pk])
    client.force_login(people.reviewer)
    assert client.post(page, {"successor": second.pk, "reason": ""}).status_code == 422
    assert client.post(page, {"successor": people.outsider_preparer.pk, "reason": "调离"}).status_code == 422
    assert client.post(page, {"successor": second.pk, "reason": "调离"}).status_code == 302
    with clock.at(clock.now() + dt.timedelta(days=1)):
        assert posts_of(User.objects.get(pk=people.preparer.pk)).roles == frozenset()
    record = AuditRecord.objects.get(action="accounts.part")
    assert (record.data["successor"], record.data["reason"]) == (second.name, "调离")


def test_days_that_the_city_has_not_confirmed_are_marked_in_what_is_handed_on(client, people):
    check = make_self_check(people, district=make_district(people, stage="pilot", titled_on=dt.date(2024, 5, 1)))
    client.force_login(people.reviewer)
    page = reverse("portal:leaving", args=[people.applicant_body.pk, people.preparer.pk])
    with clock.at(at(check.year + 1, 2, 1)):
        [line] = [line for line in open_work(people.preparer) if "年度自查" in line]
        assert line.endswith(f"{check.year + 1}年3月31日（暂定）（默认值）到期"), "of that year no holidays are known"
        assert line in client.get(page).content.decode()
        set_setting(by=people.city_director, key="selfcheck.due", value=parameters.get("selfcheck.due").value, reason="处务会议定")
        [line] = [line for line in open_work(people.preparer) if "年度自查" in line]
    assert line.endswith(f"{check.year + 1}年3月31日（暂定）到期")


def test_days_of_the_settings_of_questions_and_opinions_are_marked_as_well(people):
    plot = PlotFactory(district=make_district(people, stage="pilot", titled_on=dt.date(2024, 5, 1)))
    ask_opinions(plot=plot, departments=("住房城乡建设",), by=people.preparer, on=clock.today())
    file_opinion(words=OpinionWords("多种树（虚构）"), address="192.0.2.1")
    [asked] = [line for line in open_work(people.bureau) if "答复方案审核意见" in line]
    [filed] = [line for line in open_work(people.city_officer) if "公众意见待答复" in line]
    assert [line.endswith("（默认值）到期") for line in (asked, filed)] == [True, True]
    for key in ("consult_days", "objection_reply_days"):
        set_setting(by=people.city_director, key=key, value=parameters.get(key).value, reason="处务会议定")
    [asked] = [line for line in open_work(people.bureau) if "答复方案审核意见" in line]
    [filed] = [line for line in open_work(people.city_officer) if "公众意见待答复" in line]
    assert ["默认值" in line for line in (asked, filed)] == [False, False]


@pytest.mark.parametrize("kind", REPORT_SPECS)
def test_a_day_that_no_open_duty_tells_any_more_is_marked_by_the_setting_it_rests_on(people, kind):
    district = make_district(people, stage="pilot", titled_on=dt.date(2020, 5, 1))
    YearlyReport.objects.create(district=district, kind=kind, year=2021, opened_at=clock.now())
    check = make_self_check(people, district=district, year=2021)
    plan = ImplementationPlan.objects.create(authority=people.authority_body, year=clock.today().year, is_demo=True)
    found = [line for seat in (people.preparer, people.authority) for line in open_work(seat)]
    assert [words for words in (str(check), str(plan)) if not any(words in line for line in found)] == []
    assert [line for line in found if "到期" in line and not line.endswith("（默认值）到期")] == []


def test_who_works_elsewhere_too_is_not_parted_with(client, people):
    PostFactory(user=people.preparer, organisation=people.outsider_body, role=Role.PREPARER)
    client.force_login(people.reviewer)
    assert client.get(reverse("portal:leaving", args=[people.applicant_body.pk, people.preparer.pk])).status_code == 404


def test_what_stands_under_the_own_name_is_shown_and_goes_over(client, people):
    second = make_user(Role.PREPARER, people.applicant_body, name="演示接手人")
    today = clock.today()
    taken = delegations.delegate(
        post=people.reviewer.posts.get(), deputy=people.preparer, first=today, last=today + dt.timedelta(days=5), reason="出差",
        by=people.reviewer,
    )  # fmt: skip
    share = hand_out(people, second=people.preparer)
    client.force_login(people.reviewer)
    page = reverse("portal:leaving", args=[people.applicant_body.pk, people.preparer.pk])
    assert "填报分工1项" in client.get(page).content.decode()
    assert client.post(page, {"successor": second.pk, "reason": "调离"}).status_code == 302
    taken.refresh_from_db()
    assert taken.ended_by == people.reviewer
    share.refresh_from_db()
    assert share.person == second
    assert AuditRecord.objects.get(action="accounts.hand_on").data["handed"] == ["填报分工1项", "结束受托1项"]


def hand_out(people, second):
    table = make_self_check(people, filled=False).table
    return give_out(table=table, items=["7.2.7"], by=people.preparer, person=second)


def test_the_keeper_names_who_goes_on_of_the_same_body_only(client, people):
    post = people.city_officer.posts.get()
    page = reverse("accounts:post_end", args=[post.pk])
    client.force_login(people.security_keeper)
    assert client.post(page, {"reason": "调离", "successor": people.preparer.pk}).status_code == 422
    assert client.post(page, {"reason": "调离", "successor": people.city_checker.pk}).status_code == 302
    with pytest.raises(Refused, match="没有本单位的岗位"):
        services.end_post(post=people.city_legal.posts.get(), by=people.security_keeper, reason="x", successor=people.preparer)
