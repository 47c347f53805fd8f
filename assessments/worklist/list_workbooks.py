"""Assessment lists as workbooks, with the rows shown on the page."""

from collections.abc import Sequence

from assessments.common.wording import state_words
from assessments.inspections.lifecycle import INSPECTION
from assessments.inspections.models import Inspection
from assessments.post_evaluations.models import PostEvaluation
from assessments.self_checks.selectors.self_checks import ListedCheck
from assessments.stage_assessments.selectors.stage_list import ListedStage
from greendistrict.documents.list_workbook import Cell, day_of, list_book, mark_of

FIRST, LAST = ("城区名称", 34), ("数据", 10)
CHECKS = (FIRST, ("年度", 8), ("编号", 16), ("状态", 16), ("截止", 12), ("提交日期", 12), ("提交得分", 12), ("得分标注", 10), LAST)
STAGES = (
    FIRST, ("期次", 8), ("编号", 16), ("状态", 20), ("周期到期", 12), ("报送截止", 12), ("报送日期", 12), ("结论", 10), ("结论日期", 12),
    ("出处", 30), LAST,
)  # fmt: skip
POSTS = (FIRST, ("年度", 8), ("编号", 16), ("状态", 16), ("报送期限", 12), ("报送日期", 12), ("结论", 10), ("结论日期", 12), LAST)
INSPECTIONS = (
    FIRST, ("检查日期", 12), ("方式", 12), ("编号", 16), ("状态", 14), ("检查事由", 40), ("问题（个）", 10), ("未销号（个）", 12), LAST,
)  # fmt: skip


def check_book(lines: Sequence[ListedCheck]) -> bytes:
    """Workbook of self-checks; the score is that of the last submission."""
    rows: list[list[Cell]] = []
    for line in lines:
        check = line.check
        reference = check is not None and bool(line.total) and not check.table.edition.official
        rows.append([
            line.district, f"{line.year}", check.number if check else None, state_words(line.status, late=line.late, waived=line.waived),
            line.due, day_of(check.filed_at) if check else None, line.total, "参考版" if reference else "", mark_of(is_demo=line.is_demo),
        ])  # fmt: skip
    demo = any(line.is_demo for line in lines)
    return list_book("年度自查", f"年度自查（{len(lines)}件）", CHECKS, rows, demo=demo)


def stage_book(lines: Sequence[ListedStage]) -> bytes:
    """Workbook of stage assessments."""
    rows: list[list[Cell]] = []
    for line in lines:
        stage, state = line.stage, state_words(line.status, late=line.late)
        number = f"第{line.round}次" if line.round else "提前组织" if line.early else ""
        rows.append([
            line.district, number, stage.number if stage else None, state, line.cycle_day, line.last,
            day_of(stage.filed_at) if stage else None, line.conclusion, line.concluded_on, line.source, mark_of(is_demo=line.is_demo),
        ])  # fmt: skip
    demo = any(line.is_demo for line in lines)
    return list_book("阶段评估", f"阶段评估（{len(lines)}件）", STAGES, rows, demo=demo)


def post_book(lines: Sequence[tuple[PostEvaluation, str, str]]) -> bytes:
    """Workbook of post-evaluations; the conclusion is written only once it is decided."""
    rows: list[list[Cell]] = []
    for one, status, _ in lines:
        concluded = one.get_conclusion_display() if one.concluded_at else ""
        rows.append([
            one.district.name, f"{one.year}", one.number, status, one.due, day_of(one.filed_at), concluded, day_of(one.concluded_at),
            mark_of(is_demo=one.district.is_demo),
        ])  # fmt: skip
    demo = any(one.district.is_demo for one, _, _ in lines)
    return list_book("后评估", f"后评估（{len(lines)}件）", POSTS, rows, demo=demo)


def inspection_book(found: Sequence[Inspection]) -> bytes:
    """Workbook of inspections annotated with ``total`` and ``left``."""
    rows: list[list[Cell]] = []
    for one in found:
        counted = vars(one)
        rows.append([
            one.district.name, one.inspected_on, one.get_mode_display(), one.number, INSPECTION.state(one.status).label, one.basis,
            counted["total"], counted["left"], mark_of(is_demo=one.district.is_demo),
        ])  # fmt: skip
    demo = any(one.district.is_demo for one in found)
    return list_book("监督检查", f"监督检查（{len(found)}次）", INSPECTIONS, rows, demo=demo)
