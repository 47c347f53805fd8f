"""Encrypted fields: what the database holds, several keys, their change."""

import base64
from io import StringIO

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from approvals.cases.models.correspondence import Objection
from greendistrict.accounts.models import User
from greendistrict.core.encrypted import MARK, UndecipherableError, decrypt, encrypt, is_current
from tests.factories.accounts import make_user

OLD, NEW = (base64.b64encode(bytes([number] * 32)).decode() for number in (251, 255))  # with + and / in them
NUMBER = "13812345678"


def stored(user):
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user WHERE id = %s", [user.pk])
        return cursor.fetchone()[0]


@pytest.fixture
def user(settings, db):
    settings.FIELD_KEY = OLD
    return make_user("preparer", phone=NUMBER)


def test_the_database_holds_no_number_and_the_person_has_it(user):
    assert stored(user).startswith(MARK)
    assert NUMBER not in stored(user)
    assert User.objects.get(pk=user.pk).phone == NUMBER


def test_a_person_who_is_read_and_saved_keeps_the_same_cipher(user):
    before = stored(user)
    again = User.objects.get(pk=user.pk)
    again.name = "改名"
    again.save()
    assert stored(user) == before
    again.phone = ""
    again.save()
    assert stored(user) == ""


def test_what_was_written_before_the_field_was_encrypted_is_read(user):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET phone = '139' WHERE id = %s", [user.pk])
    assert User.objects.get(pk=user.pk).phone == "139"


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [{"phone": NUMBER}, {"phone__contains": "138"}, {"phone__in": [NUMBER]}])
def test_an_encrypted_field_cannot_be_searched(asked):
    with pytest.raises(FieldError, match="encrypted"):
        User.objects.filter(**asked).exists()


def test_the_key_is_changed_in_three_steps(user, settings):
    call_command("rotate_field_key", stdout=StringIO())
    settings.FIELD_KEY = f"{NEW},{OLD}"
    assert User.objects.get(pk=user.pk).phone == NUMBER
    assert not is_current(stored(user))
    out = StringIO()
    call_command("rotate_field_key", stdout=out)
    assert "accounts.User.phone：重新加密1个" in out.getvalue()
    settings.FIELD_KEY = NEW
    assert is_current(stored(user))
    assert User.objects.get(pk=user.pk).phone == NUMBER
    call_command("rotate_field_key", stdout=out)
    assert "accounts.User.phone：重新加密0个" in out.getvalue()


def test_a_lost_key_is_told_where_the_number_is_read_and_hinders_no_sign_in(user, settings):
    settings.FIELD_KEY = NEW
    again = User.objects.get(pk=user.pk)
    assert again.name
    with pytest.raises(UndecipherableError):
        _ = again.phone
    with pytest.raises(CommandError, match=f"accounts.User:{user.pk}.phone"):
        call_command("rotate_field_key", stdout=StringIO())


@pytest.mark.parametrize("key", ["x", "abc=", base64.b64encode(bytes(31)).decode(), f"{OLD},x"])
def test_a_key_that_is_none_is_named(settings, key):
    settings.FIELD_KEY = key
    with pytest.raises(ImproperlyConfigured, match="GD_FIELD_KEY"):
        encrypt("x")


@pytest.mark.parametrize("text", ["", "a", "手机 138", MARK + "x"])
def test_what_is_encrypted_comes_back(settings, text):
    settings.FIELD_KEY = OLD
    assert decrypt(encrypt(text)) == text


def test_contacts_of_objections_are_encrypted_too():
    assert Objection._meta.get_field("contact").__class__.__name__ == "EncryptedTextField"
