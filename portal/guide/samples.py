"""Empty forms and filled samples of the materials, generated as Word and Excel files; samples are fictional.

A file is generated on first request and cached by the process: it contains no person and no date.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from approvals.applications.blank_workbooks import HEADS, blank_book
from approvals.cases.checklist import Slot, slots_of
from approvals.common.enums import CaseKind
from assessments.self_checks.report import SECTIONS
from greendistrict.policy import yaml_file
from reports.composition.blocks import Block, Composition, Heading, Pairs, PaperColumn, PaperTable, Paragraph
from reports.composition.enums import ColumnKind, FileFormat, ParagraphStyle, Style
from reports.composition.services import made_of
from reports.matters.application_forms import CHANGED, OATH, PLOTS, PROJECTS, WORKS

SAMPLE_MARK = "演示数据，全部虚构"
TO_FILL = "＿＿＿＿"
EMPTY_ROWS = 3
SELF_CHECK = "ZC"
FICTION = Path(__file__).resolve().parent / "data" / "fiction.yaml"
Blocks = Callable[[bool], tuple[Block, ...]]
Told = Callable[[], Sequence[tuple[str, str, str]]]


@dataclass(frozen=True)
class GuideForm:
    """A form for download: title, extension, and the function that generates it empty or filled."""

    kind: str
    key: str
    title: str
    ending: FileFormat
    make: Callable[[bool], bytes]


def forms() -> Mapping[tuple[str, str], GuideForm]:
    """All forms by owner (kind of case, or the self-check) and key of the material."""
    return _FORMS


@lru_cache(maxsize=64)
def content_of(kind: str, key: str, *, filled: bool) -> bytes:
    """The file, empty or filled. Raises ``KeyError``."""
    return _FORMS[kind, key].make(filled)


@cache
def _fiction() -> Mapping[str, Any]:
    """Content of the samples: a fictional district, bodies and people."""
    found: dict[str, Any] = yaml_file.read(FICTION)
    return MappingProxyType(found)


def _pairs(pairs: Sequence[tuple[str, str]], *, filled: bool) -> Pairs:
    return Pairs(tuple((name, value if filled else TO_FILL) for name, value in pairs))


def _table(caption: str, columns: Sequence[PaperColumn], rows: Sequence[tuple[str, ...]], *, filled: bool) -> PaperTable:
    """The printed form with the rows of the sample, as text that somebody would write, or with empty rows to fill in."""
    texts = tuple(PaperColumn(column.head, column.width, ColumnKind.TEXT, missing="") for column in columns)
    empty = tuple((str(number + 1), *[""] * (len(columns) - 1)) for number in range(EMPTY_ROWS))
    return PaperTable(caption, texts, tuple(rows) if filled else empty)


def _application(filled: bool) -> tuple[Block, ...]:  # noqa: FBT001 -- the one thing that a form is asked
    """The form of an application or acceptance, with the headings of the one printed from a case."""
    return (
        Heading("（一）基本情况", 2),
        _pairs(_fiction()["facts"], filled=filled),
        Heading("（二）绿色生态专业规划", 2),
        _pairs(_fiction()["plan"], filled=filled),
        Heading("（三）近期重点项目", 2),
        _table("近期重点项目", PROJECTS, _fiction()["projects"], filled=filled),
        Heading("（四）地块", 2),
        _table("地块", PLOTS, _fiction()["plots"], filled=filled),
        Heading("（五）道路、管线", 2),
        _table("道路、管线", WORKS, _fiction()["works"], filled=filled),
        Heading("（六）申报条件", 2),
        Paragraph("由平台按提交当天的资料核对后打印，不手工填写。"),
        Heading("（七）申报主体意见", 2),
        *map(Paragraph, OATH),
        _pairs(_fiction()["signed"], filled=filled),
    )


def _told(sections: Told) -> Blocks:
    """An outline: headings with instructions, and in the sample the text of a district."""

    def blocks(filled: bool) -> tuple[Block, ...]:  # noqa: FBT001 -- the sample or the empty form
        found: list[Block] = []
        for title, hint, text in sections():
            found += [Heading(title, 1), Paragraph(text) if filled else Paragraph(f"（写明：{hint}）", ParagraphStyle.NOTE)]
        return tuple(found)

    return blocks


def _changing(filled: bool) -> tuple[Block, ...]:  # noqa: FBT001 -- the sample or the empty form
    return (_table("变更前后对照", CHANGED, _fiction()["changed"], filled=filled),)


def _asking(filled: bool) -> tuple[Block, ...]:  # noqa: FBT001 -- as above
    return (_pairs(_fiction()["change"], filled=filled), *map(Paragraph, OATH), _pairs(_fiction()["signed"], filled=filled))


def _paper(kind: str, key: str, title: str, blocks: Blocks) -> GuideForm:
    def make(filled: bool) -> bytes:  # noqa: FBT001 -- the sample or the empty form
        paper = Composition(title, blocks(filled), style=Style.LETTER, is_demo=filled)
        return made_of(paper, code="", formats=(FileFormat.DOCX,))[FileFormat.DOCX]

    return GuideForm(kind, key, title, FileFormat.DOCX, make)


def _book(kind: str, slot: Slot) -> GuideForm:
    def make(filled: bool) -> bytes:  # noqa: FBT001 -- the sample or the empty form
        if not filled:
            return blank_book(slot, district="")
        return blank_book(slot, district=f"演示新城（虚构）　{SAMPLE_MARK}", rows=_fiction()["books"][slot.key])

    return GuideForm(kind, slot.key, slot.title, FileFormat.XLSX, make)


_PAPERS: Mapping[tuple[str, str], Blocks] = MappingProxyType(
    {
        (CaseKind.APPLICATION, "application"): _application,
        (CaseKind.APPLICATION, "diagnosis"): _told(lambda: _fiction()["diagnosis"]),
        (CaseKind.ACCEPTANCE, "application"): _application,
        (CaseKind.ACCEPTANCE, "report"): _told(lambda: _fiction()["report"]),
        (CaseKind.ACCEPTANCE, "works"): lambda filled: (_table("主要道路、管线", WORKS, _fiction()["works"], filled=filled),),
        (CaseKind.CHANGE, "application"): _asking,
        (CaseKind.CHANGE, "comparison"): _changing,
    }
)


def _self_check() -> list[tuple[str, str, str]]:
    """Sections of the self-check report, as on its page."""
    return [(one.title, one.hint, _fiction()["self_check"][one.key]) for one in SECTIONS]


def _all() -> dict[tuple[str, str], GuideForm]:
    found = {}
    for kind in CaseKind:
        for slot in slots_of(kind):
            if slot.template == "book" and slot.key in HEADS:
                found[kind.value, slot.key] = _book(kind.value, slot)
            elif (kind, slot.key) in _PAPERS:
                found[kind.value, slot.key] = _paper(kind.value, slot.key, slot.title, _PAPERS[kind, slot.key])
    found[SELF_CHECK, "report"] = _paper(SELF_CHECK, "report", "自评报告", _told(_self_check))
    return found


_FORMS: Mapping[tuple[str, str], GuideForm] = MappingProxyType(_all())
