"""Records of supervision and oversight of a plot, and the newest of them for the pages of plots and municipal works.

Through the relation, because the records are built upon plots and works.
"""

from typing import Any

from django.db.models import QuerySet

from districts.plots.models import Plot

SHOWN_RECORDS = 5  # on the page of the plot or work; the records' own page lists all


def supervision_of_plot(plot: Plot) -> QuerySet[Any]:
    """Records of a plot and of those it stands for, newest first."""
    found: QuerySet[Any] = plot.district.supervision_records.filter(plot__in=[plot.pk, *map(int, plot.origins)])
    return found


def newest(records: QuerySet[Any]) -> list[Any]:
    """Those shown beside the check matrix."""
    return list(records[:SHOWN_RECORDS])
