"""Dangerous file content, described in words; the same list for uploads and imports.

Files are read by people of other bodies and by experts: they must not execute, fetch or embed anything. Harmless and usual content
(links to web pages, pictures, outlines, form fields, charts with their data) is permitted.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from greendistrict.documents.archives import heads, opened

MAX_PART = 40 * 1024 * 1024
MAX_RELATIONS = 4 * 1024 * 1024
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# By path of the part, in lower case.
PARTS = {
    "vbaproject": "宏",
    "vbadata": "宏",
    "externallinks/": "指向其他工作簿的链接",
    "connections.xml": "外部数据连接",
    "querytables/": "外部数据查询",
    "activex/": "控件",
    "oleobject": "内嵌对象",
    "afchunk": "嵌入的其他文档",
}
ENDINGS = ("exe", "dll", "com", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "hta", "scr", "lnk", "msi", "jar", "pif", "cpl")
DOCUMENTS = ("html", "htm", "mht", "mhtml", "rtf", "swf", "zip", "rar", "7z", "iso", "chm", "doc", "docm", "xls", "xlsm", "xlsb", "url")
# First bytes: programs of Windows and Linux, and the container of macros and embedded objects.
SIGNS = {b"MZ": "可执行程序", b"\x7fELF": "可执行程序", b"\xd0\xcf\x11\xe0": "内嵌对象"}
# Last word of a relation's type.
RELATIONS = {
    "attachedtemplate": "外部模板",
    "oleobject": "内嵌对象",
    "afchunk": "嵌入的其他文档",
    "control": "控件",
    "vbaproject": "宏",
    "externallink": "指向其他工作簿的链接",
    "externallinkpath": "指向其他工作簿的链接",
    "subdocument": "指向其他文档的链接",
    "frame": "外部框架",
    "connections": "外部数据连接",
}
CHARTS = re.compile(r"(word|xl)/charts/_rels/[^/]+\.rels")
FIELD = re.compile(rb"<w:instrText\b[^>]*>([^<]*)|<w:fldSimple\b[^>]*\bw:instr=\"([^\"]*)\"")
CHANNEL = re.compile(rb"(?<![A-Za-z])DDE(AUTO)?(?![A-Za-z])", re.IGNORECASE)


def package_hazard(archive: zipfile.ZipFile) -> str:
    """First forbidden content of an office package, in words; empty if there is none. Raises what ``archives.opened`` converts."""
    return next(_package(archive), "")


def _package(archive: zipfile.ZipFile) -> Iterator[str]:
    charted: set[str] = set()
    for entry in archive.infolist():
        if entry.filename.lower().endswith(".rels"):
            yield from _relations(archive, entry, charted)
    for name, head in heads(archive):
        yield from _part(archive, name, head, charted)


def _plain(name: str) -> str:
    return name.replace("\\", "/").lower().lstrip("/")


def _part(archive: zipfile.ZipFile, real: str, head: bytes, charted: set[str]) -> Iterator[str]:
    name, last = _plain(real), real.replace("\\", "/").rpartition("/")[2]
    ending = name.rpartition(".")[2] if "." in last else ""
    for word, label in PARTS.items():
        if word in name:
            yield f"{label}（{last}）"
    for sign, label in SIGNS.items():
        if head.startswith(sign):
            yield f"{label}（{last}）"
    if ending in ENDINGS:
        yield f"可执行程序（{last}）"
    if ending in DOCUMENTS:
        yield f"嵌入的其他文件（{last}）"
    if "embeddings/" in name:
        yield from _embedded(archive, real, charted)
    if name.startswith("word/") and ending == "xml" and archive.getinfo(real).file_size <= MAX_PART:
        fields = b"".join(one or other for one, other in FIELD.findall(archive.read(real)))
        if CHANNEL.search(fields):
            yield "动态数据交换（DDE）域"


def _embedded(archive: zipfile.ZipFile, real: str, charted: set[str]) -> Iterator[str]:
    """Hazard of a workbook embedded as data of a chart; empty if there is none."""
    name, last = _plain(real), real.rpartition("/")[2]
    if name not in charted or not name.endswith(".xlsx"):
        yield f"内嵌文件（{last}）"
        return
    with opened(BytesIO(archive.read(real))) as inner:
        names = [_plain(part) for part in inner.namelist()]
        if any("embeddings/" in part for part in names) or "[content_types].xml" not in names:
            yield f"内嵌文件（{last}）"
        else:
            yield from _package(inner)


def _relations(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, charted: set[str]) -> Iterator[str]:
    if entry.file_size > MAX_RELATIONS:
        yield "过多的链接"
        return
    try:
        root = ElementTree.fromstring(archive.read(entry), forbid_dtd=True)
    except (DefusedXmlException, ElementTree.ParseError):
        yield f"无法辨认的链接（{entry.filename}）"
        return
    for relation in root.iter():
        found = {name.rpartition("}")[2].lower(): value for name, value in relation.attrib.items()}
        kind = found.get("type", "").rstrip("/").rpartition("/")[2].lower()
        target = found.get("target", "")
        if found.get("targetmode", "").strip().lower() == "external":
            yield from _external(kind, target)
        elif kind in RELATIONS:
            yield f"{RELATIONS[kind]}（{target[-60:]}）"
        elif kind == "package" and CHARTS.fullmatch(_plain(entry.filename)):
            charted.add(_resolved(_plain(entry.filename), target))


def _resolved(relations: str, target: str) -> str:
    """Target part of a relation in ``word/charts/_rels/chart1.xml.rels``: ``../embeddings/a.xlsx`` → ``word/embeddings/a.xlsx``."""
    path = _plain(target)
    if target.startswith("/"):
        return path
    folder = relations.split("/")[:-2]
    for step in path.split("/"):
        if step == "..":
            folder = folder[:-1]
        elif step != ".":
            folder.append(step)
    return "/".join(folder)


def _external(kind: str, target: str) -> Iterator[str]:
    if kind in RELATIONS:
        yield f"{RELATIONS[kind]}（{target[:60]}）"
    elif kind != "hyperlink":
        yield f"从外部取用的内容（{target[:60]}）"
    elif not harmless_address(target):
        yield f"指向本机、网络共享或其他程序的链接（{target[:60]}）"


def harmless_address(target: str) -> bool:
    """Whether a link is permitted: web page, mail, telephone, a place in the document, or a file next to it."""
    address = unquote(target).strip().replace("\x00", "")
    if address.startswith("#") or not address:
        return True
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return True  # a mistyped web address leads nowhere
    if scheme in SCHEMES:
        return "\\" not in address.partition("?")[0]
    return not scheme and not address.startswith("/") and "\\" not in address


# --- PDF -----------------------------------------------------------------------------------------------------------------

MAX_NODES = 3_000_000
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
AT_ONCE = frozenset({"/URI", "/GoToR"})  # harmless if they need a click


def pdf_hazard(pdf: Any) -> str:
    """First forbidden content of a PDF, in words; empty if there is none. Nested direct objects are searched."""
    import pikepdf  # noqa: PLC0415 -- web workers load it with the first upload only

    seen = 0
    for start in pdf.objects:
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
            if seen > MAX_NODES:
                return "过多的对象"
            waiting += [value for value in inner if _has_inner(value, pikepdf) and not value.is_indirect]
    return ""


def _has_inner(value: Any, pikepdf: Any) -> bool:
    return isinstance(value, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream)


def _pdf_part(part: dict[str, Any], pikepdf: Any, *, is_stream: bool) -> Iterator[str]:
    """Hazard of the fields of one dictionary or stream dictionary."""
    yield from (label for key, label in KEYS.items() if key in part)
    action, mark = _word(part, "/S", pikepdf), _word(part, "/Subtype", pikepdf)
    if action in ACTIONS:
        yield ACTIONS[action]
    if mark in MARKS and (mark != "/3D" or "/3DD" in part or "/Rect" in part):
        yield MARKS[mark]
    if any(_filled(part, key, pikepdf) for key in ("/EF", "/EmbeddedFiles", "/AF")):
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
    """Whether a file specification refers to a file in the same folder or below it."""
    if isinstance(spec, pikepdf.Dictionary):
        if _word(spec, "/FS", pikepdf) == "/URL":
            return False
        return all(_beside(spec[key], pikepdf) for key in ("/F", "/UF", "/DOS", "/Unix", "/Mac") if key in spec)
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
