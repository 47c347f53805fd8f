"""Child process that opens a boundary file: one request on stdin, one JSON response on stdout.

Run as ``python -m districts.boundaries.geometry.child_process``.

Request: a line of JSON (``{"do": "read", "name", "system"}``, ``{"do": "plots", "name", "system", "attribute"}`` or ``{"do": "shares",
"geometries", "others"}``), then the file's bytes. ``"drawing"`` gives layer and unit of a DXF; ``{"do": "pack"}`` is followed by layers to
write as a GeoPackage.
"""

import json
import resource
import sys
from typing import Any

CPU_SECONDS = 20  # of work, whatever else the machine does meanwhile
GRACE = 5  # from SIGXCPU, which tells the portal what was met, to SIGKILL
MEMORY = 2 * 1024 * 1024 * 1024


def hold_limits() -> None:
    """Limit memory and time of this process before the file is read."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + GRACE))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    """Read the request and print the response; errors of the file are responses too."""
    hold_limits()
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.write(json.dumps(answered(json.loads(head), content), ensure_ascii=False))


def answered(request: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Response to a request: ``{"ok": …}`` or ``{"error", "field"}``."""
    from districts.boundaries.geometry import checks  # noqa: PLC0415 -- loads numpy, after the limits are set
    from districts.boundaries.geometry.boundary_file import BoundaryError  # noqa: PLC0415
    from districts.boundaries.geometry.drawings import Drawing  # noqa: PLC0415

    try:
        if request["do"] == "shares":
            return {"ok": [checks.shares(geometry, request["others"]) for geometry in request["geometries"]]}
        if request["do"] == "pack":
            from districts.boundaries.geometry import packing  # noqa: PLC0415 -- loads GDAL

            return {"ok": packing.geopackage(json.loads(content))}
        drawing = Drawing(**request["drawing"]) if request.get("drawing") else None
        if request["do"] == "plots":
            return {"ok": checks.plots_answer(content, request["name"], request["system"], request["attribute"], drawing)}
        return {"ok": checks.answer(content, request["name"], request["system"], drawing)}
    except BoundaryError as error:
        return {"error": str(error), "field": error.field}


if __name__ == "__main__":
    main()
