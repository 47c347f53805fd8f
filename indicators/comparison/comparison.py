"""Compares two editions clause by clause: what was added, removed, moved or changed, in words (pure functions)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from indicators.scoring.explain import words

Document = Mapping[str, Any]
Entry = Mapping[str, Any]
ADDED, REMOVED, RENUMBERED, MOVED, CHANGED = "added", "removed", "renumbered", "moved", "changed"
LABELS = {ADDED: "新增", REMOVED: "删除", RENUMBERED: "改号", MOVED: "移动", CHANGED: "改动"}
NONE = "无"
NOT_ENTERED = "未录入"
KINDS = {"control": "控制项", "score": "评分项", "bonus": "加分项", "scored": "评分章"}
ABSENT = {"full": "得满分", "exclude": "不参评", None: "不可声明"}
METHODS = {"weighted": "加权相加", "sum": "直接相加"}
HEAD = {"title": "名称", "official": "官方标准", "in_force": "施行日期", "replaces": "代替", "based_on": "编制依据"}
CHAPTER_FIELDS = {"no": "章号", "title": "章名", "dimension": "方面", "kind": "种类", "full": "满分", "min": "最低分"}
TEXTS = {
    "kind": "种类", "title": "名称", "requirement": "要求", "points": "分值", "group": "分组", "exclude_when": "不参评情形",
    "method": "核算方法", "source_department": "数据来源部门",
}  # fmt: skip


@dataclass(frozen=True)
class ChangedText:
    """One change: name, value before, value after."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ClauseChange:
    """One clause: ``kinds`` as in ``LABELS``; ``old`` and ``new`` are its numbers, empty where it does not exist."""

    old: str
    new: str
    title: str
    chapter: str
    kinds: tuple[str, ...]
    lines: tuple[ChangedText, ...]

    @property
    def label(self) -> str:
        """Kinds of change in words."""
        return "、".join(LABELS[kind] for kind in self.kinds)


@dataclass(frozen=True)
class EditionComparison:
    """All differences; ``counts``: number of clauses by kind in ``LABELS``; ``same``: number of unchanged clauses."""

    head: tuple[ChangedText, ...]
    chapters: tuple[ChangedText, ...]
    clauses: tuple[ClauseChange, ...]
    counts: Mapping[str, int]
    same: int

    @property
    def identical(self) -> bool:
        """Whether there are no differences."""
        return not (self.head or self.chapters or self.clauses)


Placed = tuple[Entry, Entry]  # a clause and its chapter


def compare(old: Document, new: Document) -> EditionComparison:
    """Compare two edition documents. Clauses are matched by number, then by an unchanged title that is unique on both sides."""
    before, after = _placed(old), _placed(new)
    # Old number → new number of the same clause.
    names = {name: name for name in before if name in after}
    left, come = ({key: one for key, one in side.items() if key not in names} for side in (before, after))
    titles = _once(come)
    names |= {name: titles[title] for title, name in _once(left).items() if title in titles}
    moved = _out_of_order([names[name] for name in before if name in names], list(after))
    clauses = [_clause(before[name], after[names[name]], new, moved=names[name] in moved) for name in before if name in names]
    clauses += [_gone(before[name], old, REMOVED) for name in before if name not in names]
    clauses += [_gone(placed, new, ADDED) for name, placed in after.items() if name not in names.values()]
    changed = [clause for clause in clauses if clause.kinds]
    order = {name: at for at, name in enumerate([*after, *before])}
    changed.sort(key=lambda one: order[one.new or one.old])
    counts = {kind: sum(kind in one.kinds for one in changed) for kind in LABELS}
    return EditionComparison(tuple(_head(old, new)), tuple(_chapters(old, new)), tuple(changed), counts, len(clauses) - len(changed))


def _placed(document: Document) -> dict[str, Placed]:
    return {item["id"]: (item, chapter) for chapter in document["chapters"] for item in chapter["items"]}


def _once(side: Mapping[str, Placed]) -> dict[str, str]:
    titles = [item["title"] for item, _ in side.values()]
    return {item["title"]: name for name, (item, _) in side.items() if titles.count(item["title"]) == 1}


def _out_of_order(kept: list[str], after: list[str]) -> frozenset[str]:
    """Clauses that were moved themselves: all outside the longest sequence that keeps its order."""
    place = {name: at for at, name in enumerate(after)}
    runs: dict[str, list[str]] = {}
    for name in kept:
        runs[name] = [*_longest([run for last, run in runs.items() if place[last] < place[name]]), name]
    return frozenset(kept) - frozenset(_longest(list(runs.values())))


def _longest(runs: list[list[str]]) -> list[str]:
    return max(runs, key=len) if runs else []


def _clause(old: Placed, new: Placed, document: Document, *, moved: bool) -> ClauseChange:
    (before, old_chapter), (after, chapter) = old, new
    lines = tuple(_differences(before, after, document))
    kinds = [RENUMBERED] if before["id"] != after["id"] else []
    other_chapter = old_chapter["key"] != chapter["key"]
    if other_chapter or moved:
        kinds.append(MOVED)
    if lines:
        kinds.append(CHANGED)
    if other_chapter:
        lines = (ChangedText("所在章", _chapter_name(old_chapter), _chapter_name(chapter)), *lines)
    return ClauseChange(before["id"], after["id"], after["title"], _chapter_name(chapter), tuple(kinds), lines)


def _gone(placed: Placed, document: Document, kind: str) -> ClauseChange:
    (item, chapter), added = placed, kind == ADDED
    points = "" if item["kind"] == "control" else _said(item["points"]) if item["points"] is not None else NOT_ENTERED
    said = [("种类", KINDS[item["kind"]]), ("分值", points), ("规则", rule_text(item)), ("适用", _applies(item, document))]
    lines = tuple(ChangedText(label, NONE if added else text, text if added else NONE) for label, text in said if text)
    name = item["id"]
    return ClauseChange("" if added else name, name if added else "", item["title"], _chapter_name(chapter), (kind,), lines)


def _differences(before: Entry, after: Entry, document: Document) -> Iterator[ChangedText]:
    for key, label in TEXTS.items():
        if before[key] != after[key]:
            yield ChangedText(label, _said(before[key]), _said(after[key]))
    if any(before[key] != after[key] for key in ("rule", "value", "inputs")):
        old_rule, new_rule = rule_text(before), rule_text(after)
        if old_rule != new_rule:
            yield ChangedText("规则", old_rule, new_rule)
        if before["value"] != after["value"]:
            yield ChangedText("取值", _span(before["value"]), _span(after["value"]))
        if before["inputs"] != after["inputs"]:
            yield ChangedText("比例", _ratio(before["inputs"]), _ratio(after["inputs"]))
        if old_rule == new_rule and before["value"] == after["value"] and before["inputs"] == after["inputs"]:
            yield ChangedText("规则", f"{old_rule}（内部键或分项取值不同）", new_rule)
    for key, (label, say) in SAYS.items():
        if before[key] != after[key]:
            yield ChangedText(label, say(before, document), say(after, document))


def rule_text(item: Entry) -> str:
    """Rule of a clause in Chinese; 未录入 if part of it is missing."""
    if item["rule"] is None or _gaps(item["rule"]):
        return NOT_ENTERED
    return words(item["rule"], item["value"], Decimal(str(item["points"] or 0)))


def _gaps(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_gaps(child) for child in value.values())
    return any(_gaps(child) for child in value) if isinstance(value, list) else value is None


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return NONE if value is None or value == "" else KINDS.get(value, str(value))


def _applies(item: Entry, document: Document) -> str:
    named = {entry["key"]: entry["label"] for key in ("types", "stages") for entry in document[key]}
    return " · ".join("、".join(named.get(key, key) for key in item["applies"][part]) for part in ("types", "stages"))


def _span(value: Entry | None) -> str:
    return f"{value['min']}至{value['max']}{value['unit']}，{value['decimals']}位小数" if value else NONE


def _ratio(inputs: Iterable[Entry] | None) -> str:
    return " ÷ ".join(f"{entry['label']}（{entry['unit']}）" for entry in inputs) if inputs else NONE


def _chapter_name(chapter: Entry) -> str:
    return f"{chapter['no']} {chapter['title']}"


def _head(old: Document, new: Document) -> Iterator[ChangedText]:
    for key, label in HEAD.items():
        if old["edition"][key] != new["edition"][key]:
            yield ChangedText(label, _said(old["edition"][key]), _said(new["edition"][key]))
    if old["total"]["method"] != new["total"]["method"]:
        yield ChangedText("总分方法", METHODS[old["total"]["method"]], METHODS[new["total"]["method"]])
    if old["total"]["bonus_cap"] != new["total"]["bonus_cap"]:
        yield ChangedText("加分上限", _entered(old["total"]["bonus_cap"]), _entered(new["total"]["bonus_cap"]))
    for key, label in (("types", "城区类型"), ("stages", "阶段")):
        if old[key] != new[key]:
            yield ChangedText(label, *("、".join(entry["label"] for entry in one[key]) for one in (old, new)))
    before, after = ({level["key"]: level for level in one["levels"]} for one in (old, new))
    for level in dict.fromkeys([*before, *after]):
        texts = [f"{one[level]['label']}{_entered(one[level]['min'])}分" if level in one else NONE for one in (before, after)]
        if texts[0] != texts[1]:
            yield ChangedText("星级门槛", *texts)


def _entered(value: Any) -> str:
    return NOT_ENTERED if value is None else str(value)


def _chapters(old: Document, new: Document) -> Iterator[ChangedText]:
    before, after = ({chapter["key"]: chapter for chapter in one["chapters"]} for one in (old, new))
    for key in dict.fromkeys([*after, *before]):
        if key not in before or key not in after:
            yield ChangedText("章", *(_chapter_name(one[key]) if key in one else NONE for one in (before, after)))
            continue
        name = _chapter_name(after[key])
        for field, label in CHAPTER_FIELDS.items():
            if before[key][field] != after[key][field]:
                yield ChangedText(f"{name}　{label}", _said(before[key][field]), _said(after[key][field]))
        for kind, stage in product(new["types"], new["stages"]):
            shares = [((one[key]["weight"] or {}).get(kind["key"]) or {}).get(stage["key"]) for one in (before, after)]
            if shares[0] != shares[1]:
                yield ChangedText(f"{name}　{kind['label']}{stage['label']}权重", *(_entered(share) for share in shares))
    kept = [[key for key in one if key in before and key in after] for one in (before, after)]
    if kept[0] != kept[1]:
        yield ChangedText("章的顺序", *("、".join(_chapter_name(after[key]) for key in keys) for keys in kept))


SAYS: dict[str, tuple[str, Callable[[Entry, Document], str]]] = {
    "applies": ("适用", _applies),
    "may_exclude": ("不参评", lambda item, _document: "允许" if item["may_exclude"] else "不允许"),
    "when_absent": ("声明不存在", lambda item, _document: ABSENT[item["when_absent"]]),
    "shared_with": ("成果互斥", lambda item, _document: _said("、".join(item["shared_with"]))),
    "evidence": ("佐证材料", lambda item, _document: _said("、".join(item["evidence"]))),
    "beauty": ("美丽上海", lambda item, _document: _said("、".join(item["beauty"]))),
    "auto": ("自动判定", lambda item, _document: "按重点区域" if item["auto"] else NONE),
    "basis": ("依据", lambda item, _document: "；".join(entry["cite"] for entry in item["basis"]) or NONE),
}
