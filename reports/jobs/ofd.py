"""The office's own converter, which makes OFD (GB/T 33190) of a PDF: a program or an address (``GD_OFD_CONVERTER``).

A program is called with two paths, the PDF and the OFD that it writes; an address takes the PDF by POST and answers with the OFD. Neither
is trusted: time and size are limited, and the result must be a package with the entry of an OFD. It is not read further.
"""

import http.client
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from greendistrict.documents.office.archives import DamagedError, opened
from greendistrict.documents.office.conversion import BLOCK, NotConverted, run

ENTRY = "OFD.xml"  # GB/T 33190-2016, 7.4: one in each package
LIMITED = 'ulimit -f "$1" && shift && exec "$@"'
PIECE = 1024 * 1024
MOST_SAID = 200  # characters of a converter's own words


def ofd_of(pdf: bytes) -> bytes:
    """OFD made of a PDF. Raises ``NotConverted``."""
    if len(pdf) > settings.GD_UPLOAD_MAX_BYTES:
        raise NotConverted(_too_large("PDF"))
    made = _by_address(pdf) if "://" in settings.OFD_CONVERTER else _by_program(pdf)
    if len(made) > settings.GD_UPLOAD_MAX_BYTES:
        raise NotConverted(_too_large("转换出的文件"))
    try:
        with opened(made) as package:
            names = package.namelist()
    except DamagedError:
        names = []
    if ENTRY not in names:
        msg = "转换程序给出的不是OFD文件"
        raise NotConverted(msg)
    return made


def _too_large(what: str) -> str:
    return f"{what}超过{settings.GD_UPLOAD_MAX_BYTES // PIECE}MB的上限"


def _by_program(pdf: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="gd-ofd-") as name:
        folder = Path(name)
        given, made, said = folder / "file.pdf", folder / "file.ofd", folder / "said"
        given.write_bytes(pdf)
        limited = ["/bin/sh", "-c", LIMITED, "sh", str(settings.GD_UPLOAD_MAX_BYTES // BLOCK + 1)]
        try:
            with said.open("wb") as errors:
                run(folder, [*limited, settings.OFD_CONVERTER, str(given), str(made)], settings.OFD_SECONDS, errors)
        except NotConverted as why:
            with said.open("rb") as errors:
                raise NotConverted(_with_words(str(why), errors.read(PIECE))) from why
        if made.is_symlink() or not made.is_file():
            msg = "转换程序没有给出文件"
            raise NotConverted(msg)
        return made.read_bytes()


def _by_address(pdf: bytes) -> bytes:
    address, until = urlsplit(settings.OFD_CONVERTER), time.monotonic() + settings.OFD_SECONDS
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    link = kind(address.netloc, timeout=settings.OFD_SECONDS)
    target = f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
    try:
        link.request("POST", target, body=pdf, headers={"Content-Type": "application/pdf", "Accept": "application/ofd"})
        answer = link.getresponse()
        content = _taken(answer, until)
    except TimeoutError as late:
        msg = f"转换超过{settings.OFD_SECONDS}秒"
        raise NotConverted(msg) from late
    except (OSError, http.client.HTTPException) as error:
        msg = f"转换服务没有应答（{type(error).__name__}）"
        raise NotConverted(msg) from error
    finally:
        link.close()
    if answer.status != http.client.OK:
        raise NotConverted(_with_words(f"转换服务没有转换（HTTP {answer.status}）", content))
    return content


def _taken(answer: http.client.HTTPResponse, until: float) -> bytes:
    """What is answered, up to the limit of size. Raises ``TimeoutError``, also if it comes drop by drop."""
    content = bytearray()
    while len(content) <= settings.GD_UPLOAD_MAX_BYTES and (piece := answer.read1(PIECE)):
        content += piece
        if time.monotonic() > until:
            raise TimeoutError
    return bytes(content)


def _with_words(why: str, said: bytes) -> str:
    words = " ".join(said.decode(errors="replace").split())[:MOST_SAID].rstrip("。")
    return f"{why}：{words}" if words else why
