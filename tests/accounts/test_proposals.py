"""Grave acts of keepers take two of them, by setting."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from greendistrict.accounts import invitations, proposals, services
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import KeeperProposal, Post, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.models import AuditRecord
from greendistrict.core import checks, clock
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.notifications.models import Notification
from greendistrict.signin import factors, identities
from greendistrict.signin.models import LinkedIdentity
from greendistrict.workflow import outbox
from portal.enrolment.services import enrol
from tests.factories.accounts import cast, make_user
from tests.signin.test_second_factor import enrolled

pytestmark = pytest.mark.django_db
LIST = "/accounts/proposals/"


@pytest.fixture
def people(settings):
    settings.TWO_KEEPERS = ["posts", "factors"]
    return cast()


@pytest.fixture
def city(people):
    return people.city_body


def without_post(**named):
    person = make_user("partner", **named)
    Post.objects.filter(user=person).delete()
    return person


def proposed(people, city, role=Role.CITY_CHECKER, person=None):
    term = {"admin": False, "valid_from": None, "valid_to": None, "reason": "新任职"}
    return services.propose_post(user=person or without_post(), organisation=city, role=role, by=people.security_keeper, **term)


def test_without_the_setting_one_keeper_is_enough(people, settings):
    settings.TWO_KEEPERS, person = [], without_post()
    services.grant_post(user=person, organisation=people.city_body, role=Role.CITY_CHECKER, by=people.security_keeper)
    assert person.posts.get().role == Role.CITY_CHECKER


def test_a_city_seat_waits_for_the_second_keeper_who_is_told(people, city):
    one = proposed(people, city)
    assert not one.person.posts.exists()
    outbox.drain()
    told = set(Notification.objects.filter(title__contains="等待另一名管理员决定").values_list("receiver_id", flat=True))
    assert told == {people.system_keeper.pk, people.audit_keeper.pk}
    proposals.decide(proposal=one, by=people.system_keeper, approve=True)
    post = one.person.posts.get()
    assert (post.role, post.organisation) == (Role.CITY_CHECKER, city)
    done = {row.action: row.actor_id for row in AuditRecord.objects.filter(action__startswith="accounts.")}
    assert done["accounts.propose"] == done["accounts.appoint"] == people.security_keeper.pk
    assert done["accounts.approve_proposal"] == people.system_keeper.pk


def test_no_way_around_the_second_keeper(people, city):
    person = without_post(username="round-about")
    with pytest.raises(Refused, match="另一名管理员同意"):
        services.grant_post(user=person, organisation=city, role=Role.CITY_DIRECTOR, by=people.security_keeper)
    fields = {"username": person.username, "organisation": city.name, "role": Role.CITY_OFFICER, "admin": False}
    fields |= {"valid_from": "", "valid_to": ""}
    with pytest.raises(Refused, match="另一名管理员同意"):
        enrol(what="posts", works=[{"label": "第2行", "fields": fields}], file_name="x.xlsx", by=people.security_keeper)
    enrolled(person)
    with pytest.raises(Refused, match="另一名管理员同意"):
        factors.reset(person=person, by=people.system_keeper, reason="丢失")
    assert not person.posts.exists()


def test_never_the_proposer_nor_the_person_nor_somebody_else(people, city):
    one = proposed(people, city)
    for by in (people.security_keeper, one.person, people.city_director):
        with pytest.raises(NotAllowed):
            proposals.decide(proposal=one, by=by, approve=True)
    reset = factors.propose_reset(person=people.audit_keeper, by=people.system_keeper, reason="手机丢失")
    with pytest.raises(NotAllowed):
        proposals.decide(proposal=reset, by=people.audit_keeper, approve=True)
    for by in (reset.proposed_by_id, reset.person_id):
        with pytest.raises(IntegrityError), transaction.atomic():
            KeeperProposal.objects.filter(pk=reset.pk).update(decided_by=by, decided_at=clock.now(), is_approved=True)


def test_a_reset_of_factors(people):
    person = make_user("preparer")
    enrolled(person)
    one = factors.propose_reset(person=person, by=people.system_keeper, reason="手机丢失，电话核实")
    assert factors.has_factor(person)
    with pytest.raises(Refused, match="请填写说明"):
        proposals.decide(proposal=one, by=people.security_keeper, approve=False)
    proposals.decide(proposal=one, by=people.security_keeper, approve=False, remark="没有核实")
    assert factors.has_factor(person)
    with pytest.raises(Closed):
        proposals.decide(proposal=one, by=people.audit_keeper, approve=True)
    again = factors.propose_reset(person=person, by=people.system_keeper, reason="当面核实")
    proposals.decide(proposal=again, by=people.audit_keeper, approve=True)
    assert not factors.has_factor(person)
    assert AuditRecord.objects.get(action="signin.reset_factors").data["reason"] == "当面核实"


def test_an_identity_linked_by_keepers_always_takes_two(people, settings):
    settings.TWO_KEEPERS, settings.OIDC_ISSUER = [], "https://id.example"
    person = make_user("preparer")
    one = identities.propose_link(person=person, subject="s-1", reason="核对了工作证", by=people.security_keeper)
    assert not LinkedIdentity.objects.exists()
    proposals.decide(proposal=one, by=people.system_keeper, approve=True)
    made = LinkedIdentity.objects.get()
    assert (made.user, made.subject, made.linked_by) == (person, "s-1", people.security_keeper)
    with pytest.raises(Refused, match="已关联另一个账号"):
        identities.propose_link(person=make_user("preparer"), subject="s-1", reason="核对了工作证", by=people.security_keeper)


# Acts on a keeper: the act itself, its proposal, and whether it has been done.
ON_A_KEEPER = {
    "disable": (
        lambda person, **by: services.set_active(user=person, active=False, **by),
        lambda person, **by: services.propose_activity(user=person, active=False, **by),
        lambda person: not person.is_active,
    ),
    "end_post": (
        lambda person, **by: services.end_post(post=person.posts.get(), **by),
        lambda person, **by: services.propose_end(post=person.posts.get(), **by),
        lambda person: not posts_of(person).roles,
    ),
    "factor": (factors.reset, factors.propose_reset, lambda person: not factors.has_factor(person)),
    "identity": (identities.unlink, identities.propose_unlink, lambda person: not person.identities.exists()),
}


@pytest.mark.parametrize("words", [["keepers"], ["posts", "factors", "keepers"]], ids=len)
@pytest.mark.parametrize("act", ON_A_KEEPER)
def test_every_act_on_a_keeper_is_proposed_by_one_kind_and_released_by_another(people, settings, act, words):
    settings.TWO_KEEPERS, settings.OIDC_ISSUER = words, "https://id.example"
    alone, propose, done = ON_A_KEEPER[act]
    person, by = make_user(Role.AUDIT_KEEPER, people.keeper_body), {"by": people.security_keeper, "reason": "离职"}
    enrolled(person)
    LinkedIdentity.objects.create(user=person, issuer=settings.OIDC_ISSUER, subject="s", linked_at=clock.now())
    with pytest.raises(Refused, match="另一名管理员同意"):
        alone(person=person, **by)
    one = propose(person=person, **by)
    for other in (people.security_keeper, make_user(Role.SECURITY_KEEPER, people.keeper_body), person, people.city_director):
        with pytest.raises(NotAllowed):
            proposals.decide(proposal=one, by=other, approve=True)
    assert not done(User.objects.get(pk=person.pk))
    proposals.decide(proposal=one, by=people.system_keeper, approve=True)
    assert done(User.objects.get(pk=person.pk))


@pytest.mark.parametrize("words", [[], ["posts", "factors", "keepers"]], ids=len)
def test_the_last_active_audit_keeper_stays(people, settings, words):
    settings.TWO_KEEPERS, person, by = words, people.audit_keeper, {"by": people.security_keeper, "reason": "离职"}
    make_user(Role.AUDIT_KEEPER, people.keeper_body, is_active=False)
    make_user(Role.AUDIT_KEEPER, people.keeper_body, post_kw={"valid_to": dt.date(2021, 1, 1)})
    for act in ("disable", "end_post"):
        with pytest.raises(Refused, match="最后一名在任的审计管理员"):
            ON_A_KEEPER[act][1 if words else 0](person=person, **by)
    assert posts_of(User.objects.get(pk=person.pk)).roles == {Role.AUDIT_KEEPER}


def test_a_post_of_the_approval_chain_is_ended_by_two(people, city):
    person, by = people.city_director, {"by": people.security_keeper, "reason": "调离"}
    with pytest.raises(Refused, match="另一名管理员同意"):
        services.end_post(post=person.posts.get(), **by)
    Post.objects.filter(user=people.city_officer).update(is_admin=True)
    admin, leaver = User.objects.get(pk=people.city_officer.pk), make_user(Role.CITY_OFFICER, city)
    with pytest.raises(Refused, match="另一名管理员决定"):
        invitations.part(person=leaver, body=city, successor=admin, open_work=[], reason="调离", by=admin)
    one = services.propose_end(post=person.posts.get(), **by)
    assert posts_of(User.objects.get(pk=person.pk)).is_city
    proposals.decide(proposal=one, by=people.audit_keeper, approve=True)
    assert not posts_of(User.objects.get(pk=person.pk)).roles
    post = make_user("partner").posts.get()  # outside of the chain one keeper is enough
    services.end_post(post=post, **by)


def test_the_pages_of_acts_on_a_keeper_propose(client, people, settings):
    settings.TWO_KEEPERS, person = ["keepers"], make_user(Role.AUDIT_KEEPER, people.keeper_body)
    client.force_login(people.security_keeper)
    for name, pk in (("user_activity", person.pk), ("post_end", person.posts.get().pk)):
        page = reverse(f"accounts:{name}", args=[pk])
        assert "由另一类管理员同意后办理" in client.get(page).content.decode()
        assert client.post(page, {"reason": "离职"}).url == LIST
    assert (KeeperProposal.objects.count(), User.objects.get(pk=person.pk).is_active) == (2, True)
    assert "停用账号" in client.get(LIST).content.decode()


def test_what_would_be_refused_is_refused_when_it_is_proposed(people, city):
    with pytest.raises(Refused):  # one person holds one post of the chain
        proposed(people, city, Role.CITY_DIRECTOR, people.city_officer)
    one = proposed(people, city)
    with pytest.raises(Refused, match="等待决定"):
        proposed(people, city, Role.CITY_LEGAL, one.person)
    assert KeeperProposal.objects.count() == 1


def test_a_proposer_who_is_no_keeper_any_more_has_proposed_in_vain(people, city):
    one = proposed(people, city)
    Post.objects.filter(user=people.security_keeper).delete()
    with pytest.raises(NotAllowed):
        proposals.decide(proposal=one, by=people.system_keeper, approve=True)
    one.refresh_from_db()
    assert (one.decided_at, one.person.posts.exists()) == (None, False)


def test_a_proposal_lapses_after_a_week(people, city):
    one = proposed(people, city)
    KeeperProposal.objects.update(proposed_at=clock.now() - dt.timedelta(days=8))
    assert not proposals.waiting().exists()
    with pytest.raises(Closed):
        proposals.decide(proposal=one, by=people.system_keeper, approve=True)
    proposed(people, city, person=one.person)
    assert proposals.waiting().count() == 1


def test_the_pages(client, people, city):
    person = without_post()
    client.force_login(people.security_keeper)
    form = {"organisation": city.pk, "role": Role.CITY_CHECKER, "reason": ""}
    page = reverse("accounts:post_grant", args=[person.pk])
    assert client.post(page, form).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(page, {**form, "reason": "新任职"}).url == LIST
    assert "由另一名管理员决定" in client.get(LIST).content.decode()
    one = KeeperProposal.objects.get()
    own = client.post(f"{LIST}{one.pk}/", {"action": "approve", "remark": "已电话核实（虚构）"})
    assert ("另一类管理员" in own.content.decode() or own.status_code == HTTPStatus.FORBIDDEN, person.posts.exists()) == (True, False)
    client.force_login(people.city_director)
    assert client.get(LIST).status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"{LIST}{one.pk}/", {"action": "approve"}).status_code == HTTPStatus.NOT_FOUND
    client.force_login(people.audit_keeper)
    assert "同意并办理" in client.get(LIST).content.decode()
    client.post(f"{LIST}{one.pk}/", {"action": "approve"})
    assert person.posts.get().role == Role.CITY_CHECKER
    assert client.get(LIST).content.decode().count("<td>" + people.security_keeper.name) == 1
    enrolled(person)
    client.force_login(people.system_keeper)
    assert client.post(reverse("signin:factors_reset", args=[person.pk]), {"reason": "丢失"}).url == LIST
    assert factors.has_factor(person)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], ["gd.W025"]),
        (["posts", "factors"], ["gd.W025"]),
        (["post"], ["gd.E022", "gd.W025"]),
        (["posts", "factors", "keepers"], []),
    ],
)
def test_an_unknown_word_of_the_setting_is_named_and_a_missing_one_in_production(settings, words, found):
    settings.TWO_KEEPERS = words
    assert [one.id for one in (*checks.acts_of_two_keepers_are_known(), *checks.grave_acts_take_two_keepers())] == found
