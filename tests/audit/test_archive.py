"""Old records of access go into a signed file; the chain goes on, and what is missing without a file is still named."""

import datetime as dt
import gzip
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from greendistrict.audit import archive_files, archiving, services
from greendistrict.audit.models import AuditArchive, AuditRecord, AuditSeal
from greendistrict.audit.verification import verify
from greendistrict.core import clock, sealing
from greendistrict.core.integers import spans
from tests.audit.test_seals import DELETE, force, kinds
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
OLD = dt.timedelta(days=1200)


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.ANCHOR_DIR = tmp_path / "anchors"
    settings.AUDIT_ARCHIVE_DIR = tmp_path / "archive"


@pytest.fixture
def rows():
    """Ten acts and ten records of access of long ago, sealed by turns, and one of each of today."""
    with clock.at(clock.now() - OLD):
        for number in range(10):
            services.record(action="policy.set_setting", by=None, data={"n": number})
            services.record(action="accounts.login", by=None, data={"n": number})
    services.seal()
    services.record(action="accounts.login", by=None)
    services.record(action="policy.set_setting", by=None)
    services.seal()
    return list(AuditRecord.objects.order_by("pk").values_list("pk", flat=True))


def test_records_of_access_go_and_acts_stay(rows):
    made = archiving.archive()
    assert (made.count, made.seals) == (10, "2,4,6,8,10,12,14,16,18,20")
    left = AuditRecord.objects.exclude(action="audit.archive")
    assert left.filter(action="policy.set_setting").count() == 11
    assert left.filter(action="accounts.login").count() == 1
    assert AuditSeal.objects.count() == 23
    checked = verify()
    assert (checked.findings, checked.archived) == ([], 10)
    assert archiving.archive() is None


def test_the_file_holds_what_was_sealed(rows):
    gone = AuditRecord.objects.get(pk=rows[1])
    made = archiving.archive()
    path = archive_files.folder() / made.file
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    number, _content, row = next(archive_files.read(path))
    assert (number, row.pk, row.action, row.at, row.data) == (2, gone.pk, gone.action, gone.at, gone.data)
    assert [entry.name for entry in path.parent.iterdir()] == [made.file]


def test_a_missing_record_that_no_archive_explains_is_named(rows):
    archiving.archive()
    force([DELETE, rows[2]])
    assert kinds() == {"missing": (rows[2],)}


def test_an_archive_of_ones_own_making_explains_nothing(rows):
    made = archiving.archive()
    force(["UPDATE audit_auditarchive SET seals = '1-20'"])
    assert set(kinds()) == {"archive", "missing"}
    assert kinds()["archive"] == (made.pk,)


def test_what_another_key_signed_proves_nothing_until_it_is_named_as_a_former_one(rows, settings, tmp_path):
    archiving.archive()
    former = tmp_path / "former.pem"
    former.write_text(sealing.public_pem(), encoding="ascii")
    settings.RECEIPT_KEY_PATH = str(tmp_path / "new-key")
    assert set(kinds()) == {"archive", "missing", "signature"}
    settings.RECEIPT_FORMER_KEYS = str(former)
    assert kinds() == {}


def test_a_changed_file_is_named_and_one_kept_elsewhere_is_not(rows):
    made = archiving.archive()
    path = archive_files.folder() / made.file
    text = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(text.replace(b"accounts.login", b"accounts.logon", 1)))
    assert kinds() == {"archive": (made.pk,)}
    path.unlink()
    assert kinds() == {}


def test_nothing_is_taken_out_of_a_damaged_record(rows):
    force(["UPDATE audit_auditrecord SET action = 'x' WHERE id = %s", rows[3]])
    refuses("不完整", archiving.archive)
    assert AuditRecord.objects.count() == 22


def test_nothing_is_taken_out_where_the_file_cannot_be_written(rows, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.AUDIT_ARCHIVE_DIR = tmp_path / "file" / "no-folder"
    with pytest.raises(CommandError, match="记录都还在"):
        call_command("archive_audit", stdout=StringIO())
    assert AuditRecord.objects.count() == 22
    assert not AuditArchive.objects.exists()


def test_less_than_half_a_year_is_refused(rows):
    refuses("180", archiving.archive, days=179)


def test_the_command_says_what_it_did(rows):
    out = StringIO()
    call_command("archive_audit", stdout=out)
    call_command("archive_audit", stdout=out)
    assert "10条已归档到 audit-2-20-" in out.getvalue()
    assert "没有到期的记录" in out.getvalue()


def test_the_table_is_protected_again_afterwards(rows):
    archiving.archive()
    for statement in ("DELETE FROM audit_auditrecord", "DELETE FROM audit_auditarchive", "UPDATE audit_auditarchive SET count = 0"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(("numbers", "text"), [([], ""), ([4], "4"), ([1, 2, 3, 7, 9, 10], "1-3,7,9-10")])
def test_spans(numbers, text):
    assert spans(numbers) == text
    assert list(archive_files.numbers_of(text)) == numbers
