"""Save one cell of a score table, a base quantity, or many cells in one statement: version check and history entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from assessments.common.enums import BuildState
from assessments.plausibility.cross_row_rules import Base
from assessments.tables.models import BaseChange, RowChange, ScoreRow, ScoreTable, TableState
from assessments.tables.registry import above
from assessments.tables.rules import EDITABLE
from assessments.tables.selectors.scoring import bases_for, held_of, left_out_by_portal, rows_of, without_state
from assessments.tables.services.base_quantities import BASE_FIELD, held_value, put_base, settle_bases
from assessments.tables.services.rows import FIELDS, RowTyped, write_rows
from districts.file.rules import may_edit_district
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused, Stale
from indicators.editions.selectors import rules_for
from indicators.scoring.numbers import plain, typed
from indicators.scoring.prepare import Item
from indicators.scoring.refusals import ScoringRefused, ValueProblem
from indicators.scoring.values import check_value

LONGEST = {"exclusion_reason": 500, "absent_reason": 500, "explanation": 4000}
TOKEN_LENGTH = 40
MOST_BEHIND = 50
DECLARED = "已声明不参评或不存在，先撤回声明"
LEFT_OUT = "由平台判定不参评"


class CellProblem(Refused):
    """The typed value cannot be accepted; the message says what to do."""

    status = 422


@dataclass(frozen=True)
class Current:
    """The stored value, for the page that shows both values."""

    value: Any
    version: int
    by: str


@dataclass(frozen=True)
class SavedCell:
    """A cell after saving.

    ``repeated``: the same save was applied before. ``rebased``: others changed other cells of the row meanwhile, so that the page does not
    show the current row. ``settled``: keys of base quantities that the table holds from this save on.
    """

    item_id: str
    field: str
    value: Any
    version: int
    repeated: bool = False
    rebased: bool = False
    settled: tuple[str, ...] = ()


def save_cell(*, table: ScoreTable, item_id: str, field: str, value: object, version: int, token: str, by: User) -> SavedCell:
    """Save one field of one row.

    ``value`` is as typed, ``version`` is that of the page, ``token`` is the browser's key of this save (may be empty). Raises
    ``NotAllowed`` (403), ``Closed`` (410), ``CellProblem`` (422, nothing saved), ``Stale`` (409) with ``Current``.
    """
    require_filler(table=table, item_id=item_id, by=by)
    item = item_of(table, item_id)
    new = cleaned(table, item, field, value)
    token = token[:TOKEN_LENGTH]
    saved = _write(table, item_id, field, new, version=version, token=token, by=by)
    if saved is not None:
        return SavedCell(item_id, field, new, saved, settled=_settled(table, item, field, new, by))
    row = ScoreRow.objects.select_related("table", "changed_by").get(table=table, item_id=item_id)
    found = _explained(row, field, new, token)
    if found is not None:
        return found
    refuse_signed(row)
    if field == "value" and new is not None and (row.exclusion_reason or row.absent_reason):
        raise CellProblem([Refusal(DECLARED, field=field)])
    if _untouched_since(row, field, version):
        table.bases = row.table.bases
        new = cleaned(table, item, field, value)
        saved = _write(table, item_id, field, new, version=row.version, token=token, by=by)
        if saved is not None:
            return SavedCell(item_id, field, new, saved, rebased=True)
        row = ScoreRow.objects.select_related("table", "changed_by").get(pk=row.pk)
    name = row.changed_by.name if row.changed_by else "他人"
    whose = "您在别处" if row.changed_by == by else name
    msg = f"{whose}刚才改过这一条，请选定用哪一个"
    raise Stale(msg, current=Current(getattr(row, field), row.version, name))


def _settled(table: ScoreTable, item: Item, field: str, new: Any, by: User) -> tuple[str, ...]:
    """Store an amount typed for the first time as the table's base quantity."""
    if field != "value" or not item.ratio or not isinstance(new, Mapping):
        return ()
    unset = {base.key for part, base in bases_for(table).of(item.id).items() if part in new and not held_value(table, base.key)}
    return settle_bases(table, by, unset) if unset else ()


def require_filler(*, table: ScoreTable, item_id: str, by: User) -> None:
    """Raise ``NotAllowed`` or ``Closed`` unless the user may fill in the row, as editor of the district or as its assignee."""
    NotAllowed.when(
        not may_edit_district(posts_of(by), table.district) and not above().holder.fills(Viewer(by), table, item_id),
        "您可以查看这张评分表，不能填报",
    )
    if table.status not in EDITABLE:
        raise Closed(closed_words(table))


def refuse_signed(row: ScoreRow) -> None:
    """Raise ``Closed`` for a row that is signed off."""
    if reason := above().holder.reason(row):
        msg = f"条文 {row.item_id} {reason}。刚才填写的内容没有保存，可以复制留用"
        raise Closed(msg)


def item_of(table: ScoreTable, item_id: str) -> Item:
    """Clause of the table. Raises ``CellProblem`` for one that does not apply."""
    item = rules_for(table.edition).table(table.type, table.stage).items.get(item_id)
    if item is None:
        msg = f"这张评分表没有条文 {item_id}"
        raise CellProblem(msg)
    return item


def closed_words(table: ScoreTable) -> str:
    """Why the table takes no more changes."""
    words: dict[str, str] = {TableState.LOCKED: "正在审核签发", TableState.SUBMITTED: "已经提交", TableState.RECEIVED: "已经接收"}
    return f"评分表{words.get(table.status, '已关闭')}，不能再改；刚才填写的内容没有保存，可以复制留用"


def cleaned(table: ScoreTable, item: Item, field: str, raw: object) -> Any:
    """Stored form of a typed value. Raises ``CellProblem`` with what to do."""
    try:
        if field == "value":
            return _taking_part(table, item, check_value(item, _with_bases(table, item, raw)))
        text = str(raw or "").strip()
        _check_text(table, item, field, text)
    except (ValueProblem, ScoringRefused) as problem:
        raise CellProblem([Refusal(str(problem), field=field)]) from problem
    return text


def _taking_part(table: ScoreTable, item: Item, value: Any) -> Any:
    """The value if the clause applies here. Raises ``ValueProblem``."""
    if value is not None and left_out_by_portal(item, table):
        raise ValueProblem(LEFT_OUT)
    return value


def _with_bases(table: ScoreTable, item: Item, raw: object) -> object:
    """The typed value completed with the table's base quantities. Raises ``ValueProblem`` if another amount was typed for one of them."""
    held = held_of(table, item.id) if item.ratio and isinstance(raw, Mapping) else {}
    if not held or not isinstance(raw, Mapping):
        return raw
    entries = {one["key"]: one for one in item.data["inputs"]}
    for part, value in held.items():
        text = str(raw.get(part) or "").strip()
        if text and typed(text) != typed(value):
            label, unit = entries[part]["label"], entries[part]["unit"]
            msg = f"{label}是基础数据，本表为{value}{unit}；要改的请在评分表首页的“基础数据”中改，用到它的条文一并更新"
            raise ValueProblem(msg)
    own = {key: one for key, one in raw.items() if key not in held}
    return {**own, **held} if any(str(one or "").strip() for one in own.values()) or len(held) == len(entries) else None


def _check_text(table: ScoreTable, item: Item, field: str, text: str) -> None:
    problem = ""
    if field not in FIELDS:
        problem = "没有这一项"
    elif field == "build_state" and (text not in BuildState.values or not table.building):
        problem = "建设情况应为未启动、实施中或已完成"
    elif field == "exclusion_reason" and text and not item.may_exclude:
        problem = f"条文 {item.id} {item.title}不允许不参评"
    elif field == "absent_reason" and text and item.when_absent is None:
        problem = f"条文 {item.id} {item.title}不能以“不存在”声明代替取值"
    elif field in LONGEST and len(text) > LONGEST[field]:
        problem = f"最多{LONGEST[field]}字，现有{len(text)}字"
    if problem:
        raise ValueProblem(problem)


def _write(table: ScoreTable, item_id: str, field: str, new: Any, *, version: int, token: str, by: User) -> int | None:
    """Write the field; returns the row's new version, or None if nothing was changed."""
    bases = {part: base.key for part, base in bases_for(table).of(item_id).items()} if field == "value" and table.bases else {}
    return write_rows(table, [RowTyped(item_id, version, {field: new})], by, token=token, bases=bases).get(item_id)


def _explained(row: ScoreRow, field: str, new: Any, token: str) -> SavedCell | None:
    """The stored cell if this save was applied before or changes nothing; None on a conflict. Raises ``Closed``."""
    if row.table.status not in EDITABLE:
        raise Closed(closed_words(row.table))
    current = getattr(row, field)
    applied = bool(token) and RowChange.objects.filter(row=row, token=token).exists()
    return SavedCell(row.item_id, field, current, row.version, repeated=True) if applied or current == new else None


def _untouched_since(row: ScoreRow, field: str, version: int) -> bool:
    """Whether no change of the row since that version concerned this field.

    A version is one save, which may write several history entries.
    """
    behind = row.version - version
    if not 0 < behind <= MOST_BEHIND:
        return False
    changes = RowChange.objects.filter(row=row).exclude(field=BASE_FIELD)
    moments = list(changes.order_by("-at").values_list("at", flat=True).distinct()[:behind])
    return len(moments) == behind and not changes.filter(field=field, at__gte=moments[-1]).exists()


def save_rows(*, table: ScoreTable, rows: Sequence[RowTyped], by: User) -> dict[str, Refused]:
    """Save the fields of many rows, each with its own version check; returns the refusals (``Stale``, ``Closed``) by clause.

    Rows changed by somebody else meanwhile or signed off are retried cell by cell, so that only cells that really differ conflict. Raises
    ``NotAllowed`` (403) and ``Closed`` (410) before anything is saved; users who do not edit the district may fill only rows assigned to
    them.
    """
    viewer = Viewer(by)
    given = may_edit_district(viewer.held, table.district) or all(above().holder.fills(viewer, table, row.item_id) for row in rows)
    NotAllowed.unless(given, "您可以查看这张评分表，不能填报")
    if table.status not in EDITABLE:
        raise Closed(closed_words(table))
    saved = write_rows(table, rows, by)
    problems: dict[str, Refused] = {}
    for row in rows:
        if row.item_id not in saved:
            _one_by_one(table, row, by, problems)
    if any(isinstance(row.fields.get("value"), Mapping) for row in rows):
        settle_bases(table, by)
    return problems


def begin_rest(*, table: ScoreTable, by: User) -> int:
    """Save 实施中 in every answered clause whose construction state nobody chose and that is not shared out; returns their number.

    Raises ``NotAllowed`` and ``Closed`` like ``save_rows``, and for users who do not edit the district.
    """
    NotAllowed.unless(may_edit_district(posts_of(by), table.district), "您可以查看这张评分表，不能填报")
    going = {"build_state": BuildState.GOING.value}
    rows = [RowTyped(row.item_id, row.version, going) for row in without_state(table, rows_of(table.pk)[table.pk].values())]
    return len(rows) - len(save_rows(table=table, rows=rows, by=by))


def _one_by_one(table: ScoreTable, row: RowTyped, by: User, problems: dict[str, Refused]) -> None:
    version = row.version
    for field in sorted(row.fields, key=lambda one: one == "value"):  # a declaration first: beside one that stands no value is taken
        value = row.fields[field]
        try:
            version = save_cell(table=table, item_id=row.item_id, field=field, value=value, version=version, token="", by=by).version
        except Refused as refused:
            problems[row.item_id] = refused


def hold_import(table: ScoreTable, by: User) -> None:
    """Raise ``NotAllowed`` or ``Closed`` unless the person may edit the table."""
    NotAllowed.unless(may_edit_district(posts_of(by), table.district), "您可以查看这张评分表，不能填报")
    if table.status not in EDITABLE:
        raise Closed(closed_words(table))


LONGEST_BASE = 40


@dataclass(frozen=True)
class SavedBase:
    """A base quantity after saving; ``repeated``: the same save was applied before, or nothing changed."""

    base: Base
    value: str
    version: int
    repeated: bool = False


def save_base(*, table: ScoreTable, key: str, value: str, version: int, token: str, by: User) -> SavedBase:
    """Save a base quantity and the clauses that use it. An empty one is no longer held, and its clauses keep their values.

    Raises ``NotAllowed`` (403), ``Closed`` (410), ``CellProblem`` (422) and ``Stale`` (409), as ``save_cell`` does.
    """
    NotAllowed.unless(may_edit_district(posts_of(by), table.district), "您可以查看这张评分表，不能填报")
    base, token = base_of(table, key), token[:TOKEN_LENGTH]
    new = _cleaned(base, value)
    with transaction.atomic():
        locked = ScoreTable.objects.select_for_update(of=("self",), no_key=True).only("bases", "status").get(pk=table.pk)
        if locked.status not in EDITABLE:
            raise Closed(closed_words(locked))
        table.bases, now = locked.bases, locked.bases.get(key, {})
        current = int(now.get("version", 0))
        if held_value(locked, key) == new or (token and BaseChange.objects.filter(table=table.pk, key=key, token=token).exists()):
            return SavedBase(base, held_value(locked, key), current, repeated=True)
        if current != version:
            msg = f"{now.get('by') or '他人'}刚才改过“{base.title}”，请选定用哪一个"
            raise Stale(msg, current=Current(held_value(locked, key), current, str(now.get("by", ""))))
        rows = list(ScoreRow.objects.select_for_update(no_key=True).filter(table=table.pk, item_id__in=base.items, value__isnull=False))
        if new:
            _refuse_signed(rows)
        put_base(locked, base, new, rows, by=by, token=token)
        audit.record(action="score_table.base", by=by, obj=table, data={"key": key, "title": base.title, "value": new})
    table.bases = locked.bases
    return SavedBase(base, new, current + 1)


def base_of(table: ScoreTable, key: str) -> Base:
    """Base quantity of the table by its key. Raises ``CellProblem`` if the table does not have it."""
    base = bases_for(table).by_key.get(key)
    if base is None:
        msg = "这张评分表没有这一项基础数据"
        raise CellProblem(msg)
    return base


def _cleaned(base: Base, text: str) -> str:
    if not text.strip():
        return ""
    try:
        number = typed(text)
    except ValueProblem as problem:
        raise CellProblem([Refusal(f"{base.title}：{problem}")]) from problem
    if number <= 0 or len(plain(number)) > LONGEST_BASE:
        msg = f"{base.title}应大于0；区内没有此类情况的，在用到它的条文中声明不存在"
        raise CellProblem(msg)
    return plain(number)


def _refuse_signed(rows: list[ScoreRow]) -> None:
    holder = above().holder
    if names := "、".join(holder.locked_items(rows)):
        msg = f"条文 {names} 用到这一数量，{holder.reason_for_several}"
        raise Closed(msg)
