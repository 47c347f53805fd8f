"""Read the boundary of an uploaded file, and its overlap with key areas, in a child process."""

import base64
import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from districts.boundaries.geometry.boundary_file import MAX_BYTES, MIB, BoundaryError
from districts.boundaries.geometry.child_process import CPU_SECONDS
from greendistrict.children import environment
from greendistrict.core.rounding import half_up

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 120  # on the wall: the last resort, for a process that works no more; work itself is limited in the child
TOO_MUCH = "文件太复杂，读不出来，请简化后再上传"
COMMAND = (sys.executable, "-m", "districts.boundaries.geometry.child_process")


@dataclass(frozen=True)
class ReadBoundary:
    """A checked boundary: GeoJSON MultiPolygon (WGS84), km² on the ellipsoid, format and coordinate system in words."""

    geometry: dict[str, Any]
    area_km2: Decimal
    format: str
    system: str
    points: int


def hold_size(size: int) -> None:
    """Refuse a file by its size before reading it. Raises ``BoundaryError``."""
    if size > MAX_BYTES:
        msg = f"文件有{size / MIB:.0f} MB，超过{MAX_BYTES // MIB} MB，请简化后再上传"
        raise BoundaryError(msg)
    if not size:
        msg = "文件是空的"
        raise BoundaryError(msg)


Shapes = Mapping[str, Any]  # GeoJSON geometries by name


@dataclass(frozen=True)
class ReadingOffer:
    """A way in which the coordinates can be meant: key of ``READINGS``, middle (longitude, latitude), how it lies to what is known."""

    key: str
    middle: tuple[float, float]
    relations: dict[str, dict[str, float]]
    geometry: dict[str, Any]


@dataclass(frozen=True)
class OutlineLook:
    """An outline as it would be stored, beside its neighbours.

    ``reading``: how its coordinates were taken, ``asked``: whether the user has to say so, ``offers``: the ways to choose from.
    ``relations``: by name of the neighbour ``own``, ``other`` and ``common`` shares (0 to 1), ``km2``, and ``metres`` between them.
    """

    found: ReadBoundary
    reading: str
    asked: bool
    offers: tuple[ReadingOffer, ...]
    relations: dict[str, dict[str, float]]
    metres_from_site: float


def look(
    content: bytes,
    *,
    name: str,
    system: str = "",
    drawing: dict[str, str] | None = None,
    reading: str = "",
    known: Shapes | None = None,
    others: Shapes | None = None,
    site: tuple[float, float] | None = None,
    is_stored: bool = False,
) -> OutlineLook:
    """Outline of a file; ``system`` is the key of a system, empty if the file states it. Raises ``BoundaryError``.

    ``drawing`` is layer and unit of a DXF as named by the user, None if the form does not ask for them; ``reading`` a key of ``READINGS``
    that the user chose; ``known`` the shapes that it should fit, ``others`` those beside which it should lie; ``is_stored``: it is an
    outline of ours, whose coordinates can be meant in no other way.
    """
    hold_size(len(content))
    more = {"reading": reading, "known": known or {}, "others": others or {}, "site": site, "is_stored": is_stored}
    answer = _ask({"do": "boundary", "name": name, "system": system, "drawing": drawing, **more}, content)
    found = answer.pop("found")
    read_one = ReadBoundary(**{**found, "area_km2": half_up(Decimal(str(found["area_km2"])), 4)})
    return OutlineLook(**{**answer, "found": read_one, "offers": _offers(answer["offers"])})


def read(content: bytes, *, name: str, system: str = "", drawing: dict[str, str] | None = None) -> ReadBoundary:
    """``look`` without neighbours, for who only wants the outline."""
    return look(content, name=name, system=system, drawing=drawing).found


def _offers(rows: list[dict[str, Any]]) -> tuple[ReadingOffer, ...]:
    return tuple(ReadingOffer(**{**row, "middle": tuple(row["middle"])}) for row in rows)


@dataclass(frozen=True)
class ReadPlot:
    """A checked plot: number, GeoJSON MultiPolygon (WGS84), hectares on the ellipsoid, SVG path and box on the metre grid."""

    number: str
    geometry: dict[str, Any]
    area_ha: Decimal
    path: str
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class PlotsLook:
    """Plots of a file beside their neighbours (``neighbours.PlotNeighbours``), what was left out, and how the coordinates were taken."""

    plots: list[ReadPlot]
    format: str
    left_out: int
    without_area: tuple[str, ...]
    reading: str
    asked: bool
    offers: tuple[ReadingOffer, ...]
    outside: list[tuple[str, float, float]]
    overlaps: list[tuple[str, str, float]]
    same: list[tuple[str, str]]
    moved: list[tuple[str, float]]


def look_at_plots(
    content: bytes,
    *,
    name: str,
    system: str = "",
    attribute: str = "",
    drawing: dict[str, str] | None = None,
    reading: str = "",
    edge: dict[str, Any] | None = None,
    stored: Shapes | None = None,
    is_stored: bool = False,
) -> PlotsLook:
    """Plots of a file, numbered by ``attribute`` or an attribute with a usual name. Raises ``BoundaryError``.

    They are seen beside the boundary (``edge``) and the ``stored`` shapes by number; ``is_stored``: see ``look``.
    """
    hold_size(len(content))
    more = {"attribute": attribute, "reading": reading, "edge": edge, "stored": stored or {}, "is_stored": is_stored}
    answer = _ask({"do": "plots", "name": name, "system": system, "drawing": drawing, **more}, content)
    told = {key: [tuple(row) for row in rows] for key, rows in answer.pop("neighbours").items()}
    plots = [
        ReadPlot(**{**row, "area_ha": half_up(Decimal(str(row["area_ha"])), 4), "box": tuple(row["box"])}) for row in answer.pop("plots")
    ]
    made = {**answer, **told, "plots": plots, "offers": _offers(answer["offers"]), "without_area": tuple(answer["without_area"])}
    return PlotsLook(**made)


def pack(layers: list[dict[str, Any]]) -> bytes:
    """Layers as one GeoPackage; see ``packing.geopackage``."""
    return base64.b64decode(_ask({"do": "pack"}, json.dumps(layers).encode()))


def shares(geometry: dict[str, Any], others: dict[str, dict[str, Any]]) -> dict[str, float]:
    """Share (0 to 1) of a boundary within each of the others, by name; those without overlap are left out."""
    return shares_of_many([geometry], others)[0]


def shares_of_many(geometries: list[dict[str, Any]], others: dict[str, dict[str, Any]]) -> list[dict[str, float]]:
    """``shares`` for each of several boundaries, in the same order."""
    if not others or not geometries:
        return [{} for _ in geometries]
    found: list[dict[str, float]] = _ask({"do": "shares", "geometries": geometries, "others": others})
    return found


def _ask(request: dict[str, Any], content: bytes = b"") -> Any:
    try:
        done = subprocess.run(  # noqa: S603 -- our own module, by this interpreter
            COMMAND,
            input=json.dumps(request).encode() + b"\n" + content,
            capture_output=True,
            timeout=SECONDS,
            cwd=ROOT,
            check=True,
            env=environment(),
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        msg = f"文件{SECONDS}秒内读不完，请稍后再试；仍读不完的，请简化后再上传"
        raise BoundaryError(msg) from error
    except subprocess.CalledProcessError as error:
        if error.returncode == -signal.SIGXCPU:
            msg = f"文件{CPU_SECONDS}秒内读不完，请简化后再上传"
            raise BoundaryError(msg) from error
        raise BoundaryError(TOO_MUCH) from error
    except ValueError as error:
        raise BoundaryError(TOO_MUCH) from error
    if "error" in answer:
        raise BoundaryError(answer["error"], field=answer["field"])
    return answer["ok"]
