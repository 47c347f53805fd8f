"""States of requests."""

from enum import StrEnum


class ExtensionState(StrEnum):
    """States of a requested extension."""

    ASKED = "asked"
    DECIDING = "deciding"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RectificationState(StrEnum):
    """States of a rectification."""

    PROPOSED = "proposed"
    DECIDING = "deciding"
    DONE = "done"
    REFUSED = "refused"
