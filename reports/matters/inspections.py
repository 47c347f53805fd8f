"""监督检查记录 (inspection record): the inspection, findings with basis, requirement and rectification, photos and files."""

from django.db.models import QuerySet

from assessments.inspections.lifecycle import INSPECTION
from assessments.inspections.models import Inspection
from assessments.inspections.selectors import InspectionFile, files_of, finding_lines, inspections_visible_to
from greendistrict.accounts.viewer import Viewer
from reports.composition.blocks import Block, Composition, Heading, Pairs, PaperColumn, PaperTable, Paragraph, Signature
from reports.composition.enums import ColumnKind
from reports.matters.words import day, given, matter_code, moment, printed_photos, section, shot_words

FILES = (PaperColumn("文件", kind=ColumnKind.NAME), PaperColumn("时间和位置", 54), PaperColumn("校验值（前16位）", 42))


def visible_to(viewer: Viewer) -> QuerySet[Inspection]:
    """Inspections the user sees."""
    return inspections_visible_to(viewer)


def compose(viewer: Viewer, found: Inspection) -> Composition:
    """Contents of the inspection's record; signature lines for both sides."""
    lines = finding_lines(found, viewer.today)
    state = INSPECTION.state(found.status).label
    facts = [
        ("编号", found.number or "发出后编号"),
        matter_code(found),
        ("城区", str(found.district)),
        ("方式", found.get_mode_display()),
        ("检查日期", day(found.inspected_on)),
        ("检查事由", found.basis),
        ("检查人员", found.team),
        ("发出时间", moment(found.issued_at, "")),
        ("检查情况", found.summary),
        ("提前组织", str(found.early) if found.early else ""),
    ]
    findings: list[Block] = []
    for line in lines:
        finding = line.finding
        marks = [line.state.label, "严重" if finding.severity == "serious" else "", "逾期" if line.late else ""]
        reply = "\n".join(part for part in (finding.reply, f"{moment(finding.replied_at)}报送" if finding.replied_at else "") if part)
        rows = [
            ("状态", "　".join(filter(None, marks))),
            ("依据", "\n".join(line.bound)),
            ("问题", finding.text),
            ("整改要求", finding.demand),
            ("整改期限", day(finding.due)),
            ("整改情况", reply if finding.reply else ""),
        ]
        files = [files_table(line.files), *_photos(line.files)] if line.files else []
        findings += [Heading(f"问题{finding.order}", 3), Pairs(given(rows)), *files]
    own = files_of(found)
    blocks: list[Block] = [
        *section("一、检查情况", Pairs(given(facts))),
        Heading(f"二、问题和整改（{len(lines)}个）"),
        *(findings or [Paragraph("没有登记问题。")]),
        *section("三、其他照片和文件", files_table(own, "没有其他照片和文件。"), *_photos(own)),
        Signature(("检查人员签名：＿＿＿＿＿＿＿＿", "被检查单位签名：＿＿＿＿＿＿＿＿", "＿＿＿＿年＿＿月＿＿日")),
    ]
    cover = (("编号", found.number or "发出后编号"), ("城区", str(found.district)), ("方式", found.get_mode_display()), ("状态", state))
    return Composition(f"{found}记录", tuple(blocks), cover=cover, is_demo=found.district.is_demo)


def _photos(files: list[InspectionFile]) -> list[Block]:
    return printed_photos((f"{file.document.printed_title}，{shot_words(file.shot)}".rstrip("，"), file.document) for file in files)


def files_table(files: list[InspectionFile], empty: str = "暂无照片和文件。") -> PaperTable:
    """Files with time and place of photos."""
    rows = tuple(
        (file.document.printed_title, shot_words(file.shot) or moment(file.document.uploaded_at), file.document.sha256[:16])
        for file in files
    )
    return PaperTable("照片和文件", FILES, rows, empty=empty)
