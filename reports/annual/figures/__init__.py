"""Figures of the annual report, read by the same selectors as the pages, as of the snapshot day."""

from reports.annual.figures.district import DistrictFigures, Reporter, figures_in_turn, figures_of, figures_of_many, report_figures
from reports.annual.figures.items import OUT
from reports.annual.figures.scores import (
    BELOW,
    BUILDING,
    ENOUGH,
    FILES,
    NO_TITLE,
    SCORES,
    WORST,
    AnnualFigures,
    SnapshotState,
    annual_rows,
    district_figures,
    snapshot_state,
    totals_of,
)

__all__ = [
    "BELOW",
    "BUILDING",
    "ENOUGH",
    "FILES",
    "NO_TITLE",
    "OUT",
    "SCORES",
    "WORST",
    "AnnualFigures",
    "DistrictFigures",
    "Reporter",
    "SnapshotState",
    "annual_rows",
    "district_figures",
    "figures_in_turn",
    "figures_of",
    "figures_of_many",
    "report_figures",
    "snapshot_state",
    "totals_of",
]
