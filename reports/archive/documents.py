"""Papers of the archive as compositions: 卷内目录, 备考表, and the yearly transfer list.

Also here: Confidentiality of items and volumes: an item is at least at its file's level, a volume at the level of its strictest item.
Source of the retention periods.
"""

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from greendistrict.accounts.acting import named
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.documents.enums import Confidentiality, stricter
from greendistrict.documents.models import Evidence
from reports.archive.columns import ITEM, VOLUME
from reports.archive.lifecycle import ARCHIVE_VOLUME
from reports.archive.models import ArchiveItem, ArchiveVolume, VolumeState
from reports.archive.selectors import file_of, fonds, highest, volumes_of_year
from reports.composition.blocks import (
    Block,
    Cell,
    Composition,
    Heading,
    PaperColumn,
    PaperTable,
    Paragraph,
    Signature,
    Wide,
)
from reports.composition.columns import paper_cells, paper_columns
from reports.composition.enums import ColumnKind, ParagraphStyle


def lowest_for(item: ArchiveItem) -> Confidentiality:
    """Level of an item's file, the minimum for the item; 公开 while a letter is not generated."""
    document = file_of(item)
    return Confidentiality(document.confidentiality) if document else Confidentiality.PUBLIC


def refuse_below_file(item: ArchiveItem) -> None:
    """Raise ``Refused`` for an item with a level below its file."""
    lowest = lowest_for(item)
    below = not item.left_out and Confidentiality(item.confidentiality).rank < lowest.rank
    Refused.when(below, f"密级不能低于文件的密级（{lowest.label}）")


def follow_file(evidence: Evidence, by: User) -> None:
    """Raise items in preparation, and their volumes, to the new level of their file; items left out are unchanged.

    Volumes are locked first, so that none is closed meanwhile. Raises ``Refused`` for a file in a closed volume.
    """
    keys = list(_filed_with(evidence).order_by().values_list("volume", flat=True).distinct())
    for volume in ArchiveVolume.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk"):
        handed = f"“{evidence.title}”已随案卷移交（{volume.call_number}），不能改变密级"
        Refused.when(volume.status == VolumeState.HANDED_OVER, handed)
        closed = f"“{evidence.title}”已归入案卷（{volume.call_number}），不能改变密级；需要改变的，先由市级审核重新打开案卷"
        Refused.when(volume.status == VolumeState.CLOSED, closed)
        level = Confidentiality(evidence.confidentiality)
        below = [one.value for one in Confidentiality if one.rank < level.rank]
        raised = list(_filed_with(evidence).filter(volume=volume, confidentiality__in=below).values_list("pk", flat=True))
        if raised:
            ArchiveItem.objects.filter(pk__in=raised).update(confidentiality=level)
            volume.is_demo = volume.is_demo or by.is_demo
            volume.version += 1
            volume.confidentiality = highest(volume)
            volume.save(update_fields=["is_demo", "version", "confidentiality"])
            audit.record(action="archive.follow", by=by, obj=volume, data={"items": raised, "confidentiality": level.value})


def restate(volume: ArchiveVolume) -> None:
    """Set a volume's confidentiality to that of its strictest item."""
    volume.confidentiality = highest(volume)
    volume.save(update_fields=["confidentiality"])


def paper_level(volume: ArchiveVolume) -> Confidentiality:
    """Level of the portal's papers about a volume, which name its items: never 公开."""
    return stricter(volume.confidentiality, Confidentiality.INTERNAL)


def _filed_with(evidence: Evidence) -> QuerySet[ArchiveItem]:
    made = Q(document__isnull=True, job__files__document=evidence)
    return ArchiveItem.objects.filter(Q(document=evidence) | made, number__isnull=False)


BASIS = (
    "保管期限分永久、30年、10年（《机关文件材料归档范围和文书档案保管期限规定》，国家档案局令第8号）；"
    "归档文件的著录和排列参照《归档文件整理规则》（DA/T 22-2015），"
    "一事项一案卷。"
)
DEFAULTS = (
    "默认：授予、取消、撤销称号的永久；不予受理、不通过、不同意和同意变更的，以及阶段评估、后评估、监督检查30年；撤回、终止的10年；"
    "年度自查和碳排放核查报告计入年度评估，比照下级报送的重大问题专题报告30年，运营工作报告比照下级报送的年度总结10年"
    "（上述规定附件《文书档案保管期限表》）。"
    "默认值由本平台设定，以市级档案部门批准的文件材料归档范围和保管期限表为准。"
)


FILED = ITEM.part("number", "document_number", "responsible", "title", "dated", "place", "remark")
CATALOGUE = paper_columns(FILED, 9, 22, 22, None, 31, 15, 18, named="title")
HANDED = VOLUME.part("fonds", "retention", "number", "title", "item_count", "page_count", "confidentiality", "status")
TRANSFER = (
    PaperColumn("序号", 12, ColumnKind.NUMBER, digits=0),
    *paper_columns(HANDED, 18, 18, 16, None, 14, 20, 14, 18, named="title"),
    PaperColumn("移交", 50),
)
UNSET = "未设定"
SIGNED = ("移交单位（印章）：　　　　　　移交人：　　　　", "接收单位（印章）：　　　　　　接收人：　　　　", "　　年　　月　　日")


def filed_items(volume: ArchiveVolume) -> list[ArchiveItem]:
    """Items that are filed, in their order."""
    return list(volume.items.filter(number__isnull=False).select_related("document", "job").order_by("number"))


def catalogue_of(volume: ArchiveVolume) -> Composition:
    """卷内目录 (catalogue): every item with its place among the pages of the volume, and its level where it is not 内部."""
    items = filed_items(volume)
    places = page_places(item.counted_pages for item in items)
    rows = tuple(paper_cells(FILED, item, place=place, remark=_noted(item)) for item, place in zip(items, places, strict=True))
    blocks = (PaperTable("卷内文件", CATALOGUE, rows, empty="没有归档文件。", key="items"),)
    return _paper_of(volume, "卷内目录", blocks)


def _paper_of(volume: ArchiveVolume, name: str, blocks: tuple[Block, ...]) -> Composition:
    """One upright sheet, without a cover as long as it is short."""
    title, level = f"{volume}{name}", paper_level(volume)
    return Composition(title, blocks, cover=cover_of(volume), is_demo=volume.is_demo, confidentiality=level, short=True)


def _noted(item: ArchiveItem) -> str:
    level = "" if item.confidentiality == Confidentiality.INTERNAL else item.get_confidentiality_display()
    return "；".join(filter(None, (level, item.remark)))


def page_places(pages: Iterable[int | None]) -> Iterator[str | None]:
    """页号 of each item, the volume's pages counted through: first and last. None from an item on whose pages nobody knows."""
    last: int | None = 0
    for count in pages:
        first = None if last is None else last + 1
        last = None if last is None or count is None else last + count
        yield None if first is None or last is None else str(last) if last <= first else f"{first}—{last}"


def remarks_of(volume: ArchiveVolume) -> Composition:
    """备考表 (remarks): notes on the volume, preparer, checker and day."""
    items = filed_items(volume)
    left = volume.items.exclude(left_out="").order_by("pk")
    said = [f"本卷共{len(items)}件，{pages_in_words([item.counted_pages for item in items])}。", *filter(None, volume.note.splitlines())]
    said += [f"不归档：{item.title}，{item.left_out}。" for item in left]
    closed = cn_date(volume.closed_at.astimezone(clock.SHANGHAI).date()) if volume.closed_at else "　　年　　月　　日"
    signed = Signature(
        (
            f"立卷人：{named(volume, 'prepared_by')}",
            f"检查人：{named(volume, 'checked_by', nobody='　　　　')}",
            f"立卷时间：{closed}",
        )
    )
    blocks: tuple[Block, ...] = (
        Heading("本卷情况说明"),
        *(Paragraph(text) for text in said),
        Paragraph(BASIS, ParagraphStyle.NOTE),
        signed,
    )
    return _paper_of(volume, "备考表", blocks)


def transfer_list(year: int) -> Composition:
    """移交清单 (transfer list): closed volumes of a year, handed-over ones with receiver and day."""
    volumes = list(volumes_of_year(year))
    rows = []
    for place, volume in enumerate(volumes, start=1):
        handed = "—" if volume.handed_over_on is None else f"{cn_date(volume.handed_over_on)}，{volume.receiver}，{volume.receiving_person}"
        rows.append((place, *paper_cells(HANDED, volume), handed))
    total = sum(vars(volume)["item_count"] for volume in volumes)
    listed = PaperTable("移交清单", TRANSFER, tuple(rows), empty="没有已归档的案卷。", key="volumes")
    said = Paragraph(f"{year}年度办结并归档的案卷{len(volumes)}卷，共{total}件。")
    blocks = (Wide((Heading("案卷"), said, listed, Paragraph(BASIS, ParagraphStyle.NOTE), Signature(SIGNED))),)
    cover = (("年度", str(year)), ("案卷", f"{len(volumes)}卷"), ("文件", f"{total}件"))
    return Composition(f"{year}年度档案移交清单", blocks, cover=cover, is_demo=any(volume.is_demo for volume in volumes))


def cover_of(volume: ArchiveVolume) -> tuple[tuple[str, Cell], ...]:
    """案卷封面 (cover): the fields of DA/T 22, and the subject."""
    return (
        ("全宗号", volume.fonds or fonds() or UNSET),
        ("年度", str(volume.year)),
        ("保管期限", volume.get_retention_display()),
        ("案卷号", str(volume.number) if volume.number else "归档时给出"),
        ("题名", volume.title),
        ("事项", f"{volume.kind} {volume.matter_number}".strip()),
        ("城区", volume.district.name),
        ("密级", volume.get_confidentiality_display()),
        ("状态", ARCHIVE_VOLUME.state(volume.status).label),
        *handed_over_of(volume),
    )


def handed_over_of(volume: ArchiveVolume) -> tuple[tuple[str, Cell], ...]:
    """Receiver and day of the hand-over; empty before it."""
    if volume.handed_over_on is None:
        return ()
    return (("移交", f"{cn_date(volume.handed_over_on)}移交{volume.receiver}，接收人{volume.receiving_person}"),)


def pages_in_words(pages: Iterable[int | None]) -> str:
    """Sum of the known pages, and the number of items without a page count."""
    given = list(pages)
    known = [one for one in given if one is not None]
    missing = f"（另{len(given) - len(known)}件页数未查明）" if len(known) < len(given) else ""
    return f"{sum(known):,}页{missing}"
