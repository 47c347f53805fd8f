"""Columns of the record of published figures."""

from carbon.releases.models import CarbonRelease
from districts.releases.columns import release_list
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import WholeColumn

TYPED = Columns.of(CarbonRelease, "basis")
RELEASE_LIST = release_list(CarbonRelease, edition=WholeColumn(source="inventory__edition", most=1000))
