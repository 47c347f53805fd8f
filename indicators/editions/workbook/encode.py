"""An edition's document → rows of its sheets (pure functions).

Also here: Sheets, columns and headings of the edition workbook, used for writing and reading.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from greendistrict.documents.workbooks.columns import CHOICE, FLAG, NUMBER, TEXT, YES_NO, Column

Cell = str | int | float | bool | dt.date | None
Grid = list[list[Cell]]

GUIDE, EDITION, CHAPTERS, ITEMS, RULES, BASIS = "说明", "版本", "章", "条文", "规则", "依据"
SHEETS = (EDITION, CHAPTERS, ITEMS, RULES, BASIS)
# Row 1 has the heads, row 2 hints; data start below.
FIRST_ROW = 3
EMPTY_TEXT = '""'
NOT_ENTERED = "未录入"
NO_TYPE = "—"
WEIGHT = "权重 "
KEYS, LINE_EACH = "keys", "lines"  # several values in one cell, separated by commas or line breaks

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


def column(key: str, label: str, kind: str = TEXT, width: int = 14, hint: str = "") -> Column:
    """Column of text, or of another kind."""
    return Column(key, label, kind, width, hint=hint)


def word(key: str, label: str, words: Mapping[str, str], hint: str = "", width: int = 11) -> Column:
    """Column with a fixed list of words."""
    return Column(key, label, CHOICE, width, hint=hint, choices=words)


def number(key: str, label: str, hint: str = "", width: int = 9) -> Column:
    """Column of numbers."""
    return Column(key, label, NUMBER, width, hint=hint)


VALUE = (
    column("unit", "取值单位", TEXT, 10, "分档、线性、比例和有限值的控制项要填"), number("min", "取值最小"),
    number("max", "取值最大"), number("decimals", "小数位", "0至6"),
)  # fmt: skip
COLUMNS: dict[str, tuple[Column, ...]] = {
    EDITION: (
        word("part", "项目", PARTS, "各项一行；类型、阶段、星级、来源可多行", 12),
        column("key", "键", TEXT, 14, "类型、阶段、星级的键，英文"),
        column("text", "内容", TEXT, 60, "日期写作 2024-07-01"),
        number("number", "数值", "星级门槛、加分上限"),
        column("url", "网址", TEXT, 40, "来源的网址"),
    ),
    CHAPTERS: (
        column("key", "键", TEXT, 14, "英文，全标准不重复"), column("no", "章号", TEXT, 8, "文本格式"),
        column("title", "名称", TEXT, 18), word("dimension", "方面", DIMENSIONS, "五个方面之一，或不填"),
        word("kind", "种类", CHAPTER_KINDS), number("full", "满分", "评分项分值之和"), number("min", "最低分", "任何星级都须达到，或不填"),
    ),
    ITEMS: (
        column("chapter", "章", TEXT, 12, "章表中的键"), column("id", "条文号", TEXT, 10, "文本格式，全标准不重复"),
        word("kind", "种类", ITEM_KINDS), column("group", "分组", TEXT, 14), column("title", "名称", TEXT, 24),
        column("requirement", "要求", TEXT, 40, "不超过60字"), number("points", "分值", "控制项不填"),
        column("types", "适用类型", KEYS, 14, "版本表中类型的键，逗号分隔"),
        column("stages", "适用阶段", KEYS, 18, "版本表中阶段的键，逗号分隔"),
        column("may_exclude", "可不参评", FLAG, 9),
        column("exclude_when", "不参评情形", TEXT, 18, "可不参评或可声明不存在时填写"),
        word("when_absent", "声明不存在", ABSENT, "不填即不可声明"), column("shared_with", "成果互斥", KEYS, 12, "条文号，双方都写"),
        word("auto", "自动判定", AUTO), *VALUE,
        column("a_label", "比例分子", TEXT, 14, "比例条文填写，取值为分子÷分母×100"), column("a_unit", "分子单位", TEXT, 9),
        column("b_label", "比例分母", TEXT, 14), column("b_unit", "分母单位", TEXT, 9),
        column("evidence", "佐证材料", LINE_EACH, 28, "每行一种（Alt+Enter 换行）"), column("source_department", "数据来源部门", TEXT, 16),
        column("method", "核算方法", TEXT, 36), column("beauty", "美丽上海", KEYS, 18, "领域的键，逗号分隔"),
    ),
    RULES: (
        column("id", "条文号", TEXT, 10), number("sub", "分项", "多项相加时各分项编号1、2…"),
        word("line", "行", LINES, "每条规则先写一行“规则”"), word("kind", "规则", RULE_KINDS, "写在“规则”行"),
        word("better", "方向", BETTER, "分档"), word("op", "比较", OPERATORS, "有限值的控制项", 8),
        number("at", "限值", "档、起点、终点、控制项"), number("points", "得分", "档、起点、终点、内容"),
        column("exclusive", "须严格优于", FLAG, 11, "等于限值不算达到时填“是”"), column("key", "键", TEXT, 10, "内容的键，英文"),
        column("text", "文字", TEXT, 48, "内容"), number("each", "每项得分", "计数"), number("cap", "最多得分", "逐项累计、计数"),
        column("value_key", "取值键", TEXT, 12, "多项相加的各分项"), column("value_label", "取值名称", TEXT, 18, "同上"), *VALUE,
    ),
    BASIS: (
        column("id", "条文号", TEXT, 10), column("cite", "依据", TEXT, 60), column("url", "网址", TEXT, 50),
        word("certainty", "确定性", CERTAINTY, "原文须有网址"), word("level_of_proof", "层级", PROOF, "可不填"),
    ),
}  # fmt: skip


def weight_columns(tables: list[tuple[str, str]]) -> tuple[Column, ...]:
    """Columns of the weights, one per type × stage."""
    return tuple(number(f"{kind}/{stage}", f"{WEIGHT}{kind}/{stage}", "0至1，各章之和为1", 12) for kind, stage in tables)


def columns_of(sheet: str, tables: list[tuple[str, str]]) -> tuple[Column, ...]:
    """Columns of a sheet of this edition, in order."""
    return (*COLUMNS[sheet], *(weight_columns(tables) if sheet == CHAPTERS else ()))


Entry = dict[str, Any]
HEAD = ("code", "title", "official", "based_on", "in_force", "replaces")
PLAIN_ITEM = ("id", "kind", "group", "title", "requirement", "points", "may_exclude", "exclude_when", "when_absent", "shared_with", "auto")
ITEM_TEXT = ("evidence", "source_department", "method", "beauty")
SPAN = ("unit", "min", "max", "decimals")


def tables_of(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """All combinations of type and stage of a document."""
    return [(kind["key"], stage["key"]) for kind in document["types"] for stage in document["stages"]]


def grids_of(document: Mapping[str, Any]) -> dict[str, Grid]:
    """Rows by sheet, without heads and hints."""
    tables, chapters = tables_of(document), document["chapters"]
    pairs = [(chapter, item) for chapter in chapters for item in chapter["items"]]
    entries: dict[str, Iterable[Entry]] = {
        EDITION: _edition(document),
        CHAPTERS: [_chapter(chapter, tables) for chapter in chapters],
        ITEMS: [_item(chapter, item) for chapter, item in pairs],
        RULES: [row for _, item in pairs for row in _rule(item["id"], None, item["rule"])],
        BASIS: [{"id": item["id"], **entry} for _, item in pairs for entry in item["basis"]],
    }
    return {
        sheet: [[_cell(column, row.get(column.field)) for column in columns_of(sheet, tables)] for row in rows]
        for sheet, rows in entries.items()
    }


def _cell(column: Column, value: Any) -> Cell:
    if value is None or value == []:
        return None
    if value == "":
        return EMPTY_TEXT
    if isinstance(value, bool):
        return YES_NO[not value]
    if column.kind in {KEYS, LINE_EACH}:
        return ("," if column.kind == KEYS else "\n").join(value)
    if column.kind == CHOICE:
        return str(column.choices.get(value, value))
    found: Cell = value
    return found


def _edition(document: Mapping[str, Any]) -> list[Entry]:
    head, total = document["edition"], document["total"]
    rows: list[Entry] = [{"part": key, "text": head[key]} for key in HEAD]
    method = METHODS[total["method"]]
    rows += [{"part": "method", "text": method}, {"part": "bonus_cap", "number": total["bonus_cap"]}]
    for part in ("types", "stages"):
        rows += [{"part": part, "key": entry["key"], "text": entry["label"]} for entry in document[part]]
    rows += [{"part": "levels", "key": one["key"], "text": one["label"], "number": one["min"]} for one in document["levels"]]
    return rows + [{"part": "sources", "text": source["cite"], "url": source["url"]} for source in head["sources"]]


def _chapter(chapter: Entry, tables: list[tuple[str, str]]) -> Entry:
    """Weight cells are empty if no weights are entered at all, and have placeholders for single missing ones."""
    row, weight = {key: chapter[key] for key in ("key", "no", "title", "dimension", "kind", "full", "min")}, chapter["weight"]
    for kind, stage in tables:
        if weight is None:
            share = None
        else:
            share = NO_TYPE if weight[kind] is None else NOT_ENTERED if weight[kind][stage] is None else weight[kind][stage]
        row[f"{kind}/{stage}"] = share
    return row


def _item(chapter: Entry, item: Entry) -> Entry:
    row = {"chapter": chapter["key"], **{key: item[key] for key in (*PLAIN_ITEM, *ITEM_TEXT)}, **item["applies"]}
    row |= {key: (item["value"] or {}).get(key) for key in SPAN}
    for entry in item["inputs"] or ():
        row |= {f"{entry['key']}_label": entry["label"], f"{entry['key']}_unit": entry["unit"]}
    return row


def _rule(name: str, sub: int | None, rule: Entry | None, value: Entry | None = None) -> list[Entry]:
    if rule is None:
        return []
    base: Entry = {"id": name, "sub": sub}
    head = {**base, "line": "rule", **{key: rule.get(key) for key in ("kind", "better", "op", "at", "exclusive", "each", "cap")}}
    if rule["kind"] == "checklist" and "cap" in rule and rule["cap"] is None:
        head["cap"] = NOT_ENTERED
    if value is not None:
        head |= {"value_key": value["key"], "value_label": value["label"], **{key: value[key] for key in SPAN}}
    entries = [("step", step) for step in rule.get("steps", ())]
    entries += [(end, rule[end]) for end in ("from", "to") if end in rule]
    entries += [("part", entry) for name in ("parts", "options") for entry in rule.get(name, ())]
    lines = [{**base, "line": line, **entry} for line, entry in entries]
    inner = [row for at, one in enumerate(rule.get("rules", ()), start=1) for row in _rule(name, at, one["rule"], one["value"])]
    return [head, *lines, *inner]
