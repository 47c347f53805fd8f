"""The page of one's own data, notice and consent, correction, masked contacts, retention."""

import datetime as dt
import io
import json
import re

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.db import models
from django.urls import reverse
from openpyxl import load_workbook

from greendistrict.accounts.models import PasswordLink, User
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.encrypted import EncryptedTextField
from greendistrict.core.masks import masked_mail, masked_phone
from greendistrict.workflow.models import OutboxMessage
from portal.personal import inventory as kept_data
from portal.personal import services
from portal.personal.inventory import PrivacyNotice, inventory, not_personal, notices
from portal.personal.services import DROPPED

pytestmark = pytest.mark.django_db
NUMBER = "13812345678"
DESK = "/desk/"


@pytest.fixture
def person(client, people):
    """A real person, who has agreed to nothing yet."""
    people.preparer.is_demo, people.preparer.phone = False, NUMBER
    people.preparer.save()
    client.force_login(people.preparer)
    return people.preparer


def agree(client, version=2, **more):
    return client.post(reverse("portal:privacy_notice"), {"version": version, "agreed": "on", **more})


def found(action):
    return AuditRecord.objects.filter(action=action)


def test_a_person_is_asked_before_the_first_page_and_comes_where_they_wanted_to(client, person):
    answer = client.get(DESK, {"a": "1"})
    assert answer.status_code == 302
    assert answer.url == f"{reverse('portal:privacy_notice')}?next=%2Fdesk%2F%3Fa%3D1"
    page = client.get(answer.url).content.decode()
    assert ("已阅读，继续" in page, "我已阅读并同意" in page, "同意并继续" in page) == (True, False, False)
    assert "个人信息保护法" in page
    assert client.post(reverse("portal:privacy_notice"), {"version": 1}).status_code == 422
    assert agree(client, next=f"{DESK}?a=1").url == f"{DESK}?a=1"
    assert client.get(DESK).status_code == 200
    person.refresh_from_db()
    assert person.notice_agreed == 2
    assert found("personal.agree").get().data == {"version": 2, "sha256": kept_data.current_notice().sha256}
    assert agree(client, next="https://evil.example/").url == DESK, "nobody is led elsewhere by the address"


def test_public_pages_forms_and_fragments_are_not_held_up(client, person):
    assert {client.get(path).status_code for path in ("/", reverse("portal:guide"), reverse("accounts:password_change"))} == {200}
    assert client.post(reverse("accounts:introduced")).status_code == 302
    assert client.get(DESK, headers={"hx-request": "true"}).status_code == 200


def test_people_of_the_fiction_count_as_having_agreed_but_a_new_version_asks_everybody(client, people, monkeypatch):
    client.force_login(people.reviewer)
    assert people.reviewer.is_demo
    assert client.get(DESK).status_code == 200
    assert [notice.version for notice in notices()] == list(range(1, len(notices()) + 1))
    assert len({notice.sha256 for notice in notices()}) == len(notices())
    monkeypatch.setattr(kept_data, "notices", lambda: (PrivacyNotice(1, "旧"), PrivacyNotice(2, "旧二"), PrivacyNotice(3, "## 新")))
    assert client.get(DESK).status_code == 302
    assert agree(client, version=2).status_code == 422
    assert agree(client, version=3).status_code == 302
    assert client.get(DESK).status_code == 200


def test_the_question_costs_no_query(client, people, person, count_queries):
    agree(client)
    pages = []
    for asked in (False, True):
        User.objects.filter(pk=person.pk).update(is_demo=asked)
        client.get(DESK)
        pages.append(count_queries(lambda: client.get(reverse("notifications:inbox"))))
    assert pages[0] == pages[1]


def test_own_data_are_exported_as_workbook_and_json_and_only_the_own(preparer, people):
    people.preparer.phone = NUMBER
    people.preparer.save()
    told = json.loads(preparer.get(reverse("portal:personal_export"), {"format": "json"}).content)
    account = next(kind for kind in told["个人信息"] if kind["类别"] == "账号")
    own = people.preparer
    assert account["内容"] == [{"账号": own.username, "姓名": own.name, "电子邮箱": own.email, "手机": NUMBER, "密码": "不显示"}]
    page = preparer.get(reverse("portal:personal")).content.decode()
    assert (own.username in page, own.password in page) == (True, False)
    sheet = load_workbook(io.BytesIO(preparer.get(reverse("portal:personal_export")).content)).active
    values = {row[4].value for row in sheet.iter_rows(min_row=4)}
    assert NUMBER in values
    assert people.reviewer.username not in values
    assert [row["kind"] for row in found("personal.export").order_by("pk").values_list("data", flat=True)] == ["json", "xlsx"]


def test_a_correction_goes_to_who_looks_after_the_account(preparer, people):
    assert preparer.post(reverse("portal:personal_correction"), {"text": ""}).status_code == 422
    assert preparer.post(reverse("portal:personal_correction"), {"text": "姓名有误"}).status_code == 302
    receivers = {row.payload["receiver"] for row in OutboxMessage.objects.filter(key__startswith="note:personal-correction")}
    assert people.system_keeper.pk in receivers
    assert people.preparer.pk not in receivers
    assert found("personal.ask_correction").get().data == {"text": "姓名有误"}


def test_lists_mask_contacts_and_the_whole_number_is_shown_after_a_reason_on_record(client, people):
    people.preparer.phone = NUMBER
    people.preparer.save()
    client.force_login(people.system_keeper)
    listed = client.get(reverse("accounts:user_list")).content.decode()
    assert "138****5678" in listed
    assert NUMBER not in listed
    assert people.preparer.email not in listed
    address = reverse("portal:contact", args=[people.preparer.pk])
    assert NUMBER not in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    page = client.post(address, {"reason": "通知开会"}).content.decode()
    assert NUMBER in page
    assert people.preparer.email in page
    for seat in ("city_officer", "audit_keeper", "outsider_preparer"):
        client.force_login(people.everybody[seat])
        assert [client.get(address).status_code, client.post(address, {"reason": "x"}).status_code] == [404, 404], seat
    row = found("personal.reveal").get()
    assert (row.actor_id, row.subject, row.data) == (people.system_keeper.pk, f"accounts.user:{people.preparer.pk}", {"reason": "通知开会"})


def test_what_was_kept_long_enough_is_deleted_and_the_rest_stays(people):
    now = clock.now()
    old = PasswordLink.objects.create(user=people.preparer, purpose="reset", asked_at=now - dt.timedelta(days=366))
    new = PasswordLink.objects.create(user=people.preparer, purpose="reset", asked_at=now - dt.timedelta(days=364))
    for days in (91, 89):
        attempt = AccessAttempt.objects.create(username=f"n{days}", ip_address="203.0.113.1", failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=now - dt.timedelta(days=days))
    assert services.drop_expired() == 2
    assert list(PasswordLink.objects.values_list("pk", flat=True)) == [new.pk] != [old.pk]
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["n89"]
    assert found("personal.drop").get().data == {"password_links": 1, "sign_in_attempts": 1}
    assert services.drop_expired() == 0
    assert found("personal.drop").count() == 1


def test_masked_numbers_and_addresses():
    numbers = {"13812345678": "138****5678", "021-12345678": "021****5678", "1234567": "****67", " ": "", "1": "****1"}
    assert {number: masked_phone(number) for number in numbers} == numbers
    addresses = {"zhang@example.org": "z***@example.org", "": "", "nobody": "", "@x.org": "***@x.org"}
    assert {address: masked_mail(address) for address in addresses} == addresses


WORDS = re.compile(
    "姓名|手机|电话|邮箱|联系|人员|账号|地址|职称|职务|身份|生日|出生|住址|密码|签名|专家|申请人|来件|陈述|见证|列席|出席|主持|记录人|接收人"
)
NAMES = re.compile(
    r"phone|mobile|mail|contact|username|actor|user_agent|device|(^|_)ip|password|birth|gender|(^|_)rank$|id_number|on_behalf|person|signer"
    r"|attend|origin$|_by$|witness|chair|people|names?$"
)
TEXTS = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField)
OURS_OF_LIBRARIES = {"contenttypes", "sessions", "authtoken"}


def looks_personal(field):
    if field.is_relation or not isinstance(field, TEXTS) or field.choices or isinstance(field, models.SlugField):
        return False
    certain = isinstance(field, models.EmailField | models.GenericIPAddressField | EncryptedTextField)
    return certain or bool(WORDS.search(str(field.verbose_name)) or NAMES.search(field.name))


def suspects():
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label not in OURS_OF_LIBRARIES
        for field in model._meta.local_concrete_fields
        if looks_personal(field)
    }


def named():
    return {f"{kept.model}.{name}" for kept in inventory() for name in kept.fields}


def test_every_personal_field_is_named_no_field_is_both_and_every_excuse_is_needed():
    """A new field of people is written into ``portal/personal/data/inventory.yaml``: purpose, ground, retention, who sees it."""
    assert sorted(suspects() - named() - set(not_personal())) == []
    assert not named() & set(not_personal())
    assert sorted(set(not_personal()) - suspects()) == []
    certain = {"accounts.User.phone", "accounts.User.email", "approvals.Objection.contact", "assessments.RecusalRequest.person"}
    assert certain | {"axes.AccessAttempt.ip_address", "audit.AuditRecord.address"} <= suspects()


def test_the_inventory_names_real_fields_and_says_everything():
    for kept in inventory():
        fields = {field.name for field in kept.table._meta.get_fields()}
        assert set(kept.fields) <= fields, kept.key
        assert set(kept.hidden) <= set(kept.fields), kept.key
        assert all((kept.title, kept.purpose, kept.ground, kept.retention, kept.seen_by)), kept.key
        if kept.by:
            assert not kept.table._default_manager.filter(**{kept.by: 0}).query.is_empty()
    assert len({kept.key for kept in inventory()}) == len(inventory())
    assert {kept.key for kept in inventory() if kept.drop_days} == set(DROPPED)
    assert all("删除" in kept.retention for kept in inventory() if kept.drop_days)
