"""现场核查记录: the newest site visit of an acceptance, by line, with photos."""

from typing import Any

from django.db.models import QuerySet

from approvals.acceptances.facts import latest_visit
from approvals.acceptances.models import SiteVisit, VisitRow
from approvals.acceptances.selectors import VisitGroup, groups_of
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from greendistrict.accounts.viewer import Viewer
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn
from reports.composition.blocks import Block, Composition, Heading, Pairs, PaperColumn, PaperTable, Paragraph, Signature
from reports.composition.columns import paper_cells, paper_columns
from reports.composition.enums import ColumnKind
from reports.matters import cases
from reports.matters.words import day, given, moment, printed_photos, section, shot_words

FOUND = Columns.of(VisitRow, "title", "claim", "finding", "note", finding=ChoiceColumn(empty="未核查"))
LINES = paper_columns(FOUND, 44, 50, 18, 44)
PHOTOS = (PaperColumn("照片", kind=ColumnKind.NAME), PaperColumn("时间和位置", 54), PaperColumn("校验值（前16位）", 42))


def visible_to(viewer: Viewer) -> QuerySet[Case]:
    """Visible acceptances with a site visit."""
    visited = SiteVisit.objects.values("case")
    return cases.cases_of(viewer, CaseKind.ACCEPTANCE).filter(pk__in=visited)


def compose(viewer: Viewer, case: Case) -> Composition:
    """Contents of the newest visit's page, and signature lines."""
    del viewer  # whoever sees the case reads all of it
    visit = latest_visit(case)
    assert visit is not None  # noqa: S101 -- ``visible_to``
    numbers = iter("二三四五六七八九十")
    blocks: list[Block] = [
        *section("一、核查情况", Pairs(about(visit))),
        *(block for group in groups_of(visit) for block in group_blocks(group, next(numbers), is_over=bool(visit.closed_at))),
        Signature(("核查专家和人员签名：＿＿＿＿＿＿＿＿", "申报主体签名：＿＿＿＿＿＿＿＿", "＿＿＿＿年＿＿月＿＿日")),
    ]
    cover = (("编号", case.number or "未提交"), ("城区", case.district.name), ("核查日期", day(visit.planned_on)))
    return Composition(f"{case}现场核查记录", tuple(blocks), cover=cover, is_demo=case.is_demo)


def is_closed(case: Case) -> bool:
    """Whether the newest visit is over."""
    visit = latest_visit(case)
    return bool(visit and visit.closed_at)


def about(visit: SiteVisit) -> tuple[tuple[str, Any], ...]:
    """Day, place, people and overall result."""
    rows = [
        ("核查日期", "，".join(part for part in (day(visit.planned_on), visit.place) if part)),
        ("核查专家和人员", visit.members or "到场后填写"),
        ("总体情况", visit.note),
        ("完成时间", moment(visit.closed_at, "")),
        ("核查记录", visit.record.title if visit.record else ""),
        ("签字扫描件", visit.scan.title if visit.scan else ""),
    ]
    return given(rows)


def group_blocks(group: VisitGroup, number: str, level: int = 1, *, is_over: bool) -> list[Block]:
    """Lines under one heading, followed by their photos; once the visit ``is_over``, lines that nobody looked at are only named."""
    title = f"{number}、{group.title}" if number else group.title
    photos = tuple(
        (f"{photo.document.printed_title}\n{row.title}", shot_words(photo), photo.document.sha256[:16])
        for row in group.rows
        for photo in row.photos.all()
    )
    listed = [row for row in group.rows if row.finding or row.note or row.photos.all() or not is_over]
    lines = tuple(paper_cells(FOUND, row, claim=row.claimed, title=row.title) for row in listed)
    left = [f"{row.title}{f'（申报：{row.claimed}）' if row.claimed else ''}" for row in group.rows if row not in listed]
    unseen = f"没有核查的{len(left)}项：{'、'.join(left)}。" if left else ""
    taken: list[Block] = [PaperTable(f"{group.title}的照片", PHOTOS, photos)] if photos else []
    taken += printed_photos((f"{row.title}，{shot_words(one)}", one.document) for row in group.rows for one in row.photos.all())
    return [
        Heading(title, level),
        Paragraph(f"共{len(group.rows)}项，{group.done}项有结论。{unseen}"),
        PaperTable(group.title, LINES, lines, empty=""),
        *taken,
    ]
