"""Runs asynchronous calls of the signature library from synchronous code."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Result of a coroutine, run in a separate thread because the caller's may already have an event loop."""
    with ThreadPoolExecutor(1, thread_name_prefix="signing") as thread:
        return thread.submit(asyncio.run, work).result()
