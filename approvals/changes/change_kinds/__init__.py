"""Kinds of change, one module each; importing this package registers them in the order of the pages."""

from approvals.changes.change_kinds import (
    applicant,
    baselines,
    boundary,
    edition,
    indicator_system,
    pilot_baseline,
    plots,
    star,
    transfer,
    withdrawal,
)

__all__ = ["applicant", "baselines", "boundary", "edition", "indicator_system", "pilot_baseline", "plots", "star", "transfer", "withdrawal"]
