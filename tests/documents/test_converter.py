"""LibreOffice behind a socket: a process without secrets and settings of the portal, here with stand-ins for the program."""

import os
import shlex
import signal
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from greendistrict.documents.office import conversion, converter
from greendistrict.processes import until
from tests.files import chinese_pdf, docx

ROOT = Path(__file__).resolve().parents[2]
OUT = 'while [ $# -gt 1 ]; do if [ "$1" = --outdir ]; then out="$2"; fi; shift; done\n'


@pytest.fixture
def answering(settings, tmp_path_factory):
    """Start the process with what a container gives it and nothing else; returns how a stand-in is put in the program's place."""
    folder = tmp_path_factory.mktemp("c")
    program = folder / "soffice"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    settings.OFFICE_CONVERTER, settings.OFFICE_SECONDS = f"unix://{folder}/s", 5
    given = {"PATH": os.defpath, "GD_OFFICE_CONVERTER": settings.OFFICE_CONVERTER, "GD_OFFICE_PROGRAM": str(program)}
    given["GD_OFFICE_SECONDS"] = "5"
    process = subprocess.Popen([sys.executable, "-m", "greendistrict.documents.office.converter"], cwd=ROOT, env=given)
    until(lambda: (folder / "s").exists() or process.poll() is not None, seconds=60)

    def put(what):
        (folder / "made.pdf").write_bytes(chinese_pdf("一"))
        program.write_text("#!/bin/sh\n" + OUT + what.format(made=shlex.quote(str(folder / "made.pdf"))) + "\n", encoding="utf-8")

    yield put
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_a_file_goes_there_and_comes_back_as_a_checked_pdf(answering):
    answering('cp {made} "$out/file.pdf"')
    assert converter.as_pdf(BytesIO(docx()), "docx").startswith(b"%PDF")
    answering("exit 3")
    with pytest.raises(conversion.NotConverted, match="转换程序出错"):
        converter.as_pdf(BytesIO(docx()), "docx")
    answering("true")
    with pytest.raises(conversion.NotConverted, match="没有给出文件"):
        converter.as_pdf(BytesIO(docx()), "docx")
    answering('ln -s /etc/passwd "$out/file.pdf"')
    with pytest.raises(conversion.NotConverted, match="没有给出文件"):
        converter.as_pdf(BytesIO(docx()), "docx")
    answering('echo "no PDF at all" > "$out/file.pdf"')
    with pytest.raises(conversion.NotConverted):  # by who asked: what the converter says is believed by nobody
        converter.as_pdf(BytesIO(docx()), "docx")


def test_nothing_of_ours_reaches_the_program(answering):
    answering('[ -z "$(env | grep -E "DATABASE|REDIS|SECRET|GD_")" ] && cp {made} "$out/file.pdf"')
    assert converter.as_pdf(BytesIO(docx()), "docx").startswith(b"%PDF")


def test_a_converter_that_is_away_says_nothing_about_the_file(settings, tmp_path):
    settings.OFFICE_CONVERTER = f"unix://{tmp_path}/nobody"
    with pytest.raises(converter.ConverterAway, match="nobody"):
        converter.fetch(BytesIO(b"x"), "docx", tmp_path / "made")


@pytest.mark.parametrize("asked", [b"exe 3\nabc", b"docx many\nabc", b"docx 99999999999\nabc", b"docx 5\nabc", b""])
def test_what_is_no_question_is_dropped(answering, settings, asked):
    with converter._connected() as link:
        link.sendall(asked)
        link.shutdown(1)
        assert link.recv(100) == b""
