"""Paginator for lists of known length, without a second count."""

from typing import Any

from django.core.paginator import Paginator


class KnownCountPaginator(Paginator):  # type: ignore[type-arg]  # no subscript at run time
    """Paginator that is given the number of rows."""

    def __init__(self, object_list: Any, per_page: int, count: int) -> None:
        super().__init__(object_list, per_page)
        self.__dict__["count"] = count  # stands where Django keeps the counted value
