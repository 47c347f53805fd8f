"""Columns of the record of published figures."""

from carbon.releases.models import CarbonRelease
from districts.common.columns import release_list
from greendistrict.columns.kinds import WholeColumn

RELEASE_LIST = release_list(CarbonRelease, edition=WholeColumn(source="inventory__edition", most=1000))
