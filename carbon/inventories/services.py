"""Write carbon inventories: opening, rows, files, effects of filing, correction."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from django.db import transaction

from carbon.factors.selectors import factors_now
from carbon.inventories.activity_rows import AT, FIELDS, Library, RowTexts, read_row
from carbon.inventories.content import HeadTexts, digest_of, filled
from carbon.inventories.models import ActivityRow, CarbonInventory
from carbon.inventories.selectors import (
    counting,
    has_open,
    head_of,
    last_filed,
    may_drop,
    may_fill,
    may_open,
    metered_rows,
    questions_of,
    texts_of,
)
from carbon.inventory_file import InventoryFile
from districts.boundaries.models import Boundary
from districts.file.models.district import District
from districts.plausibility.services import ask, carry_answers
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.number_parsing import plain
from greendistrict.core.writing import writing
from greendistrict.workflow.procedure import BEGUN, Taken, hold, hold_version, notify_event

MOST_ROWS = 500
FIRST_YEAR = 2000
OPENERS = "只有申报主体填报人和获授权的咨询单位可以建立清单"
CLOSED = "现在不能填写；刚才填写的内容没有保存，可以复制留用"


@transaction.atomic
def open_inventory(*, district: District, year: int, by: User) -> CarbonInventory:
    """Open the inventory of a year. Raises ``NotAllowed``, ``Refused`` if the year already has one or lies in the future."""
    NotAllowed.unless(may_open(posts_of(by), district), OPENERS)
    Refused.unless(FIRST_YEAR <= year <= clock.today().year, f"年度应在{FIRST_YEAR}年至今年之间")
    District.objects.select_for_update(no_key=True).get(pk=district.pk)
    there = CarbonInventory.objects.filter(district=district, year=year).exists()
    Refused.when(there, f"{district}{year}年度已有碳排放清单；要更正已报送的，在它的页面上建立新版")
    made = CarbonInventory.objects.create(district=district, year=year, opened_at=clock.now())
    audit.record(action="carbon.open", by=by, obj=made, data={"year": year})
    notify_event(made, BEGUN, by)
    return made


@writing
def save(
    *, inventory: CarbonInventory, head: HeadTexts, boundary: Boundary | None, rows: Sequence[RowTexts], version: int, by: User
) -> CarbonInventory:
    """Save boundary and rows. Missing values are accepted, wrong ones refused. Raises ``NotAllowed``, ``Refused``, ``Stale``."""
    locked = _held(inventory, version, by)
    _keep(locked, head, boundary, rows)
    return locked


def check_filling(inventory: CarbonInventory, by: User) -> None:
    """Raise ``NotAllowed`` unless the person may edit the inventory now."""
    NotAllowed.unless(may_fill(posts_of(by), inventory), CLOSED)


def _held(inventory: CarbonInventory, version: int, by: User) -> CarbonInventory:
    locked: CarbonInventory = hold(inventory)
    check_filling(locked, by)
    hold_version(locked, version)
    return locked


def _keep(
    locked: CarbonInventory, head: HeadTexts, boundary: Boundary | None, rows: Sequence[RowTexts], carried: Collection[str] = ()
) -> None:
    """Write head and rows. Rows with a key in ``carried`` come from the year before and wait until they are confirmed."""
    kept = numbered(rows)
    Refused.when(len(kept) > MOST_ROWS, f"一份清单最多{MOST_ROWS}行")
    wrong = [Refusal(fault.text, field=name) for name, fault in filled(head, kept, factors_now()).faults if not fault.missing]
    # Texts longer than their column: no form has validated pastes and files.
    columns = [column for column in ActivityRow._meta.concrete_fields if column.name in FIELDS]
    wrong += [
        Refusal(f"第{at + 1}行：{column.verbose_name}最多{column.max_length}个字", field=f"rows-{at}-{column.name}")
        for at, row in enumerate(kept)
        for column in columns
        if len(getattr(row, column.name)) > (column.max_length or 0)
    ]
    if wrong:
        raise Refused(wrong)
    if (locked.area_m2, locked.boundary) != (head.area_m2, boundary):
        locked.carried_from = None
    for name in ("area_m2", "population", "gdp_wan", "include_industry", "note"):
        setattr(locked, name, getattr(head, name))
    waiting = {row.key: (_standing(RowTexts.of(row)), row.carried_from) for row in locked.rows.exclude(carried_from=None)}
    waiting |= {row.key: (_standing(row), locked.year - 1) for row in kept if row.key in carried}
    locked.boundary = boundary
    locked.version += 1
    locked.save(update_fields=["area_m2", "population", "gdp_wan", "include_industry", "note", "boundary", "carried_from", "version"])
    locked.rows.all().delete()
    made = [ActivityRow(inventory=locked, order=at, **asdict(row)) for at, row in enumerate(kept, start=1)]
    for row in made:
        content, year = waiting.get(row.key, (None, None))
        row.carried_from = year if content == _standing(RowTexts.of(row)) else None
    ActivityRow.objects.bulk_create(made)


def _standing(row: RowTexts) -> RowTexts:
    """What stands over the years: all but the amount. Whoever changes it has looked at it, who types an amount has not."""
    return replace(row, amount="")


def numbered(rows: Iterable[RowTexts]) -> list[RowTexts]:
    """Non-empty rows, each with a unique key. Raises ``Refused`` if two rows have the same key."""
    kept = [row for row in rows if not row.is_empty]
    given = [row.key for row in kept if row.key]
    if twice := sorted({key for key in given if given.count(key) > 1}):
        raise Refused([Refusal(f"编号 {key} 写了两次") for key in twice])
    free = (str(number) for number in range(1, len(kept) + len(given) + 1) if str(number) not in set(given))
    return [row if row.key else replace(row, key=next(free)) for row in kept]


@transaction.atomic
def add_rows(*, inventory: CarbonInventory, rows: Sequence[RowTexts], version: int, by: User, carried: bool = False) -> int:
    """Append rows; a row with an existing key replaces the stored one. ``carried``: from last year's workbook. Raises as ``save``."""
    locked = _held(inventory, version, by)
    by_key = {row.key: row for row in rows if row.key}
    there = [by_key.pop(row.key, row) for row in texts_of(locked)]
    more = [row for row in rows if not row.key or row.key in by_key]
    _keep(locked, head_of(locked), locked.boundary, [*there, *more], {row.key for row in rows} if carried else ())
    audit.record(action="carbon.import", by=by, obj=locked, data={"rows": len(rows)})
    return len(rows)


@transaction.atomic
def as_last_year(*, inventory: CarbonInventory, version: int, by: User) -> int:
    """Begin as the valid inventory of the year before: its boundary, its activities with factors and units. Returns the number of rows.

    Amounts, population and product are of one year and stay empty, so that nobody hands up last year's: an amount comes from the meters of
    this year, or is typed. Factors of the library are those of this year. What is there already stays. What is taken over is marked until
    somebody confirms it (``confirm_carried``). Raises as ``save``, and ``Refused`` without such an inventory.
    """
    locked = _held(inventory, version, by)
    last = last_filed(locked)
    if last is None:
        msg = f"{locked.year - 1}年度没有已报送的清单"
        raise Refused(msg)
    known, fed, there = factors_now(), {row.key: row for row in metered_rows(locked, clock.today())}, texts_of(locked)
    keys = {row.key for row in there}
    carried = [_fed(_carried(row, locked.year, known), fed.get(row.key)) for row in texts_of(last) if row.key not in keys]
    head = head_of(locked)
    head = replace(head, area_m2=head.area_m2 or last.area_m2, include_industry=head.include_industry or last.include_industry)
    taken = (not locked.boundary and last.boundary) or (not locked.area_m2 and last.area_m2)
    _keep(locked, head, locked.boundary or last.boundary, [*there, *carried], {row.key for row in carried})
    if taken:
        locked.carried_from = last.year
        locked.save(update_fields=["carried_from"])
    audit.record(action="carbon.import", by=by, obj=locked, data={"rows": len(carried), "year": last.year})
    return len(carried)


def _carried(row: RowTexts, year: int, known: Library) -> RowTexts:
    """A row of the year before without its amount; a source that names its year is written anew."""
    key, _, since = row.factor.partition(AT)
    held = known[key].version(year) if key in known else None
    factor = f"{key}{AT}{held.since}" if since and held else row.factor
    return replace(row, amount="", factor=factor, source="" if str(year - 1) in row.source else row.source)


@transaction.atomic
def take_metered(*, inventory: CarbonInventory, version: int, by: User) -> int:
    """Add or update the rows fed by the district's meters for the year. Raises as ``save``, and ``Refused`` if nothing was metered.

    An existing metered row gets a new amount, unit and source; its sector, factor and other fields stay.
    """
    locked = _held(inventory, version, by)
    fed = {row.key: row for row in metered_rows(locked, clock.today())}
    Refused.unless(fed, f"{locked.year}年没有计量读数")
    count = len(fed)
    there = [_fed(row, fed.pop(row.key, None)) for row in texts_of(locked)]
    waiting = set(locked.rows.exclude(carried_from=None).values_list("key", flat=True))
    _keep(locked, head_of(locked), locked.boundary, [*there, *fed.values()], waiting)
    audit.record(action="carbon.import", by=by, obj=locked, data={"rows": count})
    return count


def _fed(row: RowTexts, by_meters: RowTexts | None) -> RowTexts:
    """The row with amount, unit and source of its metered row; unchanged if it has none."""
    return replace(row, amount=by_meters.amount, unit=by_meters.unit, source=by_meters.source) if by_meters else row


@transaction.atomic
def take_file(*, inventory: CarbonInventory, found: InventoryFile, version: int, by: User, earlier: bool = False) -> int:
    """Replace the content by that of a file. Raises as ``save``, and ``Refused`` for a file of another year.

    ``earlier``: a file of the year before is taken without its population and product, which are of one year (``as_last_year``); its rows,
    and area, are marked until they are confirmed. Fields that the file format lacks (factor source, uncertainty, data source) are kept from
    the stored row with the same key.
    """
    locked = _held(inventory, version, by)
    year = found.year
    before_it = earlier and year == locked.year - 1
    Refused.when(year is not None and year != locked.year and not before_it, f"文件是{year}年度的，这份清单是{locked.year}年度的")
    standing = ("area_m2",) if before_it else ("area_m2", "population", "gdp_wan")
    sizes = {name: plain(getattr(found.boundary, name)) for name in standing}
    head = replace(head_of(locked), include_industry=found.include_industry, **sizes)
    known, before = factors_now(), {row.key: row for row in texts_of(locked)}
    rows = [_noted(row, before.get(row.key), known) for row in rows_of_file(found, locked.year, known)]
    _keep(locked, head, locked.boundary, rows, {row.key for row in numbered(rows)} if before_it else ())
    if before_it:
        locked.carried_from = year
        locked.save(update_fields=["carried_from"])
    audit.record(action="carbon.import", by=by, obj=locked, data={"rows": len(rows), **({"year": year} if before_it else {})})
    return len(rows)


@transaction.atomic
def confirm_carried(*, inventory: CarbonInventory, rows: Collection[str], head: bool, version: int, by: User) -> int:
    """Confirm what was taken over from the year before: rows by key, and boundary and area. Returns their number. Raises as ``save``."""
    locked = _held(inventory, version, by)
    found = locked.rows.filter(key__in=rows).exclude(carried_from=None)
    names = [str(row) for row in found]
    found.update(carried_from=None)
    if head and locked.carried_from is not None:
        names.append("核算范围和核算建筑面积")
        locked.carried_from = None
        locked.save(update_fields=["carried_from"])
    if names:
        audit.record(action="carbon.confirm_carried", by=by, obj=locked, data={"rows": names})
    return len(names)


def _noted(row: RowTexts, before: RowTexts | None, known: Library) -> RowTexts:
    """A row of the file completed from the stored row with the same key; the factor source only if the factor is unchanged."""
    if before is None:
        return row
    kept = {"uncertainty": before.uncertainty, "source": before.source}
    if not row.factor and _figures(row, known) == _figures(before, known):
        own = {} if before.factor else {"factor_value": row.factor_value, "factor_unit": row.factor_unit}
        kept |= {"factor_value": "", "factor_unit": "", **own, "factor": before.factor, "factor_source": before.factor_source}
    return replace(row, **kept)


def _figures(row: RowTexts, known: Library) -> tuple[Any, ...] | None:
    """Value and unit of a row's factor, from the library or from the row itself."""
    factor = read_row(row, known).factor
    return (factor.value, factor.mass, factor.per) if factor else None


def rows_of_file(found: InventoryFile, year: int, known: Library) -> list[RowTexts]:
    """Activities of a file as rows. A file without a year gets the factor versions of the inventory's year, not the newest ones."""
    rows = []
    for one in found.activities:
        held = known[one.factor.key].version(year) if one.factor.key in known else None
        factor = {"factor": f"{one.factor.key}{AT}{held.since}"} if held else {}
        own = {} if held else {"factor_value": plain(one.factor.value), "factor_unit": one.factor.unit}
        heating = (
            {"heating_value": plain(one.heating.value), "heating_unit": f"{one.heating.heat}/{one.heating.per}"} if one.heating else {}
        )
        about = {"key": one.id, "sector": one.sector.value, "name": one.name or one.id, "amount": plain(one.amount), "unit": str(one.unit)}
        rows.append(RowTexts(**about, **factor, **own, **heating))
    return rows


@transaction.atomic
def explain(*, inventory: CarbonInventory, text: str, version: int, by: User) -> None:
    """Keep one explanation for everything that is asked about the figures now. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    locked = _held(inventory, version, by)
    if not text.strip():
        raise Refused([Refusal("请写明原因", field="explanation")])
    found = questions_of(locked)
    ask(locked, lambda _now, _stored: found, locked, None, text).keep(locked, by)
    audit.record(action="carbon.explain_figures", by=by, obj=locked, data={"text": text.strip(), "questions": [one.text for one in found]})


@transaction.atomic
def correct(*, inventory: CarbonInventory, reason: str, by: User) -> CarbonInventory:
    """Open the next edition as a copy of the valid one. Raises ``NotAllowed``, ``Refused``."""
    District.objects.select_for_update(no_key=True).get(pk=inventory.district_id)
    NotAllowed.unless(may_open(posts_of(by), inventory.district), "只有申报主体填报人和获授权的咨询单位可以更正清单")
    Refused.unless(reason.strip(), "请写明更正理由")
    Refused.when(has_open(inventory), f"{inventory.year}年度已有一版正在填报，先办完那一版")
    last = counting(inventory)
    Refused.when(last is None or last.pk != inventory.pk, "只能更正已报送的最新一版")
    copied = {name: getattr(inventory, name) for name in ("boundary", "area_m2", "population", "gdp_wan", "include_industry", "note")}
    made = CarbonInventory.objects.create(
        district=inventory.district,
        year=inventory.year,
        edition=inventory.edition + 1,
        reason=reason.strip(),
        opened_at=clock.now(),
        **copied,
    )
    rows = inventory.rows.values("order", *FIELDS)
    ActivityRow.objects.bulk_create(ActivityRow(inventory=made, **row) for row in rows)
    carry_answers(inventory, made)
    audit.record(action="carbon.correct", by=by, obj=made, data={"reason": made.reason})
    notify_event(made, BEGUN, by)
    return made


@transaction.atomic
def drop(*, inventory: CarbonInventory, by: User) -> None:
    """Discard a draft. Raises ``NotAllowed``."""
    locked: CarbonInventory = hold(inventory)
    NotAllowed.unless(may_drop(posts_of(by), locked), "只有申报主体填报人可以删除填报中的清单")
    audit.record(action="carbon.drop", by=by, obj=locked, data={"year": locked.year, "edition": locked.edition})
    locked.delete()


def on_hand_up(taken: Taken) -> None:
    """Remember who submitted, because another person has to sign."""
    taken.obj.handed_up_by = taken.by


def on_sign(taken: Taken) -> None:
    """Freeze the edition with its result and digest."""
    inventory = taken.obj
    inventory.frozen = taken.facts["frozen"]
    inventory.digest = digest_of(inventory.frozen)
    inventory.filed_at = clock.now()
