"""Numbers of queries that tests expect, in one file, ``query_counts.txt``: a query more on every page changes its lines and no test.

A line is the test without its parameters, the spot where the test has several, and the number. So a test that is given one row and three
expects the same number of both.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

TESTS = Path(__file__).parent
FILE = TESTS / "query_counts.txt"
KEEP = bool(os.environ.get("GD_COUNTS_KEEP"))  # measured numbers replace the kept ones: make counts KEEP=1
measured: dict[str, int] = {}


def kept() -> dict[str, int]:
    """Numbers by test and spot."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {key: int(number) for key, number in (line.rsplit(" ", 1) for line in lines)}


def key_of(path: Path, function: str, spot: str) -> str:
    """What a line begins with."""
    return f"{path.relative_to(TESTS).as_posix()}::{function} {spot}".rstrip()


@contextmanager
def expected(key: str) -> Iterator[CaptureQueriesContext]:
    """Fails unless the block takes the kept number of queries; the statements are in the message."""
    number = measured.get(key) if KEEP else kept().get(key)
    connection.queries_log.clear()  # it holds 9,000, and nothing empties it between the blocks of one test
    with CaptureQueriesContext(connection) as caught:
        yield caught
    if KEEP and number is None:
        number = measured[key] = len(caught)
    if number is None:
        pytest.fail(f"{key} is not in {FILE.name}: make counts KEEP=1")
    if len(caught) != number:
        statements = "\n".join(query["sql"] for query in caught.captured_queries)
        pytest.fail(f"{key}: {len(caught)} queries instead of {number} ({FILE.name}, renewed by make counts KEEP=1):\n{statements}")


def keep() -> None:
    """Write what this process measured; others may do the same at the same time."""
    with FILE.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        found = sorted((kept() | measured).items())
        file.truncate()
        file.write("".join(f"{key} {number}\n" for key, number in found))
