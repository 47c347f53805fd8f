"""Registry of followers of jobs in higher features: the archive sends one message when all papers of a volume are generated."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from greendistrict.core.registry import Registry
from reports.jobs.models import ExportJob


@dataclass(frozen=True)
class Follower:
    """``tells(job)`` are keys of users the follower notifies, so that the job does not; ``ended(job)`` is called at its end.

    Both run in the transaction that ends the job; further effects must be requested through the outbox.
    """

    tells: Callable[[ExportJob], Collection[int]]
    ended: Callable[[ExportJob], None]


followers: Registry[Follower] = Registry(
    "followers of jobs",
    entry="who is told of the end of a report together with others, and what follows from it (the archive: once for a volume)",
)
