"""Registry of report kinds: what one is called, who asks for it, what makes its files and what its page shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.registry import Registry

Made = dict[str, bytes]
Progress = Callable[[int], None]


def city(held: HeldPosts) -> bool:
    """What spans districts is made by the city."""
    return held.is_city


@dataclass(frozen=True)
class Report:
    """One kind of report.

    ``title`` names a job, with ``{whose}``, ``{year}`` and ``{subject}`` of the job. ``files(job, code, report_progress)`` makes the
    contents by format, reports the number of steps done, and prints ``code``, the job's 查验码, on papers; ``material`` is the kind of
    these files. ``by_year`` offers the report for a year with received self-checks, ``of_district`` for one district at a time.
    ``result(job, page)`` is what the page of a job shows beside its files.
    """

    title: str
    files: Callable[[Any, str, Progress], Made]
    material: str = "年度评估报告"
    may: Callable[[HeldPosts], bool] = city
    by_year: bool = False
    of_district: bool = False
    result: Callable[[Any, str], dict[str, Any]] | None = None


report_kinds: Registry[Report] = Registry("kinds of report")
