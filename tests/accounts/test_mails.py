"""A mail address belongs to one account however it is written: in forms, invitations, links, imports and the database."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessments.experts.services import ExpertEntry, enter
from greendistrict.accounts import links
from greendistrict.accounts.models import Organisation, PasswordLink, User
from greendistrict.accounts.new_accounts import create_user
from greendistrict.accounts.selectors import mail_holder, organisation_named
from greendistrict.accounts.services import name_employer
from greendistrict.core.mails import plain_mail
from tests.factories.accounts import cast, make_user
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
ALIKE = ("PREPARER@example.invalid", "preparer@EXAMPLE.invalid", "pre\u200bparer@example.invalid", "ｐｒｅｐａｒｅｒ＠example．invalid",
         "preparer@example.in\u00advalid", "preparer @example.invalid", "\ufeffpreparer@example。invalid")  # fmt: skip
DAY = dt.date(2026, 1, 1)
TYPED = {"username": "xin", "name": "新人", "email": "xin@example.invalid"}


@pytest.fixture
def people():
    found = cast()
    found.reviewer.posts.update(is_admin=True)
    return found


@pytest.mark.parametrize("mail", ALIKE)
def test_no_second_account_bears_an_address_that_is_only_written_otherwise(client, people, mail):
    with pytest.raises(ValidationError, match="已登记在账号preparer"):
        create_user(username="xin", name="新人", email=mail, by=None)
    client.force_login(people.system_keeper)
    page = client.post(reverse("accounts:user_create"), {**TYPED, "email": mail})
    assert (page.status_code, "已登记在账号preparer，请核对是不是同一个人" in page.content.decode()) == (422, True)
    client.force_login(people.reviewer)
    page = client.post(reverse("accounts:invite", args=[people.applicant_body.pk]), {**TYPED, "email": mail, "role": "preparer"})
    assert (page.status_code, "这个电子邮箱已有账号" in page.content.decode()) == (422, True)
    expert = ExpertEntry(**TYPED | {"email": mail}, specialties=[], valid_from=DAY, valid_to=None, employer="演示院（虚构）")
    refuses("已登记在账号preparer", enter, entry=expert, by=people.secretariat)
    assert not User.objects.filter(username="xin").exists()


@pytest.mark.parametrize("mail", ["PREPARER@example.invalid", "pre\u200bparer@example.invalid", "ｐreparer@example.invalid"])
def test_the_database_holds_it_too(people, mail):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user("preparer", username="other", email=mail)
    assert mail_holder(mail) == people.preparer


def test_two_accounts_without_an_address_are_two(people):
    assert {make_user("preparer", username=name, email="").email for name in ("a-1", "a-2")} == {""}
    assert mail_holder("") is None


def test_a_person_may_have_another_account_if_the_keeper_says_so(client, people):
    client.force_login(people.system_keeper)
    made = client.post(reverse("accounts:user_create"), {**TYPED, "email": "Preparer@example.invalid", "second": "on"})
    assert (made.status_code, User.objects.get(username="xin").shares_mail) == (302, True)
    refuses("另一人的账号", links.ask, user=people.reviewer, by=people.system_keeper, address="ｐreparer@example.invalid")


@pytest.fixture
def twin(people):
    """Another person of the preparer's name, with an account and an address of its own."""
    found = make_user("preparer", username="twin", email="twin@example.invalid")
    User.objects.filter(pk=found.pk).update(name=people.preparer.name)
    found.refresh_from_db()
    return found


def ask(client, person, keeper, **typed):
    client.force_login(keeper)
    page = client.post(reverse("accounts:password_reset", args=[person.pk]), typed)
    return page.status_code, page.content.decode()


NEW = {f"new_password{turn}": "Another-Green-2026!" for turn in (1, 2)}


def released(client, people):
    client.force_login(people.security_keeper)
    return client.post(reverse("accounts:link_decide", args=[PasswordLink.objects.get().pk]), {"action": "release"})


def used(client):
    secret = links.fill(PasswordLink.objects.get())
    client.logout()
    return client.post(links.address_of(secret).removeprefix(settings.SITE_URL), NEW)


def test_the_address_of_a_namesake_is_taken_over_only_if_the_keeper_says_it_is_one_person(client, people, twin):
    address = people.preparer.email.upper()
    status, page = ask(client, twin, people.system_keeper, address=address)
    assert (status, "已登记在账号preparer，请核对是不是同一个人" in page, address in page) == (409, True, True)
    assert not PasswordLink.objects.exists()
    assert ask(client, twin, people.reviewer, address=address)[1].count("preparer") == 0, "no keeper learns nothing of other accounts"
    PasswordLink.objects.all().delete()
    assert ask(client, twin, people.system_keeper, address=address, second="on")[0] == 302
    shown = []
    for keeper in (people.security_keeper, people.audit_keeper):
        client.force_login(keeper)
        shown.append(client.get(reverse("accounts:link_list")).content.decode())
    assert ["与账号preparer是同一个人" in page for page in shown] == [True, False]
    assert ["与另一账号是同一个人" in page for page in shown] == [False, True]
    assert [released(client, people).status_code, used(client).status_code] == [302, 200]
    twin.refresh_from_db()
    assert (twin.email, twin.shares_mail) == (plain_mail(address), True)


@pytest.mark.parametrize("confirmed", [False, True])
def test_an_address_that_became_anothers_meanwhile_is_not_shared(client, people, twin, confirmed):
    address = people.preparer.email if confirmed else "new@example.invalid"
    assert ask(client, twin, people.system_keeper, address=address, **({"second": "on"} if confirmed else {}))[0] == 302
    User.objects.filter(pk=people.preparer.pk).update(email="gone@example.invalid")
    other = create_user(username="other", name="他人", email=address, by=None)
    answer = released(client, people)
    link = PasswordLink.objects.get()
    assert (answer.status_code, "登记到了别的账号" in answer.content.decode(), link.released_at) == (409, True, None)
    User.objects.filter(pk=other.pk).update(email="")
    assert released(client, people).status_code == 302
    User.objects.filter(pk=other.pk).update(email=address)
    answer = used(client)
    page = answer.content.decode()
    assert (answer.status_code, "登记在别的账号" in page, "他人" in page or "other" in page) == (422, True, False)
    twin.refresh_from_db()
    assert (twin.email, twin.shares_mail, twin.check_password(NEW["new_password1"])) == ("twin@example.invalid", False, False)
    User.objects.filter(pk=other.pk).update(email="")
    assert used(client).status_code == 200
    twin.refresh_from_db()
    assert (twin.email, twin.shares_mail) == (address, False)


def test_a_third_account_of_another_name_keeps_the_address_from_a_confirmed_namesake(client, people, twin):
    address = people.preparer.email
    assert ask(client, twin, people.system_keeper, address=address, second="on")[0] == 302
    third = User.objects.filter(pk=create_user(username="other", name="他人", email=address, by=None, second=True).pk)
    answer = released(client, people)
    assert (answer.status_code, "登记到了别的账号" in answer.content.decode()) == (409, True)
    third.update(name=twin.name)
    assert released(client, people).status_code == 302
    third.update(name="他人")
    answer = used(client)
    assert (answer.status_code, "登记在别的账号" in answer.content.decode()) == (422, True)
    third.update(email="")
    assert used(client).status_code == 200


def test_an_address_is_stored_plainly_and_found_in_any_spelling(client, people):
    person = create_user(username="xin", name="新人", email="Ｘin.Wang\u200b＠Example．INVALID", by=None)
    assert person.email == "Xin.Wang@example.invalid" == plain_mail(" Xin.Wang@EXAMPLE。invalid ")
    client.post(reverse("accounts:forgotten"), {"username": "xin", "email": "ｘIN.wang@example.invalid"})
    assert PasswordLink.objects.get(user=person).purpose == "forgotten"


def test_an_organisation_is_one_however_its_name_is_written(client, people):
    body, count = people.applicant_body, Organisation.objects.count()
    alike = (f"{body.name}\u200b", body.name.replace("（", "("), f" {body.name[:2]} {body.name[2:]}")
    client.force_login(people.system_keeper)
    for name in alike:
        typed = {"code": "xin-1", "name": name, "kind": body.kind}
        page = client.post(reverse("accounts:organisation_create"), typed)
        assert (page.status_code, "只是写法不同" in page.content.decode() or "名称 的" in page.content.decode()) == (422, True)
        assert organisation_named(name) == name_employer(name=name, by=None) == body
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.objects.create(code="xin-2", name=f"{name}\u200b", kind=body.kind)
    assert Organisation.objects.count() == count
