"""Who else holds a district's file: the city while it handles a case. Registered from above in ``AppConfig.ready()``.

What the city examines must not change under its hands; it opens the file again by returning the case.
"""

from collections.abc import Callable

from districts.models import District
from greendistrict.core.errors import Refusal

Hold = Callable[[District], Refusal | None]
_holds: list[Hold] = []


def register(hold: Hold) -> None:
    """Take in somebody who may hold a file: ``hold(district)`` is the refusal to show, ``None`` while it is free."""
    if hold not in _holds:
        _holds.append(hold)


def held(district: District) -> list[Refusal]:
    """Why the file cannot be changed now; empty while it can."""
    return [refusal for hold in _holds if (refusal := hold(district))]
