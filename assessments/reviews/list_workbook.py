"""The list of reviews as a workbook."""

from collections.abc import Sequence

from assessments.reviews.lifecycle.review import REVIEW
from assessments.reviews.selectors.reviews import ReviewRow
from greendistrict.documents.list_workbook import Cell, list_book, mark_of

HEADS = (
    ("编号", 16), ("评审对象", 44), ("城区", 34), ("状态", 14), ("已接受专家（人）", 10), ("已交评分（份）", 10),
    ("评分期限", 12), ("结论", 14), ("数据", 10),
)  # fmt: skip


def review_book(rows: Sequence[ReviewRow]) -> bytes:
    """Workbook of reviews; contains no names of experts."""
    demo = any(row.is_demo for row in rows)
    return list_book("专家评审", f"专家评审（{len(rows)}件）", HEADS, map(_cells, rows), demo=demo)


def _cells(row: ReviewRow) -> list[Cell]:
    return [
        row.number, row.title, row.district, REVIEW.state(row.status).label, row.accepted, row.handed_in, row.score_due,
        row.conclusion_label, mark_of(is_demo=row.is_demo),
    ]  # fmt: skip
