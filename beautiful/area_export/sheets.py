"""Sheets of the area workbook. An indicator without data from districts gets a row that says so; no value is invented."""

from collections.abc import Iterator
from decimal import Decimal

from beautiful.area_export.selectors import AreaFile
from beautiful.area_indicators.selectors import AreaView, FedIndicator, PilotShare
from beautiful.area_indicators.sources import MARK
from beautiful.evaluations.models import AreaEvaluation, EvaluationUse
from beautiful.frame.programme import BeautyArea, programme
from beautiful.plans.content import TaskContent
from beautiful.plans.models import PlannedTask
from beautiful.plans.selectors.plans import QuarterValue
from districts.indicator_systems.selectors import COLOURS
from districts.indicator_systems.target_path import NONE
from greendistrict.documents.list_workbook import Cell, ListSheet, day_of, lists_book
from greendistrict.documents.spreadsheets import Head

UNFED, NO_SYSTEM, NO_TASK, NO_EVALUATION, NO_FIGURE = (
    "没有城区供数",
    "无批准的指标体系记录",
    "执行中的计划在这一领域没有任务",
    "没有开始评估",
    "没有登记",
)
REGISTERED = "任务、责任单位、目标和时间由“美丽上海统筹”的岗位登记，不是原文的内容；原文没有写明领域的目标值。"
LIGHTS = dict(COLOURS)
TASK_LIGHTS = {**LIGHTS, NONE: "不作判断"}
Row = list[Cell]
AREAS = (
    ("重点领域", 12), ("组别", 10), ("目标城市", 18), ("供数城区", 10), ("城区指标", 10), *((words, 10) for words in LIGHTS.values()),
    ("碳排放、能源和地块的数", 14), ("其中有数", 10), ("市级登记", 10), ("任务", 8), ("最近的评估", 24), ("说明", 24),
)  # fmt: skip
INDICATORS = (
    ("重点领域", 12), ("城区", 24), ("方面", 12), ("指标", 34), ("单位", 10), ("数值来源", 18), ("数据来源（指标体系填写）", 28),
    ("年度", 8), ("现状值", 14), ("基准年", 8), ("基准值", 14), ("路径应达", 14), ("红绿灯", 12), ("说明", 30),
)  # fmt: skip
FIGURES = (
    ("重点领域", 12), ("数", 34), ("出处", 34), ("时间", 10), ("城区", 24), ("单位", 10), ("数值", 14), ("其中有要求的", 14), ("说明", 24),
)  # fmt: skip
BY_HAND = (("重点领域", 12), ("指标", 34), ("年度", 8), ("数值", 14), ("单位", 10), ("出处", 40), ("登记日期", 12), ("说明", 16))
TASKS = (
    ("重点领域", 12), ("计划", 30), ("编号", 16), ("层级", 8), ("市级任务", 16), ("任务", 34), ("先行区", 14), ("责任单位", 26),
    ("配合单位", 26), ("可衡量的目标", 34), ("起点值", 12), ("目标值", 12), ("单位", 10), ("开始日期", 12), ("完成日期", 12), ("年度", 8),
    ("季度", 8), ("累计完成值", 12), ("路径应达", 12), ("红绿灯", 12), ("说明", 30), ("区任务报送", 14), ("进展", 40), ("问题", 30),
)  # fmt: skip
EVALUATIONS = (
    ("重点领域", 12), ("计划", 30), ("年度", 8), ("状态", 10), ("自评", 40), ("核对意见", 40), ("结论", 14), ("结论说明", 40),
    ("结论日期", 12), ("因评估结果调整的任务", 50),
)  # fmt: skip
NOTES = (("内容", 16), ("说明", 100))


def area_book(found: AreaFile) -> bytes:
    """The workbook."""
    views = found.views
    sheets = (
        ("说明", NOTES, _notes(found)),
        ("重点领域", AREAS, (_area(found, view) for view in views)),
        ("城区指标", INDICATORS, (row for view in views for row in _indicators(view))),
        ("碳排放、能源和地块", FIGURES, (row for view in views for row in _figures(view, found.year))),
        ("市级登记的指标", BY_HAND, (row for view in views for row in _by_hand(view))),
        ("任务和季度", TASKS, (row for view in views for row in _tasks(found, view.area))),
        ("跟踪评估", EVALUATIONS, (row for view in views for row in _evaluations(found, view.area))),
    )
    lists = (ListSheet(name, f"{title_of(found)}　{name}（{programme().mark}）", heads, rows) for name, heads, rows in sheets)
    return lists_book(lists, demo=found.is_demo)


def title_of(found: AreaFile) -> str:
    """Title of the workbook."""
    return f"美丽上海重点领域：{found.views[0].area.name}" if len(found.views) == 1 else "美丽上海重点领域"


def _notes(found: AreaFile) -> Iterator[Row]:
    yield ["文件状态", f"领域取自《{programme().title}》（{programme().mark}），{programme().status}。"]
    yield ["供数", f"{MARK}；没有城区供数的写明没有，不推算。城区指标取最近一个有数的年度，按年度的数取{found.year}年。"]
    yield ["任务", REGISTERED]
    yield ["合计", "区任务有一项没有报的，合计不作判断；没有报的季度不填数。"]


def _area(found: AreaFile, view: AreaView) -> Row:
    evaluated = found.evaluations_in(view.area.key)
    told = [f"{one.year}年　{one.get_conclusion_display() or one.standing.label}" for one in evaluated]
    return [
        view.area.name,
        view.area.group_name,
        view.area.city,
        view.feeding_anything,
        view.all_lights.total,
        *(count for _, _, count in view.all_lights.counts),
        len(view.figures),
        view.figures_fed,
        len(view.by_hand),
        sum(1 for _ in found.tasks_in(view.area.key)),
        told[0] if told else NO_EVALUATION,
        _also(view.waiting, "" if view.is_fed else UNFED),
    ]


def _also(waiting: int, told: str = "") -> str:
    """What is said of a row, and how many figures do not count before a second person has checked them."""
    return "；".join(filter(None, (told, f"另有{waiting}项待核对，未计入" if waiting else "")))


def _saying(lead: Row, heads: tuple[Head, ...], column: str, word: str) -> Row:
    """A row with leading cells and one text in its column, the other cells empty."""
    return [*lead, *(word if title == column else None for title, _ in heads[len(lead) :])]


def _indicators(view: AreaView) -> Iterator[Row]:
    if not view.feeding:
        yield _saying([view.area.name], INDICATORS, "说明", UNFED)
    for share in view.pilots:
        if not share.has_system:
            yield _saying([view.area.name, share.district.name], INDICATORS, "说明", NO_SYSTEM)
        for indicator in share.indicators:
            yield _indicator(view.area, share, indicator)


def _indicator(area: BeautyArea, share: PilotShare, one: FedIndicator) -> Row:
    line, light = one.progress.line, one.progress.light
    return [
        area.name,
        share.district.name,
        line.row.dimension,
        str(line.row),
        line.measure.unit,
        one.came,
        line.row.source,
        one.year,
        one.found,
        line.row.baseline_year,
        line.baseline,
        one.progress.due,
        LIGHTS[light.colour],
        _also(one.waiting, light.words),
    ]


def _figures(view: AreaView, year: int) -> Iterator[Row]:
    if not view.figures:
        yield _saying([view.area.name], FIGURES, "说明", "没有对应的数")
    for share in view.figures:
        told: Row = [view.area.name, share.source.name, share.source.source, f"{year}年" if share.source.yearly else "现状"]
        total = share.total
        if total is None:
            yield _saying(told, FIGURES, "说明", _also(share.waiting, UNFED))
            continue
        for district, fed in share.by_pilot:
            if fed is None:
                yield _saying([*told, district.name, share.source.unit], FIGURES, "说明", "未供数")
            else:
                yield [*told, district.name, share.source.unit, fed.value, fed.whole, ""]
        counted = f"{len(share.by_pilot)}个城区中{len(share.fed)}个供数"
        yield [*told, "合计", share.source.unit, total.value, total.whole, _also(share.waiting, counted)]


def _by_hand(view: AreaView) -> Iterator[Row]:
    for one in view.by_hand:
        yield [view.area.name, one.name, one.year, one.value, one.unit, one.source, day_of(one.recorded_at), ""]
    if not view.by_hand or view.unchecked:
        yield _saying([view.area.name], BY_HAND, "说明", _also(len(view.unchecked), "" if view.by_hand else NO_FIGURE))


def _tasks(found: AreaFile, area: BeautyArea) -> Iterator[Row]:
    rows = list(found.tasks_in(area.key))
    if not rows:
        yield _saying([area.name], TASKS, "任务", NO_TASK)
    for planned, values in rows:
        reports = {row.key: row for row in planned.progress.all()}
        if not values:
            yield _saying(_task(area, planned, planned.content), TASKS, "说明", "未报")
        for value in values:
            own = reports.get(value.quarter)
            yield [*_task(area, planned, value.content), *_quarter(value), own.text if own else "", own.problems if own else ""]


def _task(area: BeautyArea, planned: PlannedTask, content: TaskContent) -> Row:
    """Columns of a task with the content in force when the quarter of the row ended."""
    task = planned.task
    return [
        area.name,
        str(planned.plan),
        task.number,
        "区" if task.city_task else "市",
        task.city_task.number if task.city_task else "",
        content.title,
        task.vanguard,
        content.owner,
        "、".join(partner.name for partner in planned.partners.all()),
        content.target_text,
        content.start_value,
        content.target_value,
        content.unit,
        content.starts_on,
        content.due_on,
    ]


def _quarter(value: QuarterValue) -> Row:
    year, quarter = value.quarter
    parts = f"{value.reported}/{value.asked}已报" if value.is_sum else ""
    due = Decimal(value.light.due) if value.light.due else None
    return [year, quarter, value.value, due, TASK_LIGHTS[value.light.colour], value.light.words, parts]


def _evaluations(found: AreaFile, area: BeautyArea) -> Iterator[Row]:
    rows = found.evaluations_in(area.key)
    if not rows:
        yield _saying([area.name], EVALUATIONS, "状态", NO_EVALUATION)
    for row in rows:
        yield _evaluation(area, row)


def _evaluation(area: BeautyArea, one: AreaEvaluation) -> Row:
    return [
        area.name,
        str(one.plan),
        one.year,
        one.standing.label,
        one.report,
        one.check_text,
        one.get_conclusion_display(),
        one.conclusion_text,
        day_of(one.concluded_at),
        "\n".join(_use(use) for use in one.uses.all()),
    ]


def _use(use: EvaluationUse) -> str:
    changes = "；".join(f"{label}：{before} → {after}" for label, before, after in use.adjustment.lines)
    return f"{use.adjustment.planned}：{changes}（{use.note}）"
