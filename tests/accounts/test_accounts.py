import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from greendistrict.accounts import services
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Post, User
from greendistrict.accounts.selectors import holders, posts_of
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from tests.factories.accounts import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NEW = "Another-2026-word"


def test_seats_follow_the_term_of_a_post():
    user = make_user(Role.PREPARER)
    post = user.posts.get()
    post.valid_to = dt.date(2026, 6, 30)
    post.save()
    with clock.at(dt.datetime(2026, 6, 30, 23, 59, tzinfo=clock.SHANGHAI)):
        assert posts_of(user).roles == {"preparer"}
    with clock.at(dt.datetime(2026, 7, 1, 0, 1, tzinfo=clock.SHANGHAI)):
        assert posts_of(user).roles == frozenset()
        assert not holders(Role.PREPARER).filter(pk=user.pk).exists()


def test_seats_cost_one_query_per_request(people, django_assert_num_queries):
    user = User.objects.get(pk=people.preparer.pk)
    with django_assert_num_queries(1):
        assert posts_of(user).organisations_as("preparer") == {people.applicant_body.pk}
        assert posts_of(user).organisations == (people.applicant_body,)


def test_disabled_user_holds_nothing(people):
    people.city_officer.is_active = False
    assert posts_of(people.city_officer).roles == frozenset()


def test_database_refuses_two_keeper_posts(people):
    with pytest.raises(IntegrityError, match="post_one_keeper"), transaction.atomic():
        Post.objects.create(
            user=people.system_keeper, organisation=people.keeper_body, role=Role.AUDIT_KEEPER, valid_from=dt.date(2026, 1, 1)
        )


def test_username_is_found_and_unique_whatever_its_case(client):
    make_user(Role.PREPARER, username="Chen")
    assert login(client, "cHEN", PASSWORD).status_code == 302
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(Role.PREPARER, username="chen")


def login(client, username, password, to="/"):
    return client.post(reverse("accounts:login"), {"username": username, "password": password, "next": to})


def test_sign_in_leads_to_the_work_desk_and_is_audited(client, people):
    response = login(client, "preparer", PASSWORD, to="")
    assert response.url == reverse("portal:workdesk")
    assert AuditRecord.objects.get(action="accounts.login").actor_id == people.preparer.pk


def test_wrong_password_and_unknown_name_read_the_same(client, people):
    for name in ("preparer", "nobody-here"):
        assert "账号或密码不正确" in login(client, name, "nope").content.decode()
    assert AuditRecord.objects.filter(action="accounts.login_failed").count() == 2
    assert "nope" not in str(list(AuditRecord.objects.values_list("data", flat=True)))


def test_five_wrong_passwords_lock_the_name(client, people):
    for _ in range(5):
        response = login(client, "preparer", "nope")
    assert response.status_code == 429
    assert "账号已锁定" in response.content.decode()
    assert login(client, "preparer", PASSWORD).status_code == 429


def test_password_is_kept_as_argon2id_of_the_settings(client, real_hashers):
    user = make_user(Role.PREPARER, username="chen")
    services.change_password(user=user, password=NEW)
    assert user.password.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
    assert login(client, "chen", NEW).status_code == 302


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}, "原密码不正确"),
        ({"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW + "x"}, "两个密码"),
        ({"old_password": PASSWORD, "new_password1": "short1A", "new_password2": "short1A"}, "10"),
        ({"old_password": PASSWORD, "new_password1": "alllowercase", "new_password2": "alllowercase"}, "至少三类"),
        ({"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}, "不能与原密码相同"),
    ],
)
def test_bad_new_password_is_explained(preparer, people, data, words):
    assert words in preparer.post(reverse("accounts:password_change"), data).content.decode()
    people.preparer.refresh_from_db()
    assert people.preparer.check_password(PASSWORD)


def test_care_mode_is_kept_for_the_account_and_never_leads_away(preparer, people):
    response = preparer.post(reverse("accounts:care"), {"care": "on", "next": "//elsewhere.invalid/"})
    people.preparer.refresh_from_db()
    assert (response.url, people.preparer.care_mode) == ("/", True)
