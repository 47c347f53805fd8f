"""The life of files in a real S3-compatible server: store, read, sweep, check, back up, put back, and the server away."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from greendistrict.core import clock
from greendistrict.core.errors import StorageUnavailable
from greendistrict.documents import services, unreferenced, uploads
from greendistrict.documents.models import Evidence
from portal.backup import restoring
from portal.backup import services as backups
from portal.backup.restoring import check
from portal.data_check import checks as file_checks
from portal.data_check.checks import DataFault, files_in
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.files import pdf
from tests.object_storage import BUCKET, OwnObjectStorage

pytestmark = [pytest.mark.area("portal/backup", "greendistrict/documents"), pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    own = OwnObjectStorage(tmp_path_factory.mktemp("objects"))
    own.start()
    yield own
    own.end()


@pytest.fixture
def objects(server, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.ANCHOR_DIR = str(tmp_path / "anchors")
    settings.STORAGES = {**settings.STORAGES, "default": server.setting}
    yield server
    for name in names(server):
        server.client.delete_object(Bucket=BUCKET, Key=name)


def names(server):
    return sorted(one["Key"] for one in server.client.list_objects_v2(Bucket=BUCKET).get("Contents", []))


def store(owner, by, content):
    return services.store(owner=owner, upload=SimpleUploadedFile("a.pdf", content), kind="plan", title="规划", by=by)


def faults(share=(0, 1)):
    checks = (file_checks.named_files_are_there(lambda *_a: None, share), file_checks.stored_files_are_named(lambda *_a: None))
    return [one.kind for found in checks for one in found]


def test_files_live_in_the_object_storage(objects, tmp_path, people):
    district = make_district(people)
    content = pdf() + b"%" * (2 * 1024 * 1024)
    evidence, equal = store(district, people.preparer, content), store(district, people.preparer, content)
    assert names(objects) == [evidence.file.name] == [equal.file.name]
    assert not [path for path in (tmp_path / "media").rglob("*") if path.is_file()]
    client = Client()
    client.force_login(people.preparer)
    address = reverse("documents:download", args=[evidence.key])
    assert client.get(address).getvalue() == content
    part = client.get(address, headers={"Range": "bytes=1000-1099"})
    assert (part.status_code, part.getvalue()) == (206, content[1000:1100])
    picture = pdf()
    under_way = uploads.hold(owner=district, name="图.pdf", content=picture, by=people.preparer)
    assert sorted(files_in()) == sorted([evidence.file.name, f"uploads/{under_way.key}.part"])
    assert faults() == []

    made = backups.make(tmp_path / "backups")
    assert (made.files, made.missing) == (2, ())
    other = store(district, people.preparer, pdf() + b"%other")
    objects.client.delete_object(Bucket=BUCKET, Key=evidence.file.name)
    objects.client.put_object(Bucket=BUCKET, Key=other.file.name, Body=b"another")
    assert faults() == [DataFault.MISSING_FILE, DataFault.MISSING_FILE, DataFault.ALTERED_FILE]
    assert len(backups.make(tmp_path / "later").missing) == 1
    default_storage.delete(f"uploads/{under_way.key}.part")
    back = []

    def put_back(name, source, size):
        if name.startswith("media/"):
            restoring._store(name.removeprefix("media/"), source, size, back)

    check(made.path, [], take=put_back)
    assert client.get(address).getvalue() == content
    with default_storage.open(f"uploads/{under_way.key}.part") as piece:
        assert piece.read() == picture

    default_storage.save("evidence/2020/nobody", ContentFile(b"left over"))
    assert unreferenced.leftovers(clock.now()) == [], "not before a week has gone"
    assert unreferenced.sweep(clock.now() + dt.timedelta(days=8)) == 1
    assert "evidence/2020/nobody" not in names(objects)
    services.remove(equal)
    assert evidence.file.name in names(objects)
    services.remove(evidence)
    assert names(objects) == [other.file.name]


def test_a_storage_that_is_away_is_named_and_nothing_is_half_saved(settings, tmp_path):
    away = OwnObjectStorage(tmp_path)  # never started
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.STORAGES = {**settings.STORAGES, "default": away.setting}
    people = cast()
    district = make_district(people)
    with pytest.raises(StorageUnavailable, match="文件存储现在没有应答"):
        store(district, people.preparer, pdf())
    assert Evidence.objects.count() == 0
    with pytest.raises(OSError, match="endpoint"):
        default_storage.open("evidence/2026/x")
