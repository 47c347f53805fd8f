"""Closed lists of the city's annual report."""

from enum import StrEnum


class ReportEdition(StrEnum):
    """Who the report is for: the city itself, or handed on, without ranking, names of who is late, and open adverse matters."""

    INTERNAL = "内部版"
    HANDED_ON = "不含排名版"


HANDED_ON_KIND = "annual_city_open"  # key of the report that may be handed on, beside ``ReportKind.ANNUAL_CITY``
