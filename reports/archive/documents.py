"""Papers of the archive as compositions: 卷内目录, 备考表, and the yearly transfer list."""

from collections.abc import Iterable

from greendistrict.accounts.acting import named
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from reports.archive.columns import ITEM, VOLUME
from reports.archive.levels import paper_level
from reports.archive.lifecycle import ARCHIVE_VOLUME
from reports.archive.models import ArchiveItem, ArchiveVolume
from reports.archive.retention import BASIS
from reports.archive.selectors import fonds, volumes_of_year
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

FILED = ITEM.part("number", "responsible", "document_number", "title", "dated", "pages", "confidentiality", "remark")
CATALOGUE = paper_columns(FILED, 12, 40, 34, None, 36, 16, 14, 24, named="title")
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
    """卷内目录 (catalogue): every item with number, pages and confidentiality."""
    rows = tuple(
        paper_cells(FILED, item, pages=item.pages if item.document_id or item.job is None else item.job.pages)
        for item in filed_items(volume)
    )
    blocks = (Wide((Heading("卷内文件"), PaperTable("卷内目录", CATALOGUE, rows, empty="没有归档文件。", key="items"))),)
    level = paper_level(volume)
    return Composition(f"{volume}卷内目录", blocks, cover=cover_of(volume), is_demo=volume.is_demo, confidentiality=level)


def remarks_of(volume: ArchiveVolume) -> Composition:
    """备考表 (remarks): notes on the volume, preparer, checker and day."""
    items = filed_items(volume)
    left = volume.items.exclude(left_out="").order_by("pk")
    said = [f"本卷共{len(items)}件，{pages_in_words([item.pages for item in items])}。", *filter(None, volume.note.splitlines())]
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
    level = paper_level(volume)
    return Composition(f"{volume}备考表", blocks, cover=cover_of(volume), is_demo=volume.is_demo, confidentiality=level)


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
