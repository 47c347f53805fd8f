"""Makes reports in a separate process, as a worker does, to measure its memory and the gain of a second worker.

``python -m tools.bench.paper_child district|city KEY …`` makes the PDF of each district by its key, or of the city once, and prints after
each the pages so far and the peak memory in MiB. ``jobs`` waits for a line on standard input, then runs those of the given jobs that
nobody else has taken. ``upload`` and ``backup`` store a file, or back up one, of the given MB instead.
"""

import json
import sys
from io import BytesIO

import django
import pikepdf


def main(what: str, keys: list[int]) -> None:
    """Run the given work."""
    django.setup()
    {"district": _districts, "city": _city, "jobs": _jobs, "upload": _kept, "backup": _copied}[what](keys)


def _districts(keys: list[int]) -> None:
    from tools.bench.papers import district_paper  # noqa: PLC0415 -- models, importable after Django's setup

    pages = 0
    for key in keys:
        pages += _pages(district_paper(key))
        _tell(pages)


def _city(keys: list[int]) -> None:
    del keys
    from tools.bench.papers import city_paper  # noqa: PLC0415 -- as above

    _tell(_pages(city_paper()))


def _jobs(keys: list[int]) -> None:
    from reports.common.render import from_html  # noqa: PLC0415 -- as above
    from reports.jobs.services import run  # noqa: PLC0415 -- as above

    from_html("<html lang='zh-CN'><head><title>t</title></head><body><p>一</p></body></html>")  # load libraries and fonts
    _tell(0)
    sys.stdin.readline()
    for key in keys:
        run(key)
    _tell(0)


def _kept(sizes: list[int]) -> None:
    from tools.bench.keeping import upload_once  # noqa: PLC0415 -- as above

    for size in sizes:
        upload_once(size)
        _tell(0)


def _copied(sizes: list[int]) -> None:
    from tools.bench.keeping import backup_once  # noqa: PLC0415 -- as above

    for size in sizes:
        backup_once(size)
        _tell(0)


def _pages(content: bytes) -> int:
    with pikepdf.open(BytesIO(content)) as document:
        return len(document.pages)


def _tell(pages: int) -> None:
    from tools.bench.server import resident  # noqa: PLC0415 -- as above

    sys.stdout.write(json.dumps([pages, resident("self", "VmHWM")]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], [int(key) for key in sys.argv[2:]])
