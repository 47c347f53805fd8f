"""OFD beside a paper's PDF, made by a converter of the office: real programs and a real server stand in for it."""

import io
import shlex
import threading
import time
import zipfile
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from greendistrict import env
from greendistrict.core.models import IssuedFile
from greendistrict.documents.office.conversion import NotConverted
from greendistrict.workflow.models import OutboxMessage
from reports.jobs import ofd_files, services
from reports.jobs.enums import JobState
from reports.jobs.models import ExportJob
from reports.jobs.ofd import ofd_of
from reports.jobs.requests import request_report
from tests.factories.accounts import make_user
from tests.files import pdf
from tests.reports.world import KIND, places

PDF = b"%PDF-1.7 of one page"


@cache
def package(entry="OFD.xml"):
    """The least that is an OFD: a package with its entry."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(entry, '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" DocType="OFD-A" Version="1.0"/>')
    return stream.getvalue()


@pytest.fixture
def program(settings, tmp_path):
    """Put a script in the place of the office's program; ``{made}`` in it is a file that is an OFD."""
    script, made = tmp_path / "pdf2ofd", tmp_path / "made.ofd"
    made.write_bytes(package())

    def put(what):
        script.write_text("#!/bin/sh\n" + what.format(made=shlex.quote(str(made))) + "\n", encoding="utf-8")
        script.chmod(0o700)
        settings.OFD_CONVERTER = str(script)

    return put


@contextmanager
def service(answer):
    """A server that answers a POST with ``answer(body)``: status and content, or what it writes itself."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            told = answer(self.rfile.read(int(self.headers["Content-Length"])), self.headers)
            if told is None:
                return
            self.send_response(told[0])
            self.end_headers()
            self.wfile.write(told[1])

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/ofd?to=archive"
    finally:
        server.shutdown()
        server.server_close()


def made_paper(people):
    job = request_report(kind=KIND, year=2026, by=people.city_officer, district=places()[0])
    assert services.run(job.pk)
    return ExportJob.objects.get(pk=job.pk)


def formats(job):
    return {file.format: file.document for file in job.files.select_related("document")}


def asked():
    return OutboxMessage.objects.filter(kind=ofd_files.OUTBOX_KIND).count()


def test_a_program_and_an_address_get_the_pdf_and_give_ofd(program, settings):
    program('[ "$(cat "$1")" = "%PDF-1.7 of one page" ] && cp {made} "$2"')
    assert ofd_of(PDF) == package()
    seen = []
    with service(lambda body, headers: seen.append((body, headers["Content-Type"])) or (200, package())) as url:
        settings.OFD_CONVERTER = url
        assert ofd_of(PDF) == package()
    assert seen == [(PDF, "application/pdf")]


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("echo 没有字体，不能转换 >&2; exit 3", r"转换程序出错（3）：没有字体，不能转换$"),
        ("exit 4", r"转换程序出错（4）$"),
        ("true", "没有给出文件"),
        ('ln -s {made} "$2"', "没有给出文件"),
        ('echo "no package" > "$2"', "不是OFD文件"),
        ('cp "$1" "$2"', "不是OFD文件"),
        ("sleep 30", "转换超过1秒"),
        ('head -c 3000 /dev/zero > "$2"', "转换程序出错|超过0MB的上限"),
        ('[ -z "$(env | grep -E "DATABASE|REDIS|SECRET|GD_")" ] || cp {made} "$2"', "没有给出文件"),
    ],
)
def test_what_a_program_does_not_do_is_said(program, settings, what, why):
    settings.OFD_SECONDS, settings.GD_UPLOAD_MAX_BYTES = 1, 1024
    program(what)
    with pytest.raises(NotConverted, match=why):
        ofd_of(PDF)


def test_what_an_address_does_not_do_is_said(settings):
    settings.OFD_SECONDS, settings.GD_UPLOAD_MAX_BYTES = 1, 1024
    refusals = [
        (lambda *_: (422, "缺少字体。".encode()), r"没有转换（HTTP 422）：缺少字体$"),
        (lambda *_: (302, b""), r"没有转换（HTTP 302）$"),
        (lambda *_: (200, package("Document.xml")), "不是OFD文件"),
        (lambda *_: (200, b"\0" * 5000), "超过0MB的上限"),
        (lambda *_: time.sleep(3), "转换超过1秒"),
        (lambda *_: None, r"没有应答（RemoteDisconnected）"),
    ]
    for answer, why in refusals:
        with service(answer) as url:
            settings.OFD_CONVERTER = url
            with pytest.raises(NotConverted, match=why):
                ofd_of(PDF)
    with pytest.raises(NotConverted, match="没有应答"):  # nobody listens there any more
        ofd_of(PDF)
    with pytest.raises(NotConverted, match="PDF超过"):
        ofd_of(b"\0" * 5000)


def test_a_setting_that_is_neither_program_nor_address_stops_the_process(monkeypatch, program, settings):
    program("true")
    for value in ("", "sh", settings.OFD_CONVERTER, "http://converter:8500", "https://converter.example/to/ofd?kind=a"):
        monkeypatch.setenv("GD_OFD_CONVERTER", value)
        assert env.program_or_url("GD_OFD_CONVERTER").endswith(value)
    for value in ("no-such-program", "/no/such", "ftp://converter/", "http://", "http://name:password@converter/", "unix:///run/socket"):
        monkeypatch.setenv("GD_OFD_CONVERTER", value)
        with pytest.raises(ImproperlyConfigured, match="GD_OFD_CONVERTER"):
            env.program_or_url("GD_OFD_CONVERTER")


def test_without_a_converter_nothing_is_asked_for_or_offered(sheets, client):
    job = made_paper(sheets)
    assert (set(formats(job)), asked(), job.ofd_asked_at) == ({"pdf", "xlsx"}, 0, None)
    client.force_login(sheets.city_officer)
    assert "OFD" not in client.get(reverse("reports:job", args=[job.pk])).content.decode()
    assert client.post(reverse("reports:job_ofd", args=[job.pk])).status_code == 302
    assert (asked(), ofd_files.convert(job.pk)) == (0, False)


def test_the_ofd_stands_beside_the_pdf_with_its_digest_and_once(sheets, client, program):
    program('cp {made} "$2"')
    job = made_paper(sheets)
    before = formats(job)["pdf"].sha256
    assert (asked(), set(formats(job)), job.state) == (1, {"pdf", "xlsx"}, JobState.DONE)
    client.force_login(sheets.city_officer)
    page = client.get(reverse("reports:job", args=[job.pk])).content.decode()
    assert "正在转换为OFD" in page
    assert [ofd_files.convert(job.pk), ofd_files.convert(job.pk)] == [True, False]
    made = formats(job)["ofd"]
    page = client.get(reverse("reports:job", args=[job.pk])).content.decode()
    assert (made.sha256[:12] in page, "转换为OFD" in page, made.original_name in page) == (True, False, True)
    assert (made.content_type, made.confidentiality, made.is_demo) == ("application/ofd", job.confidentiality, job.is_demo)
    assert IssuedFile.objects.get(sha256=made.sha256).format == "ofd"
    with made.file.open("rb") as stored:
        assert stored.read() == package()
    assert formats(job)["pdf"].sha256 == before


def test_a_converter_that_fails_loses_nothing_says_why_and_is_asked_again(sheets, client, program):
    program("echo 授权已到期 >&2; exit 1")
    job = made_paper(sheets)
    assert ofd_files.convert(job.pk) is False
    client.force_login(sheets.city_officer)
    page = client.get(reverse("reports:job", args=[job.pk])).content.decode()
    assert "没有转换成OFD：转换程序出错（1）：授权已到期。PDF是原件，不受影响。" in page
    assert (set(formats(job)), ExportJob.objects.get(pk=job.pk).state) == ({"pdf", "xlsx"}, JobState.DONE)
    program('cp {made} "$2"')
    assert client.post(reverse("reports:job_ofd", args=[job.pk])).status_code == 302
    assert asked() == 2
    assert ofd_files.convert(job.pk) is True
    assert ExportJob.objects.get(pk=job.pk).ofd_error == ""
    client.force_login(make_user("expert"))
    assert client.post(reverse("reports:job_ofd", args=[job.pk])).status_code in (403, 404)


def test_a_paper_that_is_deleted_while_it_is_converted_keeps_nothing(sheets, program):
    program('cp {made} "$2"')
    job = made_paper(sheets)
    made = ofd_of(pdf())
    services.drop_files(job)
    assert ofd_files._keep(job.pk, made) is False
    assert formats(job) == {}
