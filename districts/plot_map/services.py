"""Import shapes of plots from a file; the plots themselves are entered in their list."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from districts.boundaries.geometry import reader
from districts.boundaries.geometry.boundary_file import BoundaryError
from districts.boundaries.geometry.reader import ReadPlot
from districts.boundaries.services import mark_of
from districts.file.models.district import District
from districts.file.services import hold_editor
from districts.plot_map.models import PlotShape
from districts.plots.models import Plot
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused
from greendistrict.core.folded_keys import Folded, folded

BATCH, NAMED = 1_000, 8
DRAWN_FIELDS = ("geometry", "path", "west", "top", "east", "bottom", "area_ha", "file_name", "entered_at", "entered_by")


def upload_shapes(
    *,
    district: District,
    upload: "UploadedFile[Any]",
    by: User,
    system: str = "",
    attribute: str = "",
    drawing: dict[str, str] | None = None,
) -> tuple[int, tuple[str, ...]]:
    """Store the shape of every listed plot found in the file by number; plots not in the file keep theirs.

    Returns the number of shapes stored, and the numbers in the file that are not in the list of plots.

    Raises ``NotAllowed``, ``Refused`` with the faults of the file, or if it has no plot of the list.
    """
    hold_editor(by, district)
    read = _read(district, upload, system=system, attribute=attribute, drawing=drawing)
    plots, found, unknown = read.plots, read.found, read.unknown
    with transaction.atomic():
        _store(plots, [one for one in found if one.number in plots], read.name, by)
        data = {"file": read.name, "sha256": read.digest, "plots": len(plots), "unknown": len(unknown)}
        audit.record(action="districts.upload_plot_shapes", by=by, obj=district, data=data)
    return len(plots), unknown


@dataclass(frozen=True)
class ReadShapes:
    """Content of a file: listed plots found by number, what the file says about them, and unknown numbers.

    ``areas``: area of each outline with the hectares in the list.
    """

    plots: dict[str, int]
    found: list[ReadPlot]
    unknown: tuple[str, ...]
    name: str
    digest: str
    areas: tuple[tuple[ReadPlot, Decimal | None], ...]


def look_at(
    *, district: District, upload: "UploadedFile[Any]", system: str, attribute: str, drawing: dict[str, str]
) -> tuple[ReadShapes, str]:
    """Preview of an import, and the mark of this reading. Raises ``Refused``."""
    read = _read(district, upload, system=system, attribute=attribute, drawing=drawing)
    upload.seek(0)
    return read, mark_of(read.digest, system, drawing, *sorted(read.plots))


def _read(district: District, upload: "UploadedFile[Any]", *, system: str, attribute: str, drawing: dict[str, str] | None) -> ReadShapes:
    name = (upload.name or "地块图形")[-200:]
    try:
        reader.hold_size(upload.size or 0)
        content = upload.read()
        found = reader.read_plots(content, name=name, system=system, attribute=attribute.strip(), drawing=drawing)
    except BoundaryError as error:
        raise Refused([Refusal(str(error), field=error.field)]) from error
    listed = _listed(district, [one.number for one in found])
    plots = {number: row.pk for number, row in listed.items()}
    unknown = tuple(one.number for one in found if one.number not in plots)
    if not plots:
        text = f"文件里的编号与地块清单没有一个相同：{'、'.join(unknown[:NAMED])}"
        raise Refused([Refusal(text, field="attribute", remedy="请先在地块清单里登记地块，或改写编号属性")])
    areas = tuple((one, listed[one.number].area_ha) for one in found if one.number in listed)
    return ReadShapes(plots, found, unknown, name, sha256(content).hexdigest(), areas)


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


def _store(plots: dict[str, int], found: list[ReadPlot], name: str, by: User) -> None:
    now = clock.now()
    rows = [
        PlotShape(
            plot_id=plots[one.number], geometry=one.geometry, path=one.path, area_ha=one.area_ha, file_name=name, entered_at=now,
            entered_by=by, **dict(zip(("west", "top", "east", "bottom"), one.box, strict=True)),
        )
        for one in found
    ]  # fmt: skip
    PlotShape.objects.bulk_create(rows, batch_size=BATCH, update_conflicts=True, unique_fields=["plot"], update_fields=DRAWN_FIELDS)
