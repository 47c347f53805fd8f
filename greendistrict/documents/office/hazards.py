"""Dangerous content of PDFs, described in words; that of office files is in ``office.package``.

Files are read by people of other bodies and by experts: they must not execute, fetch or embed anything. Harmless and usual content
(links to web pages, pictures, outlines, form fields) is permitted.
"""

import re
import time
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import unquote

from greendistrict.documents.office.field_codes import harmless_address

MAX_NODES = 3_000_000
MAX_SECONDS = 20  # of processor time
MOST_UNPACKED = 400 * 1024 * 1024  # bytes of one stream
BEYOND = "memory limit exceeded"  # in what the library says of such a stream
TOO_MANY, TOO_LARGE = "过多的对象", "过大的压缩内容"
LONGEST, WIDEST = 100, 200
ACTIONS = {
    "/JavaScript": "脚本",
    "/Launch": "启动程序的动作",
    "/ImportData": "取用外部数据的动作",
    "/SubmitForm": "向外提交表单的动作",
    "/GoToE": "打开附件的动作",
    "/Rendition": "多媒体",
    "/Movie": "多媒体",
    "/Sound": "多媒体",
    "/RichMediaExecute": "多媒体",
    "/GoTo3DView": "三维模型",
}
MARKS = {
    "/FileAttachment": "附件",
    "/RichMedia": "多媒体",
    "/Movie": "多媒体",
    "/Sound": "多媒体",
    "/Screen": "多媒体",
    "/3D": "三维模型",
}
KEYS = {"/JS": "脚本", "/XFA": "动态表单（XFA）", "/RichMediaContent": "多媒体", "/RichMediaSettings": "多媒体"}
EMBEDDED, EVENTS = ("/EF", "/EmbeddedFiles", "/AF"), ("/OpenAction", "/AA")
WATCHED = frozenset({*KEYS, *EMBEDDED, *EVENTS, "/S", "/Subtype", "/F"})  # without any of them a dictionary does nothing
AT_ONCE = frozenset({"/URI", "/GoToR"})  # harmless if they need a click


@cache
def bounded_library() -> ModuleType:
    """The library for PDFs, which unpacks at most ``MOST_UNPACKED`` at once in this process: a MB can hold a GB."""
    import pikepdf  # noqa: PLC0415 -- web workers load it with the first upload only

    most = MOST_UNPACKED
    pikepdf.settings.set_qpdf_limits(flate_max_memory=most, run_length_max_memory=most, png_max_memory=most, tiff_max_memory=most)
    return pikepdf


def pdf_hazard(pdf: Any) -> str:
    """First forbidden content of a PDF, in words; empty if there is none. Nested direct objects are searched.

    What is too large or takes too long to look through is forbidden.
    """
    pikepdf: Any = bounded_library()
    seen, end = 0, time.thread_time() + MAX_SECONDS
    for key in pdf.get_xref_table():  # one by one, because each may unpack a stream, and nothing interrupts the library
        pdf.get_object(key)
        if time.thread_time() > end:
            return TOO_MANY
    parts = list(pdf.objects)
    if any(BEYOND in str(warning) for warning in pdf.get_warnings()):  # what it holds is not known here, but to other readers
        return TOO_LARGE
    for start in parts:
        waiting = [start]
        while waiting:
            part = waiting.pop()
            if isinstance(part, pikepdf.Array):
                inner = list(part)
            elif isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
                fields = dict(part.items())  # read once: asking the library key by key took three times as long
                if found := next(_pdf_part(fields, pikepdf, is_stream=isinstance(part, pikepdf.Stream)), ""):
                    return found
                inner = list(fields.values())
            else:
                continue
            seen += len(inner)
            if seen > MAX_NODES or time.thread_time() > end:
                return TOO_MANY
            containers = pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream
            waiting += [value for value in inner if isinstance(value, containers) and not value.is_indirect]
    return ""


def _pdf_part(part: dict[str, Any], pikepdf: Any, *, is_stream: bool) -> Iterator[str]:
    """Hazard of the fields of one dictionary or stream dictionary."""
    if WATCHED.isdisjoint(part):  # most of what a file holds: pages, fonts, trees
        return
    yield from (label for key, label in KEYS.items() if key in part)
    action, mark = _word(part, "/S", pikepdf), _word(part, "/Subtype", pikepdf)
    if action in ACTIONS:
        yield ACTIONS[action]
    if mark in MARKS and (mark != "/3D" or "/3DD" in part or "/Rect" in part):
        yield MARKS[mark]
    if any(_filled(part, key, pikepdf) for key in EMBEDDED):
        yield "附件"
    if is_stream and "/F" in part:
        yield "从外部取用的内容"
    if action == "/GoToR" and not _beside(part.get("/F"), pikepdf):
        yield "指向网络共享或其他位置文件的链接"
    if action == "/URI" and "/URI" in part and not harmless_address(_text(part["/URI"])):
        yield "指向本机、网络共享或其他程序的链接"
    yield from _at_once(part, pikepdf)


def _word(part: Any, key: str, pikepdf: Any) -> str:
    value = part.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _text(value: Any) -> str:
    try:
        return bytes(value).decode("utf-8", "replace")
    except (TypeError, ValueError):
        return str(value)


def _filled(part: Any, key: str, pikepdf: Any) -> bool:
    """Whether the value of a key is not empty; some programs write empty lists or trees."""
    value = part.get(key)
    if value is None:
        return False
    if isinstance(value, pikepdf.Array):
        return len(value) > 0
    if isinstance(value, pikepdf.Dictionary) and key == "/EmbeddedFiles":
        return any(inner in value and len(value[inner]) > 0 for inner in ("/Names", "/Kids"))
    return True


def _beside(spec: Any, pikepdf: Any) -> bool:
    """Whether a file specification refers to a file in the same folder or below it. What it holds are texts, no specifications."""
    if isinstance(spec, pikepdf.Dictionary):
        if _word(spec, "/FS", pikepdf) == "/URL":
            return False
        names = [spec[key] for key in ("/F", "/UF", "/DOS", "/Unix", "/Mac") if key in spec]
        return all(not isinstance(name, pikepdf.Dictionary) and _beside(name, pikepdf) for name in names)
    address = unquote(_text(spec)).replace("\x00", "") if spec is not None else ""
    return bool(address) and not re.match(r"[\\/]|[A-Za-z][\w+.-]*:|\.\.", address) and "\\" not in address


def _at_once(part: Any, pikepdf: Any) -> Iterator[str]:
    """Hazard of actions that run without a click; only movements within the document are permitted."""
    events = [part.get("/OpenAction")]
    if isinstance(part.get("/AA"), pikepdf.Dictionary):
        events += [value for _, value in part["/AA"].items()]
    for _ in range(LONGEST):
        events = [event for event in events if isinstance(event, pikepdf.Dictionary)]
        if not events:
            return
        if any(_word(event, "/S", pikepdf) in AT_ONCE for event in events):
            yield "打开时自动访问外部地址的动作"
        following = [event.get("/Next") for event in events]
        events = [one for value in following for one in (value if isinstance(value, pikepdf.Array) else [value])][:WIDEST]
    yield "过长的动作链"
