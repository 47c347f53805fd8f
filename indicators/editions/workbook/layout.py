"""Sheets, columns and headings of the edition workbook, used for writing and reading."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

Cell = str | int | float | bool | dt.date | None
Grid = list[list[Cell]]

GUIDE, EDITION, CHAPTERS, ITEMS, RULES, BASIS = "说明", "版本", "章", "条文", "规则", "依据"
SHEETS = (EDITION, CHAPTERS, ITEMS, RULES, BASIS)
# Row 1 names the columns, row 2 explains them, data begin below.
FIRST_ROW = 3
EMPTY_TEXT = '""'
NOT_ENTERED = "未录入"
NO_TYPE = "—"
WEIGHT = "权重 "

YES = {"true": "是", "false": "否"}
ITEM_KINDS = {"control": "控制项", "score": "评分项", "bonus": "加分项"}
CHAPTER_KINDS = {"scored": "评分章", "bonus": "加分章"}
DIMENSIONS = {name: name for name in ("韧性安全", "健康宜居", "低碳高效", "经济活力", "智慧管控")}
METHODS = {"weighted": "加权", "sum": "相加"}
ABSENT = {"full": "得满分", "exclude": "不参评"}
AUTO = {"key_area": "按重点区域"}
CERTAINTY = {"quoted": "原文", "inferred": "推定", "authored": "自拟"}
PROOF = {"national": "国家", "city": "市级", "district_file": "区级文件", "authored": "自拟"}
RULE_KINDS = {
    "pass": "满足", "steps": "分档", "linear": "线性", "checklist": "逐项累计", "choice": "择一",
    "count": "计数", "claimed": "申报", "all_of": "多项相加",
}  # fmt: skip
BETTER = {"higher": "越高越好", "lower": "越低越好"}
OPERATORS = {sign: sign for sign in (">=", "<=", ">", "<", "==")}
LINES = {"rule": "规则", "step": "档", "from": "起点", "to": "终点", "part": "内容"}
PARTS = {
    "code": "编号", "title": "名称", "official": "官方标准", "based_on": "编制依据", "in_force": "施行日期", "replaces": "代替",
    "method": "总分方法", "bonus_cap": "加分上限", "types": "城区类型", "stages": "阶段", "levels": "星级", "sources": "来源",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column: ``form`` is text, number, yes, word, keys (comma between) or lines (one per line)."""

    key: str
    label: str
    form: str = "text"
    width: int = 14
    hint: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


def word(key: str, label: str, words: Mapping[str, str], hint: str = "", width: int = 11) -> Column:
    """Column with a closed list of words."""
    return Column(key, label, "word", width, hint, words)


def number(key: str, label: str, hint: str = "") -> Column:
    """Column of numbers."""
    return Column(key, label, "number", 9, hint)


VALUE = (
    Column("unit", "取值单位", "text", 10, "分档、线性、比例和有限值的控制项要填"), number("min", "取值最小"),
    number("max", "取值最大"), number("decimals", "小数位", "0至6"),
)  # fmt: skip
COLUMNS: dict[str, tuple[Column, ...]] = {
    EDITION: (
        word("part", "项目", PARTS, "各项一行；类型、阶段、星级、来源可多行", 12),
        Column("key", "键", "text", 14, "类型、阶段、星级的键，英文"),
        Column("text", "内容", "text", 60, "日期写作 2024-07-01"),
        number("number", "数值", "星级门槛、加分上限"),
        Column("url", "网址", "text", 40, "来源的网址"),
    ),
    CHAPTERS: (
        Column("key", "键", "text", 14, "英文，全标准不重复"), Column("no", "章号", "text", 8, "文本格式"),
        Column("title", "名称", "text", 18), word("dimension", "方面", DIMENSIONS, "五个方面之一，或不填"),
        word("kind", "种类", CHAPTER_KINDS), number("full", "满分", "评分项分值之和"), number("min", "最低分", "任何星级都须达到，或不填"),
    ),
    ITEMS: (
        Column("chapter", "章", "text", 12, "章表中的键"), Column("id", "条文号", "text", 10, "文本格式，全标准不重复"),
        word("kind", "种类", ITEM_KINDS), Column("group", "分组", "text", 14), Column("title", "名称", "text", 24),
        Column("requirement", "要求", "text", 40, "不超过60字"), number("points", "分值", "控制项不填"),
        Column("types", "适用类型", "keys", 14, "版本表中类型的键，逗号分隔"),
        Column("stages", "适用阶段", "keys", 18, "版本表中阶段的键，逗号分隔"),
        Column("may_exclude", "可不参评", "yes", 9),
        Column("exclude_when", "不参评情形", "text", 18, "可不参评或可声明不存在时填写"),
        word("when_absent", "声明不存在", ABSENT, "不填即不可声明"), Column("shared_with", "成果互斥", "keys", 12, "条文号，双方都写"),
        word("auto", "自动判定", AUTO), *VALUE,
        Column("a_label", "比例分子", "text", 14, "比例条文填写，取值为分子÷分母×100"), Column("a_unit", "分子单位", "text", 9),
        Column("b_label", "比例分母", "text", 14), Column("b_unit", "分母单位", "text", 9),
        Column("evidence", "佐证材料", "lines", 28, "每行一种（Alt+Enter 换行）"), Column("source_department", "数据来源部门", "text", 16),
        Column("method", "核算方法", "text", 36), Column("beauty", "美丽上海", "keys", 18, "领域的键，逗号分隔"),
    ),
    RULES: (
        Column("id", "条文号", "text", 10), number("sub", "分项", "多项相加时各分项编号1、2…"),
        word("line", "行", LINES, "每条规则先写一行“规则”"), word("kind", "规则", RULE_KINDS, "写在“规则”行"),
        word("better", "方向", BETTER, "分档"), word("op", "比较", OPERATORS, "有限值的控制项", 8),
        number("at", "限值", "档、起点、终点、控制项"), number("points", "得分", "档、起点、终点、内容"),
        Column("exclusive", "须严格优于", "yes", 11, "等于限值不算达到时填“是”"), Column("key", "键", "text", 10, "内容的键，英文"),
        Column("text", "文字", "text", 48, "内容"), number("each", "每项得分", "计数"), number("cap", "最多得分", "逐项累计、计数"),
        Column("value_key", "取值键", "text", 12, "多项相加的各分项"), Column("value_label", "取值名称", "text", 18, "同上"), *VALUE,
    ),
    BASIS: (
        Column("id", "条文号", "text", 10), Column("cite", "依据", "text", 60), Column("url", "网址", "text", 50),
        word("certainty", "确定性", CERTAINTY, "原文须有网址"), word("level_of_proof", "层级", PROOF, "可不填"),
    ),
}  # fmt: skip


def weight_columns(tables: list[tuple[str, str]]) -> tuple[Column, ...]:
    """Columns of the weights, one per type × stage."""
    return tuple(Column(f"{kind}/{stage}", f"{WEIGHT}{kind}/{stage}", "number", 12, "0至1，各章之和为1") for kind, stage in tables)


def columns_of(sheet: str, tables: list[tuple[str, str]]) -> tuple[Column, ...]:
    """Columns of a sheet of this edition, in order."""
    return (*COLUMNS[sheet], *(weight_columns(tables) if sheet == CHAPTERS else ()))
