"""Whose eyes a paper is made with: the seats that ask, so that it says the same to all who hold them; never the person's own.

An expert belongs to no body: what panels show one of them is shown to nobody else.
"""

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.errors import Refused
from reports.jobs.models import ExportJob

NOBODY = "这份材料按申请人的权限生成，请说明由谁申请（--by 账号）"
PERSON = "person:"


def sight_of(held: HeldPosts) -> str:
    """The seats that somebody asks with."""
    return f"{PERSON}{held.person}" if held.has(Role.EXPERT) else held.sight


def reader_of(job: ExportJob) -> Viewer:
    """Who reads for a paper. Raises ``Refused`` where no seats asked for it: the portal itself sees no page."""
    Refused.unless(job.sight, NOBODY)
    if job.sight.startswith(PERSON):
        return Viewer(User.objects.get(pk=int(job.sight.removeprefix(PERSON))))
    return Viewer(None, sight=job.sight)


def has_sight(held: HeldPosts, sight: str) -> bool:
    """Whether somebody still holds the seats that a paper was made for; any, if it was made for none."""
    if sight.startswith(PERSON):
        return sight == f"{PERSON}{held.person}"
    return set(sight.split()) <= set(held.sight.split())
