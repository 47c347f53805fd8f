"""Registry through which reviews report the panels of an expert, so that the pool and recusals do not import reviews."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Model, QuerySet

from assessments.experts.models import ExpertProfile
from assessments.tables.models import ScoreTable
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.registry import Registry

Profiles = QuerySet[ExpertProfile]


@dataclass(frozen=True)
class Panels:
    """Selectors about panels, supplied by the feature that has them.

    ``counted(experts, today)`` annotates ``open_panels`` (panels in hand) and ``year_panels`` (joined this year); ``in_hand(expert)``
    names those that have not ended; ``memberships_of(expert, viewer)`` are the memberships to show, newest first. ``is_frozen(table)``:
    whether the list from which the table's panel is drawn cannot be changed any more.
    """

    counted: Callable[[Profiles, dt.date], Profiles]
    in_hand: Callable[[ExpertProfile], list[str]]
    memberships_of: Callable[[ExpertProfile, Viewer], Sequence[Model]]
    is_frozen: Callable[[ScoreTable], bool]


panels: Registry[Panels] = Registry(
    "panels of experts",
    entry="the panels on which an expert sits, and when the list of bodies concerned in a project is locked (a panel is formed)",
)


def the_panels() -> Panels:
    """The entry of ``panels``. Raises ``ValueError`` if there is none or more than one."""
    return panels.only()
