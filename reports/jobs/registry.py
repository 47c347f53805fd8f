"""What features above follow jobs: the archive tells of the papers of a volume together, once they are all made."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from greendistrict.core.registry import Registry
from reports.jobs.models import ExportJob


@dataclass(frozen=True)
class Follower:
    """``tells(job)`` are keys of those whom the follower tells itself, so that the job does not; ``ended(job)`` is called at its end.

    Both run in the transaction that ends the job: what follows from it is asked for through the outbox.
    """

    tells: Callable[[ExportJob], Collection[int]]
    ended: Callable[[ExportJob], None]


followers: Registry[Follower] = Registry("followers of jobs")
