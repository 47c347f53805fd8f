"""Prefill values from their sources, and confirm them by one click on 无变化."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from assessments.prefill.models import RowPrefill
from assessments.prefill.selectors import LAST_YEAR, empty_rows, moved_offers
from assessments.prefill.sources import FIELDS, Offer, PrefillSource, offers_of
from assessments.tables.models import FILLERS, RowChange, RowEvidence, ScoreRow, ScoreTable
from assessments.tables.registry import above
from assessments.tables.rules import EDITABLE
from assessments.tables.services.base_quantities import settle_bases
from assessments.tables.services.cells import closed_words
from assessments.tables.services.rows import RowTyped
from districts.file.rules import may_edit_district
from greendistrict.accounts.acting import principal_in
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import write_columns
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused
from greendistrict.core.writing import writing

UNCHANGED = "unchanged"
LONGEST = RowPrefill._meta.get_field("reason").max_length or 0


@writing
def prefill_table(table: ScoreTable) -> int:
    """Fill each untouched empty row from the highest source that fills by itself, with its files; returns the number of rows."""
    return len(_fill(table, asked=False))


def _fill(table: ScoreTable, *, asked: bool) -> list[str]:
    offers = offers_of(table, clock.today(), asked=asked)
    taken = [(row, *offers[row.item_id][0]) for row in empty_rows(table, offers).select_for_update(of=("self",), no_key=True)]
    _put(taken)
    if any(isinstance(row.value, Mapping) for row, _, _ in taken):
        settle_bases(table, None)
    return [row.item_id for row, _, _ in taken]


def _put(taken: Sequence[tuple[ScoreRow, PrefillSource, Offer]], by: User | None = None) -> None:
    for row, _, offer in taken:
        for name in FIELDS:
            setattr(row, name, offer.content.get(name, getattr(row, name)))
    write_columns([row for row, _, _ in taken], FIELDS)
    _note(taken, by)


def bring_in(*, table: ScoreTable, by: User) -> int:
    """Fill untouched rows, also from sources that wait to be asked, and update values of binding sources that changed.

    A row that somebody has edited keeps its value and is compared with the newer one. Raises ``NotAllowed``, ``Closed``; returns the
    number of rows filled or compared.
    """
    with transaction.atomic():
        table = open_table(table, by)
        done = len(_fill(table, asked=True) + _refresh(moved_offers(table, clock.today())))
        _brought(table, by, done)
    return done


def follow_sources(*, table: ScoreTable, by: User) -> list[str]:
    """Update untouched rows from their sources when the table is opened.

    Rows that somebody has edited or confirmed stay unchanged. Raises ``NotAllowed``, ``Closed``; returns the updated items in table order.
    """
    with transaction.atomic():
        table = open_table(table, by)
        moved = [(prefill, offer) for prefill, offer in moved_offers(table, clock.today()) if _untouched(prefill)]
        items = _fill(table, asked=False) + _refresh(moved)
        _brought(table, by, len(items))
    return items


def _brought(table: ScoreTable, by: User, rows: int) -> None:
    if rows:
        audit.record(action="score_table.bring_in", by=by, obj=table, data={"rows": rows})


def _untouched(prefill: RowPrefill) -> bool:
    """Whether nobody has confirmed or edited the prefilled row."""
    return prefill.row.version == 0 and prefill.confirmed_at is None


def _refresh(moved: Iterable[tuple[RowPrefill, Offer]]) -> list[str]:
    now = clock.now()
    for prefill, offer in moved:
        row = prefill.row
        if _untouched(prefill):
            for name, value in offer.content.items():
                RowChange.objects.create(row=row, field=name, old=getattr(row, name), new=value, at=now)
                setattr(row, name, value)
            row.save(update_fields=list(offer.content))
        prefill.content, prefill.label, prefill.taken_at = dict(offer.content), offer.label, now
        prefill.confirmed_by = prefill.confirmed_at = None
        prefill.save(update_fields=["content", "label", "taken_at", "confirmed_by", "confirmed_by_principal", "confirmed_at"])
    return [prefill.row.item_id for prefill, _ in moved]


def bring_into_next_year(received: ScoreTable) -> int:
    """Prefill next year's open table from a year just received; untouched rows only. Returns the number of rows.

    Needed because drafts open on 1 January, months before the previous year is received.
    """
    table = (
        ScoreTable.objects.select_for_update(of=("self",), no_key=True)
        .select_related("district", "edition")
        .filter(district=received.district_id, purpose=received.purpose, year=(received.year or 0) + 1, status__in=EDITABLE)
        .filter(previous__isnull=True)
        .first()
    )
    if table is None:
        return 0
    table.previous = received
    table.save(update_fields=["previous"])
    return prefill_table(table)


def take_over(table: ScoreTable, rows: Iterable[RowTyped], before: ScoreTable | None, label: str, by: User) -> list[RowTyped]:
    """Fill untouched empty rows that say what they said in the table ``before``: each waits for confirmation. Returns the other rows.

    ``rows`` are checked cells; the caller holds the table's lock, has asked for the right to write, and settles the base quantities
    (``settle_bases``) when the other rows are written.
    """
    typed = {row.item_id: row for row in rows}
    last = {row.item_id: row for row in before.rows.filter(item_id__in=typed)} if before else {}
    same = [name for name, row in typed.items() if name in last and all(getattr(last[name], key) == row.fields[key] for key in row.fields)]
    rows_held = list(empty_rows(table, same).select_for_update(of=("self",), no_key=True))
    signed, taken, explained = above().holder.locked_items(rows_held), [], []
    for row in rows_held:
        fields = typed[row.item_id].fields
        content = {name: fields[name] for name in FIELDS if name in fields}
        if not content or row.item_id in signed:
            continue
        taken.append((row, LAST_YEAR, Offer(content, label)))
        if words := fields.get("explanation"):
            row.explanation = words
            explained.append(row)
    _put(taken, by)
    write_columns(explained, ("explanation",))
    now = clock.now()
    RowChange.objects.bulk_create(RowChange(row=row, field="explanation", old="", new=row.explanation, by=by, at=now) for row in explained)
    done = {row.item_id for row, _, _ in taken}
    return [row for name, row in typed.items() if name not in done]


def _note(taken: Iterable[tuple[ScoreRow, PrefillSource, Offer]], by: User | None = None) -> None:
    """Store source, history and files of each prefilled value."""
    now, prefills, changes, links = clock.now(), [], [], []
    for row, source, offer in taken:
        prefills.append(RowPrefill(row=row, source=source.key, label=offer.label, content=dict(offer.content), taken_at=now))
        changes += [RowChange(row=row, field=name, old=None, new=value, by=by, at=now) for name, value in offer.content.items()]
        for document, (page, page_end, passage) in dict(offer.files).items():
            links.append(RowEvidence(row=row, document_id=document, page=page, page_end=page_end, passage=passage, at=now))
    RowPrefill.objects.bulk_create(prefills)
    RowChange.objects.bulk_create(changes)
    RowEvidence.objects.bulk_create(links)


@dataclass(frozen=True)
class DeclaredRows:
    """Rows declared unchanged, and those refused with the reason."""

    done: tuple[str, ...]
    refused: Mapping[str, str] = field(default_factory=dict)


def confirm_rows(rows: Collection[int], by: User) -> None:
    """Record that a person declared the rows (by key) unchanged."""
    now = clock.now()
    RowPrefill.objects.filter(row__in=rows).update(confirmed_by=by, confirmed_by_principal=principal_in(by, FILLERS), confirmed_at=now)
    RowChange.objects.bulk_create(RowChange(row_id=key, field=UNCHANGED, old=None, new=True, by=by, at=now) for key in rows)


@transaction.atomic
def give_reason(*, row: ScoreRow, reason: str, by: User) -> RowPrefill:
    """Store why a row differs from its source. Raises ``NotAllowed``, ``Closed``, ``Refused``."""
    table = open_table(row.table, by)
    reason = reason.strip()
    if len(reason) > LONGEST:
        raise Refused([Refusal(f"最多{LONGEST}字，现有{len(reason)}字", field="reason")])
    prefill = RowPrefill.objects.select_for_update(no_key=True).filter(row=row).first()
    if prefill is None:
        msg = "这一条没有带入的值"
        raise Refused(msg)
    old: Any = prefill.reason
    prefill.reason = reason
    prefill.save(update_fields=["reason"])
    RowChange.objects.create(row=row, field="reason", old=old, new=reason, by=by, at=clock.now())
    audit.record(action="score_table.override", by=by, obj=table, data={"item": row.item_id, "reason": reason})
    return prefill


def open_table(table: ScoreTable, by: User, *, given: bool = False) -> ScoreTable:
    """Lock the table against submission, return it; ``given``: some rows are assigned to the user. Raises ``NotAllowed`` or ``Closed``."""
    NotAllowed.when(not given and not may_edit_district(posts_of(by), table.district), "您可以查看这张评分表，不能填报")
    table = ScoreTable.objects.select_for_update(of=("self",), no_key=True).select_related("district", "edition").get(pk=table.pk)
    if table.status not in EDITABLE:
        raise Closed(closed_words(table))
    return table
