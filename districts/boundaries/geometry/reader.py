"""Read the boundary of an uploaded file, and its overlap with key areas, in a child process."""

import base64
import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from districts.boundaries.geometry.boundary_file import MAX_BYTES, MIB, BoundaryError
from districts.boundaries.geometry.child_process import CPU_SECONDS
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


def read(content: bytes, *, name: str, system: str = "", drawing: dict[str, str] | None = None) -> ReadBoundary:
    """Boundary of a file; ``system`` is the key of a system, empty if the file states it. Raises ``BoundaryError``.

    ``drawing`` is layer and unit of a DXF as named by the user, None if the form does not ask for them.
    """
    hold_size(len(content))
    found = _ask({"do": "read", "name": name, "system": system, "drawing": drawing}, content)
    return ReadBoundary(**{**found, "area_km2": half_up(Decimal(str(found["area_km2"])), 4)})


@dataclass(frozen=True)
class ReadPlot:
    """A checked plot: number, GeoJSON MultiPolygon (WGS84), hectares on the ellipsoid, SVG path and box on the metre grid."""

    number: str
    geometry: dict[str, Any]
    area_ha: Decimal
    path: str
    box: tuple[int, int, int, int]


def read_plots(
    content: bytes, *, name: str, system: str = "", attribute: str = "", drawing: dict[str, str] | None = None
) -> list[ReadPlot]:
    """Plots of a file, numbered by ``attribute`` or an attribute with a usual name. Raises ``BoundaryError``."""
    hold_size(len(content))
    rows = _ask({"do": "plots", "name": name, "system": system, "attribute": attribute, "drawing": drawing}, content)
    return [ReadPlot(**{**row, "area_ha": half_up(Decimal(str(row["area_ha"])), 4), "box": tuple(row["box"])}) for row in rows]


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
            COMMAND, input=json.dumps(request).encode() + b"\n" + content, capture_output=True, timeout=SECONDS, cwd=ROOT, check=True
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
