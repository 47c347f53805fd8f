"""Passwords are set by the person alone: by a link to the own address, released by a second keeper where a keeper's account is meant."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from greendistrict.accounts import links, services
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import PasswordLink, User
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from tests.accounts.test_accounts import NEW
from tests.factories.accounts import PASSWORD, make_user

BOTH = {"new_password1": NEW, "new_password2": NEW}


def admin_of(person):
    person.posts.update(is_admin=True)
    return User.objects.get(pk=person.pk)


def letters(to):
    """Links in the mails to this address, after everything that waited was sent."""
    outbox.drain()
    found = [re.search(r"http\S+/accounts/link/\S+", letter.body) for letter in mail.outbox if letter.to == [to]]
    return [one.group() for one in found if one]


def sign_in(client, name, password):
    return client.post(reverse("accounts:login"), {"username": name, "password": password}).status_code


def told(user):
    return list(Notification.objects.filter(receiver=user, kind="password_reset").values_list("title", flat=True))


def test_administrator_asks_and_the_person_alone_sets_the_password(client, people):
    client.force_login(admin_of(people.reviewer))
    page = reverse("accounts:password_reset", args=[people.preparer.pk])
    assert "提出的人看不到链接" in client.get(page).content.decode()
    answer = client.post(page, follow=True)
    client.logout()
    (address,) = letters(people.preparer.email)
    secret = address.rstrip("/").rsplit("/", 1)[1]
    assert secret not in answer.content.decode()
    assert sign_in(client, "preparer", PASSWORD) == 302  # the old one holds until the person sets a new one
    client.logout()
    page = client.get(address)
    assert page.status_code == 200
    assert "og:url" not in page.content.decode()  # the address is the secret
    assert client.post(address, {"new_password1": "short", "new_password2": "short"}).status_code == 422
    assert client.post(address, BOTH).status_code == 200
    assert (client.get(address).status_code, client.post(address, BOTH).status_code) == (410, 410)
    assert (sign_in(client, "preparer", PASSWORD), sign_in(client, "preparer", NEW)) == (200, 302)
    outbox.drain()
    assert told(people.preparer) == [f"{people.preparer.name}的密码已重新设定"]
    assert len(told(people.audit_keeper)) == 2
    kept = set(AuditRecord.objects.values_list("action", flat=True))
    assert kept >= {"accounts.ask_link", "accounts.set_password"}


def test_only_a_digest_is_kept(people):
    links.ask(user=people.preparer, by=admin_of(people.reviewer))
    (address,) = letters(people.preparer.email)
    secret = address.rstrip("/").rsplit("/", 1)[1]
    for model in (PasswordLink, OutboxMessage, Notification, AuditRecord):
        assert secret not in str(list(model.objects.values())), model
    assert PasswordLink.objects.get().digest == links.digest_of(secret)


@pytest.mark.parametrize(("purpose", "hours"), [("first", 72), ("reset", 24), ("forgotten", 0.5)])
def test_a_link_lives_as_long_as_its_purpose(people, purpose, hours):
    link = PasswordLink.objects.create(user=people.preparer, purpose=purpose, asked_at=clock.now())
    secret = links.fill(link)
    with clock.at(link.sent_at + dt.timedelta(hours=hours, seconds=-5)):
        assert links.usable(secret) == link
    with clock.at(link.sent_at + dt.timedelta(hours=hours, seconds=5)):
        assert links.usable(secret) is None
        with pytest.raises(Closed):
            links.use(secret=secret, password=NEW)


def test_a_later_link_ends_the_earlier_one(people):
    admin = admin_of(people.reviewer)
    links.ask(user=people.preparer, by=admin)
    (first,) = letters(people.preparer.email)
    links.ask(user=people.preparer, by=admin)
    second = letters(people.preparer.email)[1]
    assert [links.usable(one.rstrip("/").rsplit("/", 1)[1]) is None for one in (first, second)] == [True, False]


def test_a_letter_tried_again_carries_a_new_secret(people):
    links.ask(user=people.preparer, by=admin_of(people.reviewer))
    (first,) = letters(people.preparer.email)
    OutboxMessage.objects.filter(kind="password_link").update(done_at=None)
    second = letters(people.preparer.email)[1]
    assert links.usable(first.rstrip("/").rsplit("/", 1)[1]) is None
    assert links.usable(second.rstrip("/").rsplit("/", 1)[1]) is not None


def test_setting_a_password_opens_a_locked_name_and_ends_other_sessions(preparer, people):
    links.ask(user=people.preparer, by=admin_of(people.reviewer))
    (address,) = letters(people.preparer.email)
    other = type(preparer)()
    for _ in range(5):
        other.post(reverse("accounts:login"), {"username": "preparer", "password": "nope"})
    assert sign_in(other, "preparer", PASSWORD) == 429
    other.post(address, BOTH)
    assert preparer.get(reverse("notifications:inbox")).status_code == 302
    assert sign_in(other, "preparer", NEW) == 302


def test_who_may_ask_for_whom(people):
    admin = admin_of(people.reviewer)
    for user, by in [
        (people.outsider_preparer, admin),
        (admin, admin),
        (people.reviewer, people.preparer),
        (people.preparer, people.audit_keeper),
        (people.security_keeper, people.audit_keeper),
        (people.system_keeper, people.system_keeper),
    ]:
        with pytest.raises(NotAllowed):
            links.ask(user=user, by=by)
    people.preparer.posts.update(valid_to=clock.today() - dt.timedelta(days=1))
    with pytest.raises(NotAllowed):  # the former organisation looks after nobody who left
        links.ask(user=people.preparer, by=admin)


def test_no_keeper_becomes_another(client, people):
    """The way of the attack: one keeper resets the other, signs in as it, makes an account and gives it a post."""
    client.force_login(people.system_keeper)
    page = reverse("accounts:password_reset", args=[people.security_keeper.pk])
    answer = client.post(page, follow=True).content.decode()
    assert "另一位管理员放行" in answer
    assert letters(people.security_keeper.email) == []
    people.security_keeper.refresh_from_db()
    assert people.security_keeper.check_password(PASSWORD)
    link = PasswordLink.objects.get()
    decide = reverse("accounts:link_decide", args=[link.pk])
    assert client.post(decide, {"action": "release"}).status_code == 403
    assert told(people.security_keeper) == told(people.audit_keeper) == [f"{people.security_keeper.name}的密码重置等待放行"]
    client.force_login(people.security_keeper)  # nor does the person release the own
    assert client.post(decide, {"action": "release"}).status_code == 403
    second = make_user(Role.SYSTEM_KEEPER, people.keeper_body)
    client.force_login(second)  # nor another keeper of the asker's kind
    assert client.post(decide, {"action": "release"}).status_code == 403
    link.refresh_from_db()
    assert (link.released_at, link.digest) == (None, "")


def test_a_second_keeper_of_another_kind_releases(client, people):
    link = links.ask(user=people.security_keeper, by=people.system_keeper)
    client.force_login(people.audit_keeper)
    assert "放行</button>" in client.get(reverse("accounts:link_list")).content.decode()
    assert client.post(reverse("accounts:link_decide", args=[link.pk]), {"action": "release"}).status_code == 302
    assert len(letters(people.security_keeper.email)) == 1
    assert client.post(reverse("accounts:link_decide", args=[link.pk]), {"action": "release"}).status_code == 410
    link.refresh_from_db()
    assert link.released_by == people.audit_keeper


def test_a_declined_or_old_request_goes_nowhere(people):
    link = links.ask(user=people.security_keeper, by=people.system_keeper)
    links.decline(link=link, by=people.audit_keeper)
    assert letters(people.security_keeper.email) == []
    other = links.ask(user=people.security_keeper, by=people.system_keeper)
    with clock.at(clock.now() + dt.timedelta(days=3, minutes=1)), pytest.raises(Closed):
        links.release(link=other, by=people.audit_keeper)


@pytest.mark.parametrize("written", [True, False])
def test_links_of_before_end_with_a_keepers_post_and_none_is_written_after(people, written):
    user = services.open_account(username="xin-ren", name="新人", email="xin@example.invalid", by=people.system_keeper)
    before = letters("xin@example.invalid") if written else []
    services.grant_post(user=user, organisation=people.keeper_body, role=Role.AUDIT_KEEPER, by=people.security_keeper)
    assert letters("xin@example.invalid") == before
    assert [links.usable(one.rstrip("/").rsplit("/", 1)[1]) for one in before] == [None] * written
    assert links.ask(user=user, by=people.system_keeper).needs_release


def test_what_was_asked_in_a_post_that_ended_is_not_released(people):
    second = make_user(Role.SYSTEM_KEEPER, people.keeper_body)
    link = links.ask(user=people.security_keeper, by=people.system_keeper)
    people.system_keeper.posts.update(valid_from=clock.today() - dt.timedelta(days=9), valid_to=clock.today() - dt.timedelta(days=1))
    for keeper in (second, people.audit_keeper):
        with pytest.raises(Closed, match="提出人"):
            links.release(link=link, by=keeper)
    assert letters(people.security_keeper.email) == []


@pytest.mark.parametrize("username", ["ｂｕｒｅａｕ", "bu\u200breau", "bureau\u202e", "ﬁona"])
def test_no_account_looks_like_another(people, username):
    with pytest.raises(ValidationError, match="看不见"):
        services.open_account(username=username, name="某人", email="x@example.invalid", by=people.system_keeper)


def test_the_database_wants_two_people(people):
    link = links.ask(user=people.security_keeper, by=people.system_keeper)
    for one in (people.system_keeper, people.security_keeper):
        with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
            PasswordLink.objects.filter(pk=link.pk).update(released_by=one)
    with pytest.raises(IntegrityError, match="released_first"), transaction.atomic():
        PasswordLink.objects.filter(pk=link.pk).update(digest="x")


def test_another_address_is_released_by_a_second_keeper_and_taken_over_when_used(client, people):
    old = people.city_director.email
    with pytest.raises(NotAllowed):
        links.ask(user=people.preparer, by=admin_of(people.reviewer), address="mine@example.invalid")
    link = links.ask(user=people.city_director, by=people.system_keeper, address="new@example.invalid")
    assert letters("new@example.invalid") == []
    assert old in [letter.to[0] for letter in mail.outbox]  # told at the old address
    links.release(link=link, by=people.security_keeper)
    (address,) = letters("new@example.invalid")
    client.post(address, BOTH)
    people.city_director.refresh_from_db()
    assert people.city_director.email == "new@example.invalid"


def test_without_an_address_nothing_is_asked(people):
    User.objects.filter(pk=people.preparer.pk).update(email="")
    people.preparer.refresh_from_db()
    with pytest.raises(Refused, match="电子邮箱"):
        links.ask(user=people.preparer, by=admin_of(people.reviewer))


def test_own_link_by_account_and_address(client, people):
    page = reverse("accounts:forgotten")
    right = {"username": "PREPARER", "email": people.preparer.email.upper()}
    wrong = [{**right, "email": "other@example.invalid"}, {**right, "username": "nobody-here"}]
    answers = {client.post(page, typed).content.decode() for typed in (right, *wrong, right)}
    assert len(answers) == 1  # it tells nothing, and within ten minutes one letter goes out
    (address,) = letters(people.preparer.email)
    assert client.post(address, BOTH).status_code == 200
    assert sign_in(client, "preparer", NEW) == 302


def test_a_keepers_own_link_waits_for_another_keeper(client, people):
    client.post(reverse("accounts:forgotten"), {"username": "system_keeper", "email": people.system_keeper.email})
    assert letters(people.system_keeper.email) == []
    links.release(link=PasswordLink.objects.get(), by=people.security_keeper)
    assert len(letters(people.system_keeper.email)) == 1


def test_asking_for_links_is_limited_by_name_and_address(client, people):
    page = reverse("accounts:forgotten")
    answers = [client.post(page, {"username": "name", "email": "a@example.invalid"}).status_code for _ in range(12)]
    assert answers == [200] * 10 + [429] * 2
    others = [client.post(page, {"username": f"colleague-{turn}", "email": "a@example.invalid"}).status_code for turn in range(30)]
    assert set(others) == {200}
    assert client.post(page, {"username": "name", "email": "a@example.invalid"}, REMOTE_ADDR="203.0.113.5").status_code == 200


def test_nobody_signs_in_to_an_account_without_a_password(client, people):
    user = services.open_account(username="xin-ren", name="新人", email="xin@example.invalid", by=people.system_keeper)
    assert not user.has_usable_password()
    client.force_login(people.system_keeper)
    asking = [client.get(reverse("accounts:password_reset", args=[one.pk])).content.decode() for one in (user, people.preparer)]
    assert ["原密码照常有效" in page for page in asking] == [False, True]
    client.logout()
    assert [sign_in(client, "xin-ren", word) for word in ("", "!", user.password)] == [200, 200, 200]
    (address,) = letters("xin@example.invalid")
    assert "原密码" not in client.get(address).content.decode()
    client.post(address, BOTH)
    assert sign_in(client, "xin-ren", NEW) == 302


def test_the_console_prints_a_link_and_everybody_concerned_is_told(capsys, people):
    call_command("account_link", "System_Keeper")
    secret = capsys.readouterr().out.strip().rstrip("/").rsplit("/", 1)[1]
    assert links.usable(secret).user == people.system_keeper
    outbox.drain()
    assert told(people.system_keeper)
    assert told(people.audit_keeper)
    assert AuditRecord.objects.get(action="accounts.print_link").actor_name == "系统"
    with pytest.raises(CommandError):
        call_command("account_link", "nobody-here")


@pytest.mark.parametrize("count", [1, 3])
def test_the_keepers_list_costs_the_same_queries(client, people, kept_queries, count):
    for user in people.experts[:count]:
        links.ask(user=user, by=people.system_keeper, address="new@example.invalid")
    client.force_login(people.audit_keeper)
    client.get(reverse("accounts:link_list"))
    with kept_queries():  # session, user, posts, waiting, posts of who asked, last month
        client.get(reverse("accounts:link_list"))
