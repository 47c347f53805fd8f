"""What a step of plot control wants besides its own values: a plausible day, its file, and 补录 of who stands in for another body."""

import datetime as dt
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile

from districts.plausibility.expectations import least_days
from districts.plots.guards import PAPERS, last_day, stands_in
from districts.plots.rules import OFFICES, is_applicant
from greendistrict.accounts.selectors import posts_of
from tests.factories.approvals import pdf

WHY = "演示部门尚未开通账号（虚构）"


class Paper(SimpleUploadedFile):
    """A file that may be sent any number of times."""

    def read(self, *args):
        self.seek(0)
        return super().read(*args)


@cache
def _page():
    return pdf().read()


def paper(name="文件.pdf"):
    return Paper(name, _page(), content_type="application/pdf")


def next_day(control, action, first=dt.date(2026, 3, 2)):
    """The first day on which the step may follow the newest one."""
    last = last_day(control.steps)
    return first if last is None else last + dt.timedelta(days=least_days().get(action, 0))


def proof_of(control, by, action):
    """File and 补录 as the person has to give them."""
    is_other = stands_in(posts_of(by), control, action) if action in OFFICES else action == "reply" and is_applicant(posts_of(by), control)
    backfill = {"backfill": True, "backfill_reason": WHY} if is_other else {}
    return {**backfill, **({"upload": paper()} if backfill or action in PAPERS else {})}
