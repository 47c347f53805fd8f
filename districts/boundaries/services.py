"""Store boundaries: read from files, compared with the stated area, overlaid with key areas, kept as versions."""

from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from districts.boundaries.geometry import reader
from districts.boundaries.geometry.boundary_file import BoundaryError
from districts.boundaries.geometry.drawings import is_drawing
from districts.boundaries.geometry.reader import ReadBoundary
from districts.boundaries.models import Boundary, KeyArea
from districts.common.enums import TITLED, BoundaryKind
from districts.file.models.district import District
from districts.file.rules import may_enter_key_areas
from districts.file.services import hold_constraints, hold_editor, note_sources
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused

SLIVER = 0.01  # a share below it is the thickness of a drawn line, not a district that lies in the area
STATED = {BoundaryKind.PLAN: "area_km2"}


def upload_boundary(
    *,
    district: District,
    kind: str,
    upload: "UploadedFile[Any]",
    by: User,
    system: str = "",
    reason: str = "",
    map_number: str = "",
    drawing: dict[str, str] | None = None,
) -> Boundary:
    """Store the boundary of a file as the next version of ``kind``; ``system`` is required if the file does not state one.

    ``drawing``: layer and unit of a DXF.

    Raises ``NotAllowed``, ``Refused`` with the faults of the file at its field, or because a title has fixed the boundary.
    """
    hold_editor(by, district)
    hold_open(district, kind)
    return _keep(district, BoundaryKind(kind), *_read(upload, system, drawing), by=by, reason=reason, map_number=map_number)


def look_at(*, upload: "UploadedFile[Any]", system: str, drawing: dict[str, str]) -> tuple[ReadBoundary, str]:
    """Preview of a file without storing it, and the mark of this reading. Raises ``Refused``."""
    found, _name, digest = _read(upload, system, drawing)
    upload.seek(0)
    return found, mark_of(digest, system, drawing)


def mark_of(digest: str, system: str, drawing: dict[str, str], *more: str) -> str:
    """Mark of a preview, which differs for another file, system, layer or unit."""
    return sha256("\n".join([digest, system, drawing["layer"], drawing["unit"], *more]).encode()).hexdigest()


def is_dxf(upload: "UploadedFile[Any]") -> bool:
    """Whether an upload is a drawing (DXF or DWG), which is previewed before it is stored."""
    found = is_drawing(upload.read(2000))
    upload.seek(0)
    return found


def adopt_read(*, district: District, kind: str, found: ReadBoundary, name: str, digest: str, by: User, reason: str) -> Boundary:
    """Store the boundary of an approved change case, which was checked in its draft; permissions are not checked again."""
    return _keep(district, BoundaryKind(kind), found, name, digest, by=by, reason=reason)


def hold_open(district: District, kind: str) -> None:
    """Raise ``Refused`` if the stage permits no new version of this boundary."""
    titled = district.stage in TITLED
    if kind == BoundaryKind.ACCEPTANCE and not titled:
        raise Refused([Refusal("验收范围在取得试点称号后登记", field="kind")])
    if kind != BoundaryKind.ACCEPTANCE and titled:
        text = f"称号授予后，{BoundaryKind(kind).label}须经变更办理"
        raise Refused([Refusal(text, field="kind", remedy="提出变更，经市级批准后更新")])


def _read(upload: "UploadedFile[Any]", system: str, drawing: dict[str, str] | None = None) -> tuple[ReadBoundary, str, str]:
    """Checked boundary, file name and digest of an upload."""
    try:
        reader.hold_size(upload.size or 0)
        content = upload.read()
        name = (upload.name or "范围")[-200:]
        return reader.read(content, name=name, system=system, drawing=drawing), name, sha256(content).hexdigest()
    except BoundaryError as error:
        raise Refused([Refusal(str(error), field=error.field)]) from error


def _keep(
    district: District, kind: BoundaryKind, found: ReadBoundary, name: str, digest: str, *, by: User, reason: str, map_number: str = ""
) -> Boundary:
    areas = {area.name: area.geometry for area in KeyArea.current()}
    overlaps = reader.shares(found.geometry, areas) if kind == BoundaryKind.PLAN else {}
    with transaction.atomic():
        stored = District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
        last = stored.boundaries.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
        if last and not reason.strip():
            raise Refused([Refusal(f"已有第{last}版，请写明为什么改", field="reason")])
        boundary = Boundary(
            district=stored, kind=kind, number=last + 1, geometry=found.geometry, area_km2=found.area_km2,
            stated_km2=getattr(stored, STATED.get(kind, ""), None), points=found.points, file_name=name, format=found.format,
            system=found.system, sha256=digest, reason=reason.strip() or "首次登记", map_number=map_number.strip(), overlaps=overlaps,
            entered_at=clock.now(), entered_by=by,
        )  # fmt: skip
        hold_constraints(boundary)
        boundary.save()
        if kind == BoundaryKind.PLAN:
            _take_over(stored, boundary, frozenset(areas))
        data = {"kind": kind.value, "number": boundary.number, "area_km2": str(boundary.area_km2), "reason": boundary.reason}
        audit.record(action="districts.keep_boundary", by=by, obj=stored, data=data)
    return boundary


def _take_over(district: District, boundary: Boundary, overlaid: frozenset[str]) -> None:
    """Copy the outline and the key areas found by overlay to the district; key areas without extent stay as entered."""
    named = [name for name in district.key_areas if name not in overlaid]
    found = [name for name, share in sorted(boundary.overlaps.items()) if share >= SLIVER]
    district.boundary, district.key_areas = boundary.geometry, [*named, *found]
    district.save(update_fields=["boundary", "key_areas"])
    if overlaid:
        note_sources(district, ("key_areas",), source=f"{boundary}与重点区域范围叠加", by=boundary.entered_by)


def with_overlaid(district: District, values: dict[str, Any]) -> dict[str, Any]:
    """``values`` of the profile plus the key areas in which the newest plan boundary was found to lie."""
    if "key_areas" not in values:
        return values
    newest = district.boundaries.filter(kind=BoundaryKind.PLAN).order_by("-number").first()
    found = [name for name, share in sorted(newest.overlaps.items()) if share >= SLIVER] if newest else []
    return {**values, "key_areas": list(dict.fromkeys([*values["key_areas"], *found]))}


def set_map_number(*, boundary: Boundary, map_number: str, by: User) -> None:
    """Store the 审图号 under which the boundary may be public; an empty one withdraws it."""
    hold_editor(by, boundary.district)
    with transaction.atomic():
        before = boundary.map_number
        boundary.map_number = map_number.strip()
        boundary.save(update_fields=["map_number"])
        data = {"kind": boundary.kind, "number": boundary.number, "changed": {"map_number": [before, boundary.map_number]}}
        audit.record(action="districts.set_map_number", by=by, obj=boundary.district, data=data)


def save_key_area(*, name: str, upload: "UploadedFile[Any]", source: str, by: User, system: str = "", reason: str = "") -> KeyArea:
    """Store the next version of a key area's extent and overlay every district's plan boundary with it again.

    Raises ``NotAllowed`` for all but the city's 经办, ``Refused`` without a source, or without a reason if there is a version already.
    """
    NotAllowed.unless(may_enter_key_areas(posts_of(by)), "重点区域范围由市级经办登记")
    found, _, digest = _read(upload, system)
    if not source.strip():
        raise Refused([Refusal("请写明范围的出处", field="source")])
    with transaction.atomic():
        last = KeyArea.objects.filter(name=name).aggregate(last=Max("number"))["last"] or 0
        if last and not reason.strip():
            raise Refused([Refusal(f"已有第{last}版，请写明为什么改", field="reason")])
        area = KeyArea(
            name=name, number=last + 1, reason=reason.strip() or "首次登记", geometry=found.geometry, area_km2=found.area_km2,
            source=source.strip(), system=found.system, sha256=digest, entered_at=clock.now(), entered_by=by,
        )  # fmt: skip
        hold_constraints(area)
        area.save()
        data = {"number": area.number, "area_km2": str(found.area_km2), "source": area.source, "reason": area.reason}
        audit.record(action="districts.save_key_area", by=by, obj=area, data=data)
        _overlay_all()
    return area


def _overlay_all() -> None:
    areas = {area.name: area.geometry for area in KeyArea.current()}
    newest = Boundary.objects.filter(kind=BoundaryKind.PLAN).order_by("district_id", "-number").distinct("district_id")
    boundaries = list(newest.select_related("district"))
    for boundary, found in zip(boundaries, reader.shares_of_many([row.geometry for row in boundaries], areas), strict=True):
        boundary.overlaps = found
        boundary.save(update_fields=["overlaps"])
        _take_over(boundary.district, boundary, frozenset(areas))
