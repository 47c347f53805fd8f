"""Equal contents are stored once; files are handed on to the web server in front where that is set."""

import threading
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse

from greendistrict.documents import services
from greendistrict.documents.enums import ScanState
from greendistrict.documents.models import Evidence
from portal.data_check import checks
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.files import pdf
from tests.waiting import until_somebody_waits

pytestmark = pytest.mark.django_db


def store(owner, by, content=None, **kw):
    return services.store(owner=owner, upload=SimpleUploadedFile("a.pdf", content or pdf()), kind="plan", title="规划", by=by, **kw)


def files(media):
    return [path for path in media.rglob("*") if path.is_file()]


def test_equal_contents_are_stored_once_and_go_with_the_last_row(people, district, media, django_capture_on_commit_callbacks):
    content = pdf()
    first, second = store(district, people.preparer, content), store(district, people.preparer, content)
    other = store(district, people.preparer, content + b"%")
    assert first.file.name == second.file.name != other.file.name
    assert (first.key == second.key, len(files(media))) == (False, 2)
    assert list(checks.named_files_are_there(lambda *_a: None, (0, 1))) == []
    with django_capture_on_commit_callbacks(execute=True):
        services.remove(first)
    assert len(files(media)) == 2
    with second.file.open("rb") as stream:
        assert stream.read() == content
    with django_capture_on_commit_callbacks(execute=True):
        services.remove(second)
    assert [path.name for path in files(media)] == [Path(other.file.name).name]


def test_a_content_that_is_gone_or_infected_is_not_shared(people, district, media):
    content = pdf()
    first = store(district, people.preparer, content)
    Path(first.file.path).unlink()
    second = store(district, people.preparer, content)
    assert second.file.name != first.file.name
    Evidence.objects.update(scan=ScanState.INFECTED)
    assert store(district, people.preparer, content).file.name not in {first.file.name, second.file.name}


def test_a_refused_row_takes_its_file_away_and_leaves_the_content_of_the_other(people, district, media, monkeypatch):
    content = pdf()
    first = store(district, people.preparer, content)
    monkeypatch.setattr(Evidence, "save", lambda *_a, **_k: (_ for _ in ()).throw(ValueError))
    for sent in (content, content + b"%"):
        with pytest.raises(ValueError):  # noqa: PT011 -- our own
            store(district, people.preparer, sent)
    assert files(media) == [Path(first.file.path)]
    assert Path(first.file.path).read_bytes() == content


@pytest.mark.django_db(transaction=True)
def test_a_content_stays_that_another_begins_to_name_while_it_is_removed(media):
    people = cast()
    district, content = make_district(people), pdf()
    first = store(district, people.preparer, content)

    def remove():
        try:
            services.remove(Evidence.objects.get(pk=first.pk))
        finally:
            connection.close()

    removing = threading.Thread(target=remove)
    with transaction.atomic():
        second = store(district, people.preparer, content)
        assert second.file.name == first.file.name
        removing.start()
        assert until_somebody_waits()
    removing.join(30)
    assert list(Evidence.objects.values_list("pk", flat=True)) == [second.pk]
    assert Path(second.file.path).exists()


def test_the_server_in_front_sends_the_file_where_it_is_set(client, people, district, media, settings):
    evidence = store(district, people.preparer)
    client.force_login(people.preparer)
    address = reverse("documents:download", args=[evidence.key])
    settings.ACCEL_PREFIX = "/stored/"
    answer = client.get(f"{address}?view=1", headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (200, b"")
    told = [answer[name] for name in ("X-Accel-Redirect", "Content-Type", "Cache-Control")]
    assert told == [f"/stored/{evidence.file.name}", "application/pdf", "private, no-store"]
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    client.force_login(people.outsider_preparer)
    refused = client.get(address)
    assert (refused.status_code, "X-Accel-Redirect" in refused) == (404, False)
