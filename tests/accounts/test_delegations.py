"""委托: for a period another person of the same body does the work of a post; both names stand on the record."""

import datetime as dt

import pytest
from django.urls import reverse

from greendistrict.accounts import delegations
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders, holding, posts_of, principal_of
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused
from tests.factories.accounts import PostFactory, make_organisation, make_user


def fresh(user):
    return User.objects.get(pk=user.pk)


def give(giver, deputy, by=None, days=5, first=None):
    first = first or clock.today()
    return delegations.delegate(
        post=giver.posts.get(), deputy=deputy, first=first, last=first + dt.timedelta(days=days), reason="出差", by=fresh(by or giver)
    )


def test_a_deputy_holds_the_post_for_the_period_only(people):
    one = give(people.city_director, people.city_checker)
    deputy = fresh(people.city_checker)
    assert posts_of(deputy).roles == {"city_checker", "city_director"}
    assert [post.user_id for post in posts_of(deputy).delegated] == [people.city_director.pk]
    assert deputy in holders(Role.CITY_DIRECTOR)
    assert set(holders(Role.CITY_DIRECTOR, organisation_ids={people.city_body.pk})) == {people.city_director, deputy}
    held = posts_of(deputy)
    assert principal_of(held, lambda held: held.has(Role.CITY_DIRECTOR)) == people.city_director
    assert principal_of(held, lambda held: held.has(Role.CITY_CHECKER)) is None
    assert (held.alone.roles, held.alone.delegated, held.alone.person) == ({"city_checker"}, (), deputy.pk)
    assert (held.alone.standing_in(held.delegated[0]).roles, held.roles) == ({"city_checker", "city_director"},) * 2
    with clock.at(clock.now() + dt.timedelta(days=6)):
        assert posts_of(fresh(people.city_checker)).roles == {"city_checker"}
        assert fresh(people.city_checker) not in holders(Role.CITY_DIRECTOR)
    delegations.take_back(delegation=one, by=fresh(people.city_director))
    assert posts_of(fresh(people.city_checker)).roles == {"city_checker"}
    with pytest.raises(Closed):
        delegations.take_back(delegation=one, by=fresh(people.city_director))
    assert set(AuditRecord.objects.values_list("action", flat=True)) >= {"accounts.delegate", "accounts.end_delegation"}


def test_posts_with_and_without_delegation_cost_one_query(people, django_assert_num_queries):
    give(people.city_director, people.city_checker)
    user = fresh(people.city_checker)
    with django_assert_num_queries(1):
        assert posts_of(user).has(Role.CITY_DIRECTOR)


def test_people_read_for_messages_are_the_holders_of_the_day(people, django_assert_num_queries):
    give(people.city_director, people.city_checker)
    bodies = [{people.city_body.pk}, {people.applicant_body.pk, people.city_body.pk, people.outsider_body.pk}, set(), None]
    for moment in (clock.now(), clock.now() + dt.timedelta(days=6)):
        with clock.at(moment):
            for roles in [(Role.CITY_DIRECTOR,), (Role.PREPARER, Role.CITY_DIRECTOR)]:
                for only in bodies:
                    assert holding(*roles, organisation_ids=only) == list(holders(*roles, organisation_ids=only))
    assert set(holding(Role.CITY_DIRECTOR)) == {people.city_director, people.city_checker}
    with django_assert_num_queries(1):
        holding(Role.CITY_DIRECTOR)


@pytest.mark.parametrize("ends", ["giver_disabled", "post_over", "deputy_left"])
def test_it_ends_with_what_it_stands_on(people, ends):
    give(people.city_director, people.city_checker)
    yesterday = clock.today() - dt.timedelta(days=1)
    if ends == "giver_disabled":
        User.objects.filter(pk=people.city_director.pk).update(is_active=False)
    else:
        (people.city_director if ends == "post_over" else people.city_checker).posts.update(valid_to=yesterday)
    assert Role.CITY_DIRECTOR not in posts_of(fresh(people.city_checker)).roles
    assert fresh(people.city_checker) not in holders(Role.CITY_DIRECTOR)


def test_looking_after_accounts_is_not_delegated(people):
    people.reviewer.posts.update(is_admin=True)
    give(people.reviewer, people.preparer)
    assert posts_of(fresh(people.preparer)).admin_of == frozenset()


@pytest.mark.parametrize(
    ("deputy", "words"), [("preparer", "只能委托本单位的人员"), ("city_director", "受托人不能是本人"), ("second", "不须委托")]
)
def test_who_cannot_be_the_deputy(people, deputy, words):
    second = make_user(Role.CITY_DIRECTOR, people.city_body)
    with pytest.raises(Refused, match=words):
        give(people.city_director, {**people.everybody, "second": second}[deputy])


def test_who_is_apart_from_the_parties_stays_so(people):
    body = make_organisation(OrganisationKind.CITY)
    director = make_user(Role.CITY_DIRECTOR, body)
    both = make_user(Role.PREPARER, people.applicant_body)
    PostFactory(user=both, organisation=body, role=Role.CITY_OFFICER)  # an entry of before the rules
    with pytest.raises(Refused, match="不能由一人兼任"):
        give(director, both)
    keeper = make_user(Role.SYSTEM_KEEPER, people.keeper_body)
    for giver in (people.expert1, people.system_keeper):
        with pytest.raises(NotAllowed):
            give(giver, keeper)


@pytest.mark.parametrize(("first", "days", "words"), [(-1, 5, "不能早于今天"), (0, -1, "委托止不能早于"), (0, 90, "最长90天")])
def test_the_term_is_bounded(people, first, days, words):
    with pytest.raises(Refused, match=words):
        give(people.city_director, people.city_checker, first=clock.today() + dt.timedelta(days=first), days=days)


def test_a_post_is_given_once_at_a_time(people):
    give(people.city_director, people.city_checker)
    with pytest.raises(Refused, match="已有委托"):
        give(people.city_director, people.city_officer)


def test_who_may_give_and_take_back(client, people):
    """Role × action: giving is the holder's or the body's administrator's; experts and keepers have nothing to give."""
    may = {"city_officer", "city_checker", "city_director", "city_legal", "secretariat", "partner", "authority", "bureau", "preparer",
           "reviewer", "consultant", "verifier", "outsider_preparer"}  # fmt: skip
    one = give(people.reviewer, people.preparer)
    for seat, user in people.everybody.items():
        client.force_login(user)
        assert client.get(reverse("accounts:delegation_give")).status_code == (200 if seat in may else 404), seat
        assert client.get(reverse("accounts:delegation_list")).status_code == 200, seat
        if seat not in {"reviewer", "preparer", "security_keeper"}:
            assert client.post(reverse("accounts:delegation_end", args=[one.pk])).status_code == 404, seat
    client.force_login(people.security_keeper)
    assert client.post(reverse("accounts:delegation_end", args=[one.pk])).status_code == 302
    one.refresh_from_db()
    assert one.ended_by == people.security_keeper


def test_given_on_the_page_with_its_errors(client, people):
    client.force_login(people.reviewer)
    page = reverse("accounts:delegation_give")
    today = clock.today()
    typed = {"post": people.reviewer.posts.get().pk, "deputy": people.preparer.pk, "first": today, "last": today, "reason": "休假"}
    assert "最长90天" in client.post(page, {**typed, "last": today + dt.timedelta(days=100)}).content.decode()
    assert client.post(page, {**typed, "deputy": people.city_officer.pk}).status_code == 422
    assert client.post(page, typed).status_code == 302
    assert [one.given_by for one in people.preparer.delegations.all()] == [people.reviewer]


def test_the_administrator_gives_for_who_is_away(client, people):
    people.reviewer.posts.update(is_admin=True)
    second = make_user(Role.REVIEWER, people.applicant_body)
    one = give(people.preparer, second, by=people.reviewer)
    assert one.given_by == people.reviewer
    with pytest.raises(NotAllowed):
        give(people.outsider_preparer, second, by=people.reviewer)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_queries(client, people, kept_queries, count):
    for _ in range(count):
        give(make_user(Role.REVIEWER, people.applicant_body), make_user(Role.PREPARER, people.applicant_body))
    client.force_login(people.security_keeper)
    client.get(reverse("accounts:delegation_list"))
    with kept_queries():  # session, user, posts, delegations, unread
        client.get(reverse("accounts:delegation_list"))
