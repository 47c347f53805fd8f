"""What an office file holds that it may not hold, and what the portal takes out of it before it stores it.

Taken out is only what is never seen: the template a document was made from, the object behind its picture, the workbook behind a chart's
figures, the link of a picture that is in the file. Everything else that is not in the lists of ``office.kinds`` refuses the file.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO
from urllib.parse import unquote

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from greendistrict.documents.office.archives import CHUNK, HEAD, DamagedError, opened
from greendistrict.documents.office.field_codes import ELSEWHERE, harmless_address
from greendistrict.documents.office.kinds import (
    CONTENT_TYPES,
    DOCUMENTS,
    EMBEDDED,
    ENDINGS,
    NAMED_BY_PATH,
    RELATIONS,
    SIGNS,
    TEMPLATE,
    label_of,
)
from greendistrict.documents.office.scan import UNREADABLE, Budget, Hazard, PartScan, Use, forbid

MAX_TYPES = 4 * 1024 * 1024  # of the list of parts, and of each list of relations
TYPES = "[content_types].xml"
XML_NAMES = (".xml", ".rels", ".vml", ".svg")
INERT = (*XML_NAMES, ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".bin")  # undeclared, yet of a known kind
XML_HEADS = (b"<?xml", b"<!DOCTY", b"<svg", b"<html", b"\xff\xfe<\x00", b"\xfe\xff\x00<", b"\xef\xbb\xbf<", b"<\x00?\x00", b"\x00<\x00?")
TEMPLATE_WORD, OBJECT_WORD, CHART_WORD, PICTURE_WORD = (
    "外部模板",
    "内嵌对象（保留其图片）",
    "图表背后的工作簿（保留图表）",
    "图片的外部链接",
)
STRAY_WORD = "未登记的部件"
DATA = "externalData"  # what a chart was drawn from


class OtherKind(Exception):  # noqa: N818 -- a finding
    """A package of another kind than its name says."""


@dataclass(frozen=True)
class PartRelation:
    """A relation of a part to another, or to an address. ``target`` is the resolved path of a part, or the address as written."""

    key: str
    kind: str
    target: str
    is_external: bool


@dataclass
class Plan:
    """What to take out: relations by the plain name of their list, and parts by plain name; ``words`` say it to a person."""

    relations: dict[str, set[str]] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)

    def drop(self, source: str, relation: PartRelation, word: str, *, with_part: bool = False) -> None:
        """Take out a relation, and the part it leads to."""
        self.relations.setdefault(source, set()).add(relation.key)
        if with_part and not relation.is_external:
            self.parts.add(relation.target)
        if word not in self.words:
            self.words.append(word)


def plain(name: str) -> str:
    """Name of a part for comparison."""
    return unquote(name).replace("\\", "/").lower().lstrip("/")


def list_of(part: str) -> str:
    """Name of the list of relations of a part: ``word/document.xml`` → ``word/_rels/document.xml.rels``."""
    folder, _, last = part.rpartition("/")
    return f"{folder}/_rels/{last}.rels" if folder else f"_rels/{last}.rels"


def package_plan(archive: zipfile.ZipFile, *, main: str = "", is_inner: bool = False) -> Plan:
    """What has to be taken out before the package may be stored. Raises ``Hazard`` in words, and what ``archives.opened`` converts.

    ``main``: end of the content type that the main part must have; raises ``OtherKind`` without it.
    """
    judge = _Judge(archive, is_inner=is_inner)
    if any("macroenabled" in kind for kind in judge.declared):
        forbid("宏")
    if main and not any(kind.endswith(main.lower()) for kind in judge.declared):
        raise OtherKind
    return judge.judged()


def package_hazard(archive: zipfile.ZipFile) -> str:
    """First forbidden content of a package that cannot be taken out, in words; empty if there is none."""
    try:
        package_plan(archive)
    except Hazard as found:
        return str(found)
    return ""


class _Judge:
    def __init__(self, archive: zipfile.ZipFile, *, is_inner: bool) -> None:
        self.archive, self.is_inner = archive, is_inner
        self.entries = {plain(one.filename): one for one in archive.infolist() if not one.is_dir()}
        self.defaults, self.overrides, self.declared = _types(archive, self.entries.get(TYPES))
        self.budget, self.plan = Budget(), Plan()
        self.relations: dict[str, list[PartRelation]] = {}
        self.uses: dict[str, dict[str, list[Use]]] = {}
        self.kept: set[str] = set()  # workbooks of charts
        self.heads: dict[str, bytes] = {}

    def judged(self) -> Plan:
        """Judge names, contents, relations, and what is then left."""
        for name in self.entries:
            self._name(name)
        for name, entry in self.entries.items():
            if name.endswith(".rels"):
                self.relations[name] = list(_relations(self.archive, entry, name))
        self.reached = {row.target: row.kind for rows in self.relations.values() for row in rows if not row.is_external}
        for name, entry in self.entries.items():
            self._content(name, entry)
        for source, rows in self.relations.items():
            for relation in rows:
                self._relation(source, relation)
        for name in self.entries:
            self._rest(name)
        return self.plan

    def kinds(self, name: str) -> set[str]:
        """Declared content types of a part; empty if there is none."""
        return self.overrides.get(name) or self.defaults.get(name.rpartition(".")[2], set())

    def _last(self, name: str) -> str:
        """End of the path as it is written in the file."""
        return self.entries[name].filename.replace("\\", "/").rpartition("/")[2]

    def _name(self, name: str) -> None:
        last = self._last(name)
        if word := next((one for one in NAMED_BY_PATH if one in name), ""):
            forbid(f"{label_of(word)}（{last}）")
        if "embeddings/" in name or name == TYPES:
            return  # judged with their relations
        ending = name.rpartition(".")[2] if "." in last else ""
        if ending in ENDINGS:
            forbid(f"可执行程序（{last}）")
        if ending in DOCUMENTS:
            forbid(f"嵌入的其他文件（{last}）")
        for kind in self.kinds(name) - CONTENT_TYPES:
            forbid(f"{label_of(kind, name) or '不认识的部件'}（{last}）")

    def _content(self, name: str, entry: zipfile.ZipInfo) -> None:
        """Read a part to its end; an XML part is parsed."""
        with self.archive.open(entry) as stream:
            head = stream.read(HEAD)
            kinds = self.kinds(name)
            is_xml = name.endswith(XML_NAMES) or any(kind.endswith(("xml", "vmldrawing")) for kind in kinds)
            is_xml = is_xml or (head.startswith(XML_HEADS) and all(kind.startswith("image/") for kind in kinds))
            if not is_xml or "embeddings/" in name:
                self.heads[name] = head
                while stream.read(CHUNK):
                    pass
                return
            if any(kind.endswith("vmldrawing") for kind in kinds) or name.endswith(".vml"):
                # Excel writes line breaks of buttons as in HTML 4: not well-formed otherwise.
                self._scan(name, BytesIO((head + stream.read()).replace(b"<br>", b"<br/>")), b"")
            else:
                self._scan(name, stream, head)

    def _scan(self, name: str, stream: IO[bytes], head: bytes) -> None:
        kinds, reached = self.kinds(name), self.reached.get(name, "")
        is_chart = any(".chart+" in kind or ".chartex" in kind or "chartshapes" in kind for kind in kinds)
        scan = PartScan(
            self.budget,
            is_sheet=is_chart or name.startswith("xl/") or any(".spreadsheetml." in kind for kind in kinds),
            is_chart=is_chart,
            is_picture="image/svg+xml" in kinds or name.endswith(".svg") or head.startswith((b"<svg", b"<html")),
            is_data=reached == "customxml",
        )
        try:
            scan.read(stream, head)
        except Hazard as found:
            if str(found) != UNREADABLE:
                raise
            if kinds or reached:  # else no program opens it
                forbid(f"{found}（{self._last(name)}）")
        self.uses[list_of(name)] = scan.uses

    def _relation(self, source: str, relation: PartRelation) -> None:
        uses = self.uses.get(source, {}).get(relation.key, [])
        of_chart = "/charts/" in f"/{source}" and (bool(uses) or relation.kind == "package") and {use.element for use in uses} <= {DATA}
        shown = bool(uses) and all(use.is_removable for use in uses)
        if relation.kind == TEMPLATE:
            self.plan.drop(source, relation, TEMPLATE_WORD)
        elif of_chart and not (relation.kind == "package" and not relation.is_external and self._is_clean_book(relation.target)):
            self.plan.drop(source, relation, CHART_WORD, with_part=True)
        elif of_chart:
            self.kept.add(relation.target)
        elif relation.is_external:
            self._outside(source, relation, shown=shown)
        elif relation.kind in EMBEDDED and shown and "embeddings/" in relation.target:
            self.plan.drop(source, relation, OBJECT_WORD, with_part=True)
        elif relation.kind not in RELATIONS:
            forbid(f"{label_of(relation.kind) or '不认识的部件关系'}（{relation.target[-60:]}）")

    def _outside(self, source: str, relation: PartRelation, *, shown: bool) -> None:
        if relation.kind == "hyperlink":
            if not harmless_address(relation.target):
                forbid(f"{ELSEWHERE}（{relation.target[:60]}）")
        elif relation.kind == "image" and shown:
            self.plan.drop(source, relation, PICTURE_WORD)
        else:
            label = "从外部取用的内容" if relation.kind in RELATIONS else label_of(relation.kind) or "从外部取用的内容"
            forbid(f"{label}（{relation.target[:60]}）")

    def _is_clean_book(self, name: str) -> bool:
        """Whether the workbook behind a chart may stay: nothing forbidden, nothing to take out, no further file in it."""
        entry = self.entries.get(name)
        if entry is None or self.is_inner or not name.endswith(".xlsx") or "embeddings/" not in name:
            return False
        try:
            with opened(self.archive.read(entry)) as inner:
                names = {plain(one) for one in inner.namelist()}
                return TYPES in names and not any("embeddings/" in one for one in names) and not package_plan(inner, is_inner=True).words
        except (Hazard, DamagedError):
            return False

    def _rest(self, name: str) -> None:
        """What is left once the relations are judged: signs of programs, embedded files, parts of no type."""
        last = self._last(name)
        if name in self.plan.parts or name in self.kept:
            return
        for sign, label in SIGNS.items():
            if self.heads.get(name, b"").startswith(sign):
                forbid(f"{label}（{last}）")
        if "embeddings/" in name and not name.endswith(".rels"):
            forbid(f"{'内嵌对象' if name.endswith('.bin') else '内嵌文件'}（{last}）")
        if name != TYPES and not self.kinds(name) and not name.endswith(INERT):
            if name in self.reached:
                forbid(f"不认识的部件（{last}）")
            self.plan.parts.add(name)
            if STRAY_WORD not in self.plan.words:
                self.plan.words.append(STRAY_WORD)


def _types(archive: zipfile.ZipFile, entry: zipfile.ZipInfo | None) -> tuple[dict[str, set[str]], dict[str, set[str]], set[str]]:
    """Content types by ending, by part, and all of them, in lower case; a part declared twice has both."""
    defaults, overrides, declared = dict[str, set[str]](), dict[str, set[str]](), set[str]()
    for element in _elements(archive, entry) if entry else ():
        kind = element.get("contenttype", "").partition(";")[0].strip().lower()
        declared.add(kind)
        if "partname" in element:
            overrides.setdefault(plain(element["partname"]), set()).add(kind)
        elif "extension" in element:
            defaults.setdefault(element["extension"].lower().lstrip("."), set()).add(kind)
    return defaults, overrides, declared


def _elements(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[dict[str, str]]:
    """Attributes of each element of a small list by local name in lower case. Raises ``Hazard``."""
    if entry.file_size > MAX_TYPES:
        forbid("过多的链接")
    try:
        root = ElementTree.fromstring(archive.read(entry), forbid_dtd=True)
    except (DefusedXmlException, ElementTree.ParseError, LookupError, ValueError):
        words = "无法辨认的链接" if entry.filename.endswith(".rels") else UNREADABLE
        forbid(f"{words}（{entry.filename.rpartition('/')[2]}）")
    for element in root.iter():
        yield {name.rpartition("}")[2].lower(): value for name, value in element.attrib.items()}


def _relations(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Iterator[PartRelation]:
    for found in _elements(archive, entry):
        if "target" not in found and "type" not in found:
            continue
        kind = found.get("type", "").strip().rstrip("/").rpartition("/")[2].lower()
        external = found.get("targetmode", "").strip().lower() == "external"
        target = found.get("target", "")
        yield PartRelation(found.get("id", ""), kind, target if external else _resolved(name, target), external)


def _resolved(relations: str, target: str) -> str:
    """Target part of a relation in ``word/charts/_rels/chart1.xml.rels``: ``../embeddings/a.xlsx`` → ``word/embeddings/a.xlsx``."""
    path = plain(target.partition("#")[0])
    if target.startswith("/"):
        return path
    folder = relations.split("/")[:-2]
    for step in path.split("/"):
        if step == "..":
            folder = folder[:-1]
        elif step != ".":
            folder.append(step)
    return "/".join(folder)
