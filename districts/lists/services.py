"""Saving rows of a list, and imports of a whole list with their undo."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from decimal import Decimal
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Value

from districts.baselines.models import Baseline
from districts.common.enums import ControlStep, ImportKind, ProjectState
from districts.file.models.district import District, ListImport
from districts.file.services import assign, hold_constraints, hold_editor, label_of, locked
from districts.lists.import_kinds import KINDS, ListSpec, Values
from districts.lists.selectors import figures_of, questions_about
from districts.plausibility.services import ask
from districts.plot_map.services import keep_of_deleted
from districts.plots.checks import BACKFILLED, BY_STEPS, entered_wrongly, problems_of
from districts.plots.frozen import fixed_problems, pilot_rows
from districts.plots.models import Plot, PlotControl
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refusal, Refused
from greendistrict.core.folded_keys import Folded, folded, visible
from greendistrict.core.locks import one_at_a_time

# Write an import of a list, all or nothing, and undo it while nothing depends on it.

BATCH = 1000
ImportedRow = Mapping[str, Any]  # {"pk", "version", "label", "fields", "values"} as documents.workbooks.reader.ImportedRow
Rows = Mapping[int, Any]
NAMED = 5


def apply_import(
    *, kind: ImportKind, district: District, works: Sequence[ImportedRow], file_name: str, by: User, heads: Mapping[str, str] | None = None
) -> ListImport:
    """Write the previewed new and changed rows of a list, in a number of queries that does not depend on their number.

    ``heads``: columns that a person chose for heads of the sheet, kept for the next one.

    Raises ``NotAllowed``, ``Refused`` if a row was changed or frozen since the preview.
    """
    hold_editor(by, district)
    listed = KINDS[kind]
    with transaction.atomic():
        locked(district, None)
        rows = {
            row.pk: row
            for row in listed.columns.model._base_manager.filter(district=district).select_for_update(no_key=True).order_by("pk")
        }
        _hold_fresh(listed, works, rows)
        _hold_settled(listed, district, works, rows)
        kept = _before(listed, works, rows)
        try:
            with transaction.atomic():
                made = _write(listed, district, works, rows)
        except IntegrityError as error:
            msg = f"有{listed.noun}与平台上的内容冲突，这次没有写入；请重新上传预览"
            raise Refused(msg) from error
        stored = [{**before, "id": row.pk, "version": row.version} for before, row in zip(kept, made, strict=True)]
        return record_import(kind=kind, district=district, rows=stored, file_name=file_name, by=by, heads=dict(heads or {}))


def record_import(
    *, kind: ImportKind, district: District, rows: Sequence[Mapping[str, Any]], file_name: str, by: User, **more: Any
) -> ListImport:
    """Record an import inside its transaction; ``rows`` as in ``ListImport.rows``."""
    added = sum(row["before"] is None for row in rows)
    done = ListImport.objects.create(
        kind=kind,
        district=district,
        file_name=fitted(ListImport, "file_name", file_name),
        imported_at=clock.now(),
        imported_by=by,
        added=added,
        changed=len(rows) - added,
        rows=rows,
        **more,
    )
    data = {"district": district.code, "kind": kind, "file": file_name, "added": added, "changed": len(rows) - added}
    audit.record(action="districts.import_list", by=by, obj=done, data=data)
    return done


def _hold_fresh(listed: ListSpec, works: Iterable[ImportedRow], rows: Rows) -> None:
    stale = [work["label"] for work in works if work["pk"] and (work["pk"] not in rows or rows[work["pk"]].version != work["version"])]
    if stale:
        msg = f"预览之后有人改过{named(listed, stale)}，这次没有写入；请重新上传"
        raise Refused(msg)


def _hold_settled(listed: ListSpec, district: District, works: Iterable[ImportedRow], rows: Rows) -> None:
    """Raise ``Refused`` for frozen fields, again after the preview, because a baseline may have been frozen since."""
    wanted = {work["pk"]: {name: _typed(listed, name, value) for name, value in work["fields"].items()} for work in works if work["pk"]}
    if settled := listed.settled(district, rows, wanted):
        msg = f"{named(listed, settled)}已列入试点基线，这次没有写入；确需调整须经变更办理"
        raise Refused(msg)


def named(listed: ListSpec, labels: Sequence[str]) -> str:
    """The first few rows by name."""
    shown = "、".join(labels[:NAMED])
    return f"{shown}等{len(labels)}{listed.unit}" if len(labels) > NAMED else f"{listed.noun}{shown}"


def _before(listed: ListSpec, works: Sequence[ImportedRow], rows: Rows) -> list[dict[str, Any]]:
    """Current values, stored for the undo."""
    values = listed.hanging({work["pk"]: work["values"] for work in works if work["pk"] and work["values"]})
    return [
        {
            "label": work["label"],
            "before": None if work["pk"] is None else {name: _plain(getattr(rows[work["pk"]], name)) for name in work["fields"]},
            **({listed.values_key: values[work["pk"]]} if work["pk"] in values else {}),
        }
        for work in works
    ]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | dt.date) else value


def _typed(listed: ListSpec, name: str, value: Any) -> Any:
    return listed.columns[name].field.to_python(value)


def _write(listed: ListSpec, district: District, works: Sequence[ImportedRow], rows: Rows) -> list[Any]:
    """Write the rows; returns them in the order of the works."""
    made = []
    for work in works:
        row: Any = rows[work["pk"]] if work["pk"] else listed.columns.model(district=district, is_demo=district.is_demo)
        for name, value in work["fields"].items():
            setattr(row, name, _typed(listed, name, value))
        row.version += 1 if work["pk"] else 0
        made.append(row)
    listed.columns.model._base_manager.bulk_create([row for row in made if row.pk is None], batch_size=BATCH)
    _overwrite(listed, [row for row, work in zip(made, works, strict=True) if work["pk"]])
    listed.hang({row.pk: work["values"] for row, work in zip(made, works, strict=True) if work["values"]})
    listed.drop_backfills({work["pk"]: work["fields"] for work in works if work["pk"]})
    return made


def _overwrite(listed: ListSpec, rows: Sequence[Any]) -> None:
    """Overwrite stored rows with these values. They are locked, so all exist; an upsert is much faster than a CASE per row."""
    listed.columns.model._base_manager.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=[*listed.columns, "version"]
    )


def undo_import(*, done: ListImport, by: User) -> None:
    """Undo an import: delete added rows, restore changed ones. Raises ``NotAllowed``; ``Refused`` naming what depends on them."""
    hold_editor(by, done.district)
    listed = KINDS[ImportKind(done.kind)]
    with transaction.atomic():
        stored = open_import(done)
        rows = {
            row.pk: row
            for row in listed.columns.model._base_manager.select_for_update(no_key=True).filter(pk__in=[row["id"] for row in stored.rows])
        }
        if found := [*edited_since(listed, stored, rows), *_standing_on(listed, stored)]:
            raise Refused(found)
        _restore(listed, stored, rows, by)
        close_import(stored, by)


def open_import(done: ListImport) -> ListImport:
    """Lock and return the import. Raises ``Refused`` if it was already undone."""
    stored = locked(done, None)
    Refused.when(stored.undone_at, "这次导入已经撤销")
    return stored


def close_import(stored: ListImport, by: User) -> None:
    """Mark an import as undone."""
    stored.undone_at, stored.undone_by = clock.now(), by
    stored.save(update_fields=["undone_at", "undone_by", "undone_by_principal"])
    data = {"district": stored.district.code, "kind": stored.kind, "file": stored.file_name}
    audit.record(action="districts.undo_import", by=by, obj=stored, data=data)


def edited_since(listed: ListSpec, done: ListImport, rows: Rows) -> list[Refusal]:
    """Refusals for rows of an import that were deleted or edited after it."""
    moved = [row["label"] for row in done.rows if row["id"] not in rows or rows[row["id"]].version != row["version"]]
    text = f"导入之后{named(listed, moved)}已修改或删除，不能整批撤销"
    return [Refusal(text, remedy="请逐个修改")] if moved else []


def _standing_on(listed: ListSpec, done: ListImport) -> list[Refusal]:
    """Refusals for records that depend on added rows, and for a baseline frozen since."""
    refusals = []
    added = listed.columns.model._base_manager.filter(pk__in=[row["id"] for row in done.rows if row["before"] is None])
    for words, used in listed.used(added):
        labels = list(used.order_by(listed.key).values_list(listed.key, flat=True).distinct())
        if labels:
            refusals.append(Refusal(f"{named(listed, labels)}{words}，不能整批撤销"))
    frozen = Baseline.objects.filter(district=done.district, frozen_at__gte=done.imported_at).first()
    if frozen:
        refusals.append(Refusal(f"{frozen}已按导入后的清单冻结，不能撤销"))
    return refusals


def _restore(listed: ListSpec, done: ListImport, rows: Rows, by: User) -> None:
    added = listed.columns.model._base_manager.filter(pk__in=[row["id"] for row in done.rows if row["before"] is None])
    if listed.columns.model is Plot:
        keep_of_deleted([row.pk for row in added], by)
    try:
        added.delete()
    except models.ProtectedError as error:
        msg = f"导入的{listed.noun}已被其他办理引用，不能整批撤销"
        raise Refused(msg) from error
    changed, values = [], dict[int, Values]()
    for row in done.rows:
        if row["before"] is None:
            continue
        stored = rows[row["id"]]
        for name, value in row["before"].items():
            setattr(stored, name, _typed(listed, name, value))
        stored.version += 1
        changed.append(stored)
        if row.get(listed.values_key):
            values[row["id"]] = row[listed.values_key]
    _overwrite(listed, changed)
    listed.drop_backfills({row["id"]: row["before"] for row in done.rows if row["before"] is not None})
    listed.hang(listed.hung(values))


# Services of a district's three lists: plots, key projects and works.

Listed = TypeVar("Listed", Plot, KeyProject, Work)
KEYS = {Plot: "number", KeyProject: "name", Work: "name"}
LISTS = {Plot: "plots", KeyProject: "key_projects", Work: "works"}
PAST_DAYS = ("started_on", "finished_on", "built_on", "in_use_on")


@transaction.atomic
def save(
    model: type[Listed],
    *,
    district: District,
    values: Mapping[str, Any],
    by: User,
    row: Listed | None = None,
    version: int | None = None,
    explanation: str = "",
) -> Listed:
    """Add or change a row. Areas in 公顷 (land) and m² (floor), investment in 万元, ``plots`` of a project as plot numbers.

    Raises ``NotAllowed``, ``Stale``, ``Refused``, also with questions about changed figures and days that ``explanation`` does not answer.
    """
    hold_editor(by, district)
    if row is None:
        one_at_a_time(f"districts.list:{district.pk}")  # two who add the same at once: the second reads the first and is told so
    own = {name: visible(value) if name == KEYS[model] else value for name, value in values.items() if name != "plots"}
    stored = locked(row, version) if row is not None else model(district=district, is_demo=district.is_demo)
    Refused.when(stored.district_id != district.pk, "这一条不属于本城区")
    found = fixed_problems(stored, own) if isinstance(stored, Plot) else []  # before the values are assigned: it compares the stored ones
    before = copy(stored)
    changed = assign(stored, own)
    found += progress_problems(stored)
    found += _key_problems(stored, KEYS[model], changed)
    if isinstance(stored, Plot):
        found += control_problems(stored, changed)
        found += [Refusal(words, field=name) for name, words in entered_wrongly(stored, changed, district.area_km2)]
    if isinstance(stored, Work):
        found += [Refusal(words, field=name) for name, words in settled_days(stored, changed)]
    if found:
        raise Refused(found)
    _drop_old_proof(stored, changed)
    hold_constraints(stored)
    asked = None
    if figures_of(stored) != figures_of(before) or "plots" in values:
        questions = questions_about(stored, clock.today(), values.get("plots"))
        asked = ask(stored, questions, stored, before if row is not None else None, explanation)
    if row is not None:
        stored.version += 1
    stored.save()
    if asked is not None:
        asked.keep(stored, by)
    if changed:
        data = {"district": district.code, "changed": changed}
        audit.record(action=f"districts.{model._meta.model_name}_save", by=by, obj=stored, data=data)
    if isinstance(stored, KeyProject) and "plots" in values:
        stored.plots.set(_plots_named(district, values["plots"]))
    return stored


def _key_problems(stored: Plot | KeyProject | Work, key: str, changed: Mapping[str, Any]) -> list[Refusal]:
    """Refusal of a new key that differs from that of another row of the district only in width, case, dashes or blanks."""
    if key not in changed:
        return []
    stored.looks_like_another = False
    typed = getattr(stored, key)
    others = type(stored)._default_manager.filter(district=stored.district_id).exclude(pk=stored.pk).exclude(**{key: typed})
    alike = others.annotate(fold=Folded(key)).filter(fold=Folded(Value(typed))).values_list(key, flat=True).first()
    return [Refusal(f"已有“{alike}”，与“{typed}”只是写法不同", field=key)] if alike else []


def _drop_old_proof(stored: Plot | KeyProject | Work, changed: Mapping[str, Any]) -> None:
    """Proof of a fact that was typed anew is dropped."""
    if isinstance(stored, Plot) and stored.backfill_id and set(BACKFILLED) & set(changed):
        stored.backfill = None
    if isinstance(stored, KeyProject) and {"state", "in_use_on", "started_on", "finished_on"} & set(changed):
        stored.use_basis = ""  # what was proven is another fact than the one typed now


def _plots_named(district: District, numbers: Iterable[str]) -> list[Plot]:
    """Plots by number, however it is written. Raises ``Refused`` naming unknown numbers."""
    wanted = {folded(number): number for number in numbers}
    found = {folded(plot.number): plot for plot in district.plots.annotate(fold=Folded("number")).filter(fold__in=wanted)}
    if unknown := [number for fold, number in wanted.items() if fold not in found]:
        raise Refused([Refusal(f"没有地块{'、'.join(unknown)}", field="plots")])
    return list(found.values())


def progress_problems(row: Plot | KeyProject | Work) -> list[Refusal]:
    """Contradictions in the progress: dates in the future, a state without its date."""
    if isinstance(row, Plot):
        return [Refusal(words, field=name) for name, words in problems_of(row, clock.today())]
    names = [name for name in PAST_DAYS if getattr(row, name, None) and getattr(row, name) > clock.today()]
    found = [Refusal(f"{label_of(row, name)}不能晚于今天", field=name) for name in names]
    if isinstance(row, Work) and row.built_on and not row.started_on:
        found.append(Refusal("填了建成日期，请填写开工日期", field="started_on"))
    if isinstance(row, KeyProject) and (row.state == ProjectState.IN_USE) != bool(row.in_use_on):
        text = "请填写投用日期" if row.state == ProjectState.IN_USE else "填了投用日期，状态应为投用"
        found.append(Refusal(text, field="in_use_on"))
    return found


def control_problems(plot: Plot, changed: Iterable[str]) -> list[Refusal]:
    """Refusals for fields decided by the control table, and for 符合 contradicting the built values (七（二）5)."""
    if plot.pk is None:
        return []
    found = []
    control = PlotControl.objects.filter(plot=plot).exclude(status=ControlStep.PREPARE).first()
    if control is not None:
        found = [Refusal(f"{label_of(plot, name)}按管控步骤登记，不能直接填写", field=name) for name in BY_STEPS if name in set(changed)]
    if plot.conforms and plot.indicators.filter(built_short=True).exists():
        found.append(Refusal("有指标的建成值差于要求，不能登记为符合", rule="PLOT-COMPLETION", cite="七（二）5", field="conforms"))
    return found


def settled_days(work: Work, changed: Iterable[str]) -> list[tuple[str, str]]:
    """Dates of a work that can no longer be changed in the list: field and words of each."""
    names = [name for name in ("started_on", "built_on") if name in set(changed)]
    if work.pk is None or not names:
        return []
    if work.conforms is not None:
        return [(name, f"{label_of(work, name)}已由竣工验收登记确定，登记有误的先撤回竣工登记") for name in names]
    if "started_on" in names and work.started_on is None and work.indicators.exists():
        return [("started_on", "开工日期可以更正，不能清空：绿色生态要求自开工起不再修改")]
    return []


def against_deleting(row: Plot | KeyProject | Work) -> list[Refusal]:
    """Why a row is kept; empty if it may be deleted."""
    if isinstance(row, Plot) and PlotControl.objects.filter(plot=row).exclude(status=ControlStep.PREPARE).exists():
        return [Refusal(f"地块“{row}”已在办理建设管控，不能删除")]
    if isinstance(row, Plot) and row.origins:
        return [Refusal(f"地块“{row}”由分割、合并而来，基线中的原地块由它延续，不能删除")]
    if isinstance(row, Work) and row.conforms is not None:
        return [Refusal(f"设施“{row}”已登记竣工验收，不能删除")]
    if in_pilot_baseline(row):
        text = f"“{row}”已列入试点基线，不能删除；确需调整须经变更办理"
        return [Refusal(text, remedy="提出变更，经市级批准后更新基线")]
    return []


def delete(row: Plot | KeyProject | Work, *, by: User) -> None:
    """Delete a row. Raises ``NotAllowed``, ``Refused`` with what ``against_deleting`` finds."""
    hold_editor(by, row.district)
    with transaction.atomic():
        stored = locked(row, None)
        if found := against_deleting(stored):
            raise Refused(found)
        data = {"district": stored.district.code}
        audit.record(action=f"districts.{stored._meta.model_name}_delete", by=by, obj=stored, data=data)
        if isinstance(stored, Plot):
            keep_of_deleted([stored.pk], by)
        stored.delete()


def in_pilot_baseline(row: Plot | KeyProject | Work) -> bool:
    """Whether the newest pilot baseline contains the row."""
    return row.pk in pilot_rows(row.district, LISTS[type(row)])
