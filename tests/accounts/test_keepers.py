"""Accounts and permissions lie in two hands: the system keeper opens accounts, the security keeper gives posts."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from districts.file.reference import load_areas, load_authorities
from greendistrict.accounts import services
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, PasswordLink, Post, User
from greendistrict.accounts.selectors import organisation_named, posts_of
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import NotAllowed, Refused
from tests.factories.accounts import make_organisation

BODY = {"name": "演示丁区建设管理委（虚构）", "code": "demo-ding", "kind": "authority", "parent": "", "group": ""}
ACCOUNT = {"username": "xin-ren", "name": "新人", "email": "xin@example.invalid"}


def test_from_an_organisation_to_a_working_account(client, people):
    client.force_login(people.system_keeper)
    assert client.post(reverse("accounts:organisation_create"), BODY).status_code == 302
    assert client.post(reverse("accounts:user_create"), ACCOUNT).status_code == 302
    person = User.objects.get(username="xin-ren")
    assert not person.has_usable_password()
    assert PasswordLink.objects.get(user=person).purpose == "first"
    assert posts_of(person).roles == frozenset()

    client.force_login(people.security_keeper)
    body = Organisation.objects.get(code="demo-ding")
    typed = {"organisation": body.pk, "role": "authority", "admin": "on"}
    assert client.post(reverse("accounts:post_grant", args=[person.pk]), typed).status_code == 302
    person = User.objects.get(pk=person.pk)
    assert (posts_of(person).roles, posts_of(person).admin_of) == ({"authority"}, {body.pk})
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
        ("organisation_create", {**BODY, "kind": "bureau", "is_committee": "on"}, "特定地区管委会的类别是实施主体"),
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


def test_the_keepers_do_not_do_each_others_work(client, people):
    post, both = people.preparer.posts.get(), {"system_keeper", "security_keeper"}
    asked = {
        ("accounts:organisation_create",): {"system_keeper"},
        ("accounts:organisation_change", people.city_body.pk): {"system_keeper"},
        ("accounts:user_create",): {"system_keeper"},
        ("accounts:post_grant", people.preparer.pk): {"security_keeper"},
        ("accounts:post_end", post.pk): {"security_keeper"},
        ("accounts:organisation_list",): both,
        ("accounts:user_list",): both,
        ("accounts:password_reset", people.reviewer.pk): both,
        ("accounts:link_list",): both | {"audit_keeper"},
        ("audit:event_list",): {"audit_keeper"},
    }
    found = {page: set() for page in asked}
    for seat, user in people.everybody.items():
        client.force_login(user)
        for name, *args in asked:
            if client.get(reverse(name, args=args)).status_code != 404:
                found[name, *args].add(seat)
    assert found == asked


def test_an_organisation_is_found_among_many_by_name_pinyin_and_code_and_sorted(client, people):
    def names(**asked):
        page = client.get(reverse("accounts:organisation_list"), asked).context["page"]
        return [body.name for body in page.object_list]

    made = [
        make_organisation(name=f"演示{word}中心（虚构）", code=f"demo-{number}") for number, word in enumerate(("能源", "水务", "交通"))
    ]
    Organisation.objects.filter(pk=made[1].pk).update(credit_code="91310000MA1FL00001")
    client.force_login(people.system_keeper)
    for asked, found in (("能源中心", 0), ("yssw", 1), ("DEMO-2", 2), ("91310000ma1fl", 1)):
        assert names(q=asked) == [made[found].name]
    assert made[1].name in names()
    assert made[1].name not in names(lacking="yes")
    assert names(q="能源中心", order="-code") == [made[0].name]
    assert names(q="中心（虚构）", order="-code") == [body.name for body in reversed(made)]
    assert "没有符合条件的单位" in client.get(reverse("accounts:organisation_list"), {"q": "无此单位"}).content.decode()


def test_a_committee_is_entered_as_one(client, people):
    client.force_login(people.system_keeper)
    assert client.post(reverse("accounts:organisation_create"), {**BODY, "is_committee": "on"}).status_code == 302
    assert Organisation.objects.get(code="demo-ding").is_committee
    assert AuditRecord.objects.get(action="accounts.add_organisation").data == {
        "kind": "authority",
        "is_committee": True,
        "departments": [],
    }


def test_what_is_not_given_of_an_organisation_stays(people):
    body = people.applicant_body
    Organisation.objects.filter(pk=body.pk).update(office_phone="021-55550100")
    assert services.change_organisation(body=body, values={"name": "演示新名（虚构）"}, reason="更名", by=people.system_keeper) == ["name"]
    body.refresh_from_db()
    assert (body.name, body.office_phone) == ("演示新名（虚构）", "021-55550100")


def test_an_organisation_is_changed_with_a_reason_and_keeps_its_former_name(client, people):
    body, where = people.applicant_body, reverse("accounts:organisation_change", args=[people.applicant_body.pk])
    typed = {"name": "演示改名公司（虚构）", "kind": body.kind, "parent": body.parent_id or "", "group": body.group, "reason": "更名通知"}
    client.force_login(people.system_keeper)
    assert client.post(where, {**typed, "reason": ""}).status_code == 422
    former = body.name
    assert client.post(where, typed).status_code == 302
    body.refresh_from_db()
    assert (body.name, body.aliases[-1], organisation_named(former)) == (typed["name"], former, body)
    record = AuditRecord.objects.get(action="accounts.change_organisation")
    assert record.data == {"changed": {"name": [former, typed["name"]]}, "reason": "更名通知"}
    assert client.post(where, typed).status_code == 302
    assert AuditRecord.objects.filter(action="accounts.change_organisation").count() == 1


def test_what_rights_hang_on_is_not_changed_while_posts_are_held(client, people):
    client.force_login(people.system_keeper)
    body = people.applicant_body
    where = reverse("accounts:organisation_change", args=[body.pk])
    typed = {"name": body.name, "kind": body.kind, "parent": body.parent_id or "", "group": body.group, "reason": "调整"}
    for changed in ({"kind": "bureau"}, {"parent": people.city_body.pk}):
        answer = client.post(where, {**typed, **changed})
        assert answer.status_code == 422
        assert "先由安全管理员终止岗位" in answer.content.decode()
    Post.objects.filter(organisation=body).delete()
    assert client.post(where, {**typed, "parent": body.pk}).status_code == 422
    assert client.post(where, {**typed, "name": people.city_body.name}).status_code == 422
    assert client.post(where, {**typed, "kind": "authority", "is_committee": "on"}).status_code == 302
    body.refresh_from_db()
    assert (body.kind, body.is_committee) == ("authority", True)
    with pytest.raises(NotAllowed):
        services.change_organisation(body=body, values={}, reason="x", by=people.security_keeper)


def test_what_keepers_changed_of_a_body_of_the_policy_stays(people):
    load_authorities(load_areas())
    body = Organisation.objects.filter(code__startswith="gov-").first()
    Organisation.objects.filter(pk=body.pk).update(name="更名后的区人民政府", source="")
    load_authorities(load_areas())
    body.refresh_from_db()
    assert body.name == "更名后的区人民政府"
    assert body.source


def test_where_a_body_is_known_from_stands_with_its_name(officer, people):
    """Bodies of the policy come with the reference data: each 区人民政府 and 管委会 says what text names it."""
    load_authorities(load_areas())
    bodies = Organisation.objects.exclude(source="")
    assert bodies.filter(admin_code__startswith="310").count() == 16
    assert bodies.filter(admin_code="").count() >= 3
    for body, shown in ((bodies[0], True), (people.applicant_body, False)):
        page = officer.get(reverse("accounts:organisation", args=[body.pk])).content.decode()
        assert (f"出处：{escape(body.source)}" in page) is shown


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
