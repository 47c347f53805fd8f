"""Makes the pages of attachments in a child process with limits of time and memory: one file neither stops nor slows the others.

Run as ``python -m reports.matters.page_maker``: it takes a line of JSON for each file (source, target, content type) on stdin and answers
each with a line of JSON.
"""

import json
import logging
import os
import resource
import select
import subprocess
import sys
import time
import traceback
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from greendistrict.core import disk
from greendistrict.documents.office.hazards import bounded_library
from reports.matters import pdf_pages
from reports.matters.pdf_pages import BROKEN, BROKEN_IMAGE, PDF, Made
from reports.matters.shown_pages import ROOT, Rectangle

logger = logging.getLogger(__name__)
COMMAND = (sys.executable, "-m", "reports.matters.page_maker")
MEMORY = 3 * 1024 * 1024 * 1024
SECONDS = 60  # for a file
TOTAL, LEAST = 1_000, 3  # seconds for all files of a volume, and for each when these are used up
SLOW = "处理超过时限，未并入，另附"
LARGE = "内容过大，未并入，另附"


class PageMaker:
    """The child process, begun with the first file and again after one that ended it. Slow files of a volume share ``TOTAL``."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._left: float = TOTAL

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def seconds(self, most: float) -> float:
        """Time that a step of a file may take."""
        return max(min(most, self._left), LEAST)

    def spent(self, begun: float) -> None:
        """Count the time since ``begun`` (``time.monotonic``)."""
        self._left -= time.monotonic() - begun

    def make(self, given: Path, path: Path, content_type: str) -> Made:
        """Write the pages of a file to ``path``. Whatever a bad file does is its remark. Raises ``OSError`` for a full disk."""
        broken = Made(0, [BROKEN if content_type == PDF else BROKEN_IMAGE])
        begun = time.monotonic()
        try:
            answer = self._asked(json.dumps([str(given), str(path), content_type]))
        except TimeoutError:
            return Made(0, [SLOW])
        finally:
            self.spent(begun)
        if answer is None:
            return broken
        if "full" in answer:
            raise OSError(answer["full"], os.strerror(answer["full"]))
        if "fault" in answer:
            logger.error("a file could not be merged: %s", answer["fault"])
            return Made(0, [LARGE]) if answer["is_large"] else broken
        return Made(**{**answer, "apart": _places(answer["apart"]), "fields": _places(answer["fields"])})

    def _asked(self, question: str) -> dict[str, Any] | None:
        """The answer; None if the process ended. Raises ``TimeoutError``."""
        with ExitStack() as on_error:
            on_error.callback(self._end)  # also if the job's own time limit interrupts
            if self._child is None:
                self._child = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, bufsize=0)  # noqa: S603 -- our module
            child = self._child
            if child.stdin is None or child.stdout is None:
                return None
            try:
                child.stdin.write(f"{question}\n".encode())
            except BrokenPipeError:
                return None
            if not select.select([child.stdout], [], [], self.seconds(SECONDS))[0]:
                raise TimeoutError
            line = child.stdout.readline()
            if not line.endswith(b"\n"):
                return None
            on_error.pop_all()
            answer: dict[str, Any] = json.loads(line)
            return answer

    def _end(self) -> None:
        if self._child is not None:
            child, self._child = self._child, None
            child.kill()
            child.communicate()


def _places(found: dict[str, list[Rectangle]]) -> dict[int, list[Rectangle]]:
    return {int(page): rectangles for page, rectangles in found.items()}


def main() -> None:
    """Answer until stdin ends."""
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)  # what libraries print is no answer
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        bounded_library()
        for line in sys.stdin:
            given, path, content_type = json.loads(line)
            answers.write(f"{json.dumps(_answer(Path(given), Path(path), content_type))}\n")
            answers.flush()


def _answer(given: Path, path: Path, content_type: str) -> dict[str, Any]:
    try:
        made = pdf_pages.pages_of_pdf(given, path) if content_type == PDF else pdf_pages.page_of_image(given, path)
    except OSError as error:
        return {"full": error.errno} if error.errno in disk.FULL else {"fault": traceback.format_exc(), "is_large": False}
    except Exception as error:  # libraries raise anything for an odd file  # noqa: BLE001 -- told to who asked
        return {"fault": traceback.format_exc(), "is_large": isinstance(error, MemoryError)}
    return asdict(made)


if __name__ == "__main__":
    main()
