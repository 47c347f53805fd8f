"""One heavy answer at a time for each person: exports, workbooks, previews of files and imports.

They take seconds of a web thread each, so that one person who asks for thirty would leave nobody else a thread. The second one of a person
waits for the first: a download asks again by itself until it is its turn, a form waits for some seconds and is then answered in words.
Nothing is counted over time and nobody else is held up. Reports are made by workers, which share their places in ``reports/jobs/lease.py``.
"""

import re
import time
import uuid
from collections.abc import Iterable, Iterator

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from greendistrict.core.base_middleware import Middleware
from greendistrict.core.errors import TooMany
from greendistrict.core.middleware import refusal

HEAVY = re.compile(
    r"_(blank|export|import|import_apply|template|workbook|preview|paste)$|^(paste_check|review_book|inventory_file|what_if)$"
)
# Small pages whose names end alike.
LIGHT = frozenset({"closing_preview", "reading_import"})
LONGEST = 120  # seconds after which the turn of a request that died is over
WAIT_SECONDS, LOOK_SECONDS = 5.0, 0.1  # of a form; one at a time for each person, so that waiting takes one thread at most
AGAIN_SECONDS = 2
BUSY = "您的上一个导出或导入还在处理，完成后再提交这一个；刚才填写的内容没有保存"


def is_heavy(name: str) -> bool:
    """Whether answers of the view of this name are made one at a time for each person."""
    return bool(HEAVY.search(name)) and name not in LIGHT


class TurnsMiddleware(Middleware):
    """Gives each person one turn for what is heavy; it ends when the answer was sent. Without Redis everybody has a turn."""

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Take the turn, or answer that it is not yet there."""
        match = request.resolver_match
        if match is None or not is_heavy(match.url_name or "") or not request.user.is_authenticated:
            return None
        turn = Turn(f"turn:{request.user.pk}")
        is_form = request.method == "POST"
        if turn.is_taken() or (is_form and turn.is_waited_for()):
            request.turn = turn  # type: ignore[attr-defined]
            return None
        if is_form:
            return refusal(request, TooMany(BUSY))
        page = render(request, "portal/turn.html", {"again": AGAIN_SECONDS}, status=TooMany.status)
        page["Refresh"] = page["Retry-After"] = str(AGAIN_SECONDS)
        return page

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and end the turn when everything was sent."""
        streams = False
        try:
            response = self.get_response(request)
            streams = bool(response.streaming)
            if streams and hasattr(request, "turn"):
                response.streaming_content = PartsInTurn(response.streaming_content, request.turn)  # type: ignore[attr-defined]
        finally:
            if hasattr(request, "turn") and not streams:
                request.turn.end()
        return response


class Turn:
    """The turn of one person, held by this request until it ends or ``LONGEST`` is over and the next has it."""

    def __init__(self, key: str) -> None:
        self._key, self._own = key, uuid.uuid4().hex

    def is_taken(self) -> bool:
        """Take the turn if nobody has it."""
        return bool(cache.add(self._key, self._own, timeout=LONGEST))

    def is_waited_for(self) -> bool:
        """Whether the turn came while waiting; False at once if another request of the person waits already."""
        waiting = f"{self._key}:waiting"
        if not cache.add(waiting, 1, timeout=LONGEST):
            return False
        try:
            until = time.monotonic() + WAIT_SECONDS
            while time.monotonic() < until:
                time.sleep(LOOK_SECONDS)
                if self.is_taken():
                    return True
            return False
        finally:
            cache.delete(waiting)

    def end(self) -> None:
        """Give the turn back, unless it has passed on to another request meanwhile."""
        if cache.get(self._key) == self._own:
            cache.delete(self._key)


class PartsInTurn:
    """Parts of an answer that is made while it is sent; the server closes it after the last one, or when the reader is gone."""

    def __init__(self, parts: Iterable[bytes], turn: Turn) -> None:
        self._parts, self._turn = parts, turn

    def __iter__(self) -> Iterator[bytes]:
        """The parts as they are."""
        return iter(self._parts)

    def close(self) -> None:
        """End the turn."""
        self._turn.end()
