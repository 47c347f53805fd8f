"""Columns of a release, and of the record of releases."""

from beautiful.plans.columns import PERIOD
from beautiful.releases.models import ProgressRelease
from districts.releases.columns import release_list
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.columns.shown import ComputedColumn, MomentColumn

RELEASE = Columns(ProgressRelease, **PERIOD, basis=TextColumn(example="演示〔2026〕2号（虚构）"), released_at=MomentColumn())
TYPED = Columns.of(ProgressRelease, "basis")
RELEASE_LIST = release_list(ProgressRelease, quarter=ComputedColumn("季度", lambda one, _today: f"{one.year}年第{one.quarter}季度"))
