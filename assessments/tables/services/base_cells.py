"""Save a base quantity: checked like a cell, copied in the same transaction into every clause that uses it."""

from dataclasses import dataclass

from django.db import transaction

from assessments.plausibility.cross_row_rules import Base
from assessments.tables.models import BaseChange, ScoreRow, ScoreTable
from assessments.tables.registry import above
from assessments.tables.rules import EDITABLE
from assessments.tables.selectors.scoring import bases_for
from assessments.tables.services.base_quantities import held_value, put_base
from assessments.tables.services.cells import TOKEN_LENGTH, CellProblem, Current, closed_words
from districts.file.rules import may_edit_district
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Stale
from indicators.scoring.numbers import plain, typed
from indicators.scoring.refusals import ValueProblem

LONGEST = 40


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
    if number <= 0 or len(plain(number)) > LONGEST:
        msg = f"{base.title}应大于0；区内没有此类情况的，在用到它的条文中声明不存在"
        raise CellProblem(msg)
    return plain(number)


def _refuse_signed(rows: list[ScoreRow]) -> None:
    holder = above().holder
    if names := "、".join(holder.locked_items(rows)):
        msg = f"条文 {names} 用到这一数量，{holder.reason_for_several}"
        raise Closed(msg)
