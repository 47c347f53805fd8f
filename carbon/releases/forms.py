"""Forms to release a carbon figure and to withdraw the release."""

from carbon.releases.models import CarbonRelease
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import TextColumn


@with_columns(Columns.of(CarbonRelease, "basis"))
class CarbonReleaseForm(ColumnsForm):
    """Ground on which the figure is published."""


@with_columns(Columns(CarbonRelease, withdrawal=TextColumn(rows=2)).needed())
class ReleaseWithdrawalForm(ColumnsForm):
    """Reason for withdrawing the figure."""
