"""Child process that opens a boundary file: one request on stdin, one JSON response on stdout.

Run as ``python -m districts.boundaries.geometry.child_process``.

Request: a line of JSON, then the file's bytes: ``{"do": "boundary", "name", "system", "drawing", …}`` with the other arguments of
``looking.boundary``, ``{"do": "plots", …}`` with those of ``looking.plots``, or ``{"do": "shares", "geometries", "others"}``. ``"drawing"``
gives layer and unit of a DXF; ``{"do": "pack"}`` is followed by layers to write as a GeoPackage.
"""

import json
import resource
import sys
import traceback
from typing import Any

from greendistrict.children import end_with_parent

CPU_SECONDS = 20  # of work, whatever else the machine does meanwhile
GRACE = 5  # from SIGXCPU, which tells the portal what was met, to SIGKILL
UNREADABLE = "文件读不出来，可能已损坏，请由测绘软件重新导出"
MEMORY = 2 * 1024 * 1024 * 1024


def hold_limits() -> None:
    """Limit memory and time of this process before the file is read, and its life to that of its parent."""
    end_with_parent()
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + GRACE))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    """Read the request and print the response; errors of the file are responses too."""
    hold_limits()
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.write(json.dumps(answered(json.loads(head), content), ensure_ascii=False))


def answered(request: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Response to a request: ``{"ok": …}`` or ``{"error", "field"}``."""
    from districts.boundaries.geometry import checks, formats, looking, neighbours  # noqa: PLC0415 -- load numpy, after the limits are set
    from districts.boundaries.geometry.boundary_file import BoundaryError  # noqa: PLC0415
    from districts.boundaries.geometry.drawings import Drawing  # noqa: PLC0415

    do = request.pop("do")
    try:
        if do == "shares":
            return {"ok": [neighbours.shares(geometry, request["others"]) for geometry in request["geometries"]]}
        if do == "pack":
            from districts.boundaries.geometry import packing  # noqa: PLC0415 -- loads GDAL

            return {"ok": packing.geopackage(json.loads(content))}
        named = request.pop("drawing")
        raw = formats.read(content, request.pop("name"), named=do == "plots", drawing=Drawing(**named) if named else None)
        system = checks.meant(raw, request.pop("system"))
        look = looking.plots if do == "plots" else looking.boundary
        return {"ok": look(raw, system, **request)}
    except BoundaryError as error:
        return {"error": str(error), "field": error.field}
    except MemoryError:
        raise
    except Exception:  # libraries raise anything for an odd file, which need not be large  # noqa: BLE001
        traceback.print_exc()
        return {"error": UNREADABLE, "field": "file"}


if __name__ == "__main__":
    main()
