"""Makes the pages of attachments in a child process with limits of time and memory: one file neither stops nor slows the others.

Run as ``python -m reports.matters.page_maker``: it says that it is ready, takes a line of JSON for each file (source, target, content type)
on stdin and answers each with a line of JSON. Before its first form it says that it loads what lays out fields, and then that it has; a
line of ``null`` asks for this only.
"""

import hashlib
import json
import logging
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict
from errno import ENOMEM
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.conf import settings

from greendistrict import env
from greendistrict.children import end_with_parent, environment, hold_memory
from greendistrict.documents.office.hazards import bounded_library
from reports.matters import field_looks, pdf_pages
from reports.matters.pdf_pages import BROKEN, BROKEN_IMAGE, LARGE, OF_A_FILE, PDF, Made
from reports.matters.shown_pages import ROOT

logger = logging.getLogger(__name__)
COMMAND = (sys.executable, "-m", "reports.matters.page_maker")
SECONDS = 60  # for a file
TOTAL, LEAST = 1_000, 3  # seconds for all files of a volume, and for each that is begun before these are used up
START, FINISH = 120, 5  # seconds to begin or to load what lays out fields, and to end
SLOW = "处理超过时限，未并入，另附"
DIED = "处理中断，未并入"
READY, LOADING, LOADED = ({"is": state} for state in ("ready", "loading", "loaded"))


class _Died(ChildProcessError):  # noqa: N818 -- an outcome
    """The child process ended."""


class PageMaker:
    """The child process, begun with the first file and again after one that ended it. All files of a volume share ``TOTAL``."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._left: float = TOTAL
        self._folder = tempfile.TemporaryDirectory(prefix="gd-pages-", ignore_cleanup_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end(seconds=0 if error else FINISH)
        self._folder.cleanup()

    @property
    def is_spent(self) -> bool:
        """Whether the time of the volume is used up: nothing is begun any more."""
        return self._left <= 0

    def seconds(self, most: float) -> float:
        """Time that a step of a file may take."""
        return 0 if self.is_spent else max(min(most, self._left), LEAST)

    def spent(self, begun: float) -> None:
        """Count the time since ``begun`` (``time.monotonic``)."""
        self._left -= time.monotonic() - begun

    def make(self, given: Path, path: Path, content_type: str) -> Made:
        """Write the pages of a file to ``path``. Whatever a bad file does is its remark. Raises ``OSError`` for what the machine lacks."""
        if self.is_spent:
            return Made(0, [SLOW])
        begun = time.monotonic()
        try:
            made = self._made(given, path, content_type)
        finally:
            self.spent(begun)
        if not made.pages:
            path.unlink(missing_ok=True)  # half of a file
        return made

    def _made(self, given: Path, path: Path, content_type: str) -> Made:
        try:
            answer = self._asked(json.dumps([str(given), str(path), content_type]))
        except TimeoutError:
            return Made(0, [SLOW])
        except _Died:
            with given.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            logger.exception("a file ended the process that makes pages: %s", digest)
            return Made(0, [DIED])
        if "machine" in answer:
            self._end()
            if not answer["is_loading"] or "machine" in (answer := self._asked("null")):
                raise OSError(*answer["machine"])
            return Made(0, [LARGE])  # without this file there is room for what lays out fields
        if "fault" in answer:
            logger.error("a file could not be merged: %s", answer["fault"])
            if not answer["is_large"]:
                return Made(0, [BROKEN if content_type == PDF else BROKEN_IMAGE])
            self._end()  # what it holds would be missing for the next
            return Made(0, [LARGE])
        return Made(**{**answer, **{key: _by_page(answer[key]) for key in ("apart", "fields", "off")}})

    def _asked(self, question: str) -> dict[str, Any]:
        """The answer to a question. Raises ``TimeoutError``, ``_Died``, and ``OSError`` for a process that cannot begin."""
        with ExitStack() as on_error:
            on_error.callback(self._end)  # also if the job's own time limit interrupts
            child = self._ready()
            with suppress(BrokenPipeError):  # what it ended with is read below
                child.stdin.write(f"{question}\n".encode())  # type: ignore[union-attr]  # a pipe, see below
            seconds = self.seconds(SECONDS)
            begun = time.monotonic()
            answer = _said(child, seconds)
            if answer == LOADING:
                seconds -= time.monotonic() - begun
                answer = _said_in_time(child, "loaded")
                answer = _said(child, seconds) if answer == LOADED else answer
            on_error.pop_all()
            return answer

    def _ready(self) -> "subprocess.Popen[bytes]":
        """The process, begun anew if it was ended since its last answer. Raises ``OSError``."""
        if self._child is not None and self._child.poll() is not None:
            self._end()
        if self._child is None:
            variables = environment(Path(self._folder.name))
            self._child = subprocess.Popen(  # noqa: S603 -- our module
                COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, bufsize=0, env=variables
            )
            try:
                _said_in_time(self._child, "ready")
            except _Died as died:
                msg = f"the process that makes pages ended before it was ready: {died}"
                raise ChildProcessError(msg) from None
        return self._child

    def _end(self, *, seconds: float = 0) -> None:
        """End the process, after so many seconds by force."""
        if self._child is not None:
            child, self._child = self._child, None
            if seconds:
                child.stdin.close()  # type: ignore[union-attr]  # as above
                with suppress(subprocess.TimeoutExpired):
                    child.wait(seconds)
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                pipe.close()  # type: ignore[union-attr]  # as above


def _said(child: "subprocess.Popen[bytes]", seconds: float) -> dict[str, Any]:
    """The next line of the process. Raises ``TimeoutError`` and ``_Died``."""
    pipe: Any = child.stdout
    if not select.select([pipe], [], [], max(seconds, 0))[0]:
        raise TimeoutError
    line: bytes = pipe.readline()
    if not line.endswith(b"\n"):
        child.kill()
        msg = f"return code {child.wait()}"
        raise _Died(msg)
    found: dict[str, Any] = json.loads(line)
    return found


def _said_in_time(child: "subprocess.Popen[bytes]", wanted: str) -> dict[str, Any]:
    """The next line of a process that begins or loads, for which no file is to blame. Raises ``OSError`` without one, and ``_Died``."""
    try:
        return _said(child, START)
    except TimeoutError:
        msg = f"the process that makes pages is not {wanted} after {START} seconds"
        raise ChildProcessError(msg) from None


def _by_page(found: dict[str, list[Any]]) -> dict[int, list[Any]]:
    return {int(page): members for page, members in found.items()}


def main() -> None:
    """Answer until stdin ends. Of the settings only those of papers are read: the others ask for secrets."""
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)  # what libraries print is no answer

        def say(words: dict[str, Any]) -> None:
            answers.write(f"{json.dumps(words)}\n")
            answers.flush()

        @cache
        def load() -> None:
            signal.alarm(START + FINISH)
            say(LOADING)
            field_looks.load()
            signal.alarm(SECONDS + FINISH)
            say(LOADED)

        end_with_parent()
        hold_memory()
        settings.configure(BASE_DIR=ROOT, REPORT_FONTS=env.words("GD_REPORT_FONTS"), CLOCK_FILE="", USE_I18N=False)
        bounded_library()
        say(READY)
        for line in sys.stdin:
            signal.alarm(SECONDS + FINISH)  # ends it where nobody is left who would
            say(_answer(json.loads(line), load))
            signal.alarm(0)


def _answer(asked: list[str] | None, load: Callable[[], None]) -> dict[str, Any]:
    try:
        if asked is None:
            load()
            return asdict(Made(0))
        given, path = map(Path, asked[:2])
        return asdict(pdf_pages.pages_of_pdf(given, path, load) if asked[2] == PDF else pdf_pages.page_of_image(given, path))
    except field_looks.Unready:
        return {"machine": [traceback.format_exc()], "is_loading": True}
    except Exception as error:  # libraries raise anything for an odd file  # noqa: BLE001 -- told to who asked
        number = error.errno if isinstance(error, OSError) else None
        is_large = isinstance(error, MemoryError) or number == ENOMEM
        if number not in OF_A_FILE and not is_large:
            return {"machine": [number, os.strerror(number or 0)], "is_loading": False}
        return {"fault": traceback.format_exc(), "is_large": is_large}


if __name__ == "__main__":
    main()
