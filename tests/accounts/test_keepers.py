"""Accounts and permissions lie in two hands: the system keeper opens accounts, the security keeper gives posts."""

import pytest
from django.urls import reverse

from greendistrict.accounts import services
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.accounts.selectors import seats
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import NotAllowed, Refused
from tests.factories.accounts import cast

pytestmark = pytest.mark.django_db
BODY = {"name": "演示丁区建设管理委（虚构）", "code": "demo-ding", "kind": "authority", "parent": "", "group": ""}
ACCOUNT = {"username": "xin-ren", "name": "新人", "email": "xin@example.invalid"}


@pytest.fixture
def people():
    return cast()


def test_from_an_organisation_to_a_working_account(client, people):
    client.force_login(people.system_keeper)
    assert client.post(reverse("accounts:organisation_create"), BODY).status_code == 302
    page = client.post(reverse("accounts:user_create"), ACCOUNT)
    assert page["Cache-Control"] == "no-store"
    word = page.content.decode().split("<output>")[1].split("</output>")[0]
    person = User.objects.get(username="xin-ren")
    assert person.check_password(word)
    assert person.must_change_password
    assert seats(person).roles == frozenset()

    client.force_login(people.security_keeper)
    body = Organisation.objects.get(code="demo-ding")
    typed = {"organisation": body.pk, "role": "authority", "admin": "on"}
    assert client.post(reverse("accounts:post_grant", args=[person.pk]), typed).status_code == 302
    person = User.objects.get(pk=person.pk)
    assert (seats(person).roles, seats(person).admin_of) == ({"authority"}, {body.pk})
    html = client.get(reverse("accounts:user_list")).content.decode()
    post = person.posts.get()
    assert reverse("accounts:post_end", args=[post.pk]) in html
    assert client.post(reverse("accounts:post_end", args=[post.pk]), {"reason": ""}).status_code == 422
    assert client.post(reverse("accounts:post_end", args=[post.pk]), {"reason": "离职"}).status_code == 302
    post.refresh_from_db()
    assert post.valid_to is not None
    actions = set(AuditRecord.objects.values_list("action", flat=True))
    assert actions >= {"accounts.add_organisation", "accounts.create_user", "accounts.appoint", "accounts.end_post"}


@pytest.mark.parametrize(
    ("name", "changed", "words"),
    [
        ("organisation_create", {**BODY, "name": ""}, "名称"),
        ("organisation_create", {**BODY, "code": "有汉字"}, "代码"),
        ("user_create", {**ACCOUNT, "username": "PREPARER"}, "已有人使用"),
        ("user_create", {**ACCOUNT, "email": "no-mail"}, "电子邮箱"),
    ],
)
def test_wrong_fields_are_explained_and_kept(client, people, name, changed, words):
    client.force_login(people.system_keeper)
    response = client.post(reverse(f"accounts:{name}"), changed)
    html = response.content.decode()
    assert response.status_code == 422
    assert words in html
    assert (changed.get("code") or changed.get("username")) in html


def test_the_two_keepers_do_not_do_each_others_work(client, people):
    own = {
        "organisation_create": "system_keeper",
        "user_create": "system_keeper",
        "post_grant": "security_keeper",
        "post_end": "security_keeper",
    }
    post = people.preparer.posts.get()
    arguments = {"post_grant": [people.preparer.pk], "post_end": [post.pk]}
    for seat, user in people.everybody.items():
        client.force_login(user)
        for name, keeper in own.items():
            expected = 200 if seat == keeper else 404
            assert client.get(reverse(f"accounts:{name}", args=arguments.get(name, []))).status_code == expected, (seat, name)
        listed = client.get(reverse("accounts:organisation_list")).status_code
        assert listed == (200 if seat in {"system_keeper", "security_keeper"} else 404)


def test_services_refuse_the_wrong_hands_and_the_own_post(people):
    with pytest.raises(NotAllowed):
        services.open_account(username="x", name="x", email="", by=people.security_keeper)
    with pytest.raises(NotAllowed):
        services.grant_post(user=people.preparer, organisation=people.city_body, role=Role.PARTNER, by=people.system_keeper)
    with pytest.raises(Refused, match="自己"):
        services.grant_post(
            user=people.security_keeper, organisation=people.keeper_body, role=Role.SECURITY_KEEPER, by=people.security_keeper
        )
    with pytest.raises(Refused, match="自己"):
        services.end_post(post=people.security_keeper.posts.get(), by=people.security_keeper, reason="x")
    with pytest.raises(Refused, match="互不兼任"):
        services.grant_post(user=people.preparer, organisation=people.keeper_body, role=Role.AUDIT_KEEPER, by=people.security_keeper)
    with pytest.raises(Refused, match="已任"):
        services.grant_post(user=people.preparer, organisation=people.applicant_body, role=Role.PREPARER, by=people.security_keeper)
    assert Post.objects.filter(user=people.preparer).count() == 1
