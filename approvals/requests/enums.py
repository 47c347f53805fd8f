"""States of requests."""

from enum import StrEnum

from django.db import models


class ExtensionState(StrEnum):
    """States of a requested extension."""

    ASKED = "asked"
    DECIDING = "deciding"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN_EXTENSIONS = (ExtensionState.ASKED, ExtensionState.DECIDING)


class RectificationState(StrEnum):
    """States of a rectification."""

    PROPOSED = "proposed"
    DECIDING = "deciding"
    DONE = "done"
    REFUSED = "refused"


OPEN_RECTIFICATIONS = (RectificationState.PROPOSED, RectificationState.DECIDING)


class DeadlineKind(models.TextChoices):
    """Deadlines of a case that may be extended."""

    CORRECTION = "correction", "补正期限"
    HEARING = "hearing", "陈述申辩期限"
