"""The list of volumes as a workbook."""

from collections.abc import Sequence
from typing import Any

from greendistrict.documents.list_workbook import Cell, list_book, mark_of
from reports.archive.lifecycle import ARCHIVE_VOLUME

HEADS = (
    ("题名", 44), ("事项编号", 16), ("年度", 8), ("保管期限", 12), ("案卷号", 10), ("类别", 20), ("件数", 8), ("页数", 8),
    ("密级", 8), ("状态", 14), ("数据", 10),
)  # fmt: skip


def volume_book(volumes: Sequence[Any]) -> bytes:
    """Workbook of volumes with the counts of ``selectors.counted``."""
    demo = any(volume.is_demo for volume in volumes)
    return list_book("案卷", f"案卷（{len(volumes)}卷）", HEADS, map(_cells, volumes), demo=demo)


def _cells(volume: Any) -> list[Cell]:
    return [
        volume.title, volume.matter_number, f"{volume.year}", volume.get_retention_display(), volume.number, volume.kind, volume.item_count,
        volume.page_count if volume.number else None, volume.get_confidentiality_display(), ARCHIVE_VOLUME.state(volume.status).label,
        mark_of(is_demo=volume.is_demo),
    ]  # fmt: skip
