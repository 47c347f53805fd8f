"""Kinds of change, one module each, in the order of the pages."""

from approvals.changes.change_kinds.applicant import APPLICANT
from approvals.changes.change_kinds.baselines import KEY_PROJECTS, PLOTS, WORKS
from approvals.changes.change_kinds.boundary import BOUNDARY_CHANGE
from approvals.changes.change_kinds.edition import EDITION_CHANGE
from approvals.changes.change_kinds.indicator_system import SYSTEM_CHANGE
from approvals.changes.change_kinds.pilot_baseline import PILOT_BASELINE
from approvals.changes.change_kinds.plots import MERGE, PLAN, RENUMBER, SPLIT
from approvals.changes.change_kinds.star import TARGET_STAR
from approvals.changes.change_kinds.transfer import TRANSFER
from approvals.changes.change_kinds.withdrawal import WITHDRAWAL
from approvals.changes.kinds import ChangeGroup, ChangeKind
from districts.file.models.district import District

CHANGE_KINDS = (
    APPLICANT,
    *(KEY_PROJECTS, PLOTS, WORKS),
    BOUNDARY_CHANGE,
    EDITION_CHANGE,
    SYSTEM_CHANGE,
    PILOT_BASELINE,
    *(SPLIT, MERGE, RENUMBER, PLAN),
    TARGET_STAR,
    TRANSFER,
    WITHDRAWAL,
)
_BY_KEY = {kind.key: kind for kind in CHANGE_KINDS}


def change_kinds(district: District | None = None) -> list[ChangeKind]:
    """All kinds; with a district those open to it."""
    return [kind for kind in CHANGE_KINDS if district is None or kind.open_to(district)]


def grouped_kinds() -> list[tuple[ChangeGroup, list[ChangeKind]]]:
    """All kinds by group."""
    return [(group, [kind for kind in CHANGE_KINDS if kind.group == group]) for group in ChangeGroup]


def change_kind(key: str) -> ChangeKind:
    """Kind by key. Raises ``KeyError``."""
    return _BY_KEY[key]
