import pytest
from django.db import DatabaseError, connection, transaction

from greendistrict.audit import services
from greendistrict.core import request_id
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


def three_records():
    user = make_user("city_officer", name="演示甲")
    return [services.record(action=f"test.{word}", by=user, data={"word": word}) for word in ("one", "two", "three")]


def test_record_keeps_actor_as_id_and_copied_name():
    user = make_user("city_officer", name="演示甲")
    with request_id.bound("request-0001", "192.0.2.7"):
        row = services.record(action="test.act", by=user, obj=user, data={"a": 1})
    user.name = "改名"
    user.save()
    row.refresh_from_db()
    assert (row.actor_id, row.actor_name, row.subject) == (user.pk, "演示甲", f"accounts.user:{user.pk}")
    assert (row.request_id, row.address, row.data) == ("request-0001", "192.0.2.7", {"a": 1})


def test_record_of_the_system_says_so():
    assert services.record(action="test.beat", by=None).actor_name == "系统"


TABLES = ("audit_auditrecord", "audit_auditseal")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_auditrecord SET actor_name = 'x' WHERE id = %s",
        "UPDATE audit_auditrecord SET data = '{}' WHERE id = %s",
        "DELETE FROM audit_auditrecord WHERE id = %s",
        "UPDATE audit_auditseal SET content = '' WHERE record_id = %s",
        "DELETE FROM audit_auditseal WHERE record_id = %s",
    ],
)
@pytest.mark.parametrize("sealed", [False, True])
def test_database_refuses_to_change_or_delete_a_record_or_its_seal(change, sealed, settings, tmp_path):
    settings.ANCHOR_DIR = tmp_path
    row = three_records()[1]
    if not sealed and "auditseal" in change:
        return
    if sealed:
        services.seal()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, [row.pk])
    row.refresh_from_db()
    assert row.actor_name == "演示甲"


@pytest.mark.parametrize("table", TABLES)
def test_database_refuses_to_empty_the_tables_whatever_its_name(table):
    assert connection.settings_dict["NAME"].startswith("test_")
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER audit_protect_table")  # which the tests' own set-up has lifted
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table}")
