"""Figures of the annual reports that are frozen when a year is closed, and the names by which two editions are compared."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from approvals.common.enums import TitleKind
from assessments.self_checks.models import SelfCheck, SelfCheckState
from districts.file.models.district import District
from reports.annual.figures import NO_TITLE, annual_rows, figures_in_turn, snapshot_state
from reports.closings.models import ClosingState
from reports.closings.plain import JSON, to_plain
from reports.closings.registry import NamedFigure, figures_in, received_in_time

LABELS = {
    "number": "自查编号", "edition_code": "标准", "building": "建设期", "total": "总分", "bonus": "加分", "level": "星级",
    "planned_total": "预期总分", "planned_level": "预期星级", "previous_total": "上年总分", "area_km2": "规划范围面积（平方公里）",
    "held": "称号", "star": "星级", "granted_on": "授予日期", "since": "持有起始日", "chapters": "各章", "items": "条文",
    "score": "得分", "planned": "预期", "value": "现状值", "points": "得分", "state": "状态", "evidence": "佐证（件）", "reason": "说明",
    "on": "截止日", "received_at": "接收时间",
}  # fmt: skip


FILE_LABELS = {
    "parties": "实施主体", "land": "土地与项目", "plots": "地块", "area_ha": "用地面积（公顷）", "acquired_on": "取得日期",
    "started_on": "开工日期", "built_on": "建成日期",
    "conforms": "符合", "gates": "条件", "done": "完成", "of": "共", "carbon": "碳排放", "target": "目标",
    "verified": "核查", "supervision": "监督检查", "findings": "问题", "compared": "清单与目标路径", "due": "目标路径",
    "found": "清单核算", "light": "对照", "colour": "颜色", "words": "说明", "reason": "原因和措施",
}  # fmt: skip


def freeze_scores(year: int, today: dt.date) -> Iterator[tuple[str, JSON]]:
    """Figures of every self-check that counts, by key of its district."""
    for row in annual_rows(year, today):
        yield str(row.district.pk), to_plain(row)


def freeze_files(year: int, today: dt.date) -> Iterator[tuple[str, JSON]]:
    """Plots, carbon, supervision and duties of every district with a title on the snapshot day or with a self-check that counts.

    Scores are frozen separately.
    """
    stood = snapshot_state(year, today)
    counted = SelfCheck.objects.filter(received_in_time(year), year=year, status=SelfCheckState.RECEIVED)
    districts = District.objects.filter(Q(pk__in=stood.held) | Q(pk__in=counted.values("district")), guideline_area=False)
    for figures in figures_in_turn(list(districts.defer("boundary").order_by("name_pinyin", "pk")), year, today):
        # Data about the closing itself are not frozen: they are read when the report is generated and are no difference between editions.
        unclosed = dataclasses.replace(
            figures.closing, state=ClosingState.OPEN, edition=0, as_of=figures.on, closes_on=figures.on, reason="", late=()
        )  # fmt: skip
        yield str(figures.district.pk), to_plain(dataclasses.replace(figures, scores=None, made_on=figures.on, closing=unclosed))


def named_in_district(data: Any) -> Iterator[NamedFigure]:
    """Named figures of one district."""
    name, held = data["district"]["name"], data["held"]
    yield NamedFigure(name, "称号", TitleKind(held["kind"]).label if held else NO_TITLE)
    yield from figures_in(data, name, LABELS)


def named_in_file(data: Any) -> Iterator[NamedFigure]:
    """Named figures of a district's lists, carbon, supervision and duties."""
    return figures_in(data, data["district"]["name"], FILE_LABELS)
