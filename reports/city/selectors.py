"""Years with an annual report."""

import datetime as dt
from collections.abc import Collection, Mapping

from django.db.models import Min

from greendistrict.core import clock
from reports.city.enums import HANDED_ON_KIND
from reports.jobs.enums import Scope
from reports.jobs.models import ExportJob
from reports.jobs.papers import COUNTED, MADE


def reported_days(on: dt.date, years: Collection[int]) -> Mapping[tuple[int, int], dt.date]:
    """By year: day of the first external report made from closed figures, which fulfils the duty 年度报告."""
    jobs = ExportJob.objects.filter(kind=HANDED_ON_KIND, scope=Scope.CITY, state__in=MADE, edition__endswith=COUNTED)
    first = jobs.filter(year__in=years, finished_at__lt=clock.end_of(on)).order_by().values("year").annotate(first=Min("finished_at"))
    return {(0, year): at.astimezone(clock.SHANGHAI).date() for year, at in first.values_list("year", "first")}
