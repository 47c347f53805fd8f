"""Closed lists of the city's annual report."""

from enum import StrEnum


class ReportEdition(StrEnum):
    """Audience of the report: the city itself, or external readers.

    The external edition omits rankings, names of late districts, and open adverse matters.
    """

    INTERNAL = "内部版"
    HANDED_ON = "不含排名版"


HANDED_ON_KIND = "annual_city_open"  # key of the report that may be handed on, beside ``ReportKind.ANNUAL_CITY``
