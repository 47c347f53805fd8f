"""Tables of this app."""

from portal.search.models import SearchName

__all__ = ["SearchName"]
