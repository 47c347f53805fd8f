"""Supervision records (监理, 质量安全监督) of a plot, and the newest ones for pages of plots and works.

Read through relations, because supervision records are a higher package.
"""

from typing import Any

from django.db.models import QuerySet

from districts.plots.models import Plot

SHOWN_RECORDS = 5  # shown on the page of the plot or work; the records' own page lists all


def supervision_of_plot(plot: Plot) -> QuerySet[Any]:
    """Records of a plot and of the plots it represents, newest first."""
    found: QuerySet[Any] = plot.district.supervision_records.filter(plot__in=[plot.pk, *map(int, plot.origins)])
    return found


def newest(records: QuerySet[Any]) -> list[Any]:
    """The newest records, shown beside the check matrix."""
    return list(records[:SHOWN_RECORDS])
