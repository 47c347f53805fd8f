"""Runs the asynchronous calls of the signature library from ordinary code."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Result of a coroutine; in a thread of its own, because the caller's may have a running loop already."""
    with ThreadPoolExecutor(1, thread_name_prefix="signing") as thread:
        return thread.submit(asyncio.run, work).result()
