"""材料汇编 (dossier) of a case: catalogue, form, score table and all attachments the user may open, bound into one PDF.

It is not PDF/A and has no tags, because the bound files come from elsewhere. The original files are unchanged and identified by their
digests.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from django.db.models import QuerySet

from approvals.acceptances.selectors import visit_files
from approvals.cases.models.cases import Case
from approvals.cases.selectors.materials import MaterialLine, materials_of
from approvals.common.enums import CaseKind
from assessments.tables.selectors.tables import latest_version
from greendistrict.accounts.viewer import Viewer
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_by_key
from reports.composition.blocks import Composition, Pairs, PaperColumn, PaperTable, Paragraph, Wide
from reports.composition.enums import ColumnKind, FileFormat, ParagraphStyle
from reports.composition.services import made_of
from reports.matters import cases
from reports.matters.application_forms import form_blocks, form_title, score_blocks
from reports.matters.bound_files import DossierFile
from reports.matters.volume import Entry, bind, entries_of
from reports.matters.words import day, section

COLUMNS = (
    PaperColumn("编号", 16),
    PaperColumn("材料", 46, ColumnKind.NAME),
    PaperColumn("文件", 60),
    PaperColumn("版本", 16),
    PaperColumn("页码", 20),
    PaperColumn("校验值（前16位）", 44),
    PaperColumn("说明", 40),
)
NOTE = (
    "页码是各附件页脚所印的序号。只含生成人可以查看的文件；密级材料另册，不并入、不列名称；不是PDF或图片的、加密的、损坏的、没有页面的、含脚本等内容且去不掉的、内容过大的、处理超时或中断的、读不出的文件另附，只列名称和校验值，原因见说明；附件内嵌的文件不并入；并入的页与原件比对，显示不同的在说明中列出。"
    "原件以平台保存的文件为准，可凭校验值（SHA-256）核对。"
)
Progress = Callable[[int], None]


def visible_to(viewer: Viewer) -> QuerySet[Case]:
    """Cases with materials that the user sees."""
    return cases.cases_of(viewer, CaseKind.APPLICATION, CaseKind.ACCEPTANCE, CaseKind.CHANGE)


def title_of(case: Case) -> str:
    """Title of the volume."""
    return f"{case}材料汇编"


def files_of(viewer: Viewer, case: Case, attachments: list[DossierFile], code: str, progress: Progress) -> dict[str, bytes]:
    """The bound PDF, and the composed pages as a workbook. ``progress`` counts attachments."""
    with tempfile.TemporaryDirectory(prefix="gd-dossier-") as name:
        folder = Path(name)
        entries = entries_of(attachments, folder, progress)
        composed = made_of(compose(viewer, case, entries), code=code, formats=(FileFormat.PDF, FileFormat.XLSX))
        front, volume = folder / "front.pdf", folder / "volume.pdf"
        front.write_bytes(composed[FileFormat.PDF])
        bind(entries, front=front, out=volume, mark=case.number or "", title=title_of(case))
        return {FileFormat.PDF.value: volume.read_bytes(), FileFormat.XLSX.value: composed[FileFormat.XLSX]}


def attachments_of(viewer: Viewer, case: Case) -> list[DossierFile]:
    """Visible files, each once: of the checklist, the score table, answers to corrections, the site visit."""
    attachments, taken = [], set[int]()
    for number, group, files in _groups(case):
        place = 0
        for file in files:
            if file.pk in taken or evidence_by_key(viewer, file.key) is None:
                continue
            taken.add(file.pk)
            place += 1
            attachments.append(_attachment(f"{number}-{place}", group, file))
    return attachments


def _groups(case: Case) -> Iterator[tuple[int, str, list[Evidence]]]:
    lines = materials_of(case)
    yield from ((line.number, line.slot.title, line.files) for line in lines)
    version = latest_version(case.table) if case.table else None
    keys = [entry["key"] for row in version.content["rows"] for entry in row["evidence"]] if version else []
    known = {str(file.key): file for file in Evidence.objects.filter(key__in=keys)}
    evidence = [known[key] for key in dict.fromkeys(keys) if key in known]  # in the order of the clauses
    answers = list(Evidence.objects.filter(pk__in=case.corrections.values("findings__files__document")).order_by("pk"))
    beside = (("佐证材料", evidence), ("补正材料", answers), ("现场核查", visit_files(case)))
    yield from ((len(lines) + place, title, files) for place, (title, files) in enumerate(beside, start=1))


def _attachment(number: str, group: str, file: Evidence) -> DossierFile:
    def content() -> BinaryIO:
        return cast("BinaryIO", file.file.open("rb"))

    name = file.printed_title if file.is_classified else file.original_name
    return DossierFile(
        number, group, file.printed_title, name, file.content_type, file.version, file.sha256, content, is_classified=file.is_classified
    )


def compose(viewer: Viewer, case: Case, entries: list[Entry]) -> Composition:
    """Leading pages: catalogue with page numbers and files not merged, the form, the score table if the kind has one."""
    merged = [entry for entry in entries if entry.first]
    facts = (
        *cases.about(case),
        ("附件", f"{len(entries)}件，并入{len(merged)}件，共{sum(entry.made.pages for entry in merged)}页"),
        ("生成日期", day(viewer.today)),
    )
    lines = {entry.attachment.group for entry in entries}
    empty = [(line.number, _empty_row(line)) for line in materials_of(case) if line.slot.title not in lines]
    listed = []
    for entry in entries:
        file = entry.attachment
        name = file.title if file.title == file.name else f"{file.title}\n{file.name}"
        row = (file.number, file.group, name, f"第{file.version}版", entry.pages or "—", file.sha256[:16], entry.remark or "—")
        listed.append((int(file.number.partition("-")[0]), row))
    rows = tuple(row for _, row in sorted([*listed, *empty], key=lambda line: line[0]))
    blocks = (
        *section("一、申报情况", Pairs(facts), Paragraph(NOTE, ParagraphStyle.NOTE)),
        *section("二、材料目录", Wide((PaperTable("材料目录", COLUMNS, rows, empty="没有材料。", key="catalogue"),))),
        *section(f"三、{form_title(case)}", *form_blocks(viewer, case)),
        *(section("四、评分表", *score_blocks(viewer, case)) if case.kind in cases.SCORED else ()),
    )
    cover = (("编号", case.number or "未提交"), ("城区", case.district.name), ("申报主体", case.applicant.name))
    reference = bool(case.table and not case.table.edition.official)
    return Composition(
        title_of(case), blocks, cover=cover, marks=() if case.number else ("草稿",), is_demo=case.is_demo, reference=reference
    )


def _empty_row(line: MaterialLine) -> tuple[str, ...]:
    """A line of the checklist without a visible file, in the words of the catalogue."""
    if line.files:
        said = "不在生成人的查看范围"
    elif line.slot.origin == "table":
        said = line.note
    elif line.slot.optional:
        said = "无"
    else:
        said = "待后续步骤" if line.later else "未交"
    return str(line.number), line.slot.title, said, "—", "—", "—", "选交" if line.slot.optional else "必交"
