"""Wording shared by several papers: times, texts or a dash, files, the subject of a review."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from greendistrict.core import papers
from greendistrict.core.templatetags.gd import cn_date, cn_datetime
from greendistrict.documents.printable import printable
from greendistrict.policy.templatetags.verdicts import degree_word, level_word, verdict_look
from reports.composition.blocks import Block, Heading, Pairs, PaperColumn, PaperTable, Paragraph, Picture, Wide
from reports.composition.enums import ColumnKind

Rows = list[tuple[str, Any]]


def moment(value: dt.datetime | None, otherwise: str = "—") -> str:
    """A time in words, as on pages."""
    return cn_datetime(value) or otherwise


def day(value: dt.date | None, otherwise: str = "—") -> str:
    """A day in words, as on pages."""
    return cn_date(value) or otherwise


def given(rows: Iterable[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
    """Pairs with a value; those that do not apply are left out."""
    return tuple((name, value) for name, value in rows if value not in (None, ""))


def matter_code(matter: Model) -> tuple[str, str]:
    """The code of the matter, named apart: the 查验码 printed with the paper is the paper's own."""
    return "事项查验码", papers.code_of(matter)


def section(title: str, *blocks: Block) -> list[Block]:
    """A heading with the blocks below it; on landscape pages the heading moves with the first block."""
    match blocks:
        case (Wide(blocks=first, large=large), *rest):
            return [Wide((Heading(title), *first), large), *rest]
    return [Heading(title), *blocks]


def text_of(text: str, otherwise: str) -> Paragraph:
    """A text entered by a user, or the sentence that says why there is none."""
    return Paragraph(text.strip() or otherwise)


FILE_COLUMNS = (
    PaperColumn("文件", kind=ColumnKind.NAME),
    PaperColumn("类别", 28),
    PaperColumn("时间", 34),
    PaperColumn("校验值（前16位）", 40),
)


OPERATION = (PaperColumn("年度", 22), PaperColumn("项目", 30, ColumnKind.NAME), PaperColumn("数据", 104))


def operation_table(figures: list[list[str]]) -> PaperTable:
    """Operation results as frozen at filing."""
    rows = tuple(tuple(row) for row in figures)
    return PaperTable("运营数据", OPERATION, rows, empty="没有登记的运营数据。", key="operation")


def files_table(files: Iterable[Any], empty: str = "暂无材料。") -> PaperTable:
    """Files of a matter with the beginning of their digests."""
    rows = tuple((file.printed_title, file.kind, moment(file.uploaded_at), file.sha256[:16]) for file in files)
    return PaperTable("照片和文件", FILE_COLUMNS, rows, empty=empty)


def printed_photos(photos: Iterable[tuple[str, Any]]) -> list[Block]:
    """The pictures among these files, each with its caption."""
    return [Picture(caption, content, str(file.key)) for caption, file in photos if (content := printable(file)) is not None]


def shot_words(shot: Any) -> str:
    """When and where a photo was taken, in the words of the page; empty for other files."""
    if shot is None:
        return ""
    taken = f"{moment(shot.taken_at)}拍摄" if shot.taken_at else "照片中没有拍摄时间"
    return f"{taken}，{shot.latitude}，{shot.longitude}" if shot.latitude is not None and shot.longitude is not None else taken


def subject_facts(review: Any) -> tuple[tuple[str, Any], ...]:
    """Facts about a review, printed at the beginning of its opinion and papers."""
    table = review.table
    held = f"{moment(review.meeting_at)}，{review.meeting_place}" if review.meeting_at else "尚未确定"
    return (
        ("评审对象", f"{review.subject['title']}（{review.subject['number']}）"),
        ("城区", f"{table.district}，{table.get_type_display()}，{table.get_stage_display()}"),
        ("标准", str(table.edition)),
        ("评审会", held),
    )


def verdict_tables(groups: Iterable[dict[str, Any]]) -> list[Block]:
    """Policy check by the step that requires it, in the words of ``components/check.html``."""
    blocks: list[Block] = []
    for group in groups:
        caption = f"{group['title']}（{group['note']}）" if group["note"] else group["title"] or "条款核对"
        rows = []
        for verdict in group["verdicts"]:
            if verdict["verdict"] == "later":
                found = "待后续环节"
            elif level_word(verdict["level"]) == "可":
                found = "供参考，不作要求"
            else:
                found = "不适用" if verdict["verdict"] == "n/a" else verdict["found"] or "未填"
            name = f"{degree_word(verdict)}　{verdict['title']}　{verdict['cite']}".strip()
            look = verdict_look(verdict.get("look") or verdict["verdict"])
            reading = f"理解：{verdict['reading'].replace('本平台理解为', '指')}。" if verdict["reading"] else ""
            remarks = " ".join(part for part in (verdict["remedy"] or "", reading) if part)
            rows.append((name, verdict["required"] or "—", found, look.label, remarks))
        blocks.append(PaperTable(caption, VERDICT_COLUMNS, tuple(rows), empty="这一步没有需要核对的条件。"))
    return blocks


VERDICT_COLUMNS = (
    PaperColumn("条件", 42, ColumnKind.NAME),
    PaperColumn("要求", 26),
    PaperColumn("现状", 34),
    PaperColumn("结果", 18),
    PaperColumn("说明", 36),
)


def about(title: str, rows: Iterable[tuple[str, Any]]) -> list[Block]:
    """A section of facts."""
    return section(title, Pairs(tuple(rows)))
