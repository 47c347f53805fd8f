"""A backup of the test's own database: what it holds, how it is checked, what is refused."""

import base64
import fcntl
import hashlib
import io
import json
import os
import shlex
import tarfile

import pyrage
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from greendistrict.accounts.models import User
from greendistrict.audit.models import AuditRecord
from greendistrict.core import sealing
from greendistrict.core.models import JobRun
from greendistrict.documents import services as documents
from greendistrict.documents.models import Evidence
from portal.backup import encryption, postgres, restoring, services
from portal.backup import writing as manifest
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.files import pdf

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.ANCHOR_DIR = str(tmp_path / "anchors")
    settings.BACKUP_DIR = str(tmp_path / "backups")
    settings.BACKUP_RECIPIENT = ""
    return tmp_path / "backups"


@pytest.fixture
def content(folder):
    """A file with its row, and one that nothing names."""
    people = cast()
    district = make_district(people)
    upload = SimpleUploadedFile("scan.pdf", pdf(), "application/pdf")
    evidence = documents.store(owner=district, upload=upload, kind="演示", title="材料", by=people.preparer)
    default_storage.save("evidence/2020/nobody-names-me", ContentFile(b"left over"))
    return evidence


@pytest.fixture
def path(content, folder):
    """A backup of them."""
    call_command("backup")
    (made,) = folder.glob("*.tar")
    return made


def members(path):
    with tarfile.open(path) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar}


def altered(path, change):
    """The same archive with other members, all in one go."""
    found = change(members(path))
    other = path.with_name("altered.tar")
    with tarfile.open(other, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, held in found:
            entry = tarfile.TarInfo(name)
            entry.size = len(held)
            tar.addfile(entry, io.BytesIO(held))
    return other


def refused(path, identities=()):
    with pytest.raises((manifest.NoBackup, encryption.UnusableKey)) as found:
        restoring.check(path, list(identities))
    return str(found.value)


def test_a_backup_holds_what_the_rows_name_and_no_secret_and_can_be_checked_by_hand(content, path, capsys, settings):
    assert path.stat().st_mode & 0o077 == 0
    found = members(path)
    assert list(found)[-3:] == ["database.dump", "files.sha256", "manifest.json"], "written last, so that what is cut off has none"
    assert hashlib.sha256(found[f"media/{content.file.name}"]).hexdigest() == content.sha256
    assert not [name for name in found if "nobody-names-me" in name]
    lines = [line.split("  ") for line in found["files.sha256"].decode().splitlines()]
    assert {name: digest for digest, name in lines} == {
        name: hashlib.sha256(held).hexdigest() for name, held in found.items() if name not in {"files.sha256", "manifest.json"}
    }
    said = json.loads(found["manifest.json"])["manifest"]
    for model in (User, Evidence, AuditRecord):
        assert said["rows"][model._meta.db_table] == model.objects.count() > 0
    assert (said["files"], said["missing"]) == (1, [])
    assert said["migrations"]["portal"] == max(name for app, name in MigrationLoader(None).disk_migrations if app == "portal")
    assert found["database.dump"][:5] == b"PGDMP"
    assert JobRun.objects.get(name="backup").succeeded_at
    call_command("verify_backup", str(path))
    assert "备份完整" in capsys.readouterr().out
    held = b"".join(held for name, held in found.items() if name != "database.dump")
    key = sealing.private_key().private_bytes_raw()
    assert [secret for secret in (settings.SECRET_KEY.encode(), key, base64.b64encode(key), b"PRIVATE") if secret in held] == []


def test_a_change_anywhere_and_an_end_cut_off_are_found(content, path):
    name = f"media/{content.file.name}"
    assert name in refused(altered(path, lambda held: [(one, b"other" if one == name else it) for one, it in held.items()]))
    assert name in refused(altered(path, lambda held: [(one, it) for one, it in held.items() if one != name]))
    assert "不完整" in refused(altered(path, lambda held: [(one, it) for one, it in held.items() if one != "manifest.json"]))
    assert "不符" in refused(altered(path, lambda held: [(one, it) for one, it in held.items() if one != "files.sha256"]))
    assert "之后" in refused(altered(path, lambda held: [*held.items(), ("media/later", b"")]))
    assert "签名" in refused(
        altered(path, lambda held: [(one, it.replace(b'"missing": []', b'"missing": ["x"]')) for one, it in held.items()])
    )
    data = path.read_bytes()
    end = data.rindex(b"manifest.json")
    for length in (0, 100, 512, 5000, len(data) // 2, end, end + 600):
        cut = path.with_name("cut.tar")
        cut.write_bytes(data[:length])
        assert refused(cut), "one that was cut off is none"


def test_an_encrypted_backup_opens_with_its_key_alone(content, folder, settings, tmp_path):
    own, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    settings.BACKUP_RECIPIENT = "age1nonsense"
    with pytest.raises(CommandError, match="age 公钥"):
        call_command("backup")
    assert not folder.exists(), "a key that is none writes nothing"
    settings.BACKUP_RECIPIENT = str(own.to_public())
    call_command("backup")
    (path,) = folder.glob("*.tar.age")
    assert b"manifest.json" not in path.read_bytes()
    assert "--identity" in refused(path)
    assert "解密" in refused(path, [other])
    assert restoring.check(path, [own]).content["files"] == 1
    keys = tmp_path / "keys.txt"
    keys.write_text(f"# created\n{own}\n", encoding="utf-8")
    call_command("verify_backup", str(path), identity=keys)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert "解密" in refused(path, [own])
    path.write_bytes(data[: len(data) - 40])
    assert "解密" in refused(path, [own])


def test_two_backups_at_once_do_not_meet(content, folder):
    folder.mkdir()
    left = folder / "greendistrict-20260101-020000.tar.part"
    left.touch()
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match="另一份"):
            call_command("backup")
        assert left.exists()
    call_command("backup")
    assert not left.exists(), "what a killed one left behind"


def test_a_file_that_is_gone_is_named(content, folder, capsys):
    default_storage.delete(content.file.name)
    call_command("backup")
    (path,) = folder.glob("*.tar")
    assert restoring.check(path, []).content["missing"] == [content.file.name]
    assert content.file.name in capsys.readouterr().err


def test_a_dump_that_fails_leaves_nothing(content, folder, monkeypatch, tmp_path):
    """A pg_dump of the right version that breaks off in the middle."""
    real = postgres.program("pg_dump", connection.pg_version)
    fake = tmp_path / "bin" / "pg_dump"
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && exec {shlex.quote(real)} --version\necho PGDMP; echo no more >&2; exit 3\n', encoding="utf-8"
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    with pytest.raises(CommandError, match="no more"):
        call_command("backup")
    assert [path.name for path in folder.iterdir()] == [".lock"]
    assert not JobRun.objects.filter(name="backup").exists()


def test_a_program_of_another_version_is_not_taken(monkeypatch, tmp_path):
    fake = tmp_path / "pg_dump"
    fake.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert postgres.program("pg_dump", 180001) != str(fake)
    with pytest.raises(postgres.NoProgram, match="pg_dump 7"):
        postgres.program("pg_dump", 70000)


def test_the_night_keeps_what_is_to_be_kept(content, folder, settings):
    settings.BACKUP_DAYS = 2
    folder.mkdir()
    old = [folder / f"greendistrict-2020010{number}-020000.tar" for number in (1, 2)]
    for path in (*old, folder / "notes.txt"):
        path.write_bytes(b"")
    assert services.nightly() > 0
    assert not any(path.exists() for path in old)
    assert sorted(path.suffix for path in folder.iterdir() if path.name != ".lock") == [".tar", ".txt"]
    assert JobRun.objects.get(name="backup").succeeded_at
    settings.BACKUP_DIR = ""
    assert services.nightly() == 0


def test_where_there_is_something_nothing_is_restored(content, path, capsys):
    with pytest.raises(CommandError, match="数据库不是空的"):
        call_command("restore", str(path))
    assert "由本平台的密钥" in capsys.readouterr().out, "whose it is comes before everything else"
    assert default_storage.exists(content.file.name)


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("0123456789abcdef", "AAAA", "另一把密钥（0123456789abcdef）"),
        ("0123456789abcdef", None, "另一把密钥"),
        ("", None, "另一把密钥（）"),
        (None, "AAAA", "签名不符"),
    ],
)
@pytest.mark.parametrize("command", ["verify_backup", "restore"])
def test_a_backup_that_no_trusted_key_signed_is_refused(path, command, key, value, why):
    def signed_otherwise(held):
        found = json.loads(held["manifest.json"])
        found["signature"] |= {name: given for name, given in (("key", key), ("value", value)) if given is not None}
        return (held | {"manifest.json": json.dumps(found).encode()}).items()

    with pytest.raises(CommandError, match=why):
        call_command(command, str(altered(path, signed_otherwise)))


def test_a_backup_of_another_portal_wants_its_key_named(path, settings, tmp_path, capsys):
    theirs, mine, none = (tmp_path / name for name in ("theirs.pem", "mine.pem", "none.pem"))
    theirs.write_text(sealing.public_pem(), encoding="ascii")
    settings.RECEIPT_KEY_PATH = str(tmp_path / "other-key")
    mine.write_text(sealing.public_pem(), encoding="ascii")
    none.write_text("no key", encoding="ascii")
    for command in ("verify_backup", "restore"):
        for given, why in ((None, "另一把密钥"), ([mine], "另一把密钥"), ([none], "none.pem")):
            with pytest.raises(CommandError, match=why):
                call_command(command, str(path), key=given)
    assert capsys.readouterr().out == ""
    call_command("verify_backup", str(path), key=[mine, theirs])
    assert "由--key 给出的密钥" in capsys.readouterr().out
    with pytest.raises(CommandError, match="数据库不是空的"):
        call_command("restore", str(path), key=[theirs])
    assert "由--key 给出的密钥" in capsys.readouterr().out
    settings.RECEIPT_FORMER_KEYS = str(theirs)
    call_command("verify_backup", str(path))
