"""Indicator systems: create a version, its years, its rows, own indicators; effects of its steps.

Also here: Import an indicator system from a workbook, all or nothing, and undo it while nothing was edited since.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from districts.common.enums import TITLED, Dimension, ImportKind, SystemStatus
from districts.file.models.district import District, ListImport
from districts.file.services import assign, hold_constraints, hold_editor, locked
from districts.indicator_systems.models import OPEN, IndicatorRow, IndicatorSystem, TargetRule
from districts.indicator_systems.row_rules import CARBON, CARBON_TITLE, CARBON_UNIT, checked_values, measure_for
from districts.indicator_systems.takeover import take_over
from districts.lists.import_kinds import ListSpec
from districts.lists.services import close_import, edited_since, open_import, record_import
from districts.special_plans.models import SpecialPlan
from districts.special_plans.services import current_plan
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.columns.declared import Columns
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Closed, Refusal, Refused
from greendistrict.workflow.procedure import Taken
from indicators.editions.models import Edition
from indicators.editions.selectors import against_scoring, published_editions, rules_for
from indicators.editions.services import freeze
from indicators.scoring.prepare import EditionRules, Item
from indicators.scoring.refusals import EditionIncomplete

YEARS = ("near_year", "mid_year", "long_year")
COPIED = (
    "key", "item_id", "order", "chapter", "dimension", "title", "unit", "rule", "taking_part", "exclusion_reason", "baseline_year",
    "baseline", "near", "mid", "long", "department", "source",
)  # fmt: skip
OWN_FIELDS = ("title", "unit", "rule", "dimension")
OWN_CHAPTER = "自定指标"
OWN_ORDER = 10_000
MOST_OWN = 100


def start_system(*, district: District, by: User) -> IndicatorSystem:
    """Create the first version from the edition, or the next from the approved one, under the newest version of the plan.

    Raises ``NotAllowed``, ``Refused`` if something is missing, a version is already open, or the district holds a title: then an approved
    system changes only by a change case.
    """
    hold_editor(by, district)
    with transaction.atomic():
        district = District.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=district.pk)
        old = district.indicator_systems.first()
        if old and old.status in OPEN:
            msg = f"第{old.number}版指标体系{SystemStatus(old.status).label}，请在这一版上办理"
            raise Refused(msg)
        if old and district.stage in TITLED:
            raise Refused([Refusal("称号授予后，指标体系的修改须经变更办理", remedy="提出变更，经市级批准后更新")])
        return new_version(district=district, old=old, by=by)


def new_version(*, district: District, old: IndicatorSystem | None, by: User | None) -> IndicatorSystem:
    """Create the next version of a locked district under the edition it follows, with the entries of ``old`` that can be taken over.

    ``by=None`` is the system. Raises ``Refused`` if plan, type or edition is missing.
    """
    plan, edition, rules = _ground(district)
    freeze(edition)  # every row reads its rule from the edition, which must not change under it
    last = district.indicator_systems.aggregate(last=Max("number"))["last"] or 0
    years = {name: getattr(old, name) for name in YEARS} if old else {}
    system = IndicatorSystem.objects.create(district=district, plan=plan, edition=edition, number=last + 1, **years)
    items = [item for item in rules.items.values() if system.district.type in item.data["applies"]["types"]]
    rows = [_clause_row(system, rules, item, order) for order, item in enumerate(items, start=1)]
    carbon = {"title": CARBON_TITLE, "unit": CARBON_UNIT, "rule": TargetRule.AT_MOST, "chapter": OWN_CHAPTER}
    rows.append(IndicatorRow(system=system, key=CARBON, order=OWN_ORDER, **carbon))  # part of every system (七（一）3)
    take_over(rows, old, system.edition, system.district.type)
    own = [row for row in old.rows.all() if not row.item_id and row.key != CARBON] if old else []
    rows += [IndicatorRow(system=system, **{name: getattr(row, name) for name in COPIED}) for row in own]
    IndicatorRow.objects.bulk_create(rows)
    data = {"district": district.code, "number": system.number, "edition": edition.code}
    audit.record(action="districts.start_indicator_system", by=by, obj=system, data=data)
    return system


def against_starting(district: District) -> list[Refusal]:
    """What is missing for a new version of the system: plan, type, or a usable edition; empty if nothing is."""
    try:
        _ground(district)
    except Refused as refused:
        return list(refused.refusals)
    return []


def _ground(district: District) -> tuple[SpecialPlan, Edition, EditionRules]:
    """Plan, edition and rules of the new version. Raises ``Refused`` with everything missing."""
    plan = current_plan(district)
    edition = district.edition or published_editions(real=not district.is_demo).first()
    missing = []
    if plan is None:
        page = reverse("districts:plan_edit", args=[district.code])
        missing.append(Refusal("请先建立专业规划：指标体系是专业规划的组成部分", cite="七（一）", remedy="填写后暂存", href=page))
    if not district.type:
        page = f"{reverse('districts:profile_edit', args=[district.code])}#id_type"
        missing.append(Refusal("请先填写城区类型（新建或更新），各类适用的条文不同", href=page))
    missing += against_scoring(edition, real=not district.is_demo)
    rules = _rules(edition, missing)
    if missing or plan is None or edition is None or rules is None:
        raise Refused(missing)
    return plan, edition, rules


def _rules(edition: Edition | None, missing: list[Refusal]) -> EditionRules | None:
    if edition is None:
        return None
    try:
        return rules_for(edition)
    except EditionIncomplete as incomplete:
        missing.append(Refusal(str(incomplete)))
        return None


def _clause_row(system: IndicatorSystem, rules: EditionRules, item: Item, order: int) -> IndicatorRow:
    """Row of a clause; a yes/no control item already has its targets, because it must be fulfilled anyway."""
    chapter = next(chapter for table in rules.tables.values() for chapter in table.chapters if chapter.key == item.chapter)
    row = IndicatorRow(
        system=system, key=item.id, item_id=item.id, order=order, title=fitted(IndicatorRow, "title", item.title),
        department=fitted(IndicatorRow, "department", item.data["source_department"]), chapter=f"{chapter.number} {chapter.title}",
        dimension=chapter.dimension if chapter.dimension in Dimension.values else "",
    )  # fmt: skip
    if item.is_control and measure_for(row, rules.items).kind == "yes":
        row.near = row.mid = row.long = "yes"
    return row


def hold_draft(system: IndicatorSystem, by: User) -> None:
    """Raise ``NotAllowed`` unless the user may edit it, ``Closed`` once it is handed up or approved."""
    hold_editor(by, system.district)
    if system.status != SystemStatus.DRAFT:
        msg = f"这一版指标体系{SystemStatus(system.status).label}，不能修改"
        raise Closed(msg)


def opened(system: IndicatorSystem, by: User) -> IndicatorSystem:
    """Lock the version and count up its version number before rows are written, so that an outdated page cannot hand it up.

    Raises as ``hold_draft``.
    """
    stored = locked(system, None)
    hold_draft(stored, by)
    stored.version += 1
    stored.save(update_fields=["version"])
    return stored


def save_years(*, system: IndicatorSystem, values: Mapping[str, int | None], version: int, by: User) -> IndicatorSystem:
    """Save the three target years. Raises ``NotAllowed``, ``Closed``, ``Stale``, ``Refused`` (not ascending)."""
    with transaction.atomic():
        hold_draft(locked(system, None), by)
        stored = locked(system, version)
        changed = assign(stored, {name: values[name] for name in YEARS if name in values})
        stored.version += 1
        hold_constraints(stored)
        stored.save()
        if changed:
            audit.record(action="districts.save_indicator_years", by=by, obj=stored, data={"changed": changed})
    return stored


def save_row(*, row: IndicatorRow, values: Mapping[str, Any], version: int, by: User) -> IndicatorRow:
    """Save one indicator; ``values`` as typed (see ``row_rules.checked_values``), missing fields stay unchanged.

    Raises ``NotAllowed``, ``Closed``, ``Stale``, ``Refused`` with every invalid value at its field.
    """
    with transaction.atomic():
        system = opened(row.system, by)
        stored = locked(row, version)
        stored.system = system
        changed = take_values(stored, values)
        stored.version += 1
        stored.save()
        if changed:
            audit.record(action="districts.save_indicator", by=by, obj=stored, data={"key": stored.key, "changed": changed})
    return stored


def fill_several(*, system: IndicatorSystem, keys: Collection[int], values: Mapping[str, str], version: int, by: User) -> int:
    """Give several indicators that take part the same source or department; number of those it changed.

    Raises ``NotAllowed``, ``Closed``, ``Stale`` (a row was written since the page was shown).
    """
    with transaction.atomic():
        hold_draft(locked(system, None), by)
        locked(system, version)
        stored = opened(system, by)
        rows = stored.rows.select_for_update(of=("self",), no_key=True).filter(pk__in=keys, taking_part=True)
        written = 0
        for row in rows:
            row.system = stored
            if changed := take_values(row, values):
                _save(row, changed, by, "several")
                written += 1
    return written


def take_values(row: IndicatorRow, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Set checked values on a row. Raises ``Refused``."""
    is_own = not row.item_id and row.key != CARBON
    changed = assign(row, {name: values[name] for name in OWN_FIELDS if is_own and name in values})
    checked, problems = checked_values(row, values, rules_for(row.system.edition).items)
    if problems:
        raise Refused(problems)
    changed |= assign(row, checked)
    hold_constraints(row)
    return changed


def add_own(*, system: IndicatorSystem, values: Mapping[str, Any], by: User) -> IndicatorRow:
    """Add an indicator outside the edition with its own rule (``OWN_FIELDS`` and the values of a row)."""
    with transaction.atomic():
        stored = opened(system, by)
        own = stored.rows.filter(item_id="").exclude(key=CARBON)
        if own.count() >= MOST_OWN:
            msg = f"自定指标最多{MOST_OWN}条"
            raise Refused(msg)
        number = 1 + max((int(key[2:]) for key in own.values_list("key", flat=True)), default=0)
        last = own.aggregate(last=Max("order"))["last"] or OWN_ORDER
        row = IndicatorRow(system=stored, key=f"ZD{number}", order=last + 1, chapter=OWN_CHAPTER)
        take_values(row, values)
        row.save()
        audit.record(action="districts.add_indicator", by=by, obj=row, data={"key": row.key, "title": row.title})
    return row


def delete_own(*, row: IndicatorRow, by: User) -> None:
    """Delete an indicator outside the edition. Raises ``Refused`` for clauses (exclude them instead) and the carbon intensity."""
    with transaction.atomic():
        opened(row.system, by)
        if row.item_id or row.key == CARBON:
            text = "标准条文不能删除，允许不参评的可以填写理由后不参评" if row.item_id else "碳排放强度目标是必备内容，不能删除"
            raise Refused([Refusal(text, cite="" if row.item_id else "七（一）3")])
        audit.record(action="districts.delete_indicator", by=by, obj=row, data={"key": row.key, "title": row.title})
        row.delete()


Cells = Sequence[tuple[int, int, dict[str, Any]]]
LISTED = ListSpec("key", "指标", "条指标", Columns(IndicatorRow))


def apply_cells(*, system: IndicatorSystem, cells: Cells, by: User, file_name: str = "", heads: Mapping[str, str] | None = None) -> int:
    """Save values of several rows, all or none: (row id, version read, values as typed). Returns the number of rows changed.

    With ``file_name`` the change is recorded as an import that can be undone, with the columns that were chosen for ``heads``.
    Raises as ``save_row``.
    """
    kept: list[dict[str, Any]] = []
    with transaction.atomic():
        stored = opened(system, by)
        rows = {row.pk: row for row in stored.rows.select_for_update(of=("self",), no_key=True)}
        for pk, version, values in cells:
            row = rows.get(pk)
            if row is None or row.version != version:
                msg = "预览之后有人改过这一版指标体系，这次没有写入；请重新上传"
                raise Refused(msg)
            row.system = stored
            before = {name: getattr(row, name) for name in COPIED}
            changed = take_values(row, values)
            _save(row, changed, by, "excel")
            kept.append({"id": pk, "label": row.key, "version": row.version, "before": {name: before[name] for name in changed}})
        if file_name:
            record_import(
                kind=ImportKind.INDICATORS,
                district=stored.district,
                rows=kept,
                file_name=file_name,
                by=by,
                system=stored,
                heads=dict(heads or {}),
            )
    return len(kept)


def _save(row: IndicatorRow, changed: dict[str, list[str]], by: User, origin: str) -> None:
    row.version += 1
    row.save()
    audit.record(action="districts.save_indicator", by=by, obj=row, data={"key": row.key, "changed": changed, "from": origin})


def undo_cells(*, done: ListImport, by: User) -> None:
    """Undo an import of values. Raises ``NotAllowed``, ``Closed`` (handed up or approved), ``Refused`` naming rows edited since."""
    with transaction.atomic():
        stored = open_import(done)
        if stored.system is None:
            msg = "这次导入没有写入指标体系"
            raise Refused(msg)
        system = opened(stored.system, by)
        rows = {row.pk: row for row in system.rows.select_for_update(of=("self",), no_key=True)}
        if found := edited_since(LISTED, stored, rows):
            raise Refused(found)
        for kept in stored.rows:
            row = rows[kept["id"]]
            _save(row, assign(row, kept["before"]), by, "undo")
        close_import(stored, by)


def on_hand_up(taken: Taken) -> None:
    """Store who handed up, because another person must sign."""
    taken.obj.handed_up_by = taken.by


def approved_now(_system: IndicatorSystem, _by: User | None, _values: Any) -> dict[str, Any]:
    """Time of approval, which an approved version must have."""
    return {"approved_at": clock.now()}
