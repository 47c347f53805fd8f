"""Word and Excel files as the viewer shows them, converted by the real LibreOffice with the portal's own profile and limits."""

import re
import shutil
import socket
import threading
import time
from io import BytesIO

import docx
import openpyxl
import pytest
from django.core.files.base import ContentFile
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from pypdf import PdfReader

from greendistrict.documents.office import conversion
from tests.files import image

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def libreoffice(settings):
    """The program of this machine."""
    settings.OFFICE_PROGRAM = shutil.which("soffice")
    assert settings.OFFICE_PROGRAM, "soffice is missing: sh scripts/setup.sh --office"


@pytest.fixture
def calls():
    """A server on the loopback; returns its port and what was asked of it."""
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    heard.append(connection.recv(1000))

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)


def saved(document):
    stream = BytesIO()
    document.save(stream)
    return ContentFile(stream.getvalue())


def texts(content):
    return [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(BytesIO(content)).pages]


def test_a_word_file_keeps_its_words_and_pages_and_loses_its_author_and_every_sheet_of_a_workbook_is_shown():
    document = docx.Document()
    document.core_properties.author = "张三"
    document.add_paragraph("能源规划：可再生能源替代率为12.6%")
    document.add_page_break()
    document.add_paragraph("第二页")
    content = conversion.as_pdf(saved(document), "docx")
    first, second = texts(content)
    assert ("可再生能源替代率为12.6%" in first, second) == (True, "第二页")
    assert PdfReader(BytesIO(content)).metadata is None
    assert "张三".encode("utf-16-be") not in content
    book = openpyxl.Workbook()
    book.active["A1"] = "用能台账"
    book.create_sheet("二")["A1"] = "碳排放"
    assert [text[:4] for text in texts(conversion.as_pdf(saved(book), "xlsx"))] == ["用能台账", "碳排放"]


def linked(address):
    """A Word file with a picture that is to be fetched from an address."""
    document = docx.Document()
    document.add_paragraph("带链接图片")
    document.add_picture(BytesIO(image("PNG")))
    place = document.part.relate_to(address, RELATIONSHIP_TYPE.IMAGE, is_external=True)
    for blip in document.element.body.iter(qn("a:blip")):
        del blip.attrib[qn("r:embed")]
        blip.set(qn("r:link"), place)
    return saved(document)


@pytest.mark.parametrize(("closed", "parted"), [(False, False), (True, False), (False, True)])
def test_nothing_that_a_file_links_is_fetched(calls, monkeypatch, closed, parted):
    """By the profile alone, and by the network alone where the machine lets us take it away; with neither it is fetched."""
    port, heard = calls
    if not closed:
        monkeypatch.setattr(conversion, "KEPT_CLOSED", ())
    if not parted:
        monkeypatch.setattr(conversion, "WITHOUT_NETWORK", ("no such program",))
    conversion._parted.cache_clear()
    try:
        is_fetched = not closed and not conversion._parted()
        assert "带链接图片" in "".join(texts(conversion.as_pdf(linked(f"http://127.0.0.1:{port}/picture.png"), "docx")))
    finally:
        conversion._parted.cache_clear()
    assert bool(heard) is is_fetched


def test_what_is_no_word_file_is_not_converted_and_leaves_nothing(tmp_path, settings):
    with pytest.raises(conversion.NotConverted):
        conversion.as_pdf(ContentFile(b"not a package"), "docx")
    settings.OFFICE_SECONDS = 1
    long = docx.Document()
    for _ in range(4_000):  # hundreds of pages: an empty document may be done within a second
        long.add_paragraph("绿色生态城区" * 60)
    began = time.monotonic()
    with pytest.raises(conversion.NotConverted):
        conversion.as_pdf(saved(long), "docx")
    assert time.monotonic() - began < 20
