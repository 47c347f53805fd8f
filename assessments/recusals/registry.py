"""Registry that tells whether the list from which a panel is drawn is frozen; filled by reviews.

Written by ``assessments/wiring.py`` with ``reviews.selectors.panels.list_is_frozen``; read by ``recusals.selectors.is_frozen``.
"""

from collections.abc import Callable

from assessments.tables.models import ScoreTable
from greendistrict.core.registry import Registry

Freezes = Callable[[ScoreTable], bool]

freezes: Registry[Freezes] = Registry(
    "what freezes the list of experts", entry="when the list of bodies concerned in a project is locked (a panel is formed)"
)
