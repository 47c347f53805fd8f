"""Forms of releases."""

from beautiful.releases.models import ProgressRelease
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import TextColumn


@with_columns(Columns.of(ProgressRelease, "basis"))
class ProgressReleaseForm(ColumnsForm):
    """Ground on which the progress is published."""


@with_columns(Columns(ProgressRelease, withdrawal=TextColumn(rows=2)).needed())
class ProgressWithdrawalForm(ColumnsForm):
    """Reason for the withdrawal, which is public."""
