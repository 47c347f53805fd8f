"""Freezing of the city's annual report when a year is closed, and names of figures for comparing two editions."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from greendistrict.core.memoisation import held_reads
from reports.city.figures.land import WORDS
from reports.city.figures.standing import figures_of
from reports.city.figures.whole import PARTS, CityReport, has_received, part_key
from reports.closings.plain import JSON, from_plain, to_plain
from reports.closings.registry import NamedFigure, shown

WHOLE = {False: "全市", True: "全市（演示数据）"}


class ComparedList(NamedTuple):
    """A list of a part: fields that identify its rows besides their district, and named fields to compare.

    A field may be nested: ``counts.plots``.
    """

    rows: str
    named_by: tuple[str, ...]
    fields: Mapping[str, str]
    subject: str = "district"


TITLES = {
    "stood": "称号", "bodies": "实施主体", "checks": "应报事项", "scores": "自查得分", "assessments": "评估和验收", "land": "土地与项目",
    "carbon": "碳排放", "operation": "运营", "renewal": "美丽街区和美丽家园",
    "supervision": "监督检查和意见", "outlook": "预警与建议", "methods": "方法与口径",
    "asked": "下一步工作", "themes": "各年和案例",
}  # fmt: skip
LAND = {f"counts.{key}": word for key, word in WORDS.items()} | {
    "hectares": "面积（公顷）", "projects": "重点项目", "in_use": "已投用", "late": "晚于计划", "works": "主要市政设施",
    "works_built": "市政设施已建成",
}  # fmt: skip
LISTS: Mapping[str, tuple[ComparedList, ...]] = {
    "stood": (
        ComparedList("rows", (), {"held.text": "称号", "star_words": "星级", "type_words": "类型", "area_km2": "规划范围面积（平方公里）"},
               "name"),
        ComparedList("register", ("number",), {"granted_on": "授予日期", "batch": "公告批次", "edition": "适用标准"}),
        ComparedList("events", ("what", "title", "number"), {"on": "日期", "reason": "内容或事由"}),
    ),
    "bodies": (
        ComparedList("", (), {"pilots": "试点", "demonstrations": "示范", "km2": "面积（平方公里）", "new": "新增",
                            "target": "四（一）目标",
                        "designated": "专门机构", "plans": "实施计划"}, "name"),
    ),
    "checks": (ComparedList("duties", ("title",), {"due": "期限", "met_on": "报送日期", "state": "情况"}),),
    "scores": (
        ComparedList("failed", ("clause",), {"value": "控制项现状值", "reason": "原因"}),
        ComparedList("dimensions", ("name",), {"lower": "下四分位", "median": "中位数", "upper": "上四分位", "before": "上年中位数"}, ""),
        ComparedList("moves", (), {"before": "上年总分", "now": "本年总分"}),
    ),
    "assessments": (
        ComparedList("held", ("kind", "on", "number"), {"conclusion": "结论", "mending": "整改", "mend_by": "整改期限"}),
        ComparedList("draws", ("what",), {"on": "日期", "drawn": "抽中", "pool": "名单"}, ""),
        ComparedList("panels", ("subject",), {"on": "结论日期", "members": "表决专家", "conclusion": "结论"}, ""),
    ),
    "land": (
        ComparedList("lines", (), LAND | {"acquired": "已取得比例", "built": "建成比例"}),
        ComparedList("late", ("name", "what"), {"days": "天数"}),
    ),
    "carbon": (
        ComparedList("lines", (), {"state": "报告", "total": "排放总量", "per_m2": "单位面积", "per_person": "人均", "target": "规划目标",
                             "verifier": "核查机构", "compared.found": "清单核算", "compared.due": "目标路径",
                             "compared.light.words": "对照", "compared.reason": "原因和措施"}),
    ),
    "operation": (
        ComparedList("lines", (), {"in_use": "已投入使用的建筑面积", "green": "其中绿色建筑面积", "mechanisms": "应建立的管理机制",
                             "trained": "培训人次", "budget": "资金预算", "used": "资金使用"}),
    ),
    "renewal": (
        ComparedList("lines", (), {"streets": "美丽街区", "homes": "美丽家园", "begun": "已开工", "finished": "已完工"}),
    ),
    "supervision": (
        ComparedList("findings", ("number", "clause", "text"), {"due": "期限", "state": "情况", "late": "逾期"}),
        ComparedList("opinions", ("matter", "clause", "text"), {"state": "情况"}),
    ),
    "outlook": (
        ComparedList("warned", ("ground",), {"basis": "依据"}),
        ComparedList("awards", (), {"word": "奖项推荐", "grounds": "依据"}),
    ),
    "methods": (ComparedList("defaults", ("label",), {"value": "默认值"}, ""),),
}  # fmt: skip


def freeze_report(year: int, today: dt.date) -> Iterator[tuple[str, JSON]]:
    """Every part of the report, for real and for demo districts, if any self-check of them for the year was received."""
    for demo in (False, True):
        if has_received(year, demo=demo):
            with held_reads():
                report = CityReport(year, today, demo=demo)
                made = {name: to_plain(getattr(report, name), kind) for name, kind in PARTS.items()}
            yield from ((part_key(name, demo=demo), {"part": name, "whole": WHOLE[demo], "values": data}) for name, data in made.items())


def named_in_report(data: Any) -> Iterator[NamedFigure]:
    """Figures of one part: the part's own figures first, then its rows by name; repeated names are numbered."""
    found, seen = from_plain(PARTS[data["part"]], data["values"]), Counter[tuple[str, str]]()
    for one in _named(data["part"], found, data["whole"]):
        seen[one.subject, one.name] += 1
        times = seen[one.subject, one.name]
        yield one if times == 1 else one._replace(name=f"{one.name}（第{times}项）")


def _named(part: str, found: Any, whole: str) -> Iterator[NamedFigure]:
    figures = figures_of(found) if part == "stood" else getattr(found, "figures", ())
    for figure in figures:
        yield NamedFigure(whole, f"{figure.label}（{figure.unit}）", _words(figure.value))
    for listed in LISTS.get(part, ()):
        rows: Iterable[Any] = getattr(found, listed.rows) if listed.rows else found
        for row in rows:
            subject = str(getattr(row, listed.subject)) if listed.subject else whole
            names = [shown(getattr(row, name)) for name in listed.named_by if getattr(row, name)]
            for field, label in listed.fields.items():
                yield NamedFigure(subject, "·".join((TITLES[part], *names, label)), _words(_at(row, field)))


def _at(row: Any, field: str) -> Any:
    for step in field.split("."):
        if row is None:
            return None
        row = row[step] if isinstance(row, Mapping) else getattr(row, step)
    return row


def _words(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "；".join(value) if isinstance(value, tuple) else shown(value)
