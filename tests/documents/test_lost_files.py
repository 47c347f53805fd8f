"""A file that its row names and the storage lacks: words, and a line for the system keeper. The walk asks every address."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.documents import copies
from greendistrict.documents.lost_files import AWAY_WORDS, GONE_WORDS
from greendistrict.documents.models import ReadingCopy
from tests.documents.test_files import stored, upload
from tests.files import docx


@pytest.fixture
def address(client, people, district):
    client.force_login(people.preparer)
    evidence = stored(district, people.preparer)
    default_storage.delete(evidence.file.name)
    return reverse("documents:download", args=[evidence.key])


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-10"}, {"HX-Request": "true"}])
@pytest.mark.parametrize("served_by", ["", "/protected/"])
def test_a_file_that_is_gone_is_told_and_noted_once(client, people, address, settings, *, headers, served_by):
    settings.ACCEL_PREFIX = served_by
    for _ in range(2):
        answer = client.get(address, headers=headers)
        assert (answer.status_code, GONE_WORDS in answer.content.decode()) == (404, True)
    noted = AuditRecord.objects.get(action="documents.missing")
    client.force_login(people.system_keeper)
    page = reverse("portal:operations")
    assert noted.subject_label in client.get(page).content.decode()
    default_storage.save(noted.subject_label, upload())
    assert noted.subject_label not in client.get(page).content.decode()


def test_a_storage_that_does_not_answer_is_told(client, people, address, settings):
    settings.MEDIA_ROOT = __file__
    answer = client.get(address)
    assert (answer.status_code, AWAY_WORDS in answer.content.decode()) == (503, True)
    assert not AuditRecord.objects.filter(action="documents.missing").exists()


def test_a_copy_of_a_lost_file_fails_in_words(people, district):
    evidence = stored(district, people.preparer, upload=upload("报告.docx", docx()))
    copy = ReadingCopy.objects.create(sha256=evidence.sha256, since=clock.now())
    default_storage.delete(evidence.file.name)
    assert not copies.make(copy.pk)
    assert "不在存储中" in ReadingCopy.objects.get().error
