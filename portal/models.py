"""Tables of this app."""

from portal.data_check.models import DataCheckRun
from portal.search.models import SearchName

__all__ = ["DataCheckRun", "SearchName"]
