"""List of cases as a workbook."""

from collections.abc import Sequence

from approvals.cases.lifecycle.machines import state_of
from approvals.cases.models.cases import Case
from greendistrict.documents.list_workbook import Cell, day_of, list_book, mark_of

HEADS = (
    ("编号", 16), ("城区名称", 34), ("类别", 10), ("所在区", 20), ("类型", 12), ("申报主体", 34), ("申报星级", 10),
    ("状态", 20), ("提交日期", 14), ("受理日期", 14), ("审定日期", 14), ("决定文号", 24), ("数据", 10),
)  # fmt: skip


def case_book(cases: Sequence[Case]) -> bytes:
    """Workbook of the given cases; its header says 演示数据 if any is demonstration data."""
    demo = any(case.is_demo for case in cases)
    return list_book("办件", f"申报与验收办件（{len(cases)}件）", HEADS, map(cells_of, cases), demo=demo, fixed=3)


def cells_of(case: Case) -> list[Cell]:
    """Cells of one row in words, as in the list."""
    return [
        case.number or "未提交",
        case.district.name,
        case.get_kind_display(),
        "、".join(area.name for area in case.district.areas.all()),
        case.district.get_type_display(),
        case.applicant.name,
        case.get_star_asked_display() or "",
        state_of(case).label,
        day_of(case.submitted_at),
        day_of(case.accepted_at),
        case.decided_on,
        case.decision_number,
        mark_of(is_demo=case.is_demo),
    ]
