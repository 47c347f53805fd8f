"""Every field that holds something of people stands in the inventory, and the inventory names real fields."""

import re

from django.apps import apps
from django.db import models

from greendistrict.core.encrypted import EncryptedTextField
from portal.personal.inventory import inventory, not_personal, notices
from portal.personal.services import DROPPED

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


def test_every_personal_field_is_named():
    """A new field of people is written into ``portal/personal/data/inventory.yaml``: purpose, ground, retention, who sees it."""
    assert sorted(suspects() - named() - set(not_personal())) == []


def test_the_walk_finds_the_fields_that_certainly_are():
    certain = {"accounts.User.phone", "accounts.User.email", "approvals.Objection.contact", "assessments.RecusalRequest.person"}
    assert certain | {"axes.AccessAttempt.ip_address", "audit.AuditRecord.address"} <= suspects()


def test_no_field_is_both_and_every_excuse_is_needed():
    assert not named() & set(not_personal())
    assert sorted(set(not_personal()) - suspects()) == []


def test_the_inventory_names_real_fields_and_says_everything():
    for kept in inventory():
        fields = {field.name for field in kept.table._meta.get_fields()}
        assert set(kept.fields) <= fields, kept.key
        assert set(kept.hidden) <= set(kept.fields), kept.key
        assert all((kept.title, kept.purpose, kept.ground, kept.retention, kept.seen_by)), kept.key
        if kept.by:
            assert not kept.table._default_manager.filter(**{kept.by: 0}).query.is_empty()
    assert len({kept.key for kept in inventory()}) == len(inventory())


def test_what_is_said_to_be_deleted_is_deleted_and_nothing_else():
    assert {kept.key for kept in inventory() if kept.drop_days} == set(DROPPED)
    assert all("删除" in kept.retention for kept in inventory() if kept.drop_days)


def test_versions_of_the_notice_count_up():
    assert [notice.version for notice in notices()] == list(range(1, len(notices()) + 1))
    assert len({notice.sha256 for notice in notices()}) == len(notices())
