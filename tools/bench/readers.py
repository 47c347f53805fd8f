"""A thousand concurrent readers of the most visited pages, compared with the same bytes from a file with the same middleware."""

import asyncio
import resource
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest
from django.urls import reverse

from tools.bench.client import Answer
from tools.bench.errors import BenchError
from tools.bench.measuring import BenchRow, Effort, by_turns, row_of
from tools.bench.paths import Visit

PAGES = {"home": "portal:home", "register": "portal:register"}
SPARE_FILES = 200


def _file(name: str) -> Path:
    return Path(settings.VAR_DIR) / "log" / f"bench-{name}.html"


@login_not_required
def static_page(_request: HttpRequest, name: str) -> FileResponse:
    """The limit: a file of the same size as the page."""
    return FileResponse(_file(name if name in PAGES else "home").open("rb"), content_type="text/html; charset=utf-8")


def write_file(visit: Visit, name: str) -> Answer:
    """Keep the page as the file that its limit sends; returns the answer."""
    browser = visit.browser(None)
    answer = browser.get(reverse(PAGES[name]))
    browser.close()
    _file(name).write_bytes(answer.body)
    return answer


def crowd_rows(visit: Visit, readers: int, effort: Effort) -> Iterator[BenchRow]:
    """One row for each page: time until the last reader has received it."""
    allow_connections(readers)
    for name, route in PAGES.items():
        path, bare = reverse(route), f"/limit/static/{name}/"
        answer = write_file(visit, name)
        last = [0.0]

        def ours(path: str = path, last: list[float] = last) -> object:
            last[0] = crowd(visit.port, path, readers)
            return last

        timing = by_turns(lambda ours=ours: ours, lambda bare=bare: lambda: crowd(visit.port, bare, readers), effort)  # type: ignore[misc]  # bound immediately
        notes = {"readers": readers, "seconds": round(timing.median(), 2), "slowest_ms": round(last[0] * 1000)}
        weight = {"kilobytes": answer.kilobytes, "packed": answer.packed}
        yield row_of(f"{name}, {readers:,} readers at once", timing, 0.6, **weight, notes=notes)


def allow_connections(number: int) -> None:
    """Let this process hold so many connections, as far as the machine allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(number + SPARE_FILES, hard)), hard))


def crowd(port: int, path: str, readers: int) -> float:
    """Let so many readers request at once, each with its own connection; returns the time of the slowest."""
    return max(asyncio.run(_all(port, path, readers)))


async def _all(port: int, path: str, readers: int) -> list[float]:
    return list(await asyncio.gather(*(_read(port, path) for _ in range(readers))))


async def _read(port: int, path: str) -> float:
    """Read one page completely. Raises ``BenchError`` for a status other than 200 or a truncated page."""
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read(-1)
    writer.close()
    if not answer.startswith(f"HTTP/1.1 {HTTPStatus.OK} ".encode()) or not answer.rstrip().endswith(b"</html>"):
        msg = f"{path}: {answer[:200]!r}"
        raise BenchError(msg)
    return time.perf_counter() - began
