"""Columns of a release."""

from beautiful.plans.columns import PERIOD
from beautiful.releases.models import ProgressRelease
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.columns.shown import MomentColumn

RELEASE = Columns(ProgressRelease, **PERIOD, basis=TextColumn(example="演示〔2026〕2号（虚构）"), released_at=MomentColumn())
