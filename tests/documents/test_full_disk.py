"""A full disk, without needing one: this process may write files of so many bytes and no more (``RLIMIT_FSIZE``), as a quota would."""

import errno
import os
import resource
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse

from greendistrict.core import clock, disk
from greendistrict.core.errors import StorageUnavailable
from greendistrict.core.middleware import RefusalMiddleware
from greendistrict.documents import services, unreferenced, uploads
from greendistrict.documents.models import Evidence, Upload
from greendistrict.documents.tasks import sweep_files
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.files import pdf

pytestmark = pytest.mark.django_db
ROOM = 400
LONG_AGO = 1_600_000_000


@pytest.fixture
def district(media, client):
    people = cast()
    client.force_login(people.preparer)
    district = make_district(people)
    district.person = people.preparer
    return district


@contextmanager
def full(room=ROOM):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def files(media):
    return [path for path in media.rglob("*") if path.is_file()]


def store(district, content):
    upload = SimpleUploadedFile("报告.pdf", content)
    return services.store(owner=district, upload=upload, kind="规划文本", title="报告", by=district.person)


def begin(client, district, size):
    sent = {"owner": f"districts.district:{district.pk}", "name": "报告.pdf", "size": size}
    return client.post(reverse("documents:upload_start"), sent)


def test_a_full_disk_is_named_and_leaves_nothing_behind(district, media):
    with full(), pytest.raises(StorageUnavailable, match="存储空间不足"):
        store(district, pdf())
    with full(), pytest.raises(StorageUnavailable):  # one that the portal makes itself
        services.store_bytes(owner=district, content=b"x" * 5000, name="a.pdf", content_type="application/pdf", kind="报告", title="a")
    assert (files(media), Evidence.objects.count()) == ([], 0)
    store(district, pdf())
    assert len(files(media)) == Evidence.objects.count() == 1


def test_a_piecewise_upload_is_refused_before_a_byte_is_sent(client, district, media):
    with full():
        answer = begin(client, district, 5000)
    assert (answer.status_code, answer.json()["error"]) == (507, disk.FULL_WORDS)
    assert (files(media), Upload.objects.count()) == ([], 0)
    assert begin(client, district, 5000).status_code == 201


def test_a_piece_that_finds_no_room_is_given_back_and_sent_again(client, district, media):
    content = pdf() + b"%" * 2000
    one = Upload.objects.get(key=begin(client, district, len(content)).json()["key"])
    address = reverse("documents:upload", args=[one.key])

    def send(offset, data):
        return client.post(address, data, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)})

    assert send(0, content[:100]).json() == {"offset": 100}
    with full():
        answer = send(100, content[100:])
    assert (answer.status_code, answer.json()["error"]) == (507, disk.FULL_WORDS)
    assert uploads.place_of(one).stat().st_size == 100
    assert client.get(address).json()["offset"] == 100
    assert send(100, content[100:]).json() == {"offset": len(content)}


def test_storage_that_cannot_be_written_to_is_named_and_no_room_is_made_for_nothing(tmp_path):
    disk.make_room(tmp_path / "a" / "b", 10)
    assert (tmp_path / "a" / "b").read_bytes() == b""
    with pytest.raises(StorageUnavailable, match="不能写入"), disk.named():
        raise PermissionError(errno.EROFS, "read-only")
    with pytest.raises(FileExistsError), disk.named():
        raise FileExistsError(errno.EEXIST, "something else")


def test_a_page_that_meets_a_full_disk_says_so(district):
    request = RequestFactory().get("/x/")
    request.user, request.htmx, request.session = AnonymousUser(), None, {}
    middleware = RefusalMiddleware(lambda _: None)
    answer = middleware.process_exception(request, OSError(errno.ENOSPC, "full"))
    assert (answer.status_code, "存储空间不足" in answer.content.decode()) == (507, True)
    assert middleware.process_exception(request, OSError(errno.EIO, "broken")) is None


def test_files_without_a_row_are_removed_after_a_week(client, district, media):
    kept = store(district, pdf())
    begun = Upload.objects.get(key=begin(client, district, 5000).json()["key"])
    fresh, old, part = media / "evidence/2026/fresh", media / "evidence/2020/old", media / "uploads/old.part"
    for path in (fresh, old, part):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left behind by a kill")
    for path in (old, part, Path(kept.file.path), uploads.place_of(begun)):
        os.utime(path, (LONG_AGO, LONG_AGO))
    assert sweep_files() == 2
    assert sorted(files(media)) == sorted([fresh, Path(kept.file.path), uploads.place_of(begun)])
    assert Path(kept.file.path).read_bytes()


def test_files_of_a_database_put_back_from_an_older_copy_stay(district, media):
    folder = media / "evidence/2026"
    folder.mkdir(parents=True)
    for number in range(unreferenced.MOST + 1):
        (folder / str(number)).write_bytes(b"x")
        os.utime(folder / str(number), (LONG_AGO, LONG_AGO))
    with pytest.raises(unreferenced.TooManyLeftovers):
        unreferenced.sweep(clock.now())
    assert len(files(media)) == unreferenced.MOST + 1
