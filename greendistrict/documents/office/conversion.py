"""Converts Word and Excel files to PDF with LibreOffice, an external program that reads untrusted files.

It runs in a temporary folder, without our environment variables, without network if the machine permits that, and with limits of time,
memory and size. A new profile is created each time: no macros, no links followed, no updates.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import File

from greendistrict.core.errors import Refused
from greendistrict.documents.office.anonymous import anonymous
from greendistrict.documents.office.archives import SPOILT
from greendistrict.documents.office.inspection import KINDS, inspect

# Import filters by name, so that the content of a file cannot choose its reader.
FILTERS = {"docx": ("MS Word 2007 XML", "writer_pdf_Export"), "xlsx": ("Calc MS Excel 2007 XML", "calc_pdf_Export")}
MOST_BYTES = 30 * 1024 * 1024  # limit of the file to convert
MOST_MEMORY = 4 * 1024 * 1024  # KB of address space, most of it never used
LIMITED = 'ulimit -f "$1" && ulimit -v "$2" && ulimit -t "$3" && shift 3 && exec "$@"'
BLOCK = 512
FAULTS: tuple[type[Exception], ...] = (Refused, *SPOILT)  # errors of a PDF that would not be accepted as an upload either
WITHOUT_NETWORK = ("unshare", "--user", "--map-root-user", "--net")
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{}</oor:items>
"""
PROPERTY = '<item oor:path="/org.openoffice.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>\n'
NEVER = "2"
NOWHERE = (("ooInetProxyType", "2"), *((f"ooInet{one}ProxyName", "127.0.0.1") for one in ("HTTP", "HTTPS")))
KEPT_CLOSED = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", NEVER),
    ("Office.Calc/Content/Update", "Link", NEVER),
    *(("Inet/Settings", name, value) for name, value in NOWHERE),
    *(("Inet/Settings", f"ooInet{one}ProxyPort", "9") for one in ("HTTP", "HTTPS")),
)


class NotConverted(Exception):  # noqa: N818 -- an outcome
    """The file was not converted; the message says why."""


def extension_of(content_type: str) -> str:
    """File extension of an Office file by its content type; empty for other types."""
    return next((kind.extension for kind in KINDS.values() if kind.content_type == content_type and kind.extension in FILTERS), "")


def converted_types() -> frozenset[str]:
    """Content types converted here; empty without the program."""
    return frozenset(KINDS[one].content_type for one in FILTERS) if settings.OFFICE_PROGRAM else frozenset()


def converts(content_type: str, size: int) -> bool:
    """Whether a file of this type and size is converted here."""
    return content_type in converted_types() and size <= MOST_BYTES


def as_pdf(source: "File[bytes]", extension: str) -> bytes:
    """The file as PDF, without author and dates. Raises ``NotConverted``."""
    with tempfile.TemporaryDirectory(prefix="gd-office-") as name:
        return checked(converted(source, extension, Path(name)))


def converted(source: "IO[bytes] | File[bytes]", extension: str, folder: Path) -> Path:
    """The PDF that the program made in this folder, unchecked. Raises ``NotConverted``."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    written = PROFILE.format("".join(PROPERTY.format(*one) for one in KEPT_CLOSED))
    (user / "registrymodifications.xcu").write_text(written, encoding="utf-8")
    given, out = folder / f"file.{extension}", folder / "out"
    with given.open("wb") as target:
        shutil.copyfileobj(source, target)
    out.mkdir()
    run(folder, [*_command(folder, given, out, extension)], settings.OFFICE_SECONDS)
    return out / "file.pdf"


def _command(folder: Path, given: Path, out: Path, extension: str) -> Iterator[str]:
    read, written = FILTERS[extension]
    limits = (settings.GD_UPLOAD_MAX_BYTES // BLOCK + 1, MOST_MEMORY, settings.OFFICE_SECONDS)
    yield from ("/bin/sh", "-c", LIMITED, "sh", *map(str, limits), *_parted(), settings.OFFICE_PROGRAM)
    yield from (f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--nologo", "--norestore", "--nodefault")
    yield from (f"--infilter={read}", "--convert-to", f"pdf:{written}", "--outdir", str(out), str(given))


@cache
def _parted() -> tuple[str, ...]:
    """Command prefix that removes network access; empty if the machine does not permit it (containers often do not)."""
    program = shutil.which(WITHOUT_NETWORK[0])
    if program is None:
        return ()
    words = (program, *WITHOUT_NETWORK[1:])
    done = subprocess.run([*words, "true"], capture_output=True, check=False)  # noqa: S603 -- fixed words
    return words if done.returncode == 0 else ()


def run(folder: Path, command: list[str], seconds: int, errors: int | IO[bytes] = subprocess.DEVNULL) -> None:
    """Run until it ends or reaches the time limit; all its child processes end with it. Raises ``NotConverted``."""
    environment = {"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
    with _ended_with_us(command, folder, environment, errors) as program:
        try:
            ended = program.wait(seconds)
        except subprocess.TimeoutExpired as late:
            msg = f"转换超过{seconds}秒"
            raise NotConverted(msg) from late
    if ended:
        msg = f"转换程序出错（{ended}）"
        raise NotConverted(msg)


@contextmanager
def _ended_with_us(
    command: list[str], folder: Path, environment: dict[str, str], errors: int | IO[bytes]
) -> "Iterator[subprocess.Popen[bytes]]":
    program = subprocess.Popen(  # noqa: S603 -- the operator's program, our words
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        start_new_session=True,
    )
    try:
        yield program
    finally:  # also if the worker's own time limit interrupts the wait
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()


def checked(made: Path) -> bytes:
    """Content of the result, which must be a complete PDF without hazards and within the size limit."""
    if made.is_symlink() or not made.is_file():
        msg = "转换程序没有给出文件"
        raise NotConverted(msg)
    size = made.stat().st_size
    with made.open("rb") as stream:
        try:
            kind = inspect("转换结果.pdf", stream, size, settings.GD_UPLOAD_MAX_BYTES)
            return anonymous(made.name, kind, stream.read())
        except FAULTS as error:
            raise NotConverted(str(error)) from error
