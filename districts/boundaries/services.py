"""Store boundaries: read from files, compared with the stated area, overlaid with key areas, kept as versions."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, QuerySet

from districts.boundaries.asking import (
    STATED,
    AskedOutline,
    asked_again,
    asked_boundary,
    asked_key_area,
    content_of,
    file_faults,
    key_area_again,
)
from districts.boundaries.geometry import reader
from districts.boundaries.geometry.reader import ReadBoundary
from districts.boundaries.models import Boundary, KeyArea
from districts.boundaries.preview import SLIVER, OutlineAnswer, OutlinePreview
from districts.common.enums import TITLED, BoundaryKind
from districts.file.models.district import District
from districts.file.rules import may_enter_key_areas
from districts.file.services import hold_constraints, hold_editor, note_sources
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.locks import one_at_a_time

NOTHING_ASKED = OutlineAnswer()


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
    answer: OutlineAnswer = NOTHING_ASKED,
) -> Boundary:
    """Store the boundary of a file as the next version of ``kind``; ``system`` is required if the file does not state one.

    ``drawing``: layer and unit of a DXF; ``answer``: to what the preview asks.

    Raises ``NotAllowed``, ``Refused`` with the faults of the file at its field, for what was left open at ``check``, or because a title has
    fixed the boundary.
    """
    asked = look_at(district=district, kind=kind, upload=upload, by=by, system=system, drawing=drawing, answer=answer, reason=reason)
    return keep_boundary(district=district, kind=kind, asked=asked, by=by, reason=reason, map_number=map_number, answer=answer)


def look_at(
    *,
    district: District,
    kind: str,
    upload: "UploadedFile[Any]",
    by: User,
    system: str,
    drawing: dict[str, str] | None,
    answer: OutlineAnswer,
    reason: str,
) -> AskedOutline:
    """Outline of a file beside its neighbours, without storing it. Raises what ``upload_boundary`` does, except for what is left open."""
    hold_editor(by, district)
    hold_open(district, kind)
    _hold_reason(_last(district.boundaries.filter(kind=kind)), reason)
    content, name = content_of(upload)
    with file_faults():
        return asked_boundary(district, kind, content, name, system=system, drawing=drawing, answer=answer)


def keep_boundary(
    *, district: District, kind: str, asked: AskedOutline, by: User, answer: OutlineAnswer, reason: str = "", map_number: str = ""
) -> Boundary:
    """Store an outline that was looked at, with what was confirmed.

    Raises what ``look_at`` does, ``Refused`` for what was left open and if another version was stored since it was looked at.
    """
    hold_answered(asked.preview, answer)
    confirmed = asked.preview.answered(answer).confirmed
    return _keep(
        district,
        BoundaryKind(kind),
        asked.found,
        asked.name,
        asked.digest,
        by=by,
        reason=reason,
        map_number=map_number,
        confirmed=confirmed,
        after=asked.newest,
    )


def hold_answered(preview: OutlinePreview, answer: OutlineAnswer) -> None:
    """Raise ``Refused`` at the field ``check`` for every question that is left open."""
    if left := preview.open_questions(answer):
        raise Refused([Refusal(words, field="check") for words in left])


def look_at_former(*, boundary: Boundary, by: User, answer: OutlineAnswer) -> AskedOutline:
    """A former version beside what stands around it today, to be kept by ``keep_boundary``. Raises what ``look_at`` does."""
    hold_editor(by, boundary.district)
    hold_open(boundary.district, boundary.kind)
    with file_faults():
        return asked_again(boundary, answer)


def adopt_read(
    *, district: District, kind: str, found: ReadBoundary, name: str, digest: str, by: User, reason: str, confirmed: Sequence[str] = ()
) -> Boundary:
    """Store the boundary of an approved change case, which was checked in its draft; permissions are not checked again."""
    return _keep(district, BoundaryKind(kind), found, name, digest, by=by, reason=reason, confirmed=confirmed)


def why_closed(district: District, kind: str) -> list[Refusal]:
    """Why the stage permits no new version of this boundary; empty if it does."""
    titled = district.stage in TITLED
    if kind == BoundaryKind.ACCEPTANCE and not titled:
        return [Refusal("验收范围在取得试点称号后登记", field="kind")]
    if kind != BoundaryKind.ACCEPTANCE and titled:
        text = f"称号授予后，{BoundaryKind(kind).label}须经变更办理"
        return [Refusal(text, field="kind", remedy="提出变更，经市级批准后更新")]
    return []


def hold_open(district: District, kind: str) -> None:
    """Raise ``Refused`` if the stage permits no new version of this boundary."""
    if found := why_closed(district, kind):
        raise Refused(found)


def _last(versions: "QuerySet[Any]") -> int:
    """Number of the newest version; 0 if there is none."""
    return versions.aggregate(last=Max("number"))["last"] or 0


def _hold_newest(last: int, looked_at: int) -> None:
    if last != looked_at:
        raise Refused([Refusal(f"核对期间他人登记了第{last}版，请与它比较，重新核对", field="check")])


def _hold_reason(last: int, reason: str) -> None:
    if last and not reason.strip():
        raise Refused([Refusal(f"已有第{last}版，请写明为什么改", field="reason")])


def _keep(
    district: District,
    kind: BoundaryKind,
    found: ReadBoundary,
    name: str,
    digest: str,
    *,
    by: User,
    reason: str,
    map_number: str = "",
    confirmed: Sequence[str] = (),
    after: int | None = None,
) -> Boundary:
    """``after``: number of the version beside which the outline was looked at, None for that of an approved case."""
    areas = {area.name: area.geometry for area in KeyArea.current()}
    overlaps = reader.shares(found.geometry, areas) if kind == BoundaryKind.PLAN else {}
    with transaction.atomic():
        stored = District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
        last = _last(stored.boundaries.filter(kind=kind))
        if after is not None:
            hold_editor(by, stored)
            hold_open(stored, kind)
            _hold_newest(last, after)
        _hold_reason(last, reason)
        boundary = Boundary(
            district=stored, kind=kind, number=last + 1, geometry=found.geometry, area_km2=found.area_km2,
            stated_km2=getattr(stored, STATED.get(kind, ""), None), points=found.points, file_name=name, format=found.format,
            system=found.system, sha256=digest, reason=reason.strip() or "首次登记", map_number=map_number.strip(), overlaps=overlaps,
            confirmed=list(confirmed), entered_at=clock.now(), entered_by=by,
        )  # fmt: skip
        hold_constraints(boundary)
        boundary.save()
        if kind == BoundaryKind.PLAN:
            _take_over(stored, boundary, frozenset(areas))
        data = {"kind": kind.value, "number": boundary.number, "area_km2": str(boundary.area_km2), "reason": boundary.reason}
        data |= {"confirmed": boundary.confirmed} if confirmed else {}
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


def look_at_key_area(
    *, name: str, upload: "UploadedFile[Any]", by: User, reason: str, system: str = "", answer: OutlineAnswer = NOTHING_ASKED
) -> AskedOutline:
    """Extent of a key area in a file beside its former version and the other key areas. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_enter_key_areas(posts_of(by)), "重点区域范围由市级经办登记")
    _hold_reason(_last(KeyArea.objects.filter(name=name)), reason)
    content, file_name = content_of(upload)
    with file_faults():
        return asked_key_area(name, content, file_name, system=system, answer=answer)


def look_at_former_key_area(*, area: KeyArea, by: User, answer: OutlineAnswer) -> AskedOutline:
    """A former extent beside the present ones, to be kept by ``keep_key_area``. Raises what ``look_at_key_area`` does."""
    NotAllowed.unless(may_enter_key_areas(posts_of(by)), "重点区域范围由市级经办登记")
    with file_faults():
        return key_area_again(area, answer)


def save_key_area(
    *,
    name: str,
    upload: "UploadedFile[Any]",
    source: str,
    by: User,
    system: str = "",
    reason: str = "",
    answer: OutlineAnswer = NOTHING_ASKED,
) -> KeyArea:
    """Store the extent of a key area that a file has; see ``look_at_key_area`` and ``keep_key_area``."""
    asked = look_at_key_area(name=name, upload=upload, by=by, reason=reason, system=system, answer=answer)
    return keep_key_area(name=name, asked=asked, source=source, by=by, reason=reason, answer=answer)


def keep_key_area(*, name: str, asked: AskedOutline, source: str, by: User, answer: OutlineAnswer, reason: str = "") -> KeyArea:
    """Store the next version of a key area's extent and overlay every district's plan boundary with it again.

    Raises ``NotAllowed`` for all but the city's 经办, ``Refused`` without a source, without a reason if there is a version already, for
    what was left open, and if another version was stored since it was looked at.
    """
    NotAllowed.unless(may_enter_key_areas(posts_of(by)), "重点区域范围由市级经办登记")
    if not source.strip():
        raise Refused([Refusal("请写明范围的出处", field="source")])
    hold_answered(asked.preview, answer)
    found, confirmed = asked.found, list(asked.preview.answered(answer).confirmed)
    with transaction.atomic():
        one_at_a_time(f"key area {name}")
        last = _last(KeyArea.objects.filter(name=name))
        _hold_newest(last, asked.newest)
        _hold_reason(last, reason)
        area = KeyArea(
            name=name, number=last + 1, reason=reason.strip() or "首次登记", geometry=found.geometry, area_km2=found.area_km2,
            source=source.strip(), system=found.system, sha256=asked.digest, confirmed=confirmed, entered_at=clock.now(), entered_by=by,
        )  # fmt: skip
        hold_constraints(area)
        area.save()
        data = {"number": area.number, "area_km2": str(found.area_km2), "source": area.source, "reason": area.reason}
        data |= {"confirmed": confirmed} if confirmed else {}
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
