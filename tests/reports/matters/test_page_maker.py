"""The process that makes pages: what ends it, what it is given, and that the machine's faults are not said of a file."""

import hashlib
import logging
import os
import resource
import signal
import subprocess
import sys
import time
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from pikepdf import Array, Name, String

from greendistrict import children as limits
from reports.matters import page_maker, shown_pages
from reports.matters.bound_files import UNCOMPARED, DossierFile, prepared
from reports.matters.page_maker import DIED, SLOW, PageMaker
from reports.matters.pdf_pages import JPEG, LARGE, PDF
from tests.files import image, pdf
from tests.reports.matters.test_bound_pages import TEXT, form, page_with

FILE = page_with(lambda _document, _page: None)
READY = """print('{"is": "ready"}', flush=True); input(); """
ENDS = {  # of a process, by what it does
    "does not begin": "import sys; sys.exit(3)",
    "does not find what lays out fields": READY
    + """print('{"is": "loading"}\\n{"machine": ["fonts"], "is_loading": true}', flush=True); input()""",
}  # fmt: skip


@pytest.fixture
def given(tmp_path):
    path = tmp_path / "given"
    path.write_bytes(FILE)
    return path


def children(of="self"):
    """Processes that this one began."""
    return {int(pid) for task in Path(f"/proc/{of}/task").iterdir() for pid in (task / "children").read_text().split()}


@pytest.fixture
def makers():
    """Asks for the processes that the test began: the browser of the tests before is a child as well."""
    before = children()
    return lambda: children() - before


def does(monkeypatch, script):
    monkeypatch.setattr(page_maker, "COMMAND", (sys.executable, "-c", script))


@pytest.mark.parametrize("script", ENDS.values(), ids=ENDS)
def test_a_process_that_cannot_work_is_not_said_of_the_file(script, given, tmp_path, monkeypatch):
    does(monkeypatch, script)
    with PageMaker() as maker, pytest.raises(OSError, match=r"return code 3|fonts"):
        maker.make(given, tmp_path / "a.pdf", PDF)


def test_a_file_that_leaves_no_room_to_lay_out_its_fields_is_said_to_be_large(given, tmp_path, monkeypatch):
    failed = """'{"is": "loading"}\\n{"machine": ["no memory"], "is_loading": true}'"""
    answers = """'{"is": "loading"}\\n{"is": "loaded"}\\n{"pages": 0, "apart": {}, "fields": {}, "off": {}}'"""
    does(monkeypatch, READY.replace("input();", f"print({answers} if input() == 'null' else {failed}, flush=True); input()"))
    with PageMaker() as maker:
        assert maker.make(given, tmp_path / "a.pdf", PDF).remarks == [LARGE]


@pytest.mark.parametrize(("content", "kind"), [(FILE, PDF), (image("JPEG"), JPEG)])
def test_what_cannot_be_written_is_not_said_of_the_file(content, kind, given, tmp_path):
    given.write_bytes(content)
    with PageMaker() as maker, pytest.raises(OSError, match="No such file"):
        maker.make(given, tmp_path / "none" / "a.pdf", kind)
    with PageMaker() as maker, pytest.raises(OSError, match="No such file"):
        maker.make(tmp_path / "none", tmp_path / "a.pdf", kind)


def test_a_storage_that_does_not_answer_is_not_said_of_the_file(tmp_path):
    def silent():
        raise OSError(5, "no answer")

    with PageMaker() as maker, pytest.raises(OSError, match="no answer"):
        prepared(DossierFile("1-1", "", "", "a.pdf", PDF, 1, "0" * 64, silent), tmp_path / "a.pdf", maker)


def test_a_process_that_ends_at_a_file_is_said_and_noted(given, tmp_path, monkeypatch, caplog, makers):
    half = tmp_path / "a.pdf"
    half.write_bytes(b"%PDF")
    with PageMaker() as maker:
        with monkeypatch.context() as dying, caplog.at_level(logging.ERROR):
            does(dying, READY + "import os; os.kill(os.getpid(), 9)")
            assert maker.make(given, half, PDF).remarks == [DIED]
        assert "return code -9" in caplog.text
        assert hashlib.sha256(FILE).hexdigest() in caplog.text
        assert not half.exists()
        assert maker.make(given, tmp_path / "b.pdf", PDF).pages == 1
        before = makers()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        while any(Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" for pid in before):
            time.sleep(0.01)
        assert maker.make(given, tmp_path / "c.pdf", PDF).pages == 1  # it ended between two files


def test_it_is_given_little_memory_no_secrets_and_a_folder_that_goes(given, tmp_path, monkeypatch, makers):
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "GD_S3_KEY_SECRET", "GD_FIELD_KEY_FILE"):
        monkeypatch.setenv(name, "secret")
    given.write_bytes(form(V=String("12.34"), **TEXT))
    with PageMaker() as maker:
        assert maker.make(given, tmp_path / "a.pdf", PDF).pages == 1  # with a field, for which nothing else is needed
        [pid] = makers()
        about = Path(f"/proc/{pid}")
        variables = dict(one.split("=", 1) for one in (about / "environ").read_text().split("\0") if one)
        assert set(variables) <= {*limits.KEPT, "LANG"}
        assert (about / "oom_score_adj").read_text().strip() == "1000"
        assert resource.prlimit(pid, resource.RLIMIT_DATA)[0] <= 512 * 1024**2
        folder = Path(variables["TMPDIR"])
        (folder / "weasyprint-1").mkdir()
    assert not folder.exists()
    assert not makers()


def test_it_ends_with_a_worker_that_is_killed(given, tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from reports.matters.page_maker import PageMaker\n"
        f"PageMaker().make(Path({str(given)!r}), Path({str(tmp_path / 'a.pdf')!r}), 'application/pdf'); print('made', flush=True)\n"
        "time.sleep(99)"
    )
    with subprocess.Popen((sys.executable, "-c", script), stdout=subprocess.PIPE, cwd=settings.BASE_DIR) as worker:
        worker.stdout.readline()
        [pid] = children(worker.pid)
        os.kill(pid, signal.SIGSTOP)  # as busy as with a slow file
        worker.kill()
    end = time.monotonic() + 10
    while (there := Path(f"/proc/{pid}/stat").exists()) and time.monotonic() < end:
        time.sleep(0.05)
    if there:
        os.kill(pid, signal.SIGKILL)
    assert not there


def test_a_file_without_room_in_memory_leaves_all_of_it_to_the_next(given, tmp_path, makers):
    def large(document, page):
        packed = zlib.compress(b" " * 60_000_000, 1)
        page.Contents = Array([document.make_stream(packed, Filter=Name.FlateDecode) for _ in range(14)])

    given.write_bytes(page_with(large))
    with PageMaker() as maker:
        assert maker.make(given, tmp_path / "a.pdf", PDF).remarks == [LARGE]
        assert not makers()


def test_nothing_is_begun_when_the_time_is_used_up(given, tmp_path, monkeypatch):
    with PageMaker() as maker:
        maker.spent(-page_maker.TOTAL)
        with monkeypatch.context() as closed:
            closed.setattr(page_maker, "COMMAND", ("/none",))
            assert maker.make(given, tmp_path / "a.pdf", PDF).remarks == [SLOW]

    class Late(PageMaker):
        def make(self, given, path, content_type):
            made = super().make(given, path, content_type)
            self.spent(-page_maker.TOTAL)
            return made

    with Late() as maker, monkeypatch.context() as closed:
        closed.setattr(shown_pages, "COMMAND", ("/none",))
        file = DossierFile("1-1", "", "", "a.pdf", PDF, 1, "0" * 64, lambda: BytesIO(pdf()))
        assert prepared(file, tmp_path / "b.pdf", maker).remark == UNCOMPARED


def test_beginning_and_loading_take_no_time_of_the_file(given, tmp_path, monkeypatch):
    monkeypatch.setattr(page_maker, "SECONDS", 1)
    does(monkeypatch, """if True:
        import json, time
        def say(said):
            print(json.dumps(said), flush=True)
        time.sleep(1.2); say({"is": "ready"}); input(); say({"is": "loading"}); time.sleep(1.2); say({"is": "loaded"})
        say({"pages": 3, "apart": {}, "fields": {}, "off": {}})
        input()
    """)  # fmt: skip
    with PageMaker() as maker:
        assert maker.make(given, tmp_path / "a.pdf", PDF).pages == 3
        assert maker.seconds(page_maker.TOTAL) < page_maker.TOTAL - 2.4  # but of the volume


def test_what_the_comparing_process_says_at_its_end_is_noted(given, tmp_path, caplog):
    with caplog.at_level(logging.ERROR):
        shown_pages.compared(given, tmp_path / "none", apart={}, fields={}, off={})
    assert "FileNotFoundError" in caplog.text
