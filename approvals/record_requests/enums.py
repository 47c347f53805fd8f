"""What a district answers about what it cannot add, how far an asked line is, and how far a request."""

from django.db import models

from districts.common.enums import Certainty


class LineAnswer(models.TextChoices):
    """What a district answers instead of adding it; what cannot be found is of unknown certainty."""

    UNKNOWN = Certainty.UNKNOWN.value, "查不到"
    TOLD = "told", "告知内容"


class LineState(models.TextChoices):
    """How far an asked line is; it is read off the record of the district each time."""

    MISSING = "missing", "待补"
    ADDED = "added", "已补"
    UNKNOWN = "unknown", "查不到"
    TOLD = "told", "已告知"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {LineState.MISSING: "warning", LineState.ADDED: "success"}.get(self, "")


class RequestState(models.TextChoices):
    """How far a request is."""

    OPEN = "open", "补录中"
    DONE = "done", "已办结"
    WITHDRAWN = "withdrawn", "已撤回"
    ENDED = "ended", "称号已终止"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {RequestState.OPEN: "warning", RequestState.DONE: "success"}.get(self, "")
