import pytest
from django.db import DatabaseError, transaction

from greendistrict.audit import services
from greendistrict.audit.models import AuditRecord
from greendistrict.core import requestid
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


def three_records():
    user = make_user("city_officer", name="演示甲")
    return [services.record(action=f"test.{word}", by=user, data={"word": word}) for word in ("one", "two", "three")]


def test_record_keeps_actor_as_id_and_copied_name():
    user = make_user("city_officer", name="演示甲")
    with requestid.bound("request-0001", "192.0.2.7"):
        row = services.record(action="test.act", by=user, obj=user, data={"a": 1})
    user.name = "改名"
    user.save()
    row.refresh_from_db()
    assert (row.actor_id, row.actor_name, row.subject) == (user.pk, "演示甲", f"accounts.user:{user.pk}")
    assert (row.request_id, row.address, row.data) == ("request-0001", "192.0.2.7", {"a": 1})


def test_record_of_the_system_says_so():
    assert services.record(action="test.beat", by=None).actor_name == "系统"


def test_seal_chains_records_and_repeats_without_effect():
    three_records()
    assert services.seal() == 3
    assert services.seal() == 0
    rows = list(AuditRecord.objects.all())
    assert [row.previous for row in rows] == ["", rows[0].digest, rows[1].digest]
    assert services.broken_links() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_auditrecord SET actor_name = 'x' WHERE id = %s",
        "UPDATE audit_auditrecord SET digest = 'x', data = '{}' WHERE id = %s",
        "DELETE FROM audit_auditrecord WHERE id = %s",
    ],
)
def test_database_refuses_to_change_or_delete_a_record(change):
    row = three_records()[1]
    from django.db import connection

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, [row.pk])
    row.refresh_from_db()
    assert row.actor_name == "演示甲"


def test_sealed_record_cannot_be_sealed_again():
    row = three_records()[0]
    services.seal()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditRecord.objects.filter(pk=row.pk).update(digest="0" * 64)


def test_changed_byte_is_named_where_the_trigger_was_bypassed():
    rows = three_records()
    services.seal()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditrecord DISABLE TRIGGER audit_protect_rows")
        cursor.execute("UPDATE audit_auditrecord SET action = 'test.twO' WHERE id = %s", [rows[1].pk])
        cursor.execute("ALTER TABLE audit_auditrecord ENABLE TRIGGER audit_protect_rows")
    assert services.broken_links() == [rows[1].pk]
