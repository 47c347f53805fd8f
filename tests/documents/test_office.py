"""Word and Excel files in the viewer: PDFs made by a program of the operator, here by stand-ins for LibreOffice."""

import datetime as dt
import shlex
import time
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from celery import current_app
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.urls import reverse

from greendistrict import env
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.documents import copies, orphans, services, tasks, unreferenced
from greendistrict.documents.enums import Confidentiality, CopyState
from greendistrict.documents.models import ReadingCopy
from greendistrict.documents.office import conversion
from greendistrict.workflow.models import OutboxMessage
from tests.files import chinese_pdf, docx, pdf
from tests.leases import run_out

pytestmark = pytest.mark.django_db
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OUT = 'while [ $# -gt 1 ]; do if [ "$1" = --outdir ]; then out="$2"; fi; shift; done\n'


@pytest.fixture
def stand_in(settings, tmp_path):
    """Put a shell script in the place of LibreOffice; ``$out`` is the folder for its PDF."""

    def put(what):
        program = tmp_path / "soffice"
        program.write_text("#!/bin/sh\n" + OUT + what + "\n", encoding="utf-8")
        program.chmod(0o700)
        settings.OFFICE_PROGRAM = str(program)

    return put


@pytest.fixture
def gives(stand_in, tmp_path):
    """A stand-in that gives this PDF, after something else."""

    def put(content, first=""):
        (tmp_path / "made.pdf").write_bytes(content)
        stand_in(first + f'cp {shlex.quote(str(tmp_path / "made.pdf"))} "$out/file.pdf"')

    return put


@pytest.fixture
def converts(gives):
    """A stand-in that gives a PDF."""
    gives(chinese_pdf("一", "二"))


@pytest.fixture
def keep(people, district, media):
    """Store a Word file of the district."""

    def stored(title="方案", content=None):
        content = content or docx()
        return services.store_bytes(owner=district, content=content, name="方案.docx", content_type=WORD, kind="plan", title=title)

    return stored


def shown(client, file, **query):
    return client.get(reverse("documents:converted", args=[file.key], query=query)).content.decode()


def make():
    """What the worker does with each copy that waits; returns how many became a PDF."""
    return sum(copies.make(one.pk) for one in ReadingCopy.objects.filter(state=CopyState.WAITING))


def test_a_word_file_is_converted_when_it_is_first_opened_and_shown_at_its_page(client, people, keep, converts):
    file = keep()
    client.force_login(people.preparer)
    page = client.get(reverse("documents:reading", args=[file.key], query={"page": "2"})).content.decode()
    assert f'hx-get="{reverse("documents:converted", args=[file.key])}?page=2"' in page
    assert 'hx-trigger="load"' in page
    assert reverse("documents:download", args=[file.key]) in page, "without scripts"
    assert not ReadingCopy.objects.exists()
    for _ in range(2):
        waiting = shown(client, file, page="2")
        assert "正在转换" in waiting
        assert 'hx-trigger="load delay:2s"' in waiting
    assert OutboxMessage.objects.filter(kind=copies.OUTBOX_KIND).count() == 1
    assert (current_app.amqp.router.route({}, copies.MAKE)["queue"].name, tasks.make_copy.name) == ("office", copies.MAKE)
    assert make() == 1
    ready = shown(client, file, page="2", passage="表5-3")
    address = reverse("documents:as_pdf", args=[file.key])
    assert f'data-paper="{address}" data-page="2" data-page-end="" data-passage="表5-3"' in ready
    assert "hx-get" not in ready
    sent = client.get(address)
    assert (sent["Content-Type"], sent["X-Frame-Options"], sent["Cache-Control"]) == ("application/pdf", "SAMEORIGIN", "private, no-store")
    assert "inline" in sent["Content-Disposition"]
    content = sent.getvalue()
    part = client.get(address, headers={"Range": "bytes=0-4"})
    assert (part.status_code, part["Content-Range"], part.getvalue()) == (206, f"bytes 0-4/{len(content)}", b"%PDF-")
    taken = AuditRecord.objects.filter(action="documents.download")
    assert [one.data["sha256"] for one in taken] == [file.sha256], "one opening"


def test_a_copy_is_for_those_who_may_open_the_file(client, people, keep, converts):
    file = keep()
    copies.ask(file)
    make()
    addresses = [reverse(f"documents:{name}", args=[file.key]) for name in ("converted", "as_pdf")]
    assert all(client.get(one).url.startswith(reverse("accounts:login")) for one in addresses)
    client.force_login(people.outsider_preparer)
    assert [client.get(one).status_code for one in addresses] == [404, 404]
    file.confidentiality = Confidentiality.CLASSIFIED
    file.save(update_fields=["confidentiality"])
    client.force_login(people.secretariat)
    assert [client.get(one).status_code for one in addresses] == [404, 404]
    client.force_login(people.preparer)
    answers = [client.get(one) for one in addresses]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[1].getvalue().startswith(b"%PDF-")


FAILURES = {
    "exit 3": "转换程序出错（3）", "exit 0": "没有给出文件", 'echo "<html>" > "$out/file.pdf"': "不是 PDF 文件",
    'printf "%s" "%PDF-1.7 broken" > "$out/file.pdf"': "已损坏", 'ln -s /etc/passwd "$out/file.pdf"': "没有给出文件",
    'head -c 400000 /dev/zero > "$out/file.pdf"': "转换程序出错",
}  # fmt: skip


@pytest.mark.parametrize("what", FAILURES)
def test_a_failure_is_told_and_remembered(preparer, keep, stand_in, settings, *, what):
    settings.GD_UPLOAD_MAX_BYTES = 200_000
    stand_in(what)
    file = keep()
    shown(preparer, file)
    assert make() == 0
    copy = ReadingCopy.objects.get()
    assert (copy.state, bool(copy.file)) == (CopyState.FAILED, False)
    assert FAILURES[what] in copy.error
    told = shown(preparer, file, page="3")
    assert [words in told for words in ("不能转换，请下载", "位置在第3页", "hx-get")] == [True, True, False]
    assert preparer.get(reverse("documents:as_pdf", args=[file.key])).status_code == 404
    assert OutboxMessage.objects.filter(kind=copies.OUTBOX_KIND).count() == 1, "nobody tries again"


def test_a_pdf_that_runs_something_is_not_taken(keep, gives):
    def runs(paper):
        paper.Root["/OpenAction"] = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")

    gives(pdf(runs))
    copies.ask(keep())
    assert make() == 0
    assert "含" in ReadingCopy.objects.get().error


def test_a_program_that_does_not_end_is_ended_with_all_it_started(keep, stand_in, settings, tmp_path):
    settings.OFFICE_SECONDS = 1
    numbers = tmp_path / "numbers"
    stand_in(f"sleep 60 & echo $! > {shlex.quote(str(numbers))}\nsleep 60")
    copies.ask(keep())
    began = time.monotonic()
    assert make() == 0
    assert time.monotonic() - began < 30
    assert ReadingCopy.objects.get().error == "转换超过1秒"
    state = Path(f"/proc/{numbers.read_text().strip()}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_the_program_gets_a_profile_without_macros_and_none_of_our_environment(gives, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "nobody reads this")
    seen = tmp_path / "seen"
    gives(chinese_pdf("一"), f'exec > {shlex.quote(str(seen))}; env; cat "$HOME/profile/user/registrymodifications.xcu"; pwd; ')
    conversion.as_pdf(ContentFile(docx()), "docx")
    told = seen.read_text(encoding="utf-8")
    assert "SECRET_KEY" not in told
    assert '"DisableMacrosExecution" oor:op="fuse"><value>true<' in told
    folder = Path(told.splitlines()[-1])
    assert (folder.name[:10], folder.exists()) == ("gd-office-", False)


def test_the_pdf_names_nobody_and_no_time(gives):
    def signed(paper):
        paper.docinfo["/Author"], paper.docinfo["/CreationDate"] = "张三", "D:20260101120000"

    gives(pdf(signed))
    with pikepdf.open(BytesIO(conversion.as_pdf(ContentFile(docx()), "docx"))) as paper:
        assert "/Info" not in paper.trailer


def test_what_a_worker_lost_is_asked_for_again_three_times_at_most(keep, converts, monkeypatch):
    file = keep()
    copy = copies.ask(file)
    for _ in range(copies.MOST_ATTEMPTS):
        ReadingCopy.objects.update(state=CopyState.MAKING, attempts=copy.attempts + 1)
        assert copies.ask(file).state == CopyState.MAKING
        run_out()
        assert (copies.sweep(), copies.sweep()) == (1, 0)
        copy.refresh_from_db()
    assert (copy.state, copy.error) == (CopyState.FAILED, copies.BROKEN_OFF)
    assert OutboxMessage.objects.filter(kind=copies.OUTBOX_KIND).count() == copies.MOST_ATTEMPTS


def test_the_same_content_is_converted_once_and_its_copy_goes_with_the_last_file(keep, converts, media, django_capture_on_commit_callbacks):
    content = docx()
    first, second = keep("方案", content), keep("方案二", content)
    copies.ask(first)
    make()
    assert copies.ask(second) == ReadingCopy.objects.get(state=CopyState.READY)
    stored = media / ReadingCopy.objects.get().file.name
    later = clock.now() + dt.timedelta(days=30)
    assert orphans.orphans() == []
    assert unreferenced.leftovers(later) == []
    for file, is_left in ((first, True), (second, False)):
        with django_capture_on_commit_callbacks(execute=True):
            services.remove(file)
        assert (stored.exists(), ReadingCopy.objects.exists()) == (is_left, is_left)


def test_the_weekly_sweep_drops_what_nothing_needs(keep, converts, media, django_capture_on_commit_callbacks):
    file, failed = keep("方案"), keep("坏的", content=docx() + b" ")
    copies.ask(file)
    make()
    stored = media / ReadingCopy.objects.get().file.name
    ReadingCopy.objects.create(sha256=failed.sha256, state=CopyState.FAILED, since=clock.now())
    assert copies.drop_old(clock.now()) == 0
    type(file).objects.filter(pk=file.pk).delete()
    with django_capture_on_commit_callbacks(execute=True):
        assert copies.drop_old(clock.now() + dt.timedelta(days=8)) == 2
    assert not stored.exists()
    (media / "copies" / "left.pdf").write_bytes(b"%PDF-")
    assert unreferenced.leftovers(clock.now() + dt.timedelta(days=8))[-1] == "copies/left.pdf"


def test_without_the_program_or_for_a_large_file_it_is_downloaded(preparer, keep, converts, settings):
    file = keep()
    file.size = conversion.MOST_BYTES + 1
    file.save(update_fields=["size"])
    assert "不能转换，请下载" in shown(preparer, file)
    assert not ReadingCopy.objects.exists()
    settings.OFFICE_PROGRAM = ""
    assert preparer.get(reverse("documents:reading", args=[file.key])).url == reverse("documents:download", args=[file.key])


def test_the_setting_names_a_program_that_is_there(monkeypatch, tmp_path):
    monkeypatch.setenv("GD_OFFICE_PROGRAM", "sh")
    assert env.program("GD_OFFICE_PROGRAM", "soffice").endswith("/sh")
    for off in ("", "none"):
        monkeypatch.setenv("GD_OFFICE_PROGRAM", off)
        assert env.program("GD_OFFICE_PROGRAM", "soffice") == ""
    monkeypatch.setenv("GD_OFFICE_PROGRAM", str(tmp_path / "soffice"))
    with pytest.raises(ImproperlyConfigured, match="no program"):
        env.program("GD_OFFICE_PROGRAM", "soffice")
