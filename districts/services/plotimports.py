"""Writing an import of plots all or nothing, and taking it back while nothing was built on it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn

from django.db import IntegrityError, transaction

from districts.models import Baseline, District, ListImport, Plot, PlotIndicator
from districts.services.locking import hold_editor, locked
from districts.services.plotvalues import compare, store
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused

DAYS = ("planned_acquisition", "planned_start", "planned_finish", "acquired_on", "started_on", "built_on")
DECIMALS = ("area_ha", "floor_area")
FIELDS = ("sub_area", "land_use_code", "land_use", "buildable", "owner", "acquisition", "conforms", *DAYS, *DECIMALS)
STAGES = ("required", "designed", "built")
BATCH = 1000
Work = Mapping[str, Any]  # {"pk", "version", "number", "fields", "values"} as exports.plot_import.Work
NAMED = 5


def apply_import(*, district: District, works: Sequence[Work], file_name: str, by: User) -> ListImport:
    """Write previewed work on plots: new ones and changed ones, in a number of queries that does not depend on their number.

    Raises ``NotAllowed``, ``Refused`` when a plot was changed since the preview.
    """
    hold_editor(by, district)
    with transaction.atomic():
        locked(district, None)
        plots = {plot.pk: plot for plot in district.plots.select_for_update().order_by("pk")}
        _hold_fresh(works, plots)
        kept = _before(works, plots)
        try:
            with transaction.atomic():
                made = _write(district, works, plots)
        except IntegrityError as error:
            msg = "有地块与平台上的内容冲突，这次没有写入；请重新上传预览"
            raise Refused(msg) from error
        rows = [{**row, "id": plot.pk, "version": plot.version} for row, plot in zip(kept, made, strict=True)]
        added = sum(work["pk"] is None for work in works)
        done = ListImport.objects.create(district=district, file_name=file_name[:120], imported_at=clock.now(), imported_by=by, added=added,
                                         changed=len(works) - added, rows=rows)  # fmt: skip
        data = {"district": district.code, "file": file_name, "added": added, "changed": len(works) - added}
        audit.record(action="districts.import_plots", by=by, obj=done, data=data)
    return done


def _hold_fresh(works: Iterable[Work], plots: Mapping[int, Plot]) -> None:
    stale = [work["number"] for work in works if work["pk"] and (work["pk"] not in plots or plots[work["pk"]].version != work["version"])]
    if stale:
        msg = f"预览之后有人改过{_named(stale)}，这次没有写入；请重新上传"
        raise Refused(msg)


def _named(numbers: Sequence[str]) -> str:
    shown = "、".join(numbers[:NAMED])
    return f"{shown}等{len(numbers)}个地块" if len(numbers) > NAMED else f"地块{shown}"


def _before(works: Sequence[Work], plots: Mapping[int, Plot]) -> list[dict[str, Any]]:
    """What stands there now, for taking back."""
    values: dict[int, dict[str, list[str]]] = {}
    changed = [work["pk"] for work in works if work["pk"] and work["values"]]
    for row in PlotIndicator.objects.filter(plot_id__in=changed):
        values.setdefault(row.plot_id, {})[row.key] = [getattr(row, stage) for stage in STAGES]
    return [
        {
            "label": work["number"],
            "before": None if work["pk"] is None else {name: _plain(getattr(plots[work["pk"]], name)) for name in work["fields"]},
            "indicators": {key: values.get(work["pk"] or 0, {}).get(key, ["", "", ""]) for key in work["values"]},
        }
        for work in works
    ]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | dt.date) else value


def _typed(name: str, value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if name in DAYS:
        return dt.date.fromisoformat(value)
    return Decimal(value) if name in DECIMALS else value


def _write(district: District, works: Sequence[Work], plots: Mapping[int, Plot]) -> list[Plot]:
    """Plots in the order of the works, written."""
    made = []
    for work in works:
        plot = plots[work["pk"]] if work["pk"] else Plot(district=district, number=work["number"], is_demo=district.is_demo)
        for name, value in work["fields"].items():
            if name != "number":
                setattr(plot, name, _typed(name, value))
        plot.version += 1 if work["pk"] else 0
        made.append(plot)
    Plot.objects.bulk_create([plot for plot in made if plot.pk is None], batch_size=BATCH)
    known = [plot for plot, work in zip(made, works, strict=True) if work["pk"]]
    Plot.objects.bulk_update(known, [*FIELDS, "version"], batch_size=BATCH)
    _write_values({plot.pk: work["values"] for plot, work in zip(made, works, strict=True) if work["values"]})
    return made


def _write_values(wanted: Mapping[int, Mapping[str, Mapping[str, str]]]) -> None:
    held = {(row.plot_id, row.key): row for row in PlotIndicator.objects.filter(plot_id__in=list(wanted))}
    rows = []
    for plot_id, values in wanted.items():
        for key, stages in values.items():
            row = held.get((plot_id, key)) or PlotIndicator(plot_id=plot_id, key=key)
            for stage, value in stages.items():
                setattr(row, stage, value)
            compare(row)
            rows.append(row)
    store(rows)


def undo_import(*, done: ListImport, by: User) -> None:
    """Take an import back: added plots go, changed ones stand as before. Raises ``NotAllowed``; ``Refused`` naming what stands on it."""
    hold_editor(by, done.district)
    with transaction.atomic():
        stored = locked(done, None)
        if stored.undone_at:
            msg = "这次导入已经撤销"
            raise Refused(msg)
        plots = {plot.pk: plot for plot in Plot.objects.select_for_update().filter(pk__in=[row["id"] for row in stored.rows])}
        if found := _standing_on(stored, plots):
            raise Refused(found)
        _restore(stored, plots)
        stored.undone_at, stored.undone_by = clock.now(), by
        stored.save(update_fields=["undone_at", "undone_by"])
        data = {"district": stored.district.code, "file": stored.file_name}
        audit.record(action="districts.undo_import", by=by, obj=stored, data=data)


def _standing_on(done: ListImport, plots: Mapping[int, Plot]) -> list[Refusal]:
    """Everything that was built on an import, by name."""
    found = []
    moved = [row["label"] for row in done.rows if row["id"] not in plots or plots[row["id"]].version != row["version"]]
    if moved:
        found.append(Refusal(f"导入之后{_named(moved)}已修改或删除，不能整批撤销", remedy="请逐个修改"))
    added = [row["id"] for row in done.rows if row["before"] is None]
    used = Plot.objects.filter(pk__in=added)
    for relation, words in (
        ("control", "已启动管控"),
        ("opinions", "已征询意见"),
        ("checks", "已登记审查"),
        ("key_projects", "已挂到重点项目"),
    ):
        numbers = list(used.filter(**{f"{relation}__isnull": False}).order_by("number").values_list("number", flat=True).distinct())
        if numbers:
            found.append(Refusal(f"{_named(numbers)}{words}，不能整批撤销"))
    frozen = Baseline.objects.filter(district=done.district, frozen_at__gte=done.imported_at).first()
    if frozen:
        found.append(Refusal(f"{frozen}已按导入后的清单冻结，不能撤销"))
    return found


def _restore(done: ListImport, plots: Mapping[int, Plot]) -> None:
    Plot.objects.filter(pk__in=[row["id"] for row in done.rows if row["before"] is None]).delete()
    changed = []
    for row in done.rows:
        if row["before"] is not None:
            plot = plots[row["id"]]
            for name, value in row["before"].items():
                setattr(plot, name, _typed(name, value))
            plot.version += 1
            changed.append(plot)
    Plot.objects.bulk_update(changed, [*FIELDS, "version"], batch_size=BATCH)
    values = {row["id"]: row["indicators"] for row in done.rows if row["before"] is not None and row["indicators"]}
    _write_values({pk: {key: dict(zip(STAGES, three, strict=True)) for key, three in kept.items()} for pk, kept in values.items()})


def refuse_unsigned() -> NoReturn:
    """Answer to a preview whose signature does not hold."""
    msg = "预览已失效，请重新上传"
    raise Refused(msg)
