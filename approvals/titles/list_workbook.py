"""The list of titles as a workbook."""

from collections.abc import Sequence

from approvals.titles.models.publicity import Title
from districts.common.enums import Certainty
from greendistrict.documents.list_workbook import Cell, list_book, mark_of

HEADS = (
    ("城区名称", 34), ("所在区", 20), ("类型", 12), ("称号", 10), ("星级", 10), ("编号", 18), ("授予日期", 14),
    ("公告批次", 18), ("适用标准", 26), ("依据文件", 28), ("状态", 12), ("终止日期", 14), ("外部称号", 40), ("数据", 10),
)  # fmt: skip


def title_book(titles: Sequence[Title]) -> bytes:
    """Workbook of the given titles; unknown values read 未查明."""
    demo = any(title.district.is_demo for title in titles)
    return list_book("称号", f"绿色生态城区称号（{len(titles)}条）", HEADS, map(cells_of, titles), demo=demo)


def cells_of(title: Title) -> list[Cell]:
    """Cells of one row in words, as in the list."""
    district = title.district
    return [
        district.name,
        "、".join(area.name for area in district.areas.all()),
        district.get_type_display() or "未查明",
        f"{title.get_kind_display()}{'（推定）' if title.certainty == Certainty.INFERRED else ''}",
        title.get_star_display() or "未查明",
        title.number or "未查明",
        title.granted_on or "未查明",
        str(title.announcement or title.reported_time or "未查明"),
        title.edition_text or "未查明",
        f"{title.policy}{'（推定）' if title.policy_certainty == Certainty.INFERRED else ''}",
        "，".join(filter(None, [title.state_word, vars(title).get("loss_word")])),
        title.ended_on,
        "；".join(honour.title for honour in district.honours.all()),
        mark_of(is_demo=district.is_demo),
    ]
