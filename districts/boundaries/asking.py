"""What is asked about an outline before it is stored: the file is read beside its neighbours. Nothing is written."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from districts.boundaries.geojson import as_file
from districts.boundaries.geometry import reader
from districts.boundaries.geometry.boundary_file import BoundaryError
from districts.boundaries.geometry.reader import ReadBoundary
from districts.boundaries.models import Boundary, KeyArea
from districts.boundaries.preview import SLIVER, KnownOutline, OutlineAnswer, OutlinePreview, boundary_preview, named
from districts.boundaries.selectors import published_boundaries
from districts.common.enums import BoundaryKind
from districts.file.models.district import District
from greendistrict.core.errors import Refusal, Refused

STORED = "EPSG:4326"  # system of the stored geometries
STATED = {BoundaryKind.PLAN: "area_km2"}


def content_of(upload: "UploadedFile[Any]") -> tuple[bytes, str]:
    """Content and name of an upload, which can be read again. Raises ``Refused`` at the file by its size."""
    with file_faults():
        reader.hold_size(upload.size or 0)
    content = upload.read()
    upload.seek(0)
    return content, (upload.name or "范围")[-200:]


@contextmanager
def file_faults() -> Iterator[None]:
    """What is wrong with a file becomes a refusal at its field."""
    try:
        yield
    except BoundaryError as error:
        raise Refused([Refusal(str(error), field=error.field)]) from error


@dataclass(frozen=True)
class AskedOutline:
    """An outline that was read, and its preview; ``name`` and ``digest`` of its file.

    ``newest``: number of the version that counts today, 0 without one.
    """

    found: ReadBoundary
    preview: OutlinePreview
    name: str
    digest: str
    newest: int


def asked_boundary(
    district: District,
    kind: str,
    content: bytes,
    name: str,
    *,
    system: str,
    answer: OutlineAnswer,
    drawing: dict[str, str] | None = None,
    stated: Decimal | None = None,
    is_stored: bool = False,
) -> AskedOutline:
    """Outline of a file beside the district's other outlines, published ones of other districts and its plots.

    ``stated``: the area to compare with, that of the district's file if none is given; ``is_stored``: the file is an outline
    of ours, whose coordinates can be meant in no other way. Raises ``BoundaryError``.
    """
    known, others, plots = known_outlines(district, kind), _neighbours_of(district), _drawn_plots(district, kind)
    digest = sha256(content).hexdigest()
    looked = reader.look(
        content,
        name=name,
        system=system,
        drawing=drawing,
        reading=answer.reading_of(digest),
        known={one.name: one.geometry for one in known},
        others={one.name: one.geometry for one in others} | plots,
        site=_site(district),
        is_stored=is_stored,
    )
    stated = stated or getattr(district, STATED.get(BoundaryKind(kind), ""), None)
    asked_with = (kind, system, *(drawing or {}).values())
    more = _plots_left_out(looked.relations, plots)
    preview = boundary_preview(looked, [*known, *others], digest=digest, asked_with=asked_with, stated=stated, more=more)
    return AskedOutline(looked.found, preview, name, digest, _newest(known))


def _newest(known: Sequence[KnownOutline]) -> int:
    return next((one.number for one in known if one.must == "again"), 0)


MUST = {
    (BoundaryKind.AREA, BoundaryKind.PLAN): "around",
    (BoundaryKind.PLAN, BoundaryKind.AREA): "within",
    (BoundaryKind.ACCEPTANCE, BoundaryKind.PLAN): "within",
    (BoundaryKind.ACCEPTANCE, BoundaryKind.AREA): "within",
}


def known_outlines(district: District, kind: str) -> list[KnownOutline]:
    """The newest version of each boundary of the district, and what a new one of ``kind`` has to do to it."""
    rows = district.boundaries.order_by("kind", "-number").distinct("kind")
    found = []
    for row in rows:
        must = "again" if row.kind == kind else MUST.get((BoundaryKind(kind), BoundaryKind(row.kind)), "meet")
        found.append(KnownOutline(f"{row.get_kind_display()}第{row.number}版", row.geometry, must, row.number))
    return found


def _neighbours_of(district: District) -> list[KnownOutline]:
    """Published plan boundaries of other districts, real or fictional as this one."""
    others = District.objects.filter(is_demo=district.is_demo).exclude(pk=district.pk)
    return [KnownOutline(f"{row.district}规划范围", row.geometry, "apart") for row in published_boundaries(others)]


def _drawn_plots(district: District, kind: str) -> dict[str, Any]:
    """Shapes of the district's plots, which its plan boundary should hold."""
    if kind != BoundaryKind.PLAN:
        return {}
    drawn = district.plots.filter(shape__isnull=False).order_by("number", "pk").values_list("number", "shape__geometry")
    return {f"地块{number}": geometry for number, geometry in drawn}


def _plots_left_out(relations: Mapping[str, Mapping[str, float]], plots: Mapping[str, Any]) -> list[str]:
    out = [name for name in plots if name in relations and 1 - relations[name]["other"] > SLIVER]
    return [f"已登记图形的{len(plots)}个地块中，{len(out)}个不全在图形内：{named(out)}"] if out else []


def _site(district: District) -> tuple[float, float] | None:
    if district.longitude is None or district.latitude is None:
        return None
    return float(district.longitude), float(district.latitude)


def asked_key_area(
    name: str, content: bytes, file_name: str, *, system: str, answer: OutlineAnswer, is_stored: bool = False
) -> AskedOutline:
    """Extent of a key area in a file beside its former version and the other key areas. Raises ``BoundaryError``."""
    digest = sha256(content).hexdigest()
    rows = [(row, "again" if row.name == name else "distinct") for row in KeyArea.current()]
    known = [KnownOutline(f"{row.name}第{row.number}版", row.geometry, must, row.number) for row, must in rows]
    former, others = ({one.name: one.geometry for one in known if (one.must == "again") is again} for again in (True, False))
    reading = answer.reading_of(digest)
    looked = reader.look(content, name=file_name, system=system, reading=reading, known=former, others=others, is_stored=is_stored)
    preview = boundary_preview(looked, known, digest=digest, asked_with=(name, system))
    return AskedOutline(looked.found, preview, file_name, digest, _newest(known))


def asked_again(former: Boundary, answer: OutlineAnswer) -> AskedOutline:
    """A former version of a boundary beside what stands around it today. Raises ``BoundaryError``."""
    content = as_file(former.geometry)
    asked = asked_boundary(former.district, former.kind, content, former.file_name, system=STORED, answer=answer, is_stored=True)
    return _as_it_was(asked, former)


def key_area_again(former: KeyArea, answer: OutlineAnswer) -> AskedOutline:
    """A former extent of a key area beside the present ones. Raises ``BoundaryError``."""
    asked = asked_key_area(former.name, as_file(former.geometry), former.name, system=STORED, answer=answer, is_stored=True)
    return _as_it_was(asked, former)


def _as_it_was(asked: AskedOutline, former: Boundary | KeyArea) -> AskedOutline:
    """Restored outlines are told by the file that they came from."""
    taken = former.format if isinstance(former, Boundary) else asked.found.format
    return replace(asked, found=replace(asked.found, system=former.system, format=taken), digest=former.sha256)
