"""Import shapes of plots from a file; the plots themselves are entered in their list."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import OuterRef, Subquery

from districts.boundaries.asking import STORED, content_of, file_faults
from districts.boundaries.geojson import as_file
from districts.boundaries.geometry import reader
from districts.boundaries.geometry.boundary_file import NUMBER
from districts.boundaries.geometry.reader import ReadPlot
from districts.boundaries.preview import OutlineAnswer, OutlinePreview, named
from districts.boundaries.services import NOTHING_ASKED, hold_answered
from districts.file.models.district import District
from districts.file.services import hold_editor
from districts.plot_map.models import FormerShape, PlotShape
from districts.plot_map.preview import Surroundings, plots_preview
from districts.plots.models import Plot
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused
from greendistrict.core.folded_keys import Folded, folded

BATCH, NAMED = 1_000, 8
OWN = ("id", "plot")  # columns of a shape that say whose it is, not how it is drawn
KEPT_FIELDS = tuple(field.attname for field in PlotShape._meta.concrete_fields if field.name not in OWN)
DRAWN_FIELDS = tuple(field.name for field in PlotShape._meta.concrete_fields if field.name not in OWN)


@dataclass(frozen=True)
class AskedShapes:
    """Shapes of a file: listed plots by the number in the file, those found, numbers that are not in the list, and the preview."""

    plots: dict[str, int]
    found: list[ReadPlot]
    unknown: tuple[str, ...]
    name: str
    digest: str
    preview: OutlinePreview


def look_at(
    *,
    district: District,
    upload: "UploadedFile[Any]",
    by: User,
    system: str = "",
    attribute: str = "",
    drawing: dict[str, str] | None = None,
    answer: OutlineAnswer = NOTHING_ASKED,
) -> AskedShapes:
    """Shapes of a file beside the boundary, each other and those that are stored, without storing them.

    Raises ``NotAllowed``, ``Refused`` with the faults of the file, or if it has no plot of the list.
    """
    hold_editor(by, district)
    content, name = content_of(upload)
    return _asked(district, content, name, system=system, attribute=attribute, drawing=drawing, answer=answer)


def look_at_former(*, former: FormerShape, by: User, answer: OutlineAnswer) -> AskedShapes:
    """A former shape of a plot beside what stands around it today, to be kept by ``keep_shapes``. Raises what ``look_at`` does."""
    assert former.plot is not None  # noqa: S101 -- no page restores the shape of a deleted plot
    district = former.plot.district
    hold_editor(by, district)
    content = as_file(former.geometry, **{NUMBER: former.plot.number})
    return _asked(district, content, former.file_name, system=STORED, attribute=NUMBER, drawing=None, answer=answer, is_stored=True)


def _asked(
    district: District,
    content: bytes,
    name: str,
    *,
    system: str,
    attribute: str,
    drawing: dict[str, str] | None,
    answer: OutlineAnswer,
    is_stored: bool = False,
) -> AskedShapes:
    digest = sha256(content).hexdigest()
    edge = district.boundary
    stored = dict(district.plots.filter(shape__isnull=False).order_by("number", "pk").values_list("number", "shape__geometry"))
    with file_faults():
        looked = reader.look_at_plots(
            content, name=name, system=system, attribute=attribute.strip(), drawing=drawing, reading=answer.reading_of(digest),
            edge=edge, stored=stored, is_stored=is_stored,
        )  # fmt: skip
    listed = _listed(district, [one.number for one in looked.plots])
    unknown = tuple(one.number for one in looked.plots if one.number not in listed)
    if not listed:
        text = f"文件里的编号与地块清单没有一个相同：{'、'.join(unknown[:NAMED])}"
        raise Refused([Refusal(text, field="attribute", remedy="请先在地块清单里登记地块，或改写编号属性")])
    known = Surroundings(edge, stored, {number: row.number for number, row in listed.items()})
    areas = {number: row.area_ha for number, row in listed.items()}
    asked_with = (system, attribute, *(drawing or {}).values(), *sorted(listed))
    preview = plots_preview(looked, areas, known, digest=digest, asked_with=asked_with)
    return AskedShapes({number: row.pk for number, row in listed.items()}, looked.plots, unknown, name, digest, preview)


def keep_shapes(*, district: District, asked: AskedShapes, by: User, answer: OutlineAnswer, reason: str = "") -> int:
    """Store the shape of every listed plot that was looked at; plots not in the file keep theirs, former shapes are kept as history.

    ``reason``: why a former shape counts again.

    Returns the number of shapes stored; those that are drawn so already stay. Raises ``NotAllowed``, ``Refused`` for what was left open,
    for plots that were ended since they were looked at, and for a former shape that is the present one.
    """
    hold_answered(asked.preview, answer)
    confirmed = asked.preview.answered(answer).confirmed
    with transaction.atomic():
        stored = District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
        hold_editor(by, stored)
        _hold_current(stored, asked.plots)
        count = _store(asked, by, confirmed, reason)
        Refused.when(reason and not count, "与现在的图形相同，不必恢复")
        data = {"file": asked.name, "sha256": asked.digest, "plots": len(asked.plots), "unknown": len(asked.unknown)}
        data |= {"unchanged": len(asked.plots) - count} if count < len(asked.plots) else {}
        data |= {"confirmed": list(confirmed)} if confirmed else {}
        data |= {"reason": reason, "restored": list(asked.plots)} if reason else {}
        audit.record(action="districts.restore_plot_shape" if reason else "districts.upload_plot_shapes", by=by, obj=district, data=data)
    return count


def _hold_current(district: District, plots: Mapping[str, int]) -> None:
    rows = district.plots.select_for_update(of=("self",), no_key=True).filter(pk__in=plots.values()).order_by("pk")
    current = set(rows.values_list("pk", flat=True))
    if ended := [number for number, pk in plots.items() if pk not in current]:
        raise Refused([Refusal(f"核对期间已不在地块清单：{named(ended)}", field="check", remedy="请重新上传，再核对")])


def keep_of_deleted(plots: Collection[int], by: User) -> None:
    """Keep the shapes of plots (keys) that are about to be deleted as former ones, so that the map as of a day still shows them."""
    now = clock.now()
    present = PlotShape.objects.filter(plot__in=plots).order_by("plot")
    FormerShape.objects.bulk_create([_former(shape, now, by) for shape in present], batch_size=BATCH)
    own = Plot.with_ended.filter(pk=OuterRef("plot"))
    district, number = (Subquery(own.values(name)[:1]) for name in ("district", "number"))
    FormerShape.objects.filter(plot__in=plots).update(plot=None, deleted_from=district, deleted_number=number)


def _listed(district: District, numbers: Sequence[str]) -> dict[str, Plot]:
    """Plots of the list by number in the file, which may be written otherwise. Raises ``Refused`` if two numbers mean one plot."""
    folds = {number: folded(number) for number in numbers}
    rows = district.plots.annotate(fold=Folded("number")).filter(fold__in=folds.values()).only("number", "area_ha", "looks_like_another")
    exact = {row.number: row for row in rows}
    by_fold = {folded(number): row for number, row in exact.items() if not row.looks_like_another}
    meant = {number: exact.get(number) or by_fold.get(fold) for number, fold in folds.items()}
    listed: dict[str, Plot] = {number: row for number, row in meant.items() if row is not None}
    often = Counter(row.pk for row in listed.values())
    if alike := [number for number, row in listed.items() if often[row.pk] > 1]:
        raise Refused([Refusal(f"文件里的编号只是写法不同：{'、'.join(alike[:NAMED])}", field="attribute", remedy="请改成同一种写法")])
    return listed


def _store(asked: AskedShapes, by: User, confirmed: Sequence[str], reason: str) -> int:
    now = clock.now()
    drawn = {asked.plots[one.number]: one for one in asked.found if one.number in asked.plots}
    same = _set_aside(drawn, now, by)
    rows = [
        PlotShape(
            plot_id=plot, geometry=one.geometry, path=one.path, area_ha=one.area_ha, file_name=asked.name,
            confirmed=list(confirmed), reason=reason, entered_at=now, entered_by=by,
            **dict(zip(("west", "top", "east", "bottom"), one.box, strict=True)),
        )
        for plot, one in drawn.items()
        if plot not in same
    ]  # fmt: skip
    PlotShape.objects.bulk_create(rows, batch_size=BATCH, update_conflicts=True, unique_fields=["plot"], update_fields=DRAWN_FIELDS)
    return len(rows)


def _set_aside(plots: Mapping[int, ReadPlot], now: dt.datetime, by: User) -> set[int]:
    """Keep the present shapes of plots, which are about to be replaced, as former ones; returns the plots that are drawn so already."""
    present = PlotShape.objects.select_for_update(of=("self",), no_key=True).filter(plot__in=list(plots)).order_by("plot")
    same = {shape.plot_id for shape in present if shape.geometry == plots[shape.plot_id].geometry}
    FormerShape.objects.bulk_create([_former(shape, now, by) for shape in present if shape.plot_id not in same], batch_size=BATCH)
    return same


def _former(shape: PlotShape, now: dt.datetime, by: User) -> FormerShape:
    return FormerShape(ended_at=now, ended_by=by, plot_id=shape.plot_id, **{name: getattr(shape, name) for name in KEPT_FIELDS})
