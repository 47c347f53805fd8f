"""Posts that fit: the kind of body, one link of a chain per person, experts and keepers apart, and who looks after whom."""

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.urls import reverse

from greendistrict.accounts import links, post_rules, services
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.selectors import users_visible_to
from greendistrict.core.errors import NotAllowed, Refused
from tests.accounts.test_links import admin_of
from tests.factories.accounts import PostFactory, make_organisation, make_user
from tools.demo.cast import accounts_path, make_organisations, make_people

pytestmark = pytest.mark.django_db


def test_every_role_has_its_kinds_of_body():
    assert set(post_rules.KINDS) == set(Role.values)
    assert set().union(*post_rules.KINDS.values()) == set(OrganisationKind)


@pytest.mark.parametrize("role", Role.values)
def test_a_role_fits_its_kinds_of_body_and_no_other(role):
    for kind in OrganisationKind:
        person, body = make_user_without_post(), make_organisation(kind)
        if kind in post_rules.KINDS[role]:
            services.appoint(user=person, organisation=body, role=role, by=None)
        else:
            with pytest.raises(Refused, match="岗位只能设在"):
                services.appoint(user=person, organisation=body, role=role, by=None)


@pytest.mark.parametrize(("name", "departments"), [
    ("青浦区建设和管理委员会", ["housing"]), ("浦东新区建设和交通委员会", ["housing", "transport"]),
    ("青浦区规划和自然资源局", ["planning"]),
    ("演示甲区公安局交通警察支队（虚构）", ["police"]), ("徐汇区住房保障和房屋管理局", ["buildings"]),
    ("青浦区绿化和市容管理局", ["greening"]),
    ("青浦区发展和改革委员会", ["development"]), ("演示大学（虚构）", []),
])  # fmt: skip
def test_departments_of_known_bodies_are_filled_once_and_then_stay(name, departments):
    migration = import_module("greendistrict.accounts.migrations.0013_known_departments")
    body = make_organisation(OrganisationKind.BUREAU, name)
    chosen = make_organisation(OrganisationKind.BUREAU, f"{name}二", departments=["water"])
    migration.fill(apps, None)
    for row in (body, chosen):
        row.refresh_from_db()
    assert (body.departments, chosen.departments) == (departments, ["water"])


def make_user_without_post():
    person = make_user(Role.PARTNER)
    person.posts.all().delete()
    return person


def test_a_director_is_not_appointed_at_a_consultancy(client, people):
    ghost = make_user_without_post()
    client.force_login(people.security_keeper)
    typed = {"organisation": people.consultant_body.pk, "role": Role.CITY_DIRECTOR}
    answer = client.post(reverse("accounts:post_grant", args=[ghost.pk]), typed)
    assert answer.status_code == 422
    assert "审定岗位只能设在" in answer.content.decode()
    assert not ghost.posts.exists()


@pytest.mark.parametrize(
    ("seat", "body", "role", "words"),
    [
        ("city_officer", "city_body", Role.CITY_CHECKER, "同一条审批链"),
        ("city_legal", "city_body", Role.CITY_DIRECTOR, "同一条审批链"), ("preparer", "applicant_body", Role.REVIEWER, "须由两人"),
        ("authority", "authority_body", Role.PREPARER, "同一条办理链"), ("reviewer", "authority_body", Role.AUTHORITY, "同一条办理链"),
        ("consultant", "verifier_body", Role.VERIFIER, "核查须独立"), ("verifier", "applicant_body", Role.REVIEWER, "核查须独立"),
        ("expert3", "consultant_body", Role.CONSULTANT, "专家不兼任"), ("consultant", "expert_body", Role.EXPERT, "专家不兼任"),
        ("secretariat", "applicant_body", Role.PREPARER, "不能由一人兼任"),
        ("bureau", "city_body", Role.CITY_OFFICER, "不能由一人兼任"), ("audit_keeper", "city_body", Role.CITY_OFFICER, "互不兼任"),
        ("system_keeper", "keeper_body", Role.AUDIT_KEEPER, "互不兼任"),
        ("system_keeper", "keeper_body", Role.SECURITY_KEEPER, "互不兼任"),
        ("city_officer", "keeper_body", Role.AUDIT_KEEPER, "互不兼任"),
    ],
)  # fmt: skip
def test_posts_that_do_not_go_together(people, seat, body, role, words):
    place = make_organisation(OrganisationKind.EXPERT) if body == "expert_body" else getattr(people, body)
    with pytest.raises(Refused, match=words):
        services.appoint(user=getattr(people, seat), organisation=place, role=role, by=None)


def test_posts_that_go_together(people):
    services.appoint(user=people.preparer, organisation=people.outsider_body, role=Role.REVIEWER, by=None)
    assert set(people.preparer.posts.values_list("role", flat=True)) == {Role.PREPARER, Role.REVIEWER}
    services.appoint(user=people.authority, organisation=people.authority_body, role=Role.BUREAU, by=None)
    assert set(people.authority.posts.values_list("role", flat=True)) == {Role.AUTHORITY, Role.BUREAU}


def test_wrong_posts_of_earlier_days_are_named_and_stay(client, people, capsys):
    call_command("check_posts")
    PostFactory(user=people.expert3, organisation=people.consultant_body, role=Role.CONSULTANT)
    wrong = PostFactory(user=people.consultant, organisation=people.consultant_body, role=Role.CITY_DIRECTOR)
    with pytest.raises(CommandError, match="个岗位不合"):
        call_command("check_posts")
    said = capsys.readouterr().out
    assert "expert3" in said
    assert "审定岗位只能设在" in said
    client.force_login(people.security_keeper)
    assert "个岗位不合现行规则" in client.get(reverse("accounts:user_list")).content.decode()
    wrong.refresh_from_db()
    assert wrong.valid_to is None


def test_an_officer_does_not_reach_the_director(client, people):
    officer = admin_of(people.city_officer)
    colleague = make_user(Role.CITY_OFFICER, people.city_body)
    assert set(users_visible_to(officer)) == {people.city_officer, colleague}
    client.force_login(officer)
    for name in ("password_reset", "user_activity"):
        assert client.post(reverse(f"accounts:{name}", args=[people.city_director.pk]), {"reason": "x"}).status_code == 404
    page = client.get(reverse("accounts:organisation_detail")).content.decode()
    assert reverse("accounts:password_reset", args=[colleague.pk]) in page
    assert reverse("accounts:password_reset", args=[people.city_director.pk]) not in page
    with pytest.raises(NotAllowed):
        services.set_active(user=people.city_director, active=False, by=officer, reason="x")


def test_nobody_is_shown_the_form_that_ends_the_own_account(client, people):
    officer = admin_of(people.city_officer)
    client.force_login(officer)
    assert client.get(reverse("accounts:user_activity", args=[officer.pk])).status_code == 403


def test_a_preparer_does_not_reach_the_reviewer_but_the_other_way_round(people):
    assert set(users_visible_to(admin_of(people.preparer))) == {people.preparer}
    assert set(users_visible_to(admin_of(people.reviewer))) == {people.preparer, people.reviewer}


def test_who_also_has_a_post_elsewhere_is_not_looked_after_here(people):
    PostFactory(user=people.expert3, organisation=people.consultant_body, role=Role.CONSULTANT)
    PostFactory(user=people.preparer, organisation=people.outsider_body, role=Role.PREPARER)
    assert set(users_visible_to(admin_of(people.consultant))) == {people.consultant}
    assert set(users_visible_to(admin_of(people.reviewer))) == {people.reviewer}
    with pytest.raises(NotAllowed):
        links.ask(user=people.expert3, by=admin_of(people.consultant))


def test_a_post_that_is_over_is_not_ended_again(people):
    post = people.preparer.posts.get()
    services.end_post(post=post, by=people.security_keeper, reason="离职")
    with pytest.raises(Refused, match="已经结束"):
        services.end_post(post=post, by=people.security_keeper, reason="再次")


def test_the_posts_of_the_demonstration_fit(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    people = make_people(make_organisations())
    assert len(people) >= 30
    assert post_rules.misfits() == []
    (officer,) = [one for one in json.loads(accounts_path().read_text()) if one["seat"] == "city_officer"]
    assert people["city_officer"].check_password(officer["password"])
