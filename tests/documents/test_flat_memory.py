"""Uploads of every kind of document take the same memory whatever their size; what others keep in memory is named where it stands."""

import hashlib
import os
import zipfile

import pikepdf
import pytest
from django.core.files.uploadedfile import UploadedFile

from greendistrict.documents import services
from greendistrict.documents.office.inspection import MAIN_PART, MAX_PIXELS
from tests.memory import growth_during

MB = 1024 * 1024
SMALL, LARGE = 2 * MB, 44 * MB
SLACK = 12 * MB  # of allocators; one copy of the large file in memory would be 42 more


def long_pdf(path, size):
    with pikepdf.new() as document:
        document.add_blank_page()
        document.pages[0].Contents = document.make_stream(os.urandom(size))
        document.save(path, compress_streams=False)


def long_docx(path, size):
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", f'<Types><Override ContentType="{MAIN_PART["docx"]}"/></Types>')
        package.writestr("word/document.xml", "<x/>")
        package.writestr("word/media/image1.png", os.urandom(size))


@pytest.mark.parametrize(("ending", "make"), [("pdf", long_pdf), ("docx", long_docx)])
@pytest.mark.usefixtures("media")
def test_the_memory_of_an_upload_does_not_grow_with_it(people, district, tmp_path, ending, make):
    grown = {}
    for size in (SMALL, SMALL + 1, LARGE):  # the first loads libraries
        path = tmp_path / f"{size}.{ending}"
        make(path, size)

        def stored(path=path):
            with path.open("rb") as file:
                upload = UploadedFile(file=file, name=path.name, size=path.stat().st_size)
                kept = services.store(owner=district, upload=upload, kind="规划文本", title="报告", by=people.preparer)
                assert not file.closed, "a form that is shown again keeps it"
            return kept

        grown[size] = growth_during(stored)
        row = services.Evidence.objects.latest("pk")
        with row.file.open() as kept, path.open("rb") as sent:
            assert hashlib.file_digest(kept.file, "sha256").hexdigest() == row.sha256 == hashlib.file_digest(sent, "sha256").hexdigest()
        assert row.size == path.stat().st_size
    assert grown[LARGE] - grown[SMALL + 1] < SLACK, {size: f"{bytes_ / MB:.1f} MB" for size, bytes_ in grown.items()}
    assert growth_during(lambda: len(path.read_bytes())) > LARGE - SLACK, "reading whole would be seen"
    assert MAX_PIXELS * 3 <= 150_000_000, "bytes of the largest picture that is drawn anew"
