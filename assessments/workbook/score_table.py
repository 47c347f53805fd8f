"""The score table as a workbook of fixed rows: one line per number, part of a ratio or tick to fill in."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache, partial
from typing import Any

from django.db.models import QuerySet

from assessments.findings.selectors.plausibility import district_facts
from assessments.plausibility.cross_row_rules import beyond_district
from assessments.plausibility.row_rules import DistrictFacts, TableInput, figures_of
from assessments.score_page.selectors.table_rows import ScoreSheet
from assessments.sharing.models import RowShare
from assessments.tables.columns import SCORE_CELLS
from assessments.tables.models import RowChange, ScoreTable
from assessments.tables.selectors.scoring import left_out_by_portal
from assessments.tables.selectors.widgets import shown
from assessments.tables.services.cells import cleaned
from assessments.tables.services.rows import RowTyped
from districts.file.workbook_marks import district_mark
from districts.plausibility.comparisons import PlausibilityLimits, limits_of
from greendistrict.core.errors import Refused
from greendistrict.core.templatetags.gd import cn_date, cn_datetime
from greendistrict.documents.workbooks.book import GUIDE, Book, Mark, SheetTitle
from greendistrict.documents.workbooks.columns import FLAG, KEY, SHOWN, VALUE, YES_NO, Column
from greendistrict.documents.workbooks.quantities import without_noise
from greendistrict.documents.workbooks.sealed import CLAUSE_HEADS, Atom, Line, Sealed, Slot
from greendistrict.policy import parameters
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import Item

NUMBER, YES, CHOICE, TICK = "number", "yes", "choice", "tick"
COUNTED = ("项", "分")
MOST_COUNTED = 1_000_000


@dataclass(frozen=True)
class Part:
    """A cell of a value. ``path`` leads to it: ``()`` the value itself, ``("a",)`` an input, ``("name", "tick")`` a tick of a list."""

    path: tuple[str, ...]
    kind: str
    label: str
    unit: str = ""
    options: tuple[tuple[str, str], ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    decimals: int | None = None

    @property
    def key(self) -> str:
        """The path as a single string."""
        return "/".join(self.path)

    @property
    def how(self) -> str:
        """Unit of a number, else instructions for filling in the cell."""
        if self.kind == NUMBER:
            return self.unit or "数"
        return {YES: "满足 / 不满足", TICK: "是 / 否"}.get(self.kind, "从下拉列表选")


@lru_cache(maxsize=2048)
def column_of(part: Part) -> Column:
    """Column definition for a part: allowed content and how it is parsed."""
    label, options = part.label or "取值", dict(part.options)
    if part.kind in {YES, TICK}:
        return Column("value", label, FLAG, flags=("满足", "不满足") if part.kind == YES else YES_NO)
    if part.kind == CHOICE:
        return Column(
            "value", label, VALUE, choices=options, parse=partial(_chosen, part), show=lambda key: options.get(key, key), empty=None
        )
    number = Column("value", label, VALUE, unit=part.unit, numeric=True, parse=partial(_within, part), empty=None)
    return replace(number, measured=part.unit not in COUNTED, low=part.low, high=part.high, whole=part.decimals == 0)


def _chosen(part: Part, text: str) -> str:
    for key, words in part.options:
        if text in {key, words.strip()}:
            return key
    msg = "请从下拉列表选取所列情形之一"
    raise ValueError(msg)


def _within(part: Part, text: str) -> str:
    """The number; raises ``ValueError`` if a measured one is out of range. Counted numbers are checked by the rule."""
    if text in YES_NO:
        msg = "这一格要填数字，不是“是”或“否”"
        raise ValueError(msg)
    if part.unit not in COUNTED and part.low is not None and part.high is not None and not part.low <= Decimal(text) <= part.high:
        msg = f"应在{plain(part.low)}至{plain(part.high)}{part.unit}之间"
        raise ValueError(msg)
    return text if part.decimals is None else plain(without_noise(Decimal(text), part.decimals))


@lru_cache(maxsize=2048)
def parts_of(item: Item) -> tuple[Part, ...]:
    """Cells of a clause, in the order of its rule."""
    if item.ratio:
        return tuple(Part((one["key"],), NUMBER, str(one["label"]), str(one["unit"]), low=Decimal(0)) for one in item.data["inputs"])
    if item.rule["kind"] == "all_of":
        named = ((one["rule"], one["value"]) for one in item.rule["rules"])
        return tuple(part for rule, value in named for part in _parts(rule, value, (value["key"],), value["label"], item.points))
    return _parts(item.rule, item.value, (), "", item.points)


def _parts(
    rule: Mapping[str, Any], value: Mapping[str, Any] | None, path: tuple[str, ...], label: str, points: Decimal
) -> tuple[Part, ...]:
    kind = rule["kind"]
    if kind == "checklist":
        return tuple(Part((*path, one["key"]), TICK, f"{label}　{one['text']}".strip()) for one in rule["parts"])
    if kind == "choice":
        return (Part(path, CHOICE, label, options=tuple((one["key"], str(one["text"])) for one in rule["options"])),)
    if kind == "pass" and "op" not in rule:
        return (Part(path, YES, label),)
    if kind in {"count", "claimed"}:
        most = MOST_COUNTED if kind == "count" else points
        return (Part(path, NUMBER, label, COUNTED[kind == "claimed"], low=Decimal(0), high=Decimal(most), decimals=0),)
    given = value or {}
    low, high = Decimal(str(given["min"])), Decimal(str(given["max"]))
    return (Part(path, NUMBER, label, str(given["unit"]), low=low, high=high, decimals=given["decimals"]),)


def split(parts: tuple[Part, ...], stored: Any) -> dict[str, Atom]:
    """Split a stored value into its cells, by key of the part.

    A cell holds a number as text (``"70.5"``), yes/no and ticks as boolean, a choice as its key, and None if empty.
    """
    return {part.key: _atom(part, stored) for part in parts}


def _atom(part: Part, stored: Any) -> Atom:
    path = part.path[:-1] if part.kind == TICK else part.path
    for name in path:
        stored = stored.get(name) if isinstance(stored, Mapping) else None
    if part.kind == TICK:
        return part.path[-1] in stored if isinstance(stored, list | tuple) else None
    return stored if stored is None or isinstance(stored, bool) else _text(part, stored)


def _text(part: Part, stored: Any) -> str:
    return plain(Decimal(str(stored))) if part.kind == NUMBER else str(stored)


def join(parts: tuple[Part, ...], atoms: Mapping[str, Atom]) -> Any:
    """Join cells into one value in the form that ``check_value`` takes; None if all are empty."""
    found: dict[tuple[str, ...], Any] = {}
    for part in parts:
        atom = atoms.get(part.key)
        if atom is None:
            continue
        if part.kind == TICK:
            ticked = found.setdefault(part.path[:-1], [])
            ticked += [part.path[-1]] if atom else []
        else:
            found[part.path] = atom
    if () in found:
        return found[()]
    return {path[0]: value for path, value in found.items()} or None


BOOK = Book(
    "scores",
    "评分表",
    "条",
    (
        KEY,
        Column("item", "条文号", SHOWN, 9),
        Column("title", "条文", SHOWN, 26),
        Column("label", "填写内容", SHOWN, 30),
        Column("how", "单位或填法", SHOWN, 13),
        Column("value", "取值", VALUE, 15),
        *SCORE_CELLS.book_columns(),
        Column("last", "上年", SHOWN, 14),
        Column("target", "目标", SHOWN, 14),
    ),
    (
        "只填白色单元格；灰色单元格锁定，隐藏的列和工作表不要改动。行可以移动、排序，须整行移动。",
        "数字填数值，不带单位；单位见“单位或填法”一列。单位为%的填 85 或 85%，不要填 0.85。",
        "是否类和选项类从下拉列表选取；逐项列出的内容每行填“是”或“否”，都没有的全部填“否”。",
        "“不参评理由”“不存在的说明”“说明”“建设情况”填在该条文的第一行；灰色的表示这一条不能这样填。",
        "不要填公式，不要合并单元格，不要链接其他工作簿。",
        (
            "填好后在评分表页面选“Excel 导入”：先逐格预览，与平台上的新改动冲突的由您选用；有不能接受的格时，可以只写入其余条文，"
            "不能写入的条文标明原因退回，改好后直接上传。"
        ),
        "佐证材料在平台上传。不得上传涉密及敏感测绘数据。",
    ),
    fixed=3,
    last=(),
    version=2,
)
SHARE_BOOK = replace(
    BOOK,
    key="shared_scores",
    noun="分派的条文",
    columns=(*BOOK.columns[:3], Column("requirement", "标准要求", SHOWN, 40), *BOOK.columns[3:]),
    words=tuple(words.replace("评分表页面", "分派的条文页面") for words in BOOK.words),
)
FIELDS = {column.field: column for column in BOOK.columns if column.kind != SHOWN}
FOREIGN_HEADS = {
    "item": CLAUSE_HEADS, "label": ("填报内容", "填写项", "填报项"), "how": ("单位", "计量单位"), "explanation": ("填报说明", "自评说明"),
    "value": ("填报值", "填写值", "指标值", "实际值", "完成值", "实际完成值", "本年值", "本年取值", "本年指标值", "本年完成值", "数值"),
}  # fmt: skip
ONCE = tuple(name for name in FIELDS if name != "value")  # filled in on the first line of a clause


@dataclass(frozen=True)
class ScoreLine(Line):
    """A part of a clause's value; the first line of a clause also has its other fields."""

    item: Item
    part: Part
    first: bool


def year_before(table: ScoreTable) -> QuerySet[ScoreTable]:
    """Tables of the same kind of the year before."""
    before = ScoreTable.objects.filter(district=table.district_id, purpose=table.purpose)
    return before.filter(year=table.year - 1) if table.year else before.none()


class ScoreBook(Sealed):
    """The score table as a sheet at a moment."""

    whole = BOOK
    recognised_by = ("item", "label")
    unknown_key = "键“{}”不在这张评分表里"
    foreign_heads = FOREIGN_HEADS

    def __init__(self, sheet: ScoreSheet, moment: dt.datetime) -> None:
        self.sheet, self.table, self.moment = sheet, sheet.table, moment
        building = [replace(column, hidden=column.hidden or column.field == "build_state") for column in self.whole.columns]
        self.book = self.whole if sheet.table.building else replace(self.whole, columns=tuple(building))

    @property
    def title(self) -> SheetTitle:
        """Title of the table, with edition and time."""
        table, edition = self.table, self.table.edition
        marks = [*(["演示数据"] if table.district.is_demo else []), *([] if edition.official else ["参考版"])]
        subtitle = f"{edition.code} {edition.title}　导出 {cn_datetime(self.moment)}　白色单元格可填，灰色单元格锁定；填写方法见“{GUIDE}”。"
        subtitle += f"{edition.use_note}。" if edition.use_note else ""
        return SheetTitle("　".join([str(table), *marks]), table.district.name, more=subtitle)

    def marks(self) -> list[Mark]:
        """Identification stored in the file: district, edition, table, year, purpose."""
        table, edition = self.table, self.table.edition.code

        def other(_: str, title: str) -> str:
            return f"工作簿是另一张评分表（{title}）的，请从本页导出"

        return [
            district_mark(table.district),
            Mark(edition, lambda given, _: f"工作簿按标准{given}编制，这张评分表按{edition}编制"),
            Mark(str(table.pk), other, self._table_before),
            Mark(str(table.year or ""), other, self._year_before),
            Mark(str(table.get_purpose_display()), other),
        ]

    def _table_before(self, given: str) -> str | None:
        """No words of its own: the year names the table of the year before."""
        return "" if given in map(str, year_before(self.table).values_list("pk", flat=True)) else None

    def _year_before(self, given: str) -> str | None:
        return f"{given}年度" if self.table.year and given == str(self.table.year - 1) else None

    def make_lines(self) -> Iterator[ScoreLine]:
        """Lines in table order."""
        for name, item in self.sheet.scored.table.items.items():
            if name in self.sheet.rows:
                yield from self._lines(item)

    def _lines(self, item: Item) -> Iterator[ScoreLine]:
        row, before, out = self.sheet.rows[item.id], self.sheet.previous.get(item.id), left_out_by_portal(item, self.table)
        beside = {
            "requirement": item.data["requirement"],
            "last": shown(item, before.value if before else None),
            "target": shown(item, row.target),
        }
        for at, part in enumerate(parts_of(item)):
            key, label, how = f"{item.id}|{part.key}", part.label or item.title, "由平台判定不参评" if out else part.how
            visible = {"key": key, "item": item.id, "title": item.title, "label": label, "how": how, **(beside if at == 0 else {})}
            locked = dict.fromkeys(FIELDS, "这一条由平台判定不参评，不填") if out else self._locked(item, first=at == 0)
            yield ScoreLine(key, item.id, item.title, visible, {**FIELDS, "value": column_of(part)}, locked, item, part, at == 0)

    def _locked(self, item: Item, *, first: bool) -> dict[str, str]:
        """Reasons by field why it cannot be filled in on this line."""
        if not first:
            return dict.fromkeys(ONCE, f"请填在条文 {item.id} 的第一行")
        refused = {
            "build_state": "" if self.table.building else "这张评分表不填建设情况",
            "exclusion_reason": "" if item.may_exclude else f"条文 {item.id} 不允许不参评",
            "absent_reason": f"条文 {item.id} 不能以“不存在”声明代替取值" if item.when_absent is None else "",
        }
        return {name: why for name, why in refused.items() if why}

    def content(self, row: str) -> Mapping[str, Any]:
        """Fields of a row."""
        return {name: getattr(self.sheet.rows[row], name) for name in FIELDS}

    def version(self, row: str) -> int:
        """Version of a row."""
        return self.sheet.rows[row].version

    def atom(self, line: Line, field: str, content: Mapping[str, Any]) -> Atom:
        """A part of the value, or on the first line another field."""
        if not isinstance(line, ScoreLine):
            raise TypeError
        if field == "value":
            return split((line.part,), content.get("value"))[line.part.key]
        return str(content.get(field) or "") if line.first else ""

    def judged(self, row: str, after: Mapping[Slot, Atom], changed: Sequence[Slot]) -> tuple[RowTyped, list[tuple[Slot, str]]]:
        """The fields of a clause as they would be stored, with errors; each is checked like any cell."""
        item, fields, wrong = self.items[row], dict[str, Any](), list[tuple[Slot, str]]()
        for name in dict.fromkeys(field for _, field in changed):
            first = next(slot for slot in changed if slot[1] == name)
            parts = parts_of(item)
            raw = join(parts, {part.key: after[f"{row}|{part.key}", name] for part in parts}) if name == "value" else after[first]
            try:
                fields[name] = cleaned(self.table, item, name, raw)
            except Refused as refused:
                wrong.append((first, str(refused)))
        wrong += self._beyond_district(item, fields.get("value"), changed)
        return RowTyped(row, self.version(row), fields), wrong

    def _beyond_district(self, item: Item, value: Any, changed: Sequence[Slot]) -> list[tuple[Slot, str]]:
        """Amounts that the check before submission would find larger than the district, each at its cell."""
        if not self.facts.figures or not (figures := figures_of(item, value)):
            return []
        sheet = TableInput({}, self.moment.date(), self.table.edition.code, self.facts)
        found = beyond_district(item.id, figures, sheet, self.limits)
        slots = {one.part: ((f"{item.id}|{one.part}", "value"), f"{one.text}；无误的在页面上填写并说明") for one in found}
        return [(slot, words) for slot, words in slots.values() if slot in changed]

    @cached_property
    def facts(self) -> DistrictFacts:
        """Figures of the district's file."""
        return district_facts(self.table)

    @cached_property
    def limits(self) -> PlausibilityLimits:
        """Limits in force."""
        return limits_of(parameters.load())

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Clauses of the table."""
        return self.sheet.scored.table.items

    def changers(self, rows: Collection[str]) -> Mapping[tuple[str, str], str]:
        """Person and time of the last change per field of these clauses: one query."""
        changes = RowChange.objects.filter(row__table=self.table, row__item_id__in=sorted(rows)).order_by("row_id", "field", "-pk")
        latest = changes.distinct("row_id", "field").values_list("row__item_id", "field", "by__name", "at")
        return {(item_id, field): f"{name or '系统'}{cn_datetime(at)}" for item_id, field, name, at in latest}


class ShareBook(ScoreBook):
    """The clauses assigned to one assignee, with the requirements of the standard."""

    whole = SHARE_BOOK
    unknown_key = "键“{}”不在分派的条文里"
    unknown_line = "条文“{}”不在分派的条文里"

    def __init__(self, sheet: ScoreSheet, share: RowShare, moment: dt.datetime) -> None:
        super().__init__(sheet, moment)
        self.share = share

    @property
    def title(self) -> SheetTitle:
        """Title of the table, with the assignee, the deadline and the note."""
        of, share = super().title, self.share
        due = f"，{cn_date(share.due_on)}前填写并签认" if share.due_on else ""
        asked = f"{share.assignee}{due}。{share.note}".strip()
        return replace(of, words=f"{of.words}　分派的条文", more=f"{asked}　{of.more}")

    def marks(self) -> list[Mark]:
        """Identification of the table, and of the share."""
        other = Mark(str(self.share.pk), lambda _, title: f"工作簿是另一次分派（{title}）的，请从本页导出", self._share_before)
        return [*super().marks(), other]

    def _share_before(self, given: str) -> str | None:
        """No words of its own: a share of last year's table with the same assignee."""
        same = {"organisation": self.share.organisation_id, "person": self.share.person_id}
        shares = RowShare.objects.filter(table__in=year_before(self.table), **same).values_list("pk", flat=True)
        return "" if given in map(str, shares) else None
